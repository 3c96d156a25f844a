import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allDigests } from '../../config/digests/all.ts';
import { peopleFinance } from '../../config/digests/people-finance.ts';
import { salesDaily } from '../../config/digests/sales-daily.ts';
import { stockDaily } from '../../config/digests/stock-daily.ts';
import { type Section, sectionFor } from '../../functions/digest/section.ts';
import type { Recipient } from '../../shared/digests/audience.ts';
import { scopeFor, whyReceives } from '../../shared/digests/audience.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import type { Reply } from '../../shared/digests/facts.ts';
import { queriesFor } from '../../shared/digests/queries.ts';
import { asOf, chief, day, eastern, now, person, repliesFor, rowsOf, shown } from './golden-day.ts';

type Change = Readonly<Record<string, Partial<Reply>>>;

const sectionOf = (digest: Digest, who: Recipient, change: Change = {}): Section => {
  const replies = repliesFor(digest, who, change);
  const section = sectionFor(digest, { person: who, day, now, wanted: shown, shown, replies });
  if ('skipped' in section) throw new Error(`skipped: ${section.skipped}`);
  return section;
};

const said = (section: Section): string => JSON.stringify(section);

describe('经营', () => {
  const sales = sectionOf(salesDaily, chief);

  it('shows four figures, each with its three named comparisons', () => {
    const rows = sales.figures.map(({ label, text, comparisons }) => [
      label,
      text,
      ...comparisons.map((each) => `${each.name} ${each.text}`),
    ]);
    expect(rows).toEqual([
      // 180/150 = +20 %, 180/200 = −10 %, 180/100 = +80 %
      ['支付金额', '180.0万', '较昨日 ▲20.0%', '较上周同日 ▼10.0%', '较去年同期 ▲80.0%'],
      ['订单数', '1,200单', '较昨日 ▲20.0%', '较上周同日 ▲20.0%', '较去年同期 ▲50.0%'],
      // 1,800,000 / 1,200 = 1,500 yuan; bases 1,500, 2,000 and 1,250
      ['客单价', '1,500.0元', '较昨日 持平', '较上周同日 ▼25.0%', '较去年同期 ▲20.0%'],
      // 48.6/180 = 27 %; bases 30 % each
      ['毛利率', '27.0%', '较昨日 ▼3.0pt', '较上周同日 ▼3.0pt', '较去年同期 ▼3.0pt'],
    ]);
  });

  it('concludes with the largest contributor to the change', () => {
    expect(sales.conclusion).toBe('支付金额较上周同日 ▼10.0%，下滑主要来自 抖音 −30.0万');
  });

  it('sets the month so far against target and time', () => {
    // 200 + 150 + 180 of 1,000; 23 of 30 days
    expect(sales.progress?.text).toBe('本月 530.0万 / 1,000万\n达成 53.0%　时间进度 76.7%　落后 23.7pt');
  });

  it('finds the channel that fell by 30 % or more and the margin that fell by 3 points', () => {
    expect(sales.state).toBe('abnormal');
    expect(sales.abnormal.map(({ text }) => text)).toEqual([
      '抖音 支付金额 50.0万，较上周同日 ▼37.5%',
      '毛利率 27.0%，较上周同日 ▼3.0pt',
    ]);
  });

  it.each([
    ['29.9 % is no finding', 56.08, 400, []],
    ['30 % is one', 56, 400, ['抖音 支付金额 56.0万，较上周同日 ▼30.0%']],
    ['too few orders in the base are none', 10, 4, []],
    ['five orders in the base are enough', 10, 5, ['抖音 支付金额 10.0万，较上周同日 ▼87.5%']],
  ])('%s', (...[, paidWan, ordersBefore, expected]) => {
    const rows = rowsOf('sales.channels').map((row) => {
      if (row['channel'] !== '抖音') return row;
      return row['day'] === '2026-11-23'
        ? { ...row, paidFen: Math.round(paidWan * 1_000_000) }
        : { ...row, orders: ordersBefore };
    });
    const { abnormal } = sectionOf(salesDaily, chief, { 'sales.channels': { rows } });
    expect(abnormal.map(({ text }) => text).filter((text) => text.startsWith('抖音'))).toEqual(expected);
  });

  it('has the last 14 days for the chart, days without orders as zero', () => {
    expect(sales.chart).toHaveLength(14);
    expect(sales.chart?.[0]).toEqual({ day: '2026-11-10', paidFen: 0 });
    expect(sales.chart?.slice(-2).map(({ paidFen }) => paidFen)).toEqual([150_000_000, 180_000_000]);
  });

  it('lists channels by amount and the five best products', () => {
    const lines = sales.details.map(({ title, lines: all }) => [
      title,
      ...all.map(
        ({ text, comparison }) => `${text}${comparison ? ` ${comparison.name} ${comparison.text}` : ''}`,
      ),
    ]);
    expect(lines).toEqual([
      [
        '渠道',
        '天猫 110.0万 较上周同日 ▲10.0%',
        '抖音 50.0万 较上周同日 ▼37.5%',
        '小程序 20.0万 较上周同日 持平',
      ],
      ['单品前五', '代餐奶昔·香草 60.0万 · 1,234 件', '蛋白棒 25.5万 · 820 件'],
    ]);
  });

  it('puts amount and named comparison into the notification', () => {
    expect(sales.brief).toEqual(['昨日支付180.0万 较上周同日▼10.0%']);
  });

  it('shows Friday to Sunday on a Monday', () => {
    const monday = { from: '2026-11-20', to: '2026-11-22' };
    const rows = [
      { day: '2026-11-20', paidFen: 142_100_000, orders: 9, profitFen: 1 },
      { day: '2026-11-21', paidFen: 175_500_000, orders: 9, profitFen: 1 },
      { day: '2026-11-22', paidFen: 186_400_000, orders: 9, profitFen: 1 },
    ];
    const replies = new Map<string, Reply>([['sales.days', { rows, asOf, truncated: false }]]);
    const section = sectionFor(salesDaily, {
      person: chief,
      day: '2026-11-23',
      now,
      wanted: monday,
      shown: monday,
      replies,
    });
    expect(section).toMatchObject({ days: '周五 142.1万 · 周六 175.5万 · 周日 186.4万，合计 504.0万' });
  });

  it('says that a complete day had no orders instead of hiding it', () => {
    const rows = rowsOf('sales.days').filter((row) => row['day'] !== '2026-11-23');
    const { figures } = sectionOf(salesDaily, chief, { 'sales.days': { rows } });
    expect(figures.map(({ text }) => text)).toEqual(['0元', '0单', '—', '—']);
  });
});

