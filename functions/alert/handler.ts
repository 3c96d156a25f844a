import * as z from 'zod';
import { digestSender } from '../../config/senders.ts';
import { readEnv } from '../../shared/config.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { alertsInForce } from '../../shared/settings/alerts-in-force.ts';
import { alerts } from '../../shared/store/alerts.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { metrics } from '../../shared/store/metrics.ts';
import { type AlertDeps, evaluatePoint, sweepAlerts } from './evaluate.ts';

const env = readEnv({ DIGESTS_TABLE: z.string().min(1), METRICS_TABLE: z.string().min(1) });
/** A stream consumer waits no longer than 2 s; what takes longer is left to `deliver`. */
const out = outbox('urgent', 2_000);
const { sending } = out;

const deps: Omit<AlertDeps, 'alerts'> = {
  ...out,
  states: alerts(env.DIGESTS_TABLE),
  metrics: metrics(env.METRICS_TABLE),
  followUps: followUps({ digests: env.DIGESTS_TABLE }),
  sendNow: sendNow(sending),
  wantContent: wantContent(sending),
  sender: digestSender,
  now: sending.now,
};

const inForce = alertsInForce(out.settings, sending.now);

const run = async (event: unknown): Promise<unknown> => {
  const asSet: AlertDeps = { ...deps, alerts: await inForce() };
  if (!isStreamEvent(event)) return tick('alerts_swept', sweepAlerts(asSet));
  return eachRecord(event, async (image) => {
    await evaluatePoint(asSet)({ metric: image['metric']?.S ?? '', at: image['at']?.S ?? '' });
  });
};

export const handler = (event: unknown): Promise<unknown> => run(event).finally(out.settle);
