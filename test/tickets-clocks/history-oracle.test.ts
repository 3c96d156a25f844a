import { describe, expect, it } from 'vitest';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { applyEvent } from '../../shared/tickets/apply-event.ts';
import { clocksOf } from '../../shared/tickets/clocks.ts';
import type { SlaPolicy } from '../../shared/tickets/desk.ts';
import {
  changeSchema,
  historyItem,
  type TicketChange,
  type TicketEvent,
} from '../../shared/tickets/event.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import { type Priority, priorities, type Ticket, type TicketState } from '../../shared/tickets/ticket.ts';
import { openedCase, owner, usualRules } from './cases.ts';
import { type Chance, chanceOf } from './chance.ts';
import { minuteOfMs, msOfMinute, windowMinutes, workedMinutes } from './minute-oracle.ts';
import { randomCalendar } from './random-calendar.ts';

const iso = (minute: number): string => new Date(msOfMinute(minute)).toISOString();

/** What happened when, told by the test itself; a merged ticket is in the state that it had before. */
type Told = {
  readonly minute: number;
  readonly state: TicketState;
  readonly begins: boolean;
};

type History = { readonly ticket: Ticket; readonly told: readonly Told[] };

const change = (input: object): TicketChange => changeSchema.parse(input);

const state = (to: TicketState): TicketChange => change({ do: 'state', to });
const resolve = (minute: number): TicketChange =>
  change({ do: 'resolved', resolution: { at: iso(minute), by: 'person', who: owner } });

type Choice = readonly [TicketChange, TicketState];

/** What somebody may do, and in which state the ticket is then: ours to say, not the code's. */
const choices = (now: TicketState, minute: number): readonly Choice[] => {
  if (now === 'resolved') return [[change({ do: 'reopened', because: '' }), 'triaged']];
  return [
    [state('waiting_customer'), 'waiting_customer'],
    [state('in_progress'), 'in_progress'],
    [state('waiting_internal'), 'waiting_internal'],
    [change({ do: 'merged_into', into: 'T-1', because: '' }), 'merged'],
    [resolve(minute), 'resolved'],
    ...priorities.map((to): Choice => [change({ do: 'priority', to, because: '' }), now]),
  ];
};

const eventOf = (before: Ticket, minute: number, done: TicketChange): TicketEvent => ({
  ticket: before.ticket,
  item: historyItem(before.version + 1),
  at: iso(minute),
  by: { kind: 'rule', rule: 'test' },
  change: done,
});

const history = (chance: Chance): History => {
  let minute = chance.whole(1440, windowMinutes - 200 * 1440);
  const openedAt = new Date(msOfMinute(minute));
  let ticket = openedCase({ openedAt, priority: chance.one(priorities) }).after;
  const told: Told[] = [{ minute, state: 'triaged', begins: true }];
  let now: TicketState = 'triaged';
  for (let index = chance.whole(0, 9); index > 0; index -= 1) {
    minute += chance.whole(0, chance.one([10, 600, 4000]));
    const [done, then]: Choice = chance.one(choices(now, minute));
    const isMerge = then === 'merged';
    ticket = applyEvent(ticket, eventOf(ticket, minute, done));
    if (isMerge) {
      minute += chance.whole(1, 2000);
      ticket = applyEvent(ticket, eventOf(ticket, minute, change({ do: 'split_off', because: '' })));
      continue;
    }
    told.push({ minute, state: then, begins: now === 'resolved' });
    now = then;
  }
  return { ticket, told };
};

type Budget = { readonly minutes: number; readonly pausedIn: readonly TicketState[] };

/** The minute in which the budget is used up, walked from the cycle's opening on; `undefined` when it waits for ever. */
const walk = (
  told: readonly Told[],
  worked: Uint8Array,
  { minutes, pausedIn }: Budget,
): number | undefined => {
  const cycle = told.slice(told.findLastIndex(({ begins }) => begins));
  const untilOf = (index: number): number => cycle[index + 1]?.minute ?? windowMinutes;
  const running = cycle
    .map(({ minute, state: now }, index) => ({ now, from: minute, until: untilOf(index) }))
    .filter(({ now }) => !pausedIn.includes(now));
  let counted = 0;
  for (const { from, until } of running) {
    for (let minute = from; minute < until; minute += 1) {
      counted += worked[minute] ?? 0;
      if (counted === minutes) return minute + 1;
    }
  }
  return running.at(-1)?.until === windowMinutes ? Infinity : undefined;
};

const calendarsOfEach = 4;
const policyOf = (chance: Chance, priority: Priority): SlaPolicy => ({
  priority,
  firstResponse: { minutes: chance.whole(1, 300), calendar: `c-${chance.whole(1, calendarsOfEach)}` },
  resolution: { minutes: chance.whole(1, 3000), calendar: `c-${chance.whole(1, calendarsOfEach)}` },
  asks: {},
  pausedIn: chance.one<TicketState[]>([
    ['waiting_customer'],
    ['waiting_customer', 'waiting_internal'],
    [],
    ['triaged', 'waiting_customer'],
  ]),
});

const someRules = (chance: Chance): { rules: Rules; worked: ReadonlyMap<string, Uint8Array> } => {
  const calendars = Array.from({ length: calendarsOfEach }, (_, index) => ({
    ...randomCalendar(chance),
    id: `c-${index + 1}`,
  }));
  const policies = priorities.map((priority) => policyOf(chance, priority));
  return {
    rules: {
      desk: { ...usualRules.desk, calendars, policies },
      calendar: calendarOf(builtInYears),
    },
    worked: new Map(calendars.map((calendar) => [calendar.id, workedMinutes(calendar)])),
  };
};

const minuteOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : minuteOfMs(Date.parse(text));
const inWindow = (minute: number | undefined): number | undefined =>
  minute !== undefined && minute > windowMinutes ? Infinity : minute;

describe('clocks of a ticket', () => {
  it('are those of a walk through every minute of its history, in 10,000 random ones under 40 random sets of rules', () => {
    const chance = chanceOf(4);
    let beyond = 0;
    for (let set = 0; set < 40; set += 1) {
      const { rules, worked } = someRules(chance);
      for (let index = 0; index < 250; index += 1) {
        const { ticket, told } = history(chance);
        const policy = rules.desk.policies.find(({ priority }) => priority === ticket.priority);
        if (!policy) throw new Error('no policy');
        const expected = (kind: 'firstResponse' | 'resolution') => {
          const { minutes, calendar } = policy[kind];
          const pausedIn = kind === 'resolution' ? policy.pausedIn : [];
          return walk(told, worked.get(calendar) ?? new Uint8Array(), { minutes, pausedIn });
        };
        const { firstResponse, resolution } = clocksOf(ticket, rules);
        const found = [firstResponse, resolution].map((clock) => inWindow(minuteOf(clock?.dueAt)));
        const right = [expected('firstResponse'), expected('resolution')];
        expect({ told, policy, due: found }).toEqual({ told, policy, due: right });
        beyond += right.filter((due) => due === Infinity).length;
      }
    }
    expect(beyond).toBeLessThan(500);
  }, 60_000);
});
