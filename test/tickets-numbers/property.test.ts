import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyEvent } from '../../shared/tickets/apply-event.ts';
import { ticketEventSchema } from '../../shared/tickets/event.ts';
import { measureTicket } from '../../shared/tickets/measure.ts';
import { groupNumbers, numbersOf } from '../../shared/tickets/numbers.ts';
import { pointsOf } from '../../shared/tickets/points.ts';
import { isOpen, priorities, type Ticket } from '../../shared/tickets/ticket.ts';
import {
  assigned,
  at,
  type Kept,
  keep,
  opened,
  person,
  type Row,
  resolved,
  rule,
  rules,
  said,
  wu,
  zhou,
} from './histories.ts';

const acts = [
  'agent',
  'customer',
  'bot',
  'wait',
  'work',
  'resolve',
  'close',
  'reopen',
  'take',
  'urgent',
  'merge',
  'split',
] as const;
type Act = (typeof acts)[number];

const rowOf: Readonly<Record<Act, (moment: string) => Row>> = {
  agent: (moment) => said(moment, 'agent'),
  customer: (moment) => said(moment, 'customer'),
  bot: (moment) => said(moment, 'bot'),
  wait: (moment) => [moment, person(zhou), { do: 'state', to: 'waiting_customer' }],
  work: (moment) => [moment, person(zhou), { do: 'state', to: 'in_progress' }],
  resolve: (moment) => resolved(moment, wu),
  close: (moment) => [moment, rule, { do: 'resolved', resolution: { at: at(moment), by: 'rule' } }],
  reopen: (moment) => [moment, rule, { do: 'reopened', because: '客户再次来信' }],
  take: (moment) => assigned(moment, wu),
  urgent: (moment) => [moment, rule, { do: 'priority', to: 'P0', because: '食品安全' }],
  merge: (moment) => [moment, rule, { do: 'merged_into', into: 'T-20261123-0999', because: '同一订单' }],
  split: (moment) => [moment, rule, { do: 'split_off', because: '不是同一件事' }],
};

/** What may happen to a ticket in that state; the rest is left out. */
const isPossible = (act: Act, ticket: Pick<Ticket, 'state'>): boolean => {
  if (ticket.state === 'merged') return act === 'split';
  if (act === 'split') return false;
  return isOpen(ticket) ? act !== 'reopen' : act === 'reopen' || act === 'customer';
};

const clock = (minute: number): string => {
  const [day, hour, rest] = [23 + Math.floor(minute / 1440), Math.floor((minute % 1440) / 60), minute % 60];
  return `${day} ${String(hour).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
};

const history = fc
  .record({
    priority: fc.constantFrom(...priorities),
    steps: fc.array(fc.record({ act: fc.constantFrom(...acts), after: fc.integer({ min: 0, max: 400 }) }), {
      maxLength: 14,
    }),
  })
  .map(({ priority, steps }): readonly Row[] => {
    let minute = 400;
    const rows: Row[] = [opened(clock(minute), priority)];
    for (const { act, after } of steps) {
      minute += after;
      if (isPossible(act, keep('T-20261123-0001', rows).ticket)) rows.push(rowOf[act](clock(minute)));
    }
    return rows;
  });

const days = { from: '2026-11-23', to: '2026-11-27' };
const idOf = (index: number): string => `T-20261123-${String(index + 1).padStart(4, '0')}`;
const allOf = (kept: readonly Kept[]) => {
  const cycles = kept.flatMap(({ ticket, history: events }) => measureTicket(ticket, events, rules));
  return { cycles, numbers: numbersOf(cycles, days), points: pointsOf(cycles, days) };
};

/** The rows as a table gives them back, and the ticket that follows from them alone. */
const recomputed = ({ ticket, history: events }: Kept): Kept => {
  const read = events.map((event) => ticketEventSchema.parse(JSON.parse(JSON.stringify(event))));
  const folded = read.reduce<Ticket | undefined>(applyEvent, undefined);
  if (!folded) throw new Error('a history is never empty');
  return { ticket: { ...folded, rulesVersion: ticket.rulesVersion }, history: read };
};

it('numbers and points recomputed from the histories are those of the tickets', () => {
  fc.assert(
    fc.property(fc.array(history, { minLength: 1, maxLength: 8 }), (histories) => {
      const kept = histories.map((rows, index) => keep(idOf(index), rows));
      const [stored, again] = [allOf(kept), allOf(kept.map(recomputed))];
      expect(JSON.stringify(again.numbers)).toBe(JSON.stringify(stored.numbers));
      expect(JSON.stringify(again.points)).toBe(JSON.stringify(stored.points));
    }),
    { numRuns: 300 },
  );
});

it('days and people add up to the period, whatever happened', () => {
  fc.assert(
    fc.property(fc.array(history, { minLength: 1, maxLength: 8 }), (histories) => {
      const { cycles, numbers } = allOf(histories.map((rows, index) => keep(idOf(index), rows)));
      for (const by of ['day', 'person'] as const) {
        const groups = groupNumbers(cycles, { by, days, desk: rules.desk }).map((group) => group.numbers);
        const sum = (of: (each: typeof numbers) => number): number =>
          groups.reduce((total, each) => total + of(each), 0);
        for (const of of [
          (each: typeof numbers) => each.opened.count,
          (each: typeof numbers) => each.resolved.count,
          (each: typeof numbers) => each.reopened.happened.count,
          (each: typeof numbers) => each.firstResponse.answered.count,
          (each: typeof numbers) => each.nextResponse.answered.count,
          (each: typeof numbers) => each.inTime.resolution.no.count,
        ])
          expect(sum(of)).toBe(of(numbers));
      }
    }),
    { numRuns: 150 },
  );
});
