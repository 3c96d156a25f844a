import { defaultDesk } from '../../config/tickets/desk.ts';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import type { Person } from '../../shared/store/people.ts';
import type { Router } from '../../shared/store/ticket-keys.ts';
import { type AssignDeps, chooseOwner } from '../../shared/tickets/assign.ts';
import type { Duty } from '../../shared/tickets/desk.ts';

export const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
/** Midnight of a Monday in Shanghai. */
export const midnight = Date.parse('2026-11-22T16:00:00Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const clockText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

type Span = { readonly from: number; readonly to: number };

/** What the roster says in plain spans of ms, for an oracle that knows nothing of the code. */
export type Member = {
  readonly person: Person;
  readonly works: readonly Span[];
  readonly away: readonly Span[];
  readonly cap: number;
  readonly agent: string;
};

export type Roster = {
  readonly members: readonly Member[];
  readonly rota: readonly Duty[];
  readonly hasRota: boolean;
};

type Random = () => number;
const whole = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1));

const leaveOf = (random: Random): readonly Span[] => {
  if (random() < 0.6) return [];
  const from = midnight + whole(random, -2, 1) * dayMs + whole(random, 0, 1_439) * minuteMs;
  return [{ from, to: from + whole(random, 30, 2_880) * minuteMs }];
};

/** A shift of today, or of yesterday's night. */
const dutyOf = (random: Random, isNight: boolean) => {
  const from = isNight ? whole(random, 18 * 60, 23 * 60) : whole(random, 6 * 60, 18 * 60);
  return {
    day: isNight ? '2026-11-22' : '2026-11-23',
    from,
    to: Math.min(30 * 60, from + whole(random, 2 * 60, 9 * 60)),
  };
};

const teamCap = 4;

/** 2 to 8 people of one team, by a rota with a row of today or by the team's hours (08:30–24:00 every day). */
export const rosterOf = (random: Random): Roster => {
  const hasRota = random() < 0.7;
  const rows: Duty[] = [];
  const members = Array.from({ length: whole(random, 2, 8) }, (_, index): Member => {
    const away = leaveOf(random);
    const name = `员工${index}`;
    const person: Person = {
      ...{
        person: `on_${index}`,
        directory: 'here',
        name,
        jobTitle: '',
        departments: ['客服'],
        roles: ['客服'],
      },
      ...{ chats: {}, unsubscribed: [], syncedAt: iso(midnight) },
      leave: away.map(({ from, to }) => ({ from: iso(from), until: iso(to) })),
    };
    if (!hasRota) {
      const works = [{ from: midnight + 510 * minuteMs, to: midnight + dayMs }];
      return { person, works, away, cap: teamCap, agent: '' };
    }
    const { day, from, to } = dutyOf(random, index > 0 && random() < 0.2);
    const cap = random() < 0.3 ? whole(random, 1, 6) : undefined;
    const agent = `qiyu:${index}`;
    const row = { day, team: 'care', person: person.person, name, from: clockText(from), to: clockText(to) };
    rows.push({ ...row, isDuty: false, sourceAgents: [agent], ...(cap !== undefined && { cap }) });
    const start = Date.parse(`${day}T00:00:00+08:00`);
    const works = [{ from: start + from * minuteMs, to: start + to * minuteMs }];
    return { person, works, away, cap: cap ?? teamCap, agent };
  });
  return { members, rota: rows, hasRota };
};

const isIn = (spans: readonly Span[], at: number): boolean =>
  spans.some(({ from, to }) => from <= at && at < to);

/** By hand: at work, not away. */
export const isHere = ({ works, away }: Member, at: number): boolean => isIn(works, at) && !isIn(away, at);

/** The desk with this roster; whoever is given something is seen by the index only after `lagMs`. */
export const deskOf = (roster: Roster, lagMs: number) => {
  const clock = { at: midnight };
  const given: { person: string; ticket: string; at: number }[] = [];
  const rows = new Map<string, Router>();
  const calendar = calendarOf(builtInYears);
  const teams = defaultDesk.teams.map((team) => (team.id === 'care' ? { ...team, cap: teamCap } : team));
  const rules = { desk: { ...defaultDesk, teams, rota: [...roster.rota] }, calendar };
  const never = () => Promise.reject(new Error('not asked for here'));
  const deps: AssignDeps = {
    tickets: {
      find: never,
      write: never,
      listUnassigned: never,
      listOfOwner: (person) =>
        Promise.resolve(
          given
            .filter((each) => each.person === person && each.at <= clock.at - lagMs)
            .map(({ ticket }) => ticket),
        ),
    },
    keys: {
      findRouter: (team) => Promise.resolve(rows.get(team) ?? { team, version: 0, last: {}, recent: [] }),
      routerWrite: (read, next) => ({
        TableName: 'tickets',
        Item: { ...read, ...next, version: read.version + 1 },
      }),
    },
    people: () => Promise.resolve(roster.members.map(({ person }) => person)),
    rules: () => Promise.resolve(rules),
    now: () => new Date(clock.at),
  };
  return {
    clock,
    given,
    /** Whom it is given to, with the write that goes with it; `undefined`: nobody. */
    give: async (ticket: string, agents: readonly string[] = []): Promise<string | undefined> => {
      const wish = { ticket, team: 'care', priority: 'P2' as const, mode: 'sourceAgent' as const, agents };
      const choice = await chooseOwner(deps)(wish, rules);
      if (choice.kind === 'nobody') return undefined;
      const router = choice.also.Item as unknown as Router;
      rows.set(router.team, router);
      const { person } = choice.candidate.who;
      given.push({ person, ticket, at: clock.at });
      return person;
    },
  };
};