describe('商品与库存', () => {
  it('is one normal line when nothing is wrong', () => {
    const stock = sectionOf(stockDaily, chief);
    expect([stock.state, stock.line]).toEqual(['normal', '正常（缺货 0个，缺货风险 0个，临期 2批）']);
    expect(stock.figures.map(({ label, text, extra }) => [label, text, extra])).toEqual([
      ['可售库存（成本）', '1,284万', '可售 123.4万件'],
      ['周转天数', '41天', undefined],
      ['缺货风险单品', '0个', undefined],
      ['临期批次', '2批', undefined],
    ]);
    expect(stock.figures[1]?.comparisons).toEqual([{ name: '较上月同期', text: '▲3天', tone: 'bad' }]);
  });

  it('names what runs out before it can be restocked, the nearest first, and lots near their end', () => {
    const risks = [
      { product: '蛋白棒', daysOfStock: 9.9, leadDays: 10, dailyQty: 80 },
      { product: '代餐奶昔·香草', daysOfStock: 3.2, leadDays: 12, dailyQty: 412 },
      { product: '维生素', daysOfStock: 12, leadDays: 12, dailyQty: 5 },
    ];
    const lot = { ...rowsOf('stock.expiring')[0], remainingRatio: 0.16, remainingDays: 44 };
    const stock = sectionOf(stockDaily, chief, {
      'stock.risks': { rows: risks },
      'stock.expiring': { rows: [lot] },
    });
    expect(stock.abnormal).toMatchObject([
      { level: 'red', text: '代餐奶昔·香草 可售 3 天，补货需 12 天' },
      { level: 'red', text: '蛋白棒 可售 9 天，补货需 10 天' },
      {
        level: 'orange',
        text: '鸡胸肉 批次20260510 剩 16.0%（44 天），2,140 件 4.1万，建议：停止入京东仓',
      },
    ]);
    expect(stock.line).toBe('异常 3 项（缺货 0个，缺货风险 0个，临期 2批）');
  });
});

