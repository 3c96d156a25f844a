import * as z from 'zod';
import { admins } from '../../config/admins.ts';
import { releases } from '../../config/bundles.ts';
import { digestSender } from '../../config/senders.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { readEnv } from '../../shared/config.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendDelivery, sendNow } from '../../shared/delivery/send.ts';
import { runCommand } from '../../shared/lambda/command.ts';
import { isTick, tick } from '../../shared/lambda/schedule.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { metrics } from '../../shared/store/metrics.ts';
import { windows } from '../../shared/store/windows.ts';
import { tellOfBudget } from './budget-notice.ts';
import { digestCommands } from './commands.ts';
import { releaseDue, releaseReady } from './due.ts';
import { warnOfHorizon } from './horizon.ts';
import type { DigestDeps } from './release.ts';
import { digestSource } from './sources.ts';

const env = readEnv({
  DIGESTS_TABLE: z.string().min(1),
  METRICS_TABLE: z.string().min(1),
  OPS_TABLE: z.string().min(1),
  TICKETS_TABLE: z.string().min(1),
  BI_URL: z.string().min(1),
});
const out = outbox('digest', 10_000);
const lines = followUps({ digests: env.DIGESTS_TABLE });
const deps: DigestDeps = {
  ...out,
  ...out.sending,
  releases,
  windows: windows(env.DIGESTS_TABLE),
  followUps: lines,
  metrics: metrics(env.METRICS_TABLE),
  source: digestSource(env, { followUps: lines, settings: out.settings, now: out.sending.now }),
  calendar: () => loadCalendar(out.settings, out.sending.now()),
  send: sendDelivery(out.sending),
  sender: digestSender,
};
const telling = { ...deps, budget: out.budget, admins, sendNow: sendNow(out.sending) };
const [warn, tellBudget] = [warnOfHorizon(telling), tellOfBudget(telling)];

const run = (event: unknown): Promise<unknown> => {
  if (isTick(event)) {
    return tick('digests_released', async (now) => ({
      warned: await warn(now),
      ...(await tellBudget(now)),
      ...(await releaseDue(deps)(now)),
    }));
  }
  if (!isStreamEvent(event)) return runCommand(digestCommands(deps), event);
  return eachRecord(event, (image) => releaseReady(deps, image['metric']?.S ?? '', image['at']?.S ?? ''));
};

// The connection ends with the invocation: the next one is a minute away, and `invoke local` would wait for it.
export const handler = (event: unknown): Promise<unknown> =>
  run(event).finally(deps.source.close).finally(out.settle);
