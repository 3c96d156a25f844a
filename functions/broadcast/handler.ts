import * as z from 'zod';
import { evidenceKeysSchema } from '../../shared/broadcasts/evidence-keys.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { readEnv } from '../../shared/config.ts';
import { runCommand } from '../../shared/lambda/command.ts';
import { isTick, tick } from '../../shared/lambda/schedule.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { advance } from './advance.ts';
import { remindOfCadence } from './cadence.ts';
import { stepCommands } from './commands.ts';
import { evidenceCommands } from './evidence.ts';
import { readCommands } from './read-commands.ts';
import { tickPosts } from './tick.ts';
import { forInvocation, wiring } from './wiring.ts';

/** A stream's record waits for nobody: what takes longer is left to the next tick. */
const recordMs = 20_000;
/** A tick may plan for a whole company; 15 minutes are what Lambda gives. */
const tickMs = 10 * 60_000;

const { EVIDENCE_KEYS: evidenceKeys, WORKBENCH_URL: workbenchUrl } = readEnv({
  EVIDENCE_KEYS: evidenceKeysSchema,
  WORKBENCH_URL: z.url(),
});
const wired = wiring();
const { sleep } = wired.sending;

const calendar = async (at: Date) => (await loadCalendar(wired.settings, at)).calendar;
const eachMinute = async (now: Date) => ({
  ...(await tickPosts({ ...forInvocation(wired, tickMs), sleep })(now)),
  // Ten ticks of a day look: whatever keeps one from it keeps no post back.
  silences: await remindOfCadence({ ...wired, calendar })(now),
});

const run = (event: unknown): Promise<unknown> => {
  if (isTick(event)) return tick('posts_advanced', eachMinute);
  if (isStreamEvent(event)) {
    const deps = forInvocation(wired, recordMs);
    return eachRecord(event, async (image) => {
      await advance(deps)(image['broadcast']?.S ?? '');
    });
  }
  const deps = forInvocation(wired, tickMs);
  return runCommand(
    {
      ...stepCommands(deps),
      ...readCommands(deps),
      ...evidenceCommands({ ...deps, evidenceKeys, workbenchUrl }),
    },
    event,
  );
};

export const handler = (event: unknown): Promise<unknown> => run(event).finally(wired.settle);