describe('人财', () => {
  it('shows money and people to those entitled to both', () => {
    const section = sectionOf(peopleFinance, chief);
    expect(section.figures.map(({ text, extra }) => [text, extra])).toEqual([
      ['1,126万', undefined],
      ['38.0万', '1 笔，最长 45 天'],
      ['812.0万', '目标 1,050万，完成 77.3%'],
      ['264.0万', undefined],
    ]);
    expect(section.abnormal.map(({ text }) => text)).toEqual(['逾期应收 38.0万（1 笔，最长 45 天）']);
    expect(section.others).toBe('在职 312人（编制 326） · 本月入职 6人 · 本月离职 3人 · 超 24 小时待审 17单');
  });

  it('shows people only to those without finance rights, and does not even ask for money', () => {
    const staff = person(['人力资源负责人']);
    const section = sectionOf(peopleFinance, staff);
    expect(queriesFor(peopleFinance, staff, shown).map(({ query }) => query)).toEqual(['people.headcount']);
    expect(section.figures.map(({ label }) => label)).toEqual(['在职', '到岗率', '本月入职', '本月离职']);
    expect([section.state, section.line]).toEqual(['normal', '正常（到岗 96.4%）']);
    expect(said(section)).not.toMatch(/应收|逾期|回款|应付/);
  });
});

describe('a source that does not deliver', () => {
  it.each([
    ['is down', { failed: 'source_unavailable' }, '销售数据暂缺（BI 暂时连不上）'],
    ['is slow', { failed: 'source_timeout' }, '销售数据暂缺（BI 查询超时）'],
    ['is empty', { rows: [] }, '销售数据暂缺（BI 没有返回数据）'],
    ['has more rows than its cap', { truncated: true }, '销售数据暂缺（BI 数据超过行数上限）'],
    [
      'answers something else',
      { rows: [{ day: '2026-11-23', paidFen: 'many' }] },
      '销售数据暂缺（BI 数据格式不符）',
    ],
    ['fails in an unknown way', { failed: 'source_query_failed' }, '销售数据暂缺（BI 查询失败）'],
  ])('and %s shows words and no figure', (_, reply, note) => {
    const section = sectionOf(salesDaily, chief, { 'sales.days': reply });
    expect(section).toMatchObject({
      state: 'missing',
      line: '数据暂缺',
      note,
      figures: [],
      abnormal: [],
      details: [],
    });
    expect(section.progress).toBeUndefined();
    expect(section.chart).toBeUndefined();
  });

  it('is never called normal while one of its lists is missing', () => {
    const section = sectionOf(stockDaily, chief, { 'stock.risks': { failed: 'source_timeout' } });
    expect(section.state).toBe('stale');
    expect(section.line).not.toContain('正常');
    expect(section.note).toBe('缺货风险明细数据暂缺（BI 查询超时）');
  });

  it('and has no target leaves the progress line out instead of calling it unset', () => {
    expect(
      sectionOf(salesDaily, chief, { 'sales.target': { failed: 'source_timeout' } }).progress,
    ).toBeUndefined();
    expect(sectionOf(salesDaily, chief, { 'sales.target': { rows: [] } }).progress?.text).toContain(
      '目标未设置',
    );
  });

  const monday = { from: '2026-11-22', to: '2026-11-22' };
  const question = { person: chief, day, now, wanted: shown, shown: monday };

  it('and is a day behind shows the last complete day under its own date', () => {
    const section = sectionFor(salesDaily, { ...question, replies: repliesFor(salesDaily, chief) });
    expect(section).toMatchObject({
      note: 'BI 数据只到 11-22，11-23 尚未到齐，以下为 11-22 的数据',
      brief: ['11-22支付150.0万'],
    });
    expect((section as Section).figures[0]?.text).toBe('150.0万');
  });

  it('and has nothing complete shows no figures', () => {
    const section = sectionFor(salesDaily, { ...question, shown: undefined, replies: new Map() });
    expect(section).toMatchObject({ state: 'missing', note: 'BI 暂时没有完整的数据，本节不显示数字' });
  });

  it('and stopped loading is stamped with the time it stopped', () => {
    const old = '2026-11-22T16:00:00.000Z';
    const section = sectionOf(salesDaily, chief, { 'sales.days': { asOf: old } });
    expect(section.note).toBe('BI 数据停在 11-23 00:00，之后没有更新');
    expect(section.asOf).toBe(old);
  });

  it.each([
    ['behind', monday],
    ['without anything complete', undefined],
  ])('and is %s is skipped with a reason where the digest says so', (_, period) => {
    const strict: Digest = { ...salesDaily, freshness: { maxAgeMinutes: 720, onStale: 'skip' } };
    const answer = sectionFor(strict, { ...question, shown: period, replies: repliesFor(strict, chief) });
    expect(answer).toEqual({ skipped: 'source_stale' });
  });
});

