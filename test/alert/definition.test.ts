import { describe, expect, it } from 'vitest';
import { allAlerts } from '../../config/alerts/all.ts';
import { baseAt, observe, watches } from '../../functions/alert/reading.ts';
import { whyTold } from '../../shared/alerts/audience.ts';
import { type Alert, alert, type Condition } from '../../shared/alerts/definition.ts';
import type { Point } from '../../shared/store/metrics.ts';

type Input = Parameters<typeof alert>[0];
const input: Input = {
  id: 'some-alert',
  name: '某个预警',
  owner: '渠道总监',
  source: { id: 'bi', name: 'BI' },
  metric: { id: 'refund.ratio', label: '退款率', unit: 'ratio' },
  by: ['channel'],
  condition: { when: 'above', value: 0.08, recover: 0.06 },
  graceMinutes: 60,
  missingAfterMinutes: 60,
  level: 'orange',
  audience: { roles: ['渠道总监', '渠道负责人'] },
  scope: { by: 'dimension', dimension: 'channel', from: 'departments', wholeCompany: ['渠道总监'] },
  definition: '退款率＝退款÷支付。',
};
const having = (more: Partial<Input>): Alert => alert({ ...input, ...more });

describe('a definition', () => {
  it.each([
    [
      'the two thresholds meet',
      { condition: { when: 'above', value: 0.08, recover: 0.08 } },
      'condition.recover',
    ],
    [
      'it would recover where it fires',
      { condition: { when: 'below', value: 0.9, recover: 0.8 } },
      'condition.recover',
    ],
    [
      'a change recovers only when it is larger',
      { condition: { when: 'rises', versus: '较昨日', by: 3, in: 'pt', recover: 4 } },
      'condition.recover',
    ],
    [
      'points are between amounts',
      {
        metric: { id: 'paid', label: '支付', unit: 'money' },
        condition: { when: 'falls', versus: '较昨日', by: 3, in: 'pt', recover: 1 },
      },
      'condition.in',
    ],
    ['it selects by a dimension that it has not', { where: { region: ['华东'] } }, 'where.region'],
    [
      'it is told by a dimension that it has not',
      { scope: { by: 'dimension', dimension: 'region', from: 'region', wholeCompany: [] } },
      'scope.dimension',
    ],
    ['nobody is told', { audience: {} }, 'audience'],
    ['its source is unknown', { source: { id: 'erp', name: 'ERP' } }, 'source.id'],
    ['a field is mistyped', { graceMinute: 5 }, 'graceMinute'],
  ])('is refused, named with its file and field, when %s', (_, more, field) => {
    expect(() => alert({ ...input, ...more } as Input)).toThrow('config/alerts/some-alert.ts: ');
    expect(() => alert({ ...input, ...more } as Input)).toThrow(field);
  });

  it('of ours says in its file what it is called', () => {
    expect(allAlerts.map(({ id }) => id)).toEqual(['refund-rate', 'shipping-on-time', 'batch-complaints']);
  });
});

const point = (value: string | null, more: Partial<Point> = {}): Point => ({
  source: 'bi',
  metric: 'refund.ratio',
  dims: { channel: '抖音' },
  at: '2026-11-23T02:00:00.000Z',
  asOf: '2026-11-23T02:01:00.000Z',
  unit: 'RATIO',
  value,
  ...more,
});
const readingOf = (condition: Condition, value: string | null, base?: string): unknown =>
  observe(having({ condition }), point(value), base === undefined ? undefined : point(base))?.reading;

