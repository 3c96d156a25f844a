import { describe, expect, it } from 'vitest';
import { type MeasuredCycle, measureTicket } from '../../shared/tickets/measure.ts';
import { groupNumbers, numbersOf } from '../../shared/tickets/numbers.ts';
import { at, keep, opened, rule, rules, said } from './histories.ts';
import { oneDay } from './one-day.ts';

const cycles: readonly MeasuredCycle[] = oneDay.flatMap(({ ticket, history }) =>
  measureTicket(ticket, history, rules),
);
const monday = { from: '2026-11-23', to: '2026-11-23' };
const tuesday = { from: '2026-11-24', to: '2026-11-24' };
const short = (ids: readonly string[]): string => ids.map((id) => id.slice(-1)).join('');

describe('the numbers of a day that was counted by hand', () => {
  const numbers = numbersOf(cycles, monday);

  it('count what was opened, taken and classified', () => {
    expect(numbers.opened).toMatchObject({ count: 5 });
    expect(short(numbers.opened.tickets)).toBe('12346');
    expect(numbers.taken.ratio).toBe(0.8);
    expect(numbers.unclassified).toMatchObject({
      ratio: 0.2,
      yes: { count: 1, tickets: ['T-20261123-0004'] },
    });
    expect(numbers.merged.tickets).toEqual(['T-20261123-0005']);
    expect(numbers.batches.tickets).toEqual(['B-20261123-0001']);
  });

  it('count a case that was resolved twice twice, and name it once', () => {
    expect(numbers.resolved.count).toBe(4);
    expect(short(numbers.resolved.tickets)).toBe('134');
    expect(numbers.reopened).toMatchObject({ ratio: 0.25, happened: { tickets: ['T-20261123-0003'] } });
  });

  it('know who closed a case without another system', () => {
    expect(numbers.closedHere).toMatchObject({ ratio: 0.5, yes: { count: 2 }, no: { count: 2 } });
    expect(short(numbers.closedHere.yes.tickets)).toBe('13');
    expect(short(numbers.closedHere.no.tickets)).toBe('34');
  });

  it('give median, P90 and mean of first answers: 20, 25, 30 and 60 minutes', () => {
    expect(numbers.firstResponse).toMatchObject({
      median: 27.5,
      p90: 60,
      mean: 33.75,
      answered: { count: 4 },
    });
    expect(short(numbers.firstResponse.answered.tickets)).toBe('136');
    // A bot's words and the platform's end answer nobody.
    expect(numbers.firstResponse.unanswered.tickets).toEqual(['T-20261123-0004']);
  });

  it('give those of next answers: 30, 60 and 90 minutes', () => {
    expect(numbers.nextResponse).toMatchObject({ median: 60, p90: 90, mean: 60, answered: { count: 3 } });
    expect(numbers.nextResponse.answered.tickets).toEqual(['T-20261123-0001']);
  });

  it('give those of resolutions by cycle, pauses left out: 60, 60, 120 and 300 minutes', () => {
    expect(numbers.resolution).toMatchObject({ median: 90, p90: 300, mean: 135, answered: { count: 4 } });
    expect(short(numbers.resolution.unanswered.tickets)).toBe('6');
  });

  it('give the share in time of each clock with both lists', () => {
    const { firstResponse, nextResponse, resolution, platform } = numbers.inTime;
    expect(firstResponse).toMatchObject({ ratio: 0.25, yes: { count: 1 }, no: { count: 3 } });
    expect(short(firstResponse.no.tickets)).toBe('36');
    expect(nextResponse).toMatchObject({ ratio: 0.6667, yes: { count: 2 }, no: { count: 1 } });
    expect(resolution).toMatchObject({ ratio: 1, yes: { count: 4 } });
    expect(platform).toMatchObject({ ratio: 0, no: { tickets: ['T-20261123-0004'] } });
    expect(short(numbers.overdue.tickets)).toBe('1346');
    expect(numbers.platformRefunds.tickets).toEqual(['T-20261123-0004']);
  });

  it('count what colleagues were asked for by itself', () => {
    expect(numbers.asks).toMatchObject({
      opened: { count: 1, tickets: ['T-20261123-0001-1'] },
      resolved: { count: 1 },
      resolution: { median: 60, p90: 60, mean: 60 },
      inTime: { ratio: 1 },
    });
  });
});

