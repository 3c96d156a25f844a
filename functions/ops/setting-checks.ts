import type { z } from 'zod';
import { dayOf, yearOf } from '../../shared/calendar/day.ts';
import { calendarSetting, loadCalendar } from '../../shared/calendar/loaded.ts';
import { parseYearCalendar } from '../../shared/calendar/year.ts';
import type { Standing } from '../../shared/delivery/call-budget.ts';
import { modeSchema, modeSetting, trialPeople, trialSetting } from '../../shared/delivery/modes.ts';
import { errorFields } from '../../shared/log.ts';
import type { Setting, Settings } from '../../shared/store/settings.ts';
import { broken, type Check, fine, list, warning } from './check.ts';

export type SettingCheckDeps = {
  readonly settings: Pick<Settings, 'current' | 'append' | 'recent'>;
  readonly senders: readonly { readonly id: string }[];
  readonly topics: readonly string[];
  readonly standing: (now: Date) => Promise<Standing>;
};

type Reader = readonly [setting: string, read: (found: Setting) => unknown];

const readersOf = ({ senders, topics }: SettingCheckDeps, now: Date): readonly Reader[] => {
  const year = yearOf(dayOf(now));
  const mode = ({ value }: Setting): z.output<typeof modeSchema> => modeSchema.parse(value);
  return [
    ...senders.map(({ id }): Reader => [modeSetting('sender', id), mode]),
    ...topics.map((topic): Reader => [modeSetting('subject', topic), mode]),
    [trialSetting, trialPeople],
    ...[year - 1, year, year + 1].map(
      (each): Reader => [calendarSetting(each), ({ value }) => parseYearCalendar(value)],
    ),
  ];
};

/** A value that can't be read stops whoever needs it. */
const parseCheck = async (deps: SettingCheckDeps, now: Date): Promise<Check> => {
  const readers = readersOf(deps, now);
  const wrong = await Promise.all(
    readers.map(async ([setting, read]) => {
      const found = await deps.settings.current(setting);
      try {
        if (found) read(found);
        return undefined;
      } catch (error) {
        return `${setting} (${String(errorFields(error)['code'])})`;
      }
    }),
  );
  const named = wrong.filter((each) => each !== undefined);
  if (named.length === 0)
    return fine('settings.parse', `${readers.length} settings are unset or can be read`);
  return broken('settings.parse', {
    detail: `can't be read: ${list(named)}`,
    fix: 'set it again with the ops command of its kind: mode, trial or calendar',
  });
};

const modeOf = async ({ settings }: SettingCheckDeps, setting: string): Promise<string | undefined> => {
  const found = await settings.current(setting);
  return found && modeSchema.safeParse(found.value).data;
};

const senderCheck = async (deps: SettingCheckDeps, id: string): Promise<Check> => {
  const mode = (await modeOf(deps, modeSetting('sender', id))) ?? 'rehearsal';
  const name = `sender.${id}.mode`;
  if (mode === 'live') return fine(name, mode);
  if (mode === 'rehearsal') {
    const fix = `when the trial is over: {"do":"mode","id":"${id}","mode":"live","confirm":true}`;
    return warning(name, { detail: 'rehearsal: only the trial list gets anything', fix });
  }
  const fix = `when it may go on: {"do":"resume","what":"sender:${id}","confirm":true}`;
  return broken(name, { detail: 'stopped: nothing leaves', fix });
};

const topicsCheck = async (deps: SettingCheckDeps): Promise<Check> => {
  const modes = await Promise.all(
    deps.topics.map(async (topic) => ({ topic, mode: await modeOf(deps, modeSetting('subject', topic)) })),
  );
  const kept = modes.filter(({ mode }) => mode !== undefined && mode !== 'live');
  if (kept.length === 0) return fine('topics.mode', 'no digest or other subject is stopped');
  const detail = kept.map(({ topic, mode }) => `${topic} ${mode ?? ''}`);
  const fix = 'when it may go on: {"do":"mode","of":"subject","id":"<id>","mode":"live","confirm":true}';
  return warning('topics.mode', { detail: list(detail), fix });
};

const calendarCheck = async ({ settings }: SettingCheckDeps, now: Date): Promise<Check> => {
  const { calendar, version } = await loadCalendar(settings, now);
  const horizon = calendar.horizonWarning(now);
  if (!horizon) return fine('calendar.horizon', `loaded until ${calendar.horizon ?? '—'} (${version})`);
  const fix = 'load the next year as soon as it is published: {"do":"calendar","year":{…},"confirm":true}';
  const trouble = { detail: `${horizon.daysLeft} days left until ${calendar.horizon ?? '—'}`, fix };
  return (horizon.daysLeft < 0 ? broken : warning)('calendar.horizon', trouble);
};

const budgetCheck = async ({ standing }: SettingCheckDeps, now: Date): Promise<Check> => {
  const { calls, quota, share, level } = await standing(now);
  const detail = quota === null ? `${calls} calls, no limit` : `${calls} of ${quota} calls (${level})`;
  if (level === 'normal') return fine('budget.level', detail);
  const fix = 'see what costs them: {"do":"budget"}; buy a plan with more, or set "monthlyCalls"';
  return (share >= 0.95 || level === 'usedUp' ? broken : warning)('budget.level', { detail, fix });
};

/** What administrators have set, and what it means today. */
export const settingChecks = (deps: SettingCheckDeps, now: Date): Promise<readonly Check[]> =>
  Promise.all([
    parseCheck(deps, now),
    ...deps.senders.map(({ id }) => senderCheck(deps, id)),
    topicsCheck(deps),
    calendarCheck(deps, now),
    budgetCheck(deps, now),
  ]);
