import { describe, expect, it } from 'vitest';
import { defaultDesk } from '../../config/tickets/desk.ts';
import { clockTime, dayOf } from '../../shared/calendar/day.ts';
import { clocksOf, nextDueAt } from '../../shared/tickets/clocks.ts';
import type { ChangeInput } from '../../shared/tickets/event.ts';
import { dueRungs } from '../../shared/tickets/ladder.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import type { Clock, ClockKind, Ticket } from '../../shared/tickets/ticket.ts';
import { after, at, openedCase, owner, rule, usualRules } from './cases.ts';

const shown = (instant: string | undefined): string =>
  instant === undefined ? 'never' : `${dayOf(Date.parse(instant))} ${clockTime(Date.parse(instant))}`;

const clock = (ticket: Ticket, kind: ClockKind): Clock => {
  const found = ticket.clocks[kind];
  if (!found) throw new Error(`${kind} does not run`);
  return found;
};
const due = (ticket: Ticket, kind: ClockKind): string => shown(clock(ticket, kind).dueAt);

const opened = (text: string, priority: Ticket['priority'] = 'P2', deadline?: string): Ticket =>
  openedCase({ openedAt: at(text), priority, ...(deadline && { deadlineAt: at(deadline) }) }).after;

const state = (to: 'in_progress' | 'waiting_customer'): ChangeInput => ({ do: 'state', to });
const said = (speaker: 'customer' | 'agent' | 'bot', when: string): ChangeInput => ({
  do: 'said',
  at: at(when).toISOString(),
  speaker,
  text: '你好',
});
const resolved = (when: string): ChangeInput => ({
  do: 'resolved',
  resolution: { at: at(when).toISOString(), by: 'person', who: owner },
});
const happened = (ticket: Ticket, ...changes: readonly (readonly [string, ChangeInput])[]): Ticket =>
  after(
    ticket,
    changes.map(([when, change]) => ({ at: at(when), change })),
  ).after;

describe('the first response', () => {
  it('is due by the priority’s budget in hours of customer service', () => {
    expect(due(opened('2026-11-23 23:50'), 'firstResponse')).toBe('2026-11-24 08:50');
    expect(due(opened('2026-11-23 03:00', 'P0'), 'firstResponse')).toBe('2026-11-23 03:10');
    expect(due(opened('2026-12-12 03:00'), 'firstResponse')).toBe('2026-12-12 08:30');
  });

  it('stops at the first words of a person, never at those of a bot', () => {
    const ticket = opened('2026-11-23 10:00');
    const byBot = happened(ticket, ['2026-11-23 10:05', said('bot', '2026-11-23 10:05')]);
    expect(clock(byBot, 'firstResponse').stoppedAt).toBeUndefined();
    const byAgent = happened(byBot, ['2026-11-23 10:07', said('agent', '2026-11-23 10:06')]);
    expect(shown(clock(byAgent, 'firstResponse').stoppedAt)).toBe('2026-11-23 10:06');
  });

  it('does not wait for the customer before a person has answered', () => {
    const ticket = opened('2026-11-23 10:00');
    const waiting = after(ticket, [
      { at: at('2026-11-23 10:05'), change: state('waiting_customer'), by: rule },
    ]).after;
    expect(due(waiting, 'firstResponse')).toBe('2026-11-23 10:30');
    expect(clock(waiting, 'resolution').dueAt).toBeUndefined();
  });

  it('is nobody’s when the case ends unanswered', () => {
    const ticket = after(opened('2026-11-23 10:00'), [
      {
        at: at('2026-11-23 10:10'),
        by: { kind: 'source', source: 'doudian' },
        change: { do: 'resolved', resolution: { at: at('2026-11-23 10:10').toISOString(), by: 'source' } },
      },
    ]).after;
    expect(shown(clock(ticket, 'firstResponse').stoppedAt)).toBe('2026-11-23 10:10');
    expect(ticket.cycles.at(-1)?.firstRespondedAt).toBeUndefined();
  });
});