describe('a reading', () => {
  const above: Condition = { when: 'above', value: 0.08, recover: 0.06 };
  const below: Condition = { when: 'below', value: 0.95, recover: 0.97 };
  const rises: Condition = { when: 'rises', versus: '较昨日', by: 3, in: 'pt', recover: 1 };
  const falls: Condition = { when: 'falls', versus: '较昨日', by: 30, in: '%', recover: 10 };

  it.each([
    [above, '0.08', undefined, 'breach'],
    [above, '0.0799', undefined, 'between'],
    [above, '0.0601', undefined, 'between'],
    [above, '0.06', undefined, 'clear'],
    [above, null, undefined, 'unknown'],
    [below, '0.95', undefined, 'breach'],
    [below, '0.951', undefined, 'between'],
    [below, '0.97', undefined, 'clear'],
    // 0.098 − 0.068 is less than 0.03 in binary.
    [rises, '0.098', '0.068', 'breach'],
    [rises, '0.078', '0.068', 'clear'],
    [rises, '0.088', '0.068', 'between'],
    [rises, '0.01', '0.068', 'clear'],
    [rises, '0.098', undefined, 'unknown'],
    [falls, '70', '100', 'breach'],
    [falls, '80', '100', 'between'],
    [falls, '90', '100', 'clear'],
    [falls, '130', '100', 'clear'],
    [falls, '0', '0', 'unknown'],
  ] as const)('of %j at %s against %s is %s', (...[condition, value, base, reading]) => {
    expect(readingOf(condition, value, base)).toBe(reading);
  });

  it('is compared with the same moment or day, a day or a week before', () => {
    const daily = having({ compare: '较昨日' });
    const weekly = having({ compare: '较上周同日' });
    expect(baseAt(daily, '2026-03-01')).toBe('2026-02-28');
    expect(baseAt(weekly, '2026-11-23T02:00:00.000Z')).toBe('2026-11-16T02:00:00.000Z');
    expect(baseAt(having({}), '2026-03-01')).toBeUndefined();
  });

  it('counts from its moment, and that of a whole day from when the data were read', () => {
    expect(observe(having({}), point('0.1'), undefined)?.moment).toBe('2026-11-23T02:00:00.000Z');
    expect(observe(having({}), point('0.1', { at: '2026-11-23' }), undefined)?.moment).toBe(
      '2026-11-23T02:01:00.000Z',
    );
  });

  it('is none of a time that was long over when the source looked', () => {
    expect(observe(having({}), point('0.1', { at: '2026-11-21' }), undefined)).toBeUndefined();
    expect(observe(having({}), point('0.1', { at: '2026-11-23T01:01:00.000Z' }), undefined)).toBeDefined();
    expect(observe(having({}), point('0.1', { at: '2026-11-23T01:00:59.000Z' }), undefined)).toBeUndefined();
  });

  it('comes from the series that have exactly the dimensions, and the values that are asked for', () => {
    const only = watches(having({ where: { channel: ['抖音'] } }));
    expect(only(point('1'))).toBe(true);
    expect(only(point('1', { dims: { channel: '天猫' } }))).toBe(false);
    expect(only(point('1', { dims: { channel: '抖音', region: '华东' } }))).toBe(false);
    expect(only(point('1', { dims: {} }))).toBe(false);
    expect(only(point('1', { source: 'erp' }))).toBe(false);
    expect(only(point('1', { metric: 'other' }))).toBe(false);
  });
});

describe('the scope', () => {
  const who = (roles: string[], departments: string[] = [], region?: string) => ({
    person: 'on_1',
    roles,
    departments,
    region,
  });
  const dims = { channel: '抖音' };

  it('tells the heads of the whole about every value, the head of a part about its own', () => {
    const by = having({});
    expect(whyTold(by, dims, who(['渠道总监'], ['渠道']))).toBe('渠道总监');
    expect(whyTold(by, dims, who(['渠道负责人'], ['抖音']))).toBe('抖音渠道负责人');
    expect(whyTold(by, dims, who(['渠道负责人'], ['天猫']))).toBeUndefined();
    expect(whyTold(by, dims, who(['直播运营'], ['抖音']))).toBeUndefined();
    expect(whyTold(by, {}, who(['渠道负责人'], ['']))).toBeUndefined();
  });

  it('by region takes 华东大区 for 华东', () => {
    const by = having({
      by: ['region'],
      scope: { by: 'dimension', dimension: 'region', from: 'region', wholeCompany: [] },
    });
    expect(whyTold(by, { region: '华东' }, who(['渠道负责人'], [], '华东大区'))).toBe('华东渠道负责人');
    expect(whyTold(by, { region: '华东' }, who(['渠道负责人'], [], '华南'))).toBeUndefined();
    expect(whyTold(by, { region: '华东' }, who(['渠道负责人']))).toBeUndefined();
  });

  it('of the company tells roles, departments and named people', () => {
    const all = having({
      scope: { by: 'company' },
      audience: { roles: ['品控负责人'], departments: ['法务'], people: ['on_1'] },
    });
    expect(whyTold(all, dims, who([]))).toBe('名单指定');
    const notNamed = { ...all, audience: { ...all.audience, people: [] } };
    expect(whyTold(notNamed, dims, who([], ['法务']))).toBe('法务成员');
    expect(whyTold(notNamed, dims, who(['品控负责人']))).toBe('品控负责人');
    expect(whyTold(notNamed, dims, who(['会计']))).toBeUndefined();
  });
});
