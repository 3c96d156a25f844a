import { type Day, dayOf } from '../calendar/day.ts';
import { isOnDuty } from '../calendar/quiet-hours.ts';
import type { Person } from '../store/people.ts';
import type { Router } from '../store/ticket-keys.ts';
import { timeOf } from './counted-time.ts';
import type { Duty, Team, TeamCalendar } from './desk.ts';
import { isDuring, isOnLeave } from './presence.ts';
import type { Rules } from './rules.ts';
import { isOfTeam, leadsOfTeam } from './team-people.ts';
import type { Priority, Who } from './ticket.ts';

type Somebody = Pick<Person, 'person' | 'name' | 'roles' | 'departments' | 'shift' | 'leave'>;

export type Wanted = {
  readonly ticket: string;
  readonly team: Team;
  readonly priority: Priority;
  /** Of the rule that found the team; absent: the team's own. */
  readonly mode?: 'sourceAgent' | 'roundRobin' | 'duty' | undefined;
  /** Who looks after it at the source: `qiyu:143`. */
  readonly agents: readonly string[];
  /** Whose it was before it was reopened. */
  readonly before?: string | undefined;
};

export type Candidate = {
  readonly who: Who;
  /** Open tickets that they may have. */
  readonly cap: number;
  readonly how: 'sourceAgent' | 'roundRobin' | 'duty' | 'reopened';
};

const minuteMs = 60_000;

/** Until then a night still belongs to the day before. */
const nightEndsHour = 6;

const isOverridden = ({ overrides }: TeamCalendar, day: Day): boolean =>
  overrides.some(({ from, to, intervals }) => from <= day && day <= to && intervals.length > 0);

const isPromotion = (calendar: TeamCalendar, now: Date): boolean =>
  isOverridden(calendar, dayOf(new Date(now.getTime() - nightEndsHour * 60 * minuteMs)));

const isOpenNow = (rules: Rules, { team, priority }: Wanted, now: Date): boolean => {
  const id = priority === 'P0' ? (team.p0Calendar ?? team.calendar) : team.calendar;
  return timeOf(rules, id).minutesBetween(now.getTime(), now.getTime() + 1) > 0;
};

type Working = { readonly somebody: Somebody; readonly duty: Duty | undefined };

export type Situation = { readonly rules: Rules; readonly people: readonly Somebody[]; readonly now: Date };

/** A team without a row for the day works with all its people in its hours; leads only when they are alone. */
const withoutRota = ({ rules, people, now }: Situation, wanted: Wanted): readonly Working[] => {
  if (!isOpenNow(rules, wanted, now)) return [];
  const members = people.filter((somebody) => isOfTeam({ rota: [] }, wanted.team, somebody));
  const leads = new Set(leadsOfTeam(wanted.team, members));
  const others = members.filter((member) => !leads.has(member));
  const asked = others.length > 0 ? others : members;
  return asked
    .filter((somebody) => isOnDuty(now, somebody))
    .map((somebody) => ({ somebody, duty: undefined }));
};

const workingOf = (situation: Situation, wanted: Wanted): readonly Working[] => {
  const { rules, people, now } = situation;
  const rows = rules.desk.rota.filter(({ team }) => team === wanted.team.id);
  const covering = rows.filter((duty) => isDuring(duty, now));
  const hasRota = covering.length > 0 || rows.some(({ day }) => day === dayOf(now));
  if (!hasRota) return withoutRota(situation, wanted);
  return covering.flatMap((duty) => {
    const somebody = people.find(({ person }) => person === duty.person);
    return somebody ? [{ somebody, duty }] : [];
  });
};

const capOf = ({ rules, now }: Situation, { cap, calendar }: Team, duty: Duty | undefined): number => {
  if (duty?.cap !== undefined) return duty.cap;
  const own = rules.desk.calendars.find(({ id }) => id === calendar);
  const { promotionCap } = rules.desk;
  return own && promotionCap !== undefined && isPromotion(own, now) ? Math.max(cap, promotionCap) : cap;
};

/** Who has waited longest; nobody is asked twice because their name comes first. */
const inTurn = (router: Pick<Router, 'last'>, working: readonly Working[]): readonly Working[] => {
  const lastOf = ({ somebody }: Working): string => router.last[somebody.person] ?? '';
  const isBefore = (a: Working, b: Working): boolean =>
    lastOf(a) === lastOf(b) ? a.somebody.person < b.somebody.person : lastOf(a) < lastOf(b);
  return working.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
};

const isByDuty = ({ team, mode }: Wanted): boolean => team.mode === 'duty' || mode === 'duty';

const howOf = ({ somebody, duty }: Working, wanted: Wanted): Candidate['how'] => {
  if (somebody.person === wanted.before) return 'reopened';
  if (isByDuty(wanted)) return 'duty';
  const isAgent = duty?.sourceAgents.some((agent) => wanted.agents.includes(agent)) ?? false;
  return isAgent && wanted.mode !== 'roundRobin' ? 'sourceAgent' : 'roundRobin';
};

const isFirst = ({ how }: Candidate): boolean => how === 'reopened' || how === 'sourceAgent';

/**
 * Who may be given it now, in the order in which they are asked: whose it was, the source's own agent, then in turn.
 * Nobody on leave or outside their shift is among them; whether they are under their cap is asked one by one.
 */
export const candidatesOf = (
  situation: Situation,
  wanted: Wanted,
  router: Pick<Router, 'last'>,
): readonly Candidate[] => {
  const here = workingOf(situation, wanted).filter(({ somebody }) => !isOnLeave(somebody, situation.now));
  const onCall = here.filter(({ duty }) => duty?.isDuty);
  const asked = isByDuty(wanted) && onCall.length > 0 ? onCall : here;
  const candidates = inTurn(router, asked).map((working) => ({
    who: { person: working.somebody.person, name: working.somebody.name },
    cap: capOf(situation, wanted.team, working.duty),
    how: howOf(working, wanted),
  }));
  return [...candidates.filter(isFirst), ...candidates.filter((candidate) => !isFirst(candidate))];
};

/** The index of owners lags less than that. */
const recentMs = 2 * minuteMs;
/** Who got nothing for so long is asked first anyway. */
const rememberedMs = 30 * 86_400_000;

/** The router's row after somebody was given a ticket. */
export const afterGiving = (
  { last, recent }: Router,
  given: { readonly person: string; readonly ticket: string },
  now: Date,
): Pick<Router, 'last' | 'recent'> => {
  const since = (ms: number): string => new Date(now.getTime() - ms).toISOString();
  const at = now.toISOString();
  const kept = Object.entries(last).filter(([, when]) => when > since(rememberedMs));
  return {
    last: { ...Object.fromEntries(kept), [given.person]: at },
    recent: [...recent.filter((each) => each.at > since(recentMs)), { ...given, at }],
  };
};

/** How many open tickets somebody has, those included that the index doesn't show yet. */
export const openCount = (router: Router, person: string, listed: readonly string[]): number =>
  new Set([...listed, ...router.recent.filter((each) => each.person === person).map(({ ticket }) => ticket)])
    .size;
