import * as z from 'zod';
import { senders } from '../../config/senders.ts';
import { dayOf } from '../../shared/calendar/day.ts';
import { type Mode, modeSchema, modeSetting, topicOf } from '../../shared/delivery/modes.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { ConflictError, NotFoundError } from '../../shared/errors.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Setting, Settings } from '../../shared/store/settings.ts';
import { changedBy, confirm, topics } from './setting-commands.ts';

export type StopDeps = {
  readonly settings: Settings;
  readonly deliveries: Deliveries;
  readonly releases: readonly Bundle[];
};

type Switch = { readonly of: 'sender' | 'subject'; readonly id: string };

const ofSender = (id: string): Switch => ({ of: 'sender', id });
const ofTopic = (id: string): Switch => ({ of: 'subject', id });

/** What stops when a source can't be trusted: every release that shows its figures. */
const fedBy = ({ releases }: StopDeps, source: string): readonly Switch[] =>
  releases
    .filter(({ digests }) => digests.some((digest) => digest.source.id === source))
    .map(({ id }) => ofTopic(id));

const releaseWith = ({ releases }: StopDeps, id: string): readonly Switch[] =>
  releases
    .filter((release) => release.id === id || release.digests.some((digest) => digest.id === id))
    .map((release) => ofTopic(release.id));

const known = ({ releases }: StopDeps): readonly string[] => [
  'everything',
  ...senders.map(({ id }) => `sender:${id}`),
  ...senders.map(({ id }) => `account:${id}`),
  ...releases.map(({ id }) => `digest:${id}`),
  ...new Set(releases.flatMap(({ digests }) => digests.map(({ source }) => `source:${source.id}`))),
  ...topics.map((topic) => `topic:${topic}`),
];

const bySort: Readonly<Record<string, (deps: StopDeps, id: string) => readonly Switch[]>> = {
  sender: (_, id) => senders.filter((one) => one.id === id).map((one) => ofSender(one.id)),
  // An account is a sender with its own name.
  account: (_, id) => senders.filter((one) => one.id === id).map((one) => ofSender(one.id)),
  digest: releaseWith,
  source: fedBy,
  topic: (_, id) => topics.filter((topic) => topic === id).map(ofTopic),
};

const switchesOf = (deps: StopDeps, what: string): readonly Switch[] => {
  if (what === 'everything') return senders.map(({ id }) => ofSender(id));
  const [sort = '', id = ''] = what.split(':', 2);
  const found = bySort[sort]?.(deps, id) ?? [];
  if (found.length > 0) return found;
  throw new NotFoundError('unknown_target', `"what" must be one of: ${known(deps).join(' | ')}`);
};

type Queue = Readonly<Record<string, number>>;

/** A day ahead: what is held till tomorrow morning counts, too. */
const aheadMs = 24 * 3_600_000;

/** What waits, by topic, and the rows of today's releases; what is held longer or beyond 200 isn't counted. */
const queueOf = async ({ deliveries, releases }: StopDeps, now: Date): Promise<Queue> => {
  const due = await deliveries.listDue(new Date(now.getTime() + aheadMs));
  const queue: Record<string, number> = {};
  for (const { subject } of due) queue[topicOf(subject)] = (queue[topicOf(subject)] ?? 0) + 1;
  for (const { id } of releases) {
    const rows = await deliveries.listOfSubject(`digest:${id}:${dayOf(now)}`);
    const planned = rows.filter(({ state }) => state === 'planned').length;
    if (planned > 0) queue[id] = (queue[id] ?? 0) + planned;
  }
  return queue;
};

type Turn = Switch & { readonly before: Mode | undefined; readonly after: Mode | undefined };

const modeOf = (setting: Setting | undefined): Mode | undefined => setting && modeSchema.parse(setting.value);

/** A stop ends where it began: rehearsal stays rehearsal. */
const beforeStop = async ({ settings }: StopDeps, { of, id }: Switch): Promise<Mode> => {
  const earlier = await settings.recent(modeSetting(of, id), 20);
  const modes = earlier.map((setting) => modeOf(setting));
  const unset = of === 'sender' ? 'rehearsal' : 'live';
  return modes.find((mode) => mode !== 'stopped') ?? unset;
};

const plan = async (deps: StopDeps, what: string, verb: 'stop' | 'resume'): Promise<readonly Turn[]> =>
  Promise.all(
    switchesOf(deps, what).map(async (one): Promise<Turn> => {
      const before = modeOf(await deps.settings.current(modeSetting(one.of, one.id)));
      if (verb === 'stop') return { ...one, before, after: 'stopped' };
      return { ...one, before, after: before === 'stopped' ? await beforeStop(deps, one) : before };
    }),
  );

const apply = async (
  { settings }: StopDeps,
  turns: readonly Turn[],
  change: { readonly changedBy: string; readonly now: Date },
): Promise<void> => {
  const done = await Promise.all(
    turns.map(({ of, id, after }) => settings.append(modeSetting(of, id), { ...change, value: after })),
  );
  if (done.every(Boolean)) return;
  throw new ConflictError('changed_meanwhile', 'somebody else changed a mode at the same moment: look again');
};

const turnCommand = (deps: StopDeps, verb: 'stop' | 'resume'): Command =>
  command(
    z.strictObject({
      do: z.string(),
      /** everything · sender:<id> · account:<id> · digest:<id> · source:<id> · topic:<id> */
      what: z.string().min(1),
      confirm,
      changedBy,
    }),
    async ({ what, confirm: confirmed, changedBy: by }, now): Promise<CommandReply> => {
      const all = await plan(deps, what, verb);
      const turns = all.filter(({ before, after }) => before !== after);
      const told = all.map(({ of, id, before, after }) => ({
        of,
        id,
        before: before ?? null,
        after: after ?? null,
      }));
      const queued = await queueOf(deps, now);
      if (!confirmed)
        return { dryRun: true, what, modes: told, queued, hint: 'add "confirm": true to apply' };
      await apply(deps, turns, { changedBy: by, now });
      return { what, modes: told, changed: turns.length, queued, inForceWithinSeconds: 2 };
    },
  );

/** One command for an emergency and one to end it. What is queued waits and leaves after the resume, if it is still wanted. */
export const stopCommands = (deps: StopDeps): Readonly<Record<string, Command>> => ({
  stop: turnCommand(deps, 'stop'),
  resume: turnCommand(deps, 'resume'),
});
