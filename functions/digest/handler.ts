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
import { releasesInForce } from '../../shared/settings/releases-in-force.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { metrics } from '../../shared/store/metrics.ts';
import { windows } from '../../shared/store/windows.ts';
import { tellOfBudget } from './budget-notice.ts';
import { digestCommands } from './commands.ts';
import { releaseDue, releaseReady } from './due.ts';
import { warnOfHorizon } from './horizon.ts';
import type { DigestDeps } from './release.ts';
import { digestSource } from './sources.ts';

const name = z.string().min(1);
const tables = { DIGESTS_TABLE: name, METRICS_TABLE: name, OPS_TABLE: name, TICKETS_TABLE: name };
const env = readEnv({ ...tables, BI_URL: name });
const out = outbox('digest', 10_000);
const lines = followUps({ digests: env.DIGESTS_TABLE });
const deps: Omit<DigestDeps, 'releases'> = {
  ...{ ...out, ...out.sending },
  windows: windows(env.DIGESTS_TABLE),
  followUps: lines,
  metrics: metrics(env.METRICS_TABLE),
  source: digestSource(env, { followUps: lines, settings: out.settings, now: out.sending.now }),
  calendar: () => loadCalendar(out.settings, out.sending.now()),
  send: sendDelivery(out.sending),
  sender: digestSender,
};
const inForce = releasesInForce(out.settings, out.sending.now);
const telling = { ...deps, releases, budget: out.budget, admins, sendNow: sendNow(out.sending) };
const [warn, tellBudget] = [warnOfHorizon(telling), tellOfBudget(telling)];

const run = async (event: unknown): Promise<unknown> => {
  const asSet: DigestDeps = { ...deps, releases: await inForce() };
  if (isTick(event)) {
    return tick('digests_released', async (now) => ({
      warned: await warn(now),
      ...(await tellBudget(now)),
      ...(await releaseDue(asSet)(now)),
    }));
  }
  if (!isStreamEvent(event)) return runCommand(digestCommands(asSet), event);
  return eachRecord(event, (image) => releaseReady(asSet, image['metric']?.S ?? '', image['at']?.S ?? ''));
};

// The connection ends with the invocation: the next one is a minute away, and `invoke local` would wait for it.
export const handler = (event: unknown): Promise<unknown> =>
  run(event).finally(deps.source.close).finally(out.settle);
