import * as z from 'zod';
import { wantContent } from '../../shared/delivery/want.ts';
import { card, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import { contents } from '../../shared/store/contents.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import type { CloudFunction } from './cloud.ts';
import { tableName } from './world.ts';

const eventSchema = z.object({ subject: z.string(), recipient: z.string(), version: z.number() });

const cardText = (subject: string, recipient: string, version: number): string =>
  JSON.stringify(
    card({
      id: deliveryElementId(subject, recipient),
      summary: `第 ${version} 版`,
      header: { title: '晨报', colour: 'blue' },
      elements: [markdown(`第 ${version} 版`)],
      footer: ['数据截至 06:10'],
    }),
  );

/** Stands for whatever changes what a card should say: a ticket that moves on, a follow-up that somebody takes. */
export const contentWriter: CloudFunction = {
  name: 'writer',
  open: () => {
    const store = contents(tableName('contents'));
    const want = wantContent({ deliveries: deliveries(tableName('deliveries')), now: () => new Date() });
    return async (event) => {
      const { subject, recipient, version } = eventSchema.parse(event);
      const hash = await store.keep(cardText(subject, recipient, version));
      return want({ subject, recipient }, { hash });
    };
  },
};