describe('who sees what', () => {
  it.each([
    [chief, '全公司', ['华东', '华南', '华北', '西部']],
    [eastern, '华东大区', ['华东']],
    [person(['大区负责人'], '西部大区'), '西部大区', ['西部']],
    // Their own region counts, whatever else they are.
    [person(['总经理'], '华南'), '华南大区', ['华南']],
  ])('%j sees %s', (who, label, regions) => {
    expect(scopeFor(salesDaily, who)).toEqual({ label, regions });
  });

  it.each([[person(['大区负责人'])], [person(['大区负责人'], '海外')], [person(['客服'])]])(
    '%j sees nothing of 经营',
    (who) => {
      expect(scopeFor(salesDaily, who)).toBeUndefined();
      expect(queriesFor(salesDaily, who, shown)).toEqual([]);
      const answer = sectionFor(salesDaily, {
        person: who,
        day,
        now,
        wanted: shown,
        shown,
        replies: new Map(),
      });
      expect(answer).toEqual({ skipped: 'no_scope' });
    },
  );

  it.each([
    [salesDaily, eastern, '华东大区负责人'],
    [salesDaily, chief, '总经理'],
    [salesDaily, person(['客服']), undefined],
    [stockDaily, eastern, undefined],
    [peopleFinance, person(['人力资源负责人']), '人力资源负责人'],
  ])('%o tells %j why: %s', (digest, who, why) => {
    expect(whyReceives(digest, who)).toBe(why);
  });

  it('never asks for a region that is not the person’s own, nor for money without the right to it', () => {
    const anybody = fc.record({
      unionId: fc.string(),
      roles: fc.subarray(['总经理', '副总经理', '财务负责人', '大区负责人', '人力资源负责人', '客服']),
      departments: fc.constant([]),
      region: fc.option(fc.constantFrom('华东', '华南大区', '海外'), { nil: undefined }),
    });
    fc.assert(
      fc.property(anybody, fc.constantFrom(...allDigests), (who, digest) => {
        const has = (...roles: string[]): boolean => roles.some((role) => who.roles.includes(role));
        const own = who.region?.replace('大区', '');
        for (const { query, params } of queriesFor(digest, who, shown)) {
          if (query.startsWith('finance.')) expect(has('总经理', '财务负责人')).toBe(true);
          if (!query.startsWith('sales.')) continue;
          expect(own !== undefined || has('总经理', '副总经理', '财务负责人')).toBe(true);
          expect(params['regions']).toEqual(own === undefined ? ['华东', '华南', '华北', '西部'] : [own]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('queries', () => {
  it('reach back to the first of the month or three weeks, and to the same day last year', () => {
    expect(queriesFor(salesDaily, eastern, shown)).toEqual([
      // 14 days of chart and the week before the first of them: 23 − 20 = 3; the month starts earlier
      {
        key: 'sales.days',
        query: 'sales.days',
        params: { from: '2026-11-01', to: '2026-11-23', regions: ['华东'] },
      },
      {
        key: 'sales.days:lastYear',
        query: 'sales.days',
        params: { from: '2025-11-23', to: '2025-11-23', regions: ['华东'] },
      },
      { key: 'sales.target', query: 'sales.target', params: { month: '2026-11', regions: ['华东'] } },
      {
        key: 'sales.channels',
        query: 'sales.channels',
        params: { from: '2026-11-16', to: '2026-11-23', regions: ['华东'] },
      },
      {
        key: 'sales.products',
        query: 'sales.products',
        params: { from: '2026-11-23', to: '2026-11-23', regions: ['华东'] },
      },
    ]);
  });

  it('of people with the same scope are equal, so that a run may share their rows', () => {
    const ask = (who: Recipient): string => JSON.stringify(queriesFor(salesDaily, who, shown));
    expect(ask(person(['渠道负责人']))).toBe(ask(chief));
    expect(ask(eastern)).not.toBe(ask(chief));
  });
});