describe('the next response', () => {
  it('begins with the first message that nobody has answered, once somebody has answered before', () => {
    const silent = happened(opened('2026-11-23 10:00'), [
      '2026-11-23 10:20',
      said('customer', '2026-11-23 10:20'),
    ]);
    expect(silent.clocks.nextResponse).toBeUndefined();
    const answered = happened(silent, ['2026-11-23 10:25', said('agent', '2026-11-23 10:25')]);
    expect(answered.clocks.nextResponse).toBeUndefined();
    const again = happened(
      answered,
      ['2026-11-23 11:00', said('customer', '2026-11-23 11:00')],
      ['2026-11-23 11:10', said('customer', '2026-11-23 11:10')],
    );
    expect(due(again, 'nextResponse')).toBe('2026-11-23 12:00');
    const done = happened(again, ['2026-11-23 11:30', said('agent', '2026-11-23 11:30')]);
    expect(done.clocks.nextResponse).toBeUndefined();
  });
});

describe('the resolution', () => {
  const waited = (): Ticket =>
    happened(
      opened('2026-11-23 10:00', 'P1'),
      ['2026-11-23 11:00', state('waiting_customer')],
      ['2026-11-23 14:00', state('in_progress')],
    );

  it('stands still while we wait for the customer', () => {
    const ticket = opened('2026-11-23 10:00', 'P1');
    expect(due(ticket, 'resolution')).toBe('2026-11-23 18:00');
    const paused = happened(ticket, ['2026-11-23 11:00', state('waiting_customer')]);
    expect(clock(paused, 'resolution').dueAt).toBeUndefined();
    expect(due(waited(), 'resolution')).toBe('2026-11-23 21:00');
  });

  it('counts a changed priority from the original start and keeps the pauses', () => {
    const raised = happened(waited(), ['2026-11-23 15:00', { do: 'priority', to: 'P0', because: '' }]);
    // 24 hours of natural time from 10:00 and three hours of waiting.
    expect(due(raised, 'resolution')).toBe('2026-11-24 13:00');
    const lowered = happened(raised, ['2026-11-23 15:30', { do: 'priority', to: 'P1', because: '' }]);
    expect(due(lowered, 'resolution')).toBe('2026-11-23 21:00');
  });

  it('follows a changed policy from the original start and keeps the pauses', () => {
    const policies = defaultDesk.policies.map((policy) =>
      policy.priority === 'P1' ? { ...policy, resolution: { minutes: 60, calendar: 'office' } } : policy,
    );
    const rules: Rules = { ...usualRules, desk: { ...defaultDesk, version: '7', policies } };
    const ticket = waited();
    // 10:00–11:00 is one hour already: a closing minute of work is not pushed behind the pause.
    expect(shown(clocksOf(ticket, rules).resolution?.dueAt)).toBe('2026-11-23 11:00');
    const change = { do: 'rules_changed', version: '7' } as const;
    const recounted = after(ticket, [{ at: at('2026-11-23 16:00'), change, by: rule }], rules).after;
    expect(recounted.rulesVersion).toBe('7');
    expect(due(recounted, 'resolution')).toBe('2026-11-23 11:00');
  });

  it('runs anew in the next cycle, and so does the first response', () => {
    const ticket = happened(
      waited(),
      ['2026-11-23 15:00', resolved('2026-11-23 15:00')],
      ['2026-11-25 09:00', { do: 'reopened', because: '客户又来' }],
    );
    expect(ticket.cycle).toBe(2);
    expect(due(ticket, 'resolution')).toBe('2026-11-25 17:00');
    expect(due(ticket, 'firstResponse')).toBe('2026-11-25 09:15');
    expect(clock(ticket, 'firstResponse').stoppedAt).toBeUndefined();
    expect(ticket.clocks.nextResponse).toBeUndefined();
  });

  it('knows its deadline after it has stopped, and one that was missed before a pause', () => {
    const done = happened(waited(), ['2026-11-23 15:00', resolved('2026-11-23 15:00')]);
    expect(due(done, 'resolution')).toBe('2026-11-23 21:00');
    expect(shown(clock(done, 'resolution').stoppedAt)).toBe('2026-11-23 15:00');
    const late = happened(waited(), ['2026-11-23 22:00', state('waiting_customer')]);
    expect(due(late, 'resolution')).toBe('2026-11-23 21:00');
  });

  it('goes on as if it had never been merged when it is split off again', () => {
    const merged = happened(opened('2026-11-23 10:00', 'P1'), [
      '2026-11-23 11:00',
      { do: 'merged_into', into: 'T-20261123-0002', because: '同一订单' },
    ]);
    expect(merged.clocks).toEqual({});
    const split = happened(merged, ['2026-11-23 13:00', { do: 'split_off', because: '不是同一件事' }]);
    expect(due(split, 'resolution')).toBe('2026-11-23 18:00');
  });

  it('climbs no step of a child that only says that it has begun: its case has said so', () => {
    const opening = { openedAt: at('2026-11-23 10:00'), priority: 'P0' } as const;
    const parent = openedCase(opening).after;
    const child = openedCase(opening, { kind: 'child', ask: 'qa', team: 'qa', source: undefined }).after;
    const dueAt = (ticket: Ticket, text: string) =>
      dueRungs(ticket, usualRules, at(text)).map(({ key }) => key);
    expect(dueAt(parent, '2026-11-23 10:00')).toEqual(['1:resolution:p0-opened']);
    expect(dueAt(child, '2026-11-23 10:00')).toEqual([]);
    // Two hours for 品控: half of them have passed.
    expect(dueAt(child, '2026-11-23 11:00')).toEqual(['1:resolution:p0-half']);
  });

  it('is a child’s own, by what was asked and how urgent its parent is', () => {
    const child = (ask: 'warehouse' | 'qa', priority: Ticket['priority']): Ticket =>
      openedCase(
        { openedAt: at('2026-12-05 17:30'), priority },
        { kind: 'child', ask, parent: 'T-20261205-0001', team: ask, source: undefined },
      ).after;
    expect(due(child('warehouse', 'P2'), 'resolution')).toBe('2026-12-07 12:00');
    expect(due(child('qa', 'P1'), 'resolution')).toBe('2026-12-05 19:30');
    expect(child('warehouse', 'P2').clocks.firstResponse).toBeUndefined();
    const waiting = happened(
      openedCase(
        { openedAt: at('2026-12-07 10:00'), priority: 'P2' },
        { kind: 'child', ask: 'warehouse', team: 'warehouse' },
      ).after,
      ['2026-12-07 11:50', state('waiting_customer')],
      ['2026-12-07 14:10', state('in_progress')],
    );
    expect(due(waiting, 'resolution')).toBe('2026-12-07 16:20');
  });

  it('of a batch event is QA’s two hours, its first answer half an hour', () => {
    const batch = openedCase(
      { id: 'B-20261123-0001', openedAt: at('2026-11-23 22:00'), priority: 'P0' },
      { kind: 'batch', team: 'qa', source: undefined },
    ).after;
    expect(due(batch, 'firstResponse')).toBe('2026-11-23 22:30');
    expect(due(batch, 'resolution')).toBe('2026-11-24 00:00');
  });

  it('is marked when the year of its days off is not loaded', () => {
    const child = (text: string): Ticket =>
      openedCase({ openedAt: at(text), priority: 'P2' }, { kind: 'child', ask: 'qa', team: 'qa' }).after;
    expect(clock(child('2026-12-31 17:00'), 'resolution')).toMatchObject({ provisional: true });
    expect(clock(child('2026-12-30 17:00'), 'resolution').provisional).toBeUndefined();
    expect(clock(opened('2026-12-31 17:00'), 'resolution').provisional).toBeUndefined();
  });
});

