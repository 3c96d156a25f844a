import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, figureOf, progressOf, toneColour } from '../../functions/digest/figures.ts';
import type { ComparisonName } from '../../shared/digests/definition.ts';
import { type MetricName, metricNames, metrics } from '../../shared/digests/metrics.ts';
import { count, inUnit, money } from '../../shared/digests/wording.ts';

describe('money', () => {
  // fen → what people read. 1万 = 10,000 yuan = 1,000,000 fen; 1亿 = 10,000万.
  it.each([
    [0, '0元'],
    [49, '0元'],
    [50, '1元'],
    [987_600, '9,876元'],
    [999_949, '9,999元'],
    [999_950, '1.0万'],
    [1_000_000, '1.0万'],
    [186_449_999, '186.4万'],
    [186_450_000, '186.5万'],
    [504_000_000, '504.0万'],
    [999_949_999, '999.9万'],
    [999_950_000, '1,000万'],
    [3_918_000_000, '3,918万'],
    [9_999_499_999, '9,999万'],
    [9_999_500_000, '1.00亿'],
    [12_345_678_900, '1.23亿'],
    [-12_600_000, '−12.6万'],
  ])('%i fen reads %s', (fen, text) => {
    expect(money(fen)).toBe(text);
  });

  it('never loses more than half of its last digit and never shows a step that is full', () => {
    const read = (text: string): { shown: number; unit: string; last: number } => {
      const [, digits = '', unit = ''] = /^([\d,.]+)(元|万|亿)$/.exec(text) ?? [];
      const factor = { 元: 100, 万: 1_000_000, 亿: 10_000_000_000 }[unit] ?? Number.NaN;
      const decimals = digits.includes('.') ? digits.length - digits.indexOf('.') - 1 : 0;
      return { shown: Number(digits.replaceAll(',', '')) * factor, unit, last: factor / 10 ** decimals };
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000_000 }), (fen) => {
        const { shown, unit, last } = read(money(fen));
        expect(Math.abs(shown - fen)).toBeLessThanOrEqual(last / 2 + 0.001);
        if (unit === '元') expect(shown).toBeLessThan(1_000_000);
        if (unit === '万') expect(shown).toBeLessThan(10_000_000_000);
      }),
    );
  });
});

describe('other units', () => {
  it.each([
    ['price', 13_860, '138.6元'],
    ['price', 329_012, '3,290.1元'],
    ['price', 1_200_000, '1.2万'],
    ['ratio', 0.184, '18.4%'],
    ['ratio', -0.021, '−2.1%'],
    ['days', 41.4, '41天'],
    [{ count: '单' }, 1284, '1,284单'],
    ['money', null, '—'],
    ['ratio', Number.NaN, '—'],
    ['price', Number.POSITIVE_INFINITY, '—'],
  ] as const)('%o %s reads %s', (unit, value, text) => {
    expect(inUnit(unit, value)).toBe(text);
  });

  it.each([
    [99_499, '99,499'],
    [99_500, '10.0万'],
    [1_234_000, '123.4万'],
    [-3, '−3'],
  ])('a count of %i reads %s', (value, text) => {
    expect(count(value)).toBe(text);
  });
});

const against = (metric: MetricName, value: number | null, base: number | null) =>
  compare(metric, { value, bases: { 较昨日: base } }, '较昨日');

