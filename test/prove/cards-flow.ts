import fc from 'fast-check';
import * as z from 'zod';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { seededRandom } from '../../simulator/bi/random.ts';
import { cardId } from '../feishu/arbitrary-cards.ts';
import { payloadArbitrary } from '../feishu/arbitrary-payloads.ts';
import type { CloudFunction } from './cloud.ts';
import type { Finding } from './findings.ts';
import { deliver } from './functions.ts';
import { isLedgerQuiet, judgeSubject } from './ledger-rules.ts';
import type { Flow, Stage } from './stage.ts';
import { sender } from './world.ts';

const eventSchema = z.object({ subject: z.string(), recipient: z.string(), draw: z.number() });

/** Whatever a function could want to send: among ten, about three are over a limit of Feishu's. */
const payloadOf = (draw: number) => {
  const [payload] = fc.sample(payloadArbitrary, { seed: draw, numRuns: 1 });
  if (!payload) throw new Error('nothing was drawn');
  return payload;
};

/** The generated card with the `element_id` of its delivery. */
const cardFor = (card: Card, id: string): Card =>
  JSON.parse(JSON.stringify(card).replaceAll(`"element_id":"${cardId}"`, `"element_id":"${id}"`)) as Card;

const author: CloudFunction = {
  name: 'author',
  open: () => {
    const out = outbox('urgent', 2_000);
    const send = sendNow(out.sending);
    return async (event) => {
      const { subject, recipient, draw } = eventSchema.parse(event);
      const { card, url } = payloadOf(draw);
      const id = deliveryElementId(subject, recipient);
      const kept = await keepCard(out.contents)(cardFor(card, id), { id, ...(url && { url }) });
      const to = { sender, receiveIdType: 'union_id', receiveId: recipient } as const;
      await send({ subject, recipient, ...to, ...kept, eventAt: out.sending.now() });
      await out.settle();
    };
  },
};

const subject = 'notice:generated';

const begin = ({ plan, world, tell, at }: Stage): void => {
  const random = seededRandom(plan.seed * 5 + 3);
  world.audience.forEach(({ unionId: recipient }, index) => {
    const event = { subject, recipient, draw: plan.seed * 1_000 + index };
    for (let copy = random.whole(1, plan.copies); copy > 0; copy -= 1)
      at(random.whole(1_000, 60_000), () => void tell('author', event));
  });
};

const startIso = '2026-11-24T10:00:00+08:00';

/** Generated cards of every kind: each reaches its person, as designed or shrunk until Feishu takes it. */
export const cardsFlow: Flow = {
  name: 'cards',
  startIso,
  functions: () => [author, deliver],
  everyMinute: ['deliver'],
  mappings: [{ table: 'deliveries', work: ['now'], wakes: 'deliver' }],
  begin,
  isDone: (stage) =>
    stage.world.loop.now() > stage.startMs + 120_000 ? isLedgerQuiet(stage) : Promise.resolve(false),
  watch: () => Promise.resolve<readonly Finding[]>([]),
  judge: (stage) => judgeSubject(stage, subject),
};
