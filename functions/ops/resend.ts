import * as z from 'zod';
import { addDays, atTime, dayOf } from '../../shared/calendar/day.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import { anyoneCalled } from './asked-person.ts';
import { type Failed, type FailedDeps, failedOfSubject, type Prospect } from './failed-deliveries.ts';
import { confirm } from './setting-commands.ts';

type Allowed = { readonly force: boolean; readonly evenIfUnknown: boolean };

const skippedBecause: Readonly<Record<Exclude<Prospect, 'mayWork'>, string>> = {
  hopeless: 'can never work as things are: mend it, then add "force": true',
  unknown: 'may have arrived: "evenIfUnknown": true sends it again, and the person may see it twice',
};

const isChosen = ({ prospect }: Failed, { force, evenIfUnknown }: Allowed): boolean =>
  prospect === 'mayWork' || (prospect === 'hopeless' ? force : evenIfUnknown);

const toSkipped = ({ name, code, reason, prospect, fix }: Failed): CommandReply => ({
  name,
  code,
  reason,
  fix,
  why: prospect === 'mayWork' ? '' : skippedBecause[prospect],
});

/** Till the end of today, and at least two hours: an administrator has just asked for it. */
const validUntilFrom = (now: Date): Date =>
  new Date(Math.max(atTime(addDays(dayOf(now), 1), '00:00').getTime(), now.getTime() + 2 * 3_600_000));

/** Nobody knows whether the old message arrived, and its uuid protects no more: the new one is another message. */
const retry = async ({ deliveries }: FailedDeps, failed: Failed, now: Date): Promise<boolean> => {
  const generation = failed.prospect === 'unknown' ? 'next' : 'same';
  const again = { generation, now, validUntil: validUntilFrom(now) } as const;
  return (await deliveries.retryFailed(failed, again)) !== undefined;
};

const failedFor = async (
  deps: FailedDeps,
  subject: string,
  person: string | undefined,
): Promise<readonly Failed[]> => {
  const failed = await failedOfSubject(deps, subject);
  if (person === undefined) return failed;
  const { person: unionId } = await anyoneCalled(deps.people, person);
  return failed.filter(({ recipient }) => recipient === unionId);
};

/**
 * Tries again what failed for good, and nothing else: a row that was accepted, waits or is tried by itself is never
 * touched, so a second call changes nothing. `deliver` sends them.
 */
export const resend = (deps: FailedDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      subject: z.string().min(1),
      /** union_id, job number or name; absent: everybody. */
      person: z.string().min(1).optional(),
      /** Also where Feishu's code says that it can never work. */
      force: z.boolean().default(false),
      /** Also where the message may have arrived. */
      evenIfUnknown: z.boolean().default(false),
      confirm,
    }),
    async ({ subject, person, confirm: confirmed, ...allowed }, now): Promise<CommandReply> => {
      const failed = await failedFor(deps, subject, person);
      const chosen = failed.filter((each) => isChosen(each, allowed));
      const skipped = failed.filter((each) => !isChosen(each, allowed)).map(toSkipped);
      if (!confirmed) {
        const who = chosen.map(({ name, code, reason, prospect }) => ({ name, code, reason, prospect }));
        return { dryRun: true, subject, who, skipped, hint: 'add "confirm": true to send again' };
      }
      const done = await Promise.all(chosen.map((each) => retry(deps, each, now)));
      return { subject, resent: done.filter(Boolean).length, skipped };
    },
  );