describe('a clock', () => {
  it('counts in business minutes and on the day of the answer', () => {
    const numbers = numbersOf(cycles, tuesday);
    expect(numbers.firstResponse).toMatchObject({ median: 40, answered: { tickets: ['T-20261123-0002'] } });
    // 30 minutes of Monday and 90 of Tuesday.
    expect(numbers.resolution).toMatchObject({ median: 120 });
    expect(numbers.closedHere.ratio).toBe(0);
    expect(numbers.opened.count).toBe(0);
  });

  it('is judged in one period only', () => {
    const both = numbersOf(cycles, { from: '2026-11-23', to: '2026-11-24' });
    for (const clock of ['firstResponse', 'nextResponse', 'resolution', 'platform'] as const) {
      const days = [monday, tuesday].map((day) => numbersOf(cycles, day).inTime[clock]);
      expect(both.inTime[clock].yes.count).toBe(days.reduce((sum, { yes }) => sum + yes.count, 0));
      expect(both.inTime[clock].no.count).toBe(days.reduce((sum, { no }) => sum + no.count, 0));
    }
  });

  it('that was late stays late when its case becomes less urgent', () => {
    const { ticket, history } = keep('T-20261123-0007', [
      opened('23 09:00', 'P1'),
      ['23 09:16', rule, { do: 'breached', clock: 'firstResponse', at: at('23 09:15') }],
      ['23 09:17', rule, { do: 'priority', to: 'P3', because: '改判' }],
      said('23 09:40', 'agent'),
    ]);
    const { inTime, firstResponse } = numbersOf(measureTicket(ticket, history, rules), monday);
    expect(firstResponse.median).toBe(40);
    expect(inTime.firstResponse).toMatchObject({ ratio: 0, no: { count: 1 } });
  });

  it('that was due on one day and answered on the next is late on the first, recorded or not', () => {
    const { ticket, history } = keep('T-20261123-0008', [
      opened('23 23:20', 'P2'),
      said('24 08:40', 'agent'),
    ]);
    const cycle = measureTicket(ticket, history, rules);
    expect(numbersOf(cycle, monday)).toMatchObject({
      firstResponse: { answered: { count: 0 } },
      inTime: { firstResponse: { no: { count: 1 } } },
    });
    expect(numbersOf(cycle, tuesday)).toMatchObject({
      firstResponse: { median: 50 },
      inTime: { firstResponse: { ratio: null } },
    });
  });

  it('of nothing has no figures', () => {
    const numbers = numbersOf([], monday);
    expect(numbers.firstResponse).toMatchObject({ median: null, p90: null, mean: null });
    expect(numbers.inTime.platform.ratio).toBeNull();
    expect(numbers.reopened.ratio).toBeNull();
  });
});

describe('groups', () => {
  const counts = (by: Parameters<typeof groupNumbers>[1]['by']) =>
    groupNumbers(cycles, { by, days: monday, desk: rules.desk }).map(({ name, numbers }) => [
      name,
      numbers.opened.count,
    ]);

  it('are people, those without an owner among them', () => {
    expect(counts('person')).toEqual([
      ['未领取', 1],
      ['程铁生', 0],
      ['吴桐', 2],
      ['周以安', 2],
    ]);
  });

  it('are teams, categories, goods, batches and sources', () => {
    expect(counts('team')).toEqual([
      ['客诉组', 5],
      ['品控', 0],
      ['仓储', 0],
    ]);
    expect(counts('category')).toEqual([
      ['未分类', 1],
      ['仓储发货 › 漏发/少发', 3],
      ['食品安全 › 异物', 1],
    ]);
    expect(counts('sku')).toEqual([
      ['SKU-1', 5],
      ['SKU-2', 1],
    ]);
    expect(counts('batch')).toEqual([
      ['无批次', 4],
      ['20261012', 1],
    ]);
    expect(counts('source')).toEqual([
      ['抖音', 4],
      ['有赞', 1],
    ]);
  });

  it('are days, each with what happened on it', () => {
    const days = groupNumbers(cycles, {
      by: 'day',
      days: { from: '2026-11-23', to: '2026-11-24' },
      desk: rules.desk,
    });
    expect(days.map(({ key, numbers }) => [key, numbers.resolved.count])).toEqual([
      ['2026-11-23', 4],
      ['2026-11-24', 1],
    ]);
  });
});
