import { describe, expect, it } from 'vitest';
import { type MeasuredCycle, measureTicket } from '../../shared/tickets/measure.ts';
import { pointsOf, teamPoints } from '../../shared/tickets/points.ts';
import { assigned, at, keep, opened, resolved, rule, rules, said, zhou } from './histories.ts';
import { oneDay } from './one-day.ts';

const measured = oneDay.flatMap(({ ticket, history }) => measureTicket(ticket, history, rules));
const monday = { from: '2026-11-23', to: '2026-11-23' };
const tuesday = { from: '2026-11-24', to: '2026-11-24' };
const week = { from: '2026-11-23', to: '2026-11-29' };
const totals = (cycles: readonly MeasuredCycle[] = measured, days = monday) =>
  pointsOf(cycles, days).map(({ who, total }) => [who.name, total]);

describe('points', () => {
  it('are those of the formula, with the lines behind them', () => {
    expect(pointsOf(measured, monday)).toEqual([
      {
        who: { person: 'on_wu', name: '吴桐' },
        // 2 for closing a P1 late answered; 一次解决 given and taken back; half a point for its reopening.
        total: 1.5,
        lines: [
          {
            ...{ ticket: 'T-20261123-0003', cycle: 1, priority: 'P1', counts: 'yes' },
            ...{ closed: 2, answeredInTime: 0, solvedAtOnce: 0, reopened: -0.5, overdue: 0, total: 1.5 },
          },
          {
            ...{ ticket: 'T-20261123-0003', cycle: 2, priority: 'P1', counts: 'yes' },
            ...{ closed: 0, answeredInTime: 0, solvedAtOnce: 0, reopened: 0, overdue: 0, total: 0 },
          },
        ],
      },
      {
        who: { person: 'on_zhou', name: '周以安' },
        total: 1.5,
        lines: [
          {
            ...{ ticket: 'T-20261123-0001', cycle: 1, priority: 'P2', counts: 'yes' },
            ...{ closed: 1, answeredInTime: 0.2, solvedAtOnce: 0.3, reopened: 0, overdue: 0, total: 1.5 },
          },
        ],
      },
    ]);
    expect(totals(measured, tuesday)).toEqual([['周以安', 1]]);
  });

  it('of a period that is over stay when a case is reopened later', () => {
    const rows = [
      opened('23 09:00', 'P2'),
      assigned('23 09:01', zhou),
      said('23 09:10', 'agent'),
      resolved('23 12:00', zhou),
    ] as const;
    const measure = ({ ticket, history }: ReturnType<typeof keep>) => measureTicket(ticket, history, rules);
    const before = measure(keep('T-20261123-0007', rows));
    const after = measure(
      keep('T-20261123-0007', [...rows, ['24 09:00', rule, { do: 'reopened', because: '未收到' }]]),
    );
    expect(totals(before)).toEqual([['周以安', 1.5]]);
    expect(totals(after)).toEqual([['周以安', 1.5]]);
    expect(totals(after, tuesday)).toEqual([['周以安', -0.8]]);
    expect(totals(after, week)).toEqual([['周以安', 0.7]]);
  });

  it('take half a point for a case that was overdue', () => {
    const { ticket, history } = keep('T-20261123-0008', [
      opened('23 09:00', 'P1'),
      assigned('23 09:01', zhou),
      said('23 09:10', 'agent'),
      // The eight hours of a P1 end at 17:00.
      ['23 17:01', rule, { do: 'breached', clock: 'resolution', at: at('23 17:00') }],
      resolved('23 18:00', zhou),
    ]);
    expect(totals(measureTicket(ticket, history, rules))).toEqual([['周以安', 2]]);
  });

  it('are nothing for what a rule or the platform closed', () => {
    const { ticket, history } = keep('T-20261123-0009', [
      opened('23 09:00', 'P0'),
      assigned('23 09:01', zhou),
      said('23 09:05', 'agent'),
      ['23 12:00', rule, { do: 'resolved', resolution: { at: at('23 12:00'), by: 'rule' } }],
    ]);
    const [points] = pointsOf(measureTicket(ticket, history, rules), monday);
    expect(points).toMatchObject({ total: 0, lines: [{ counts: 'auto', closed: 0, total: 0 }] });
  });

  it('of a team are told as median and mean, and of fewer than five people not at all', () => {
    const of = (total: number) => ({ who: zhou, total, lines: [] });
    expect(teamPoints([1, 2, 3, 4].map(of))).toEqual({ people: 4, median: null, mean: null });
    expect(teamPoints([1, 2, 3, 4, 10].map(of))).toEqual({ people: 5, median: 3, mean: 4 });
  });
});