describe('the platform’s deadline', () => {
  const source = (version: number, fields: object): ChangeInput => ({
    do: 'source_changed',
    source: {
      source: 'doudian',
      caseId: '7000000000000000123',
      kind: 'refund',
      version,
      ended: false,
      ...fields,
    },
  });

  it('is natural time without a pause, and the earliest of its sources', () => {
    const ticket = happened(
      opened('2026-11-23 10:00', 'P2', '2026-11-25 10:00'),
      ['2026-11-23 11:00', state('waiting_customer')],
      [
        '2026-11-23 12:00',
        {
          do: 'source_changed',
          source: {
            source: 'youzan',
            caseId: '1',
            kind: 'refund',
            version: 1,
            ended: false,
            deadlineAt: at('2026-11-24 03:00').toISOString(),
          },
        },
      ],
    );
    expect(due(ticket, 'platform')).toBe('2026-11-24 03:00');
    expect(clock(ticket, 'platform')).toMatchObject({ calendar: 'wall', budgetMinutes: 17 * 60 });
  });

  it('runs on while the case is resolved here and open there, and stops when it ends there', () => {
    const here = happened(opened('2026-11-23 10:00', 'P2', '2026-11-24 10:00'), [
      '2026-11-23 10:20',
      resolved('2026-11-23 10:20'),
    ]);
    expect(clock(here, 'platform').stoppedAt).toBeUndefined();
    expect(shown(nextDueAt(here, usualRules))).toBe('2026-11-24 06:00');
    const deadlineAt = at('2026-11-24 10:00').toISOString();
    const there = happened(
      here,
      ['2026-11-23 18:00', source(2, { deadlineAt, ended: true })],
      ['2026-11-23 19:00', source(3, { deadlineAt, ended: true })],
    );
    expect(shown(clock(there, 'platform').stoppedAt)).toBe('2026-11-23 18:00');
    // Three days after it was resolved: nothing else is left to come.
    expect(shown(nextDueAt(there, usualRules))).toBe('2026-11-26 10:20');
    const again = happened(there, ['2026-11-23 20:00', source(4, { deadlineAt })]);
    expect(clock(again, 'platform').stoppedAt).toBeUndefined();
  });

  it('keeps a resolved case open until it has passed', () => {
    const ticket = happened(opened('2026-11-23 10:00', 'P2', '2026-11-30 10:00'), [
      '2026-11-23 10:20',
      resolved('2026-11-23 10:20'),
    ]);
    const fired = happened(
      ticket,
      ...['240', '60', '15'].map((minutes): [string, ChangeInput] => [
        '2026-11-30 09:50',
        { do: 'rung', rung: `1:platform:platform-${minutes}`, to: [] },
      ]),
    );
    expect(shown(nextDueAt(fired, usualRules))).toBe('2026-11-30 10:00');
  });
});