describe('a comparison', () => {
  // Money and counts in per cent of the base, rates in points, days in days.
  it.each([
    ['paidAmount', 186_400, 175_500, '▲6.2%', 'good'], // 10,900 / 175,500 = 6.21 %
    ['paidAmount', 186_400, 189_800, '▼1.8%', 'bad'], // −3,400 / 189,800 = −1.79 %
    ['paidAmount', 1000, 1000, '持平', 'flat'],
    ['paidAmount', 100_020, 100_000, '持平', 'flat'], // 0.02 % is not shown
    ['paidAmount', 0, 100, '▼100.0%', 'bad'],
    ['paidAmount', 1100, 100, '▲1,000%', 'good'],
    ['grossMarginRate', 0.312, 0.281, '▲3.1pt', 'good'],
    ['grossMarginRate', 0.281, 0.312, '▼3.1pt', 'bad'],
    ['turnoverDays', 41, 38, '▲3天', 'bad'],
    ['turnoverDays', 38.4, 41, '▼3天', 'good'],
    ['stockCost', 110, 100, '▲10.0%', 'flat'],
    ['paidAmount', 500, 0, '—', 'none'],
    ['paidAmount', 500, null, '—', 'none'],
    ['paidAmount', null, 500, '—', 'none'],
    ['paidAmount', 500, -100, '—', 'none'], // per cent of a loss means nothing
    ['grossMarginRate', 0.2, -0.1, '▲30.0pt', 'good'],
    ['grossMarginRate', 0.2, 0, '—', 'none'],
  ] as const)('of %s %s with %s reads %s and is %s', (...[metric, value, base, text, tone]) => {
    expect(against(metric, value, base)).toEqual({ name: '较昨日', text, tone });
  });

  it('has a base or is 「—」, says its direction without colour, and never contradicts it', () => {
    const number = fc.oneof(
      fc.constant(null),
      fc.constant(0),
      fc.integer({ min: 0, max: 1e12 }),
      fc.double(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...metricNames), number, number, (metric, value, base) => {
        const { text, tone } = against(metric, value, base);
        expect(text).toMatch(/^(—|持平|[▲▼][\d,]+(\.\d)?(%|pt|天))$/);
        const inPoints = metrics[metric].unit === 'ratio';
        const carriesNothing = Number.isNaN(base) || !base || (base < 0 && !inPoints);
        if (carriesNothing) expect(text).toBe('—');
        if (text.startsWith('▲')) expect(Number(value)).toBeGreaterThan(Number(base));
        if (tone === 'good' || tone === 'bad') expect(text).toMatch(/^[▲▼]/);
      }),
    );
  });

  it('is listed only when the source knows the base in principle', () => {
    const names: ComparisonName[] = ['较昨日', '较上月同期'];
    const { comparisons } = figureOf('turnoverDays', { value: 41, bases: { 较上月同期: null } }, names);
    expect(comparisons).toEqual([{ name: '较上月同期', text: '—', tone: 'none' }]);
  });
});

describe('colour', () => {
  it.each([
    ['good', '红涨绿跌', 'red'],
    ['bad', '红涨绿跌', 'green'],
    ['good', '绿涨红跌', 'green'],
    ['bad', '绿涨红跌', 'red'],
    ['flat', '红涨绿跌', 'grey'],
    ['none', '绿涨红跌', 'grey'],
  ] as const)('of %s in %s is %s', (tone, style, colour) => {
    expect(toneColour(tone, style)).toBe(colour);
  });
});

describe('progress', () => {
  it.each([
    // 3,918 / 5,600 = 69.96 %, day 22 of 30 = 73.33 %; the difference is that of the two shown figures.
    [3_918_000_000, 5_600_000_000, '2026-11-22', '达成 70.0%　时间进度 73.3%　落后 3.3pt', 'bad'],
    [50, 100, '2026-04-15', '达成 50.0%　时间进度 50.0%　与时间进度持平', 'flat'],
    [60, 100, '2024-02-29', '达成 60.0%　时间进度 100.0%　落后 40.0pt', 'bad'],
    [60, 100, '2026-02-14', '达成 60.0%　时间进度 50.0%　领先 10.0pt', 'good'],
    [60, 0, '2026-02-14', '目标未设置', 'none'],
    [60, null, '2026-02-14', '目标未设置', 'none'],
  ])('of %i towards %s on %s ends with %s', (...[done, target, day, ending, tone]) => {
    const progress = progressOf(done, target, day);
    expect(progress.text.endsWith(ending)).toBe(true);
    expect(progress.tone).toBe(tone);
  });

  it('starts with the money of both sides', () => {
    expect(progressOf(3_918_000_000, 5_600_000_000, '2026-11-22').text).toMatch(/^本月 3,918万 \/ 5,600万\n/);
  });
});
