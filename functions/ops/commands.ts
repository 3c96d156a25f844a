import * as z from 'zod';
import { releases } from '../../config/bundles.ts';
import { senders } from '../../config/senders.ts';
import { dayOf, monthOf } from '../../shared/calendar/day.ts';
import { calendarSetting } from '../../shared/calendar/loaded.ts';
import { parseYearCalendar } from '../../shared/calendar/year.ts';
import { modeSchema, modeSetting, trialSetting } from '../../shared/delivery/modes.ts';
import { ConflictError, NotFoundError } from '../../shared/errors.ts';
import { findPeople } from '../../shared/find-person.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Inbox } from '../../shared/store/inbox.ts';
import type { Ops } from '../../shared/store/ops.ts';
import type { People } from '../../shared/store/people.ts';
import type { Settings } from '../../shared/store/settings.ts';
import type { Windows } from '../../shared/store/windows.ts';

export type OpsDeps = {
  readonly inbox: Inbox;
  readonly settings: Settings;
  readonly people: People;
  readonly deliveries: Deliveries;
  readonly windows: Windows;
  readonly calls: Pick<Ops, 'callsOf'>;
};

const confirm = z.boolean().default(false);
const changedBy = z.string().min(1).default('ops');

type Change = { readonly value: unknown; readonly confirm: boolean; readonly changedBy: string };

/** Appends a version, or tells what it would replace. */
const changeSetting = async (
  { settings }: OpsDeps,
  setting: string,
  { now, ...change }: Change & { readonly now: Date },
): Promise<CommandReply> => {
  const before = await settings.current(setting);
  const reply = { setting, before: before?.value ?? null, after: change.value };
  if (!change.confirm) return { dryRun: true, ...reply, hint: 'add "confirm": true to apply' };
  const done = await settings.append(setting, { value: change.value, changedBy: change.changedBy, now });
  if (!done)
    throw new ConflictError('changed_meanwhile', 'somebody else changed this setting at the same moment');
  return { ...reply, version: (await settings.current(setting))?.version };
};

const topics = [...releases.map(({ id }) => id), 'reply', 'menu', 'welcome', 'joined', 'notice'];

/** A sender that nobody has set rehearses; a subject that nobody has set follows its sender. */
const modeInForce = async (
  { settings }: OpsDeps,
  setting: string,
  of: 'sender' | 'subject',
): Promise<object> => {
  const current = await settings.current(setting);
  if (current) return { mode: current.value, version: current.version };
  return { mode: of === 'sender' ? 'rehearsal' : 'live', version: '0' };
};

const mode = (deps: OpsDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      of: z.enum(['sender', 'subject']).default('sender'),
      id: z.string(),
      mode: modeSchema.optional(),
      confirm,
      changedBy,
    }),
    async ({ of, id, mode: wanted, ...change }, now) => {
      const known = of === 'sender' ? senders.map((sender): string => sender.id) : topics;
      if (!known.includes(id))
        throw new NotFoundError('unknown_id', `"id" must be one of: ${known.join(' | ')}`);
      const setting = modeSetting(of, id);
      if (wanted) return changeSetting(deps, setting, { ...change, value: wanted, now });
      return { setting, ...(await modeInForce(deps, setting, of)) };
    },
  );

const onList = z.object({ people: z.array(z.string()) }).optional();

const trial = (deps: OpsDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      /** union_ids, job numbers or names. */
      people: z.array(z.string().min(1)).max(50).optional(),
      confirm,
      changedBy,
    }),
    async ({ people: wanted, ...change }, now) => {
      if (!wanted) return { people: [], ...onList.parse((await deps.settings.current(trialSetting))?.value) };
      const people = findPeople(wanted, await deps.people.listHere()).map(({ person }) => person);
      return changeSetting(deps, trialSetting, { ...change, value: { people }, now });
    },
  );

const calendar = (deps: OpsDeps): Command =>
  command(
    z.strictObject({ do: z.string(), year: z.unknown(), confirm, changedBy }),
    async ({ year, ...change }, now) => {
      const parsed = parseYearCalendar(year);
      return changeSetting(deps, calendarSetting(parsed.year), { ...change, value: parsed, now });
    },
  );

/** Whose receipts there are. */
const source = z.enum(['feishu']).default('feishu');

const dead = (deps: OpsDeps): Command =>
  command(z.strictObject({ do: z.string(), source }), async ({ source: of }) => {
    const receipts = (await deps.inbox.listDead(of)).map(
      ({ id, eventType, receivedAt, reason, attempts }) => ({ id, eventType, receivedAt, reason, attempts }),
    );
    return { source: of, count: receipts.length, receipts };
  });

const replay = (deps: OpsDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      source,
      /** One receipt; absent: every dead one of the source. */
      id: z.string().optional(),
      confirm,
    }),
    async ({ source: of, id, confirm: confirmed }, now) => {
      const all = await deps.inbox.listDead(of);
      const chosen = id ? all.filter((receipt) => receipt.id === id) : all;
      if (id && chosen.length === 0)
        throw new NotFoundError('unknown_receipt', 'no dead receipt has this id');
      const ids = chosen.map((receipt) => receipt.id);
      if (!confirmed) return { dryRun: true, ids, hint: 'add "confirm": true to replay' };
      const replayed = await Promise.all(ids.map((each) => deps.inbox.replay(each, now)));
      return { replayed: replayed.filter(Boolean).length, ids };
    },
  );

/** Recomputes target = Σ states of a digest's window from the rows themselves. */
const verify = (deps: OpsDeps): Command =>
  command(
    z.strictObject({ do: z.string(), subject: z.string().regex(/^digest:[a-z0-9-]+:\d{4}-\d{2}-\d{2}$/) }),
    async ({ subject }) => {
      const [, digest = '', window = ''] = subject.split(':');
      const [row, rows] = await Promise.all([
        deps.windows.find(digest, window),
        deps.deliveries.listOfSubject(subject),
      ]);
      if (!row) throw new NotFoundError('unknown_subject', 'no such window');
      const states: Record<string, number> = {};
      for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
      return {
        subject,
        state: row.state,
        target: row.target ?? null,
        states,
        holds: row.target === rows.length,
      };
    },
  );

/** One receipt: where it stands and why. Its body stays sealed. */
const receipt = (deps: OpsDeps): Command =>
  command(z.strictObject({ do: z.string(), id: z.string().min(1) }), async ({ id }) => {
    const found = await deps.inbox.find(id);
    if (!found) throw new NotFoundError('unknown_receipt', 'no receipt has this id');
    return { ...found, body: found.body ? 'sealed' : null };
  });

/** Feishu's free plan, for the whole tenant. */
const freeCallsPerMonth = 10_000;

const budget = (deps: OpsDeps): Command =>
  command(z.strictObject({ do: z.string() }), async (_, now) => {
    const month = monthOf(dayOf(now));
    const calls = await deps.calls.callsOf(month);
    return { month, calls, ofFreePlan: calls / freeCallsPerMonth };
  });

/** `{"do": …}` for administrators; writes are dry runs unless `"confirm": true`. */
export const opsCommands = (deps: OpsDeps): Readonly<Record<string, Command>> => ({
  mode: mode(deps),
  trial: trial(deps),
  calendar: calendar(deps),
  dead: dead(deps),
  receipt: receipt(deps),
  replay: replay(deps),
  verify: verify(deps),
  budget: budget(deps),
});
