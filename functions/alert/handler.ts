import * as z from 'zod';
import { allAlerts } from '../../config/alerts/all.ts';
import { digestSender } from '../../config/senders.ts';
import { readEnv } from '../../shared/config.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { alerts } from '../../shared/store/alerts.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { metrics } from '../../shared/store/metrics.ts';
import { type AlertDeps, evaluatePoint, sweepAlerts } from './evaluate.ts';

const env = readEnv({ DIGESTS_TABLE: z.string().min(1), METRICS_TABLE: z.string().min(1) });
/** A stream consumer waits no longer than 2 s; what takes longer is left to `deliver`. */
const out = outbox('urgent', 2_000);
const { sending } = out;

const deps: AlertDeps = {
  ...out,
  alerts: allAlerts,
  states: alerts(env.DIGESTS_TABLE),
  metrics: metrics(env.METRICS_TABLE),
  followUps: followUps({ digests: env.DIGESTS_TABLE }),
  sendNow: sendNow(sending),
  wantContent: wantContent(sending),
  sender: digestSender,
  now: sending.now,
};

const run = (event: unknown): Promise<unknown> =>
  isStreamEvent(event)
    ? eachRecord(event, async (image) => {
        await evaluatePoint(deps)({ metric: image['metric']?.S ?? '', at: image['at']?.S ?? '' });
      })
    : tick('alerts_swept', sweepAlerts(deps));

export const handler = (event: unknown): Promise<unknown> => run(event).finally(out.settle);
