import * as z from 'zod';
import { addDays, atTime, clockTime, dayOf } from '../../shared/calendar/day.ts';
import { ConflictError, InvalidInputError } from '../../shared/errors.ts';
import { findPeople, findPerson } from '../../shared/find-person.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { People, Person } from '../../shared/store/people.ts';
import { type Leave, shiftSchema } from '../../shared/store/person-hours.ts';
import { day } from './asked-person.ts';
import { confirm } from './setting-commands.ts';

export type LeaveDeps = { readonly people: People };

const who = {
  do: z.string(),
  /** union_id, job number or name. */
  person: z.string().min(1),
  confirm,
};

const personOf = async ({ people }: LeaveDeps, wanted: string): Promise<Person> =>
  findPerson(wanted, await people.listHere());

const hint = 'add "confirm": true to apply';
const changedMeanwhile = (): ConflictError =>
  new ConflictError('changed_meanwhile', 'somebody else changed this person at the same moment');

type Days = { readonly from?: string | undefined; readonly to?: string | undefined };

/** Whole days, both of them off. */
const leaveOf = ({ from, to = from }: Days): Leave | undefined => {
  if (from === undefined || to === undefined) return undefined;
  if (to < from) throw new InvalidInputError('invalid_leave', '"to" is before "from"');
  return {
    from: atTime(from, '00:00').toISOString(),
    until: atTime(addDays(to, 1), '00:00').toISOString(),
  };
};

const inDays = ({ from, until }: Leave) => ({
  from: `${dayOf(new Date(from))} ${clockTime(new Date(from))}`,
  until: `${dayOf(new Date(until))} ${clockTime(new Date(until))}`,
});

/**
 * `{"do":"leave","person":…}` shows; with `from` (and `to`) one more is recorded, with `clear` none is left. What is over
 * goes with the next change.
 */
const leave = (deps: LeaveDeps): Command =>
  command(
    z.strictObject({ ...who, from: day.optional(), to: day.optional(), clear: z.boolean().default(false) }),
    async ({ person: wanted, clear, confirm: confirmed, ...days }, now): Promise<CommandReply> => {
      const { person, name, leave: before = [] } = await personOf(deps, wanted);
      const one = leaveOf(days);
      if (!clear && !one) return { person: name, leave: before.map(inDays) };
      const kept = clear ? [] : before.filter(({ until }) => until > now.toISOString());
      const after = one ? [...kept, one] : kept;
      const reply = { person: name, before: before.map(inDays), after: after.map(inDays) };
      if (!confirmed) return { dryRun: true, ...reply, hint };
      if (!(await deps.people.recordLeave(person, after, before))) throw changedMeanwhile();
      return reply;
    },
  );

type ShiftWanted = {
  readonly wanted: string;
  readonly after: Person['shift'] | null;
  readonly confirmed: boolean;
};

const shiftOfOne = async (
  deps: LeaveDeps,
  { wanted, after, confirmed }: ShiftWanted,
): Promise<CommandReply> => {
  const { person, name, shift: before = null } = await personOf(deps, wanted);
  if (after === undefined) return { person: name, shift: before };
  const reply = { person: name, before, after };
  if (!confirmed) return { dryRun: true, ...reply, hint };
  if (!(await deps.people.recordShift(person, after ?? undefined))) throw changedMeanwhile();
  return reply;
};

/** A team that works the same hours; everybody who is unknown is told at once, and nothing is changed then. */
const shiftOfMany = async (
  { people }: LeaveDeps,
  { wanted, after, confirmed }: Omit<ShiftWanted, 'wanted'> & { readonly wanted: readonly string[] },
): Promise<CommandReply> => {
  const team = findPeople(wanted, await people.listHere());
  if (after === undefined)
    return { people: team.map(({ name, shift: now = null }) => ({ name, shift: now })) };
  const reply = { people: team.map(({ name }) => name), after };
  if (!confirmed) return { dryRun: true, ...reply, hint };
  const done = await someAtOnce(team, ({ person }) => people.recordShift(person, after ?? undefined));
  if (done.includes(false)) throw changedMeanwhile();
  return reply;
};

/**
 * `{"do":"shift","person":…,"shift":{"from":"14:00","to":"23:00","days":[1,2,3,4,5]}}`, of a list of people as well; `null`
 * takes it away.
 */
const shift = (deps: LeaveDeps): Command =>
  command(
    z.strictObject({
      ...who,
      person: z.union([who.person, z.array(who.person).min(1)]),
      shift: shiftSchema.nullish(),
    }),
    ({ person: wanted, shift: after, confirm: confirmed }): Promise<CommandReply> =>
      typeof wanted === 'string'
        ? shiftOfOne(deps, { wanted, after, confirmed })
        : shiftOfMany(deps, { wanted, after, confirmed }),
  );

/** What the HR system and the rota will say once they are connected. */
export const leaveCommands = (deps: LeaveDeps): Readonly<Record<string, Command>> => ({
  leave: leave(deps),
  shift: shift(deps),
});