describe('what time does next', () => {
  const next = (ticket: Ticket): string => shown(nextDueAt(ticket, usualRules));

  it('is the earliest rung or breach that is not recorded', () => {
    const ticket = opened('2026-11-23 10:00');
    expect(next(ticket)).toBe('2026-11-23 10:30');
    const breached = happened(ticket, [
      '2026-11-23 10:30',
      { do: 'breached', clock: 'firstResponse', at: at('2026-11-23 10:30').toISOString() },
    ]);
    expect(clock(breached, 'firstResponse').breachedAt).toBe(at('2026-11-23 10:30').toISOString());
    expect(next(breached)).toBe('2026-11-23 10:30');
    const told = happened(breached, [
      '2026-11-23 10:30',
      { do: 'rung', rung: '1:firstResponse:p2-first', to: [] },
    ]);
    // 80 % of 24 hours of 08:30–24:00.
    expect(next(told)).toBe('2026-11-24 13:42');
  });

  it('is nothing while it waits, and a forgotten breach when it was late before', () => {
    const answered = happened(opened('2026-11-23 10:00'), ['2026-11-23 10:10', state('waiting_customer')]);
    expect(next(answered)).toBe('never');
    const late = happened(opened('2026-11-23 10:00'), ['2026-11-23 10:40', state('waiting_customer')]);
    expect(next(late)).toBe('2026-11-23 10:30');
  });

  it('is the end of a resolved case after three days, then nothing', () => {
    const done = happened(
      opened('2026-11-23 10:00'),
      ['2026-11-23 10:10', said('agent', '2026-11-23 10:10')],
      ['2026-11-23 11:00', resolved('2026-11-23 11:00')],
    );
    expect(next(done)).toBe('2026-11-26 11:00');
    const closed = happened(done, ['2026-11-26 11:00', { do: 'closed', because: '' }]);
    expect(next(closed)).toBe('never');
  });
});
