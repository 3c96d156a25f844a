import { admins } from '../../config/admins.ts';
import { releases } from '../../config/bundles.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { runCommand } from '../../shared/lambda/command.ts';
import { isTick, tick } from '../../shared/lambda/schedule.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { releasesInForce } from '../../shared/settings/releases-in-force.ts';
import { tellOfBudget } from './budget-notice.ts';
import { digestCommands } from './commands.ts';
import { releaseDue, releaseReady } from './due.ts';
import { warnOfHorizon } from './horizon.ts';
import type { DigestDeps } from './release.ts';
import { wireDigest } from './wiring.ts';

const out = outbox('digest', 10_000);
const deps = wireDigest(out);
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
