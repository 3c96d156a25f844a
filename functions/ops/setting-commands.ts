import * as z from 'zod';
import { releases } from '../../config/bundles.ts';
import { senders } from '../../config/senders.ts';
import { calendarSetting } from '../../shared/calendar/loaded.ts';
import { parseYearCalendar } from '../../shared/calendar/year.ts';
import { modeSchema, modeSetting, trialPeople, trialSetting } from '../../shared/delivery/modes.ts';
import { ConflictError, NotFoundError } from '../../shared/errors.ts';
import { findPeople } from '../../shared/find-person.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import type { People } from '../../shared/store/people.ts';
import type { Settings } from '../../shared/store/settings.ts';

export type SettingDeps = { readonly settings: Settings; readonly people: People };

export const confirm = z.boolean().default(false);
export const changedBy = z.string().min(1).default('ops');

type Change = {
  readonly value: unknown;
  readonly confirm: boolean;
  readonly changedBy: string;
  readonly now: Date;
};

/** Appends a version, or tells what it would replace. */
const changeSetting = async (
  { settings }: SettingDeps,
  setting: string,
  { now, ...change }: Change,
): Promise<CommandReply> => {
  const before = await settings.current(setting);
  const reply = { setting, before: before?.value ?? null, after: change.value };
  if (!change.confirm) return { dryRun: true, ...reply, hint: 'add "confirm": true to apply' };
  const done = await settings.append(setting, { value: change.value, changedBy: change.changedBy, now });
  if (!done)
    throw new ConflictError('changed_meanwhile', 'somebody else changed this setting at the same moment');
  return { ...reply, version: (await settings.current(setting))?.version };
};

/** What may be stopped by itself: releases and every other kind of subject. */
export const topics = [
  ...releases.map(({ id }) => id),
  'alert',
  'reply',
  'menu',
  'welcome',
  'joined',
  'notice',
];

/** A sender that nobody has set rehearses; a subject that nobody has set follows its sender. */
const modeInForce = async (
  { settings }: SettingDeps,
  setting: string,
  of: 'sender' | 'subject',
): Promise<object> => {
  const current = await settings.current(setting);
  if (current) return { mode: current.value, version: current.version };
  return { mode: of === 'sender' ? 'rehearsal' : 'live', version: '0' };
};

const mode = (deps: SettingDeps): Command =>
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

const trial = (deps: SettingDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      /** union_ids, job numbers or names. */
      people: z.array(z.string().min(1)).max(50).optional(),
      confirm,
      changedBy,
    }),
    async ({ people: wanted, ...change }, now) => {
      if (!wanted) return { people: trialPeople(await deps.settings.current(trialSetting)) };
      const people = findPeople(wanted, await deps.people.listHere()).map(({ person }) => person);
      return changeSetting(deps, trialSetting, { ...change, value: { people }, now });
    },
  );

const calendar = (deps: SettingDeps): Command =>
  command(
    z.strictObject({ do: z.string(), year: z.unknown(), confirm, changedBy }),
    async ({ year, ...change }, now) => {
      const parsed = parseYearCalendar(year);
      return changeSetting(deps, calendarSetting(parsed.year), { ...change, value: parsed, now });
    },
  );

/** What is in force: modes, the trial list, years of holidays. */
export const settingCommands = (deps: SettingDeps): Readonly<Record<string, Command>> => ({
  mode: mode(deps),
  trial: trial(deps),
  calendar: calendar(deps),
});
