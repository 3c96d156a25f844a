import * as z from 'zod';
import { devSecret, metricEvent, signWebhook } from '../../events/metric-intake/sign.ts';
import type { CloudFunction } from './cloud.ts';
import { loadHandler } from './functions.ts';

const messageSchema = z.object({ id: z.string(), body: z.string() });
type Message = z.output<typeof messageSchema>;
const replySchema = z.looseObject({ statusCode: z.number() });

type Complaints = {
  readonly dims: Readonly<Record<string, string>>;
  readonly at: string;
  readonly value: string;
};

/** One figure of a source; a repeat of the message carries the same id. */
export const pointsMessage = ({ dims, at, value }: Complaints): Message => ({
  id: `msg_${Object.values(dims).join('_')}_${Date.parse(at)}`,
  body: JSON.stringify({
    type: 'points.recorded',
    timestamp: at,
    data: { asOf: at, points: [{ metric: 'complaints.72h', at, dims, value, unit: 'COUNT' }] },
  }),
});

/** What the local stage has for METRIC_SOURCES. */
export const metricSources = JSON.stringify([{ source: 'bi', secrets: [devSecret] }]);

/** The deployed function, signed for by the source; anything but 200 makes it send the message again. */
export const intake: CloudFunction = {
  name: 'metric-intake',
  open: async () => {
    const handler = await loadHandler('metric-intake');
    return async (event) => {
      const { id, body } = messageSchema.parse(event);
      const headers = signWebhook(body, { id, at: new Date() });
      const { statusCode } = replySchema.parse(await handler(metricEvent(body, headers), {}));
      if (statusCode !== 200) throw new Error(`the source was answered ${statusCode}`);
    };
  },
};
