import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peopleFinance } from '../../config/digests/people-finance.ts';
import { salesDaily } from '../../config/digests/sales-daily.ts';
import { stockDaily } from '../../config/digests/stock-daily.ts';
import { buildDigestCard, type DigestCardInput } from '../../functions/digest/card.ts';
import { followedSection } from '../../functions/digest/line-follow-ups.ts';
import { type Section, sectionFor } from '../../functions/digest/section.ts';
import type { Recipient } from '../../shared/digests/audience.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import type { Reply } from '../../shared/digests/facts.ts';
import type { Card, CardElement } from '../../shared/feishu/card-json.ts';
import { countTags } from '../../shared/feishu/card-walk.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { preflight } from '../../shared/feishu/preflight.ts';
import type { FollowUp } from '../../shared/follow-ups/follow-up.ts';
import { chief, day, eastern, now, person, repliesFor, rowsOf, shown } from './golden-day.ts';

type Change = Readonly<Record<string, Partial<Reply>>>;

/** A company in which more people share a line than a menu offers. */
const people = ['总经理', '副总经理', '财务负责人', '供应链负责人', '商品负责人'].flatMap((role) =>
  ['甲', '乙', '丙'].map((each) => ({
    person: `on_${Buffer.from(role + each)
      .toString('hex')
      .slice(-32)}`,
    name: `${role}${each}（名字很长的一位同事，超过二十个字）`,
    roles: [role],
    jobTitle: role,
    departments: [],
    chats: {},
    unsubscribed: [],
    syncedAt: now.toISOString(),
  })),
);
const circle = { release: 'morning', day, people, ongoing: new Map<string, FollowUp>() };

const sectionOf = (digest: Digest, who: Recipient, change: Change = {}): Section => {
  const replies = repliesFor(digest, who, change);
  const section = sectionFor(digest, { person: who, day, now, wanted: shown, shown, replies }) as Section;
  return followedSection(circle)(digest, who, section);
};

const quiet: Change = { 'finance.receivables': { rows: [] } };
const all = (change: Change = {}): Section[] =>
  [salesDaily, stockDaily, peopleFinance].map((digest) => sectionOf(digest, chief, change));

const cardOf = (sections: readonly Section[], more: Partial<DigestCardInput> = {}): Card =>
  buildDigestCard({
    id: deliveryElementId('digest:morning:2026-11-24', 'on_1'),
    name: '晨报',
    day,
    place: { subject: 'digest:morning:2026-11-24', recipient: people[0]?.person ?? '' },
    person: { name: '林知夏', why: '总经理' },
    sections,
    colours: '红涨绿跌',
    ...more,
  });

const elementsOf = (card: Card): string[] => card.body.elements.map((element) => JSON.stringify(element));
const bytesOf = (card: Card): number => Buffer.byteLength(JSON.stringify(card), 'utf8');
const controlsOf = ({ body }: Card): readonly CardElement[] =>
  body.elements.filter(({ element_id = '' }) => /^f[0-9a-f]{14}_[12]$/u.test(element_id));
const bytesOfControls = (card: Card): number => Buffer.byteLength(JSON.stringify(controlsOf(card)), 'utf8');
const accepted = (card: Card): void => {
  expect(preflight(card)).toMatchObject({ ok: true });
  expect(bytesOf(card)).toBeLessThanOrEqual(12_200 + bytesOfControls(card));
  expect(bytesOf(card)).toBeLessThanOrEqual(18_000);
  expect(countTags(card)).toBeLessThanOrEqual(130);
  expect(countTags(card) - countTags(controlsOf(card))).toBeLessThanOrEqual(64);
  expect(card.config.summary.content.length).toBeLessThanOrEqual(38);
};

describe('the morning card', () => {
  const card = cardOf(all());
  const text = JSON.stringify(card);

  it('passes Feishu’s rules and stays below 12 KB with all that can be clicked', () => {
    accepted(card);
    expect(bytesOf(card)).toBeLessThanOrEqual(12_000);
  });

  it('is named after its day and its reader, counts what is wrong, and cannot be forwarded', () => {
    expect(card.header).toMatchObject({
      title: { content: '晨报 · 11月24日 周二' },
      subtitle: { content: '林知夏 · 全公司' },
      template: 'blue',
      text_tag_list: [{ text: { content: '异常 3' }, color: 'red' }],
    });
    expect(card.config.enable_forward).toBe(false);
  });

  it('puts figures with named comparisons into the notification', () => {
    expect(card.config.summary.content).toBe('昨日支付180.0万 较上周同日▼10.0% · 逾期应收1笔 · 临期2批');
  });

  it('spends no notification on a zero that is good news, and is never without one', () => {
    const none = { ...rowsOf('stock.summary')[0], expiringLots: 0 };
    const stock = cardOf([sectionOf(stockDaily, chief, { 'stock.summary': { rows: [none] } })]);
    expect(stock.config.summary.content).toBe('商品与库存正常');
    expect(card.config.summary.content).not.toContain('缺货');
  });

  it('can be forwarded when every section of it may', () => {
    const open = (digest: Digest): Section => sectionOf({ ...digest, forward: true }, chief);
    const forwardable = (...sections: Section[]): boolean => cardOf(sections).config.enable_forward;
    expect(forwardable(open(salesDaily), open(stockDaily))).toBe(true);
    expect(forwardable(open(salesDaily), sectionOf(stockDaily, chief))).toBe(false);
  });

  it('explains figures to those who may see them only, and names who answers for them', () => {
    const definitions = (who: Recipient): string =>
      elementsOf(cardOf([sectionOf(peopleFinance, who)])).find((line) => line.includes('口径')) ?? '';
    expect(definitions(chief)).toContain('**人财**：逾期应收为超过约定账期未回款的余额。到岗率＝');
    const staff = definitions(person(['人力资源负责人']));
    expect(staff).toContain('**人财**：到岗率＝实到÷应到；');
    expect(staff).toContain('负责人：财务负责人。');
    expect(staff).not.toContain('应收');
  });

  it('starts with what is wrong, at most three lines', () => {
    const lines = card.body.elements.filter(({ element_id = '' }) => element_id.endsWith('_0'));
    expect(elementsOf(card)[0]).toContain('**异常**');
    expect(lines.map((line) => line.tag === 'markdown' && line.content)).toEqual([
      '🟠 抖音 支付金额 50.0万，较上周同日 ▼37.5%',
      '🟠 毛利率 27.0%，较上周同日 ▼3.0pt',
      '🟠 逾期应收 38.0万（1 笔，最长 45 天）',
    ]);
    const risks = [1, 2, 3, 4].map((n) => ({
      product: `商品${n}`,
      daysOfStock: n,
      leadDays: 9,
      dailyQty: 1,
    }));
    const crowded = elementsOf(cardOf(all({ 'stock.risks': { rows: risks } })))
      .slice(0, 7)
      .join();
    expect(crowded.match(/🔴/gu)).toHaveLength(3);
    expect(crowded).not.toContain('🟠');
    expect(crowded).toContain('另有 4 项');
    expect(elementsOf(cardOf(all({ 'stock.risks': { rows: risks } }))).join()).toContain(
      '**其他异常**\\n🔴 商品4 可售 4 天，补货需 9 天',
    );
  });

  it('colours good news red where red rises, green where it falls, and keeps arrow and name beside it', () => {
    expect(text).toContain("较昨日 <font color='red'>▲20.0%</font>");
    expect(text).toContain("较上周同日 <font color='green'>▼10.0%</font>");
    expect(JSON.stringify(cardOf(all(), { colours: '绿涨红跌' }))).toContain(
      "较昨日 <font color='green'>▲20.0%</font>",
    );
  });

  it('shows 经营 as two rows of two figures with one bar chart from its own rows', () => {
    const charts = card.body.elements.filter((element) => element.tag === 'chart');
    expect(charts).toHaveLength(1);
    expect(charts[0]).toMatchObject({
      aspect_ratio: '2:1',
      chart_spec: { type: 'bar', xField: 'day', yField: 'value' },
    });
    const { values } = charts[0]?.chart_spec.data as { values: { day: string; value: number }[] };
    expect(values).toHaveLength(14);
    expect(values.at(-1)).toEqual({ day: '11-23', value: 180 });
    const grids = card.body.elements.filter(
      (element) => element.tag === 'column_set' && element.element_id === undefined,
    );
    expect(grids.slice(0, 2)).toMatchObject([{ columns: [{}, {}] }, { columns: [{}, {}] }]);
  });

  it('gives a normal section one line and an abnormal one its figures', () => {
    const lines = elementsOf(card);
    expect(lines.filter((line) => line.includes('**商品与库存**'))).toHaveLength(2); // its line and its 口径
    expect(
      lines.some((line) => line.includes('**商品与库存**：正常（缺货 0个，缺货风险 0个，临期 2批）')),
    ).toBe(true);
    expect(text).not.toContain('周转天数</font>');
    expect(lines.some((line) => line.includes('**人财**：异常 1 项（逾期应收 1笔，到岗 96.4%）'))).toBe(true);
    expect(text).toContain('应收余额</font>');
  });

  it('names a lot that is an abnormality once, not again in the list below', () => {
    const lot = {
      product: '鸡胸肉',
      batch: '20260510',
      remainingRatio: 0.1,
      remainingDays: 9,
      qty: 1,
      costFen: 1,
      advice: null,
    };
    const stock = cardOf([
      sectionOf(stockDaily, chief, { 'stock.expiring': { rows: [lot, { ...lot, remainingRatio: 0.3 }] } }),
    ]);
    expect(JSON.stringify(stock).match(/批次20260510 剩 10\.0%/gu)).toHaveLength(1);
    expect(JSON.stringify(stock).match(/批次20260510 剩 30\.0%/gu)).toHaveLength(1);
  });

  it('opens a section that is the only one its reader gets', () => {
    const stock = cardOf([sectionOf(stockDaily, person(['供应链负责人']))]);
    expect(JSON.stringify(stock)).toContain('周转天数</font>');
  });

  it('ends with the stamp, the source, the reason and how to stop it', () => {
    const footer = card.body.elements.at(-1);
    expect(footer?.element_id).toBe(deliveryElementId('digest:morning:2026-11-24', 'on_1'));
    expect(JSON.stringify(footer)).toContain('数据截至 11-24 06:10 · 来源 BI');
    expect(JSON.stringify(footer)).toContain(
      '为什么收到：总经理 · 不想再收：发送「退订 经营日报」或「退订 商品与库存日报」',
    );
    expect(text).toContain('**经营**：支付金额为当日付款成功');
  });

  it('links only where there is a page, and it opens inside Feishu', () => {
    expect(text).not.toContain('open_url');
    const linked = cardOf(all(), { links: { details: 'https://bi.example/sales?day=2026-11-23' } });
    expect(JSON.stringify(linked)).toContain(
      'https://applink.feishu.cn/client/web_url/open?mode=sidebar-semi&url=',
    );
    accepted(linked);
  });

  it('says before everything else that the holidays of a year are not loaded', () => {
    const note = '2027年放假安排未导入，暂按周一至周五推送';
    expect(elementsOf(cardOf(all(), { notes: [note] }))[0]).toContain(note);
  });

  it('turns orange and says what is missing', () => {
    const broken = cardOf(all({ 'sales.days': { failed: 'source_unavailable' } }));
    expect(broken.header.template).toBe('orange');
    expect(broken.config.summary.content).toMatch(/^经营数据暂缺 · /);
    expect(elementsOf(broken).join()).toContain('销售数据暂缺（BI 暂时连不上）');
    expect(JSON.stringify(broken)).not.toMatch(/180\.0万|"chart"/);
    accepted(broken);
  });

  it('names the region of a regional manager', () => {
    const regional = cardOf([sectionOf(salesDaily, eastern)], {
      person: { name: '沈南乔', region: '华东', why: '华东大区负责人' },
    });
    expect(regional.header.subtitle?.content).toBe('沈南乔 · 华东大区');
    accepted(regional);
  });

  it('never says 同比 or 环比', () => {
    expect(text).not.toMatch(/同比|环比/);
    expect(JSON.stringify(cardOf(all(quiet)))).not.toMatch(/同比|环比/);
  });
});

describe('whatever the source delivers, the card', () => {
  const amount = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9e15 }));
  const count = fc.integer({ min: 0, max: 9e9 });
  const word = fc.string({ unit: 'grapheme', maxLength: 200 });
  const markup = fc.constantFrom(
    '<at id=all></at>',
    '[a](http://evil.example)',
    '**粗**',
    '![](x)',
    '# 标题',
    ':OK:',
  );
  const name = fc.oneof(word, markup);
  const days = fc.constantFrom('2026-11-16', '2026-11-20', '2026-11-22', '2026-11-23');
  const ratio = fc.double({ min: 0, max: 1, noNaN: true });
  const rows = fc.record({
    'sales.days': fc.array(fc.record({ day: days, paidFen: amount, orders: count, profitFen: amount }), {
      maxLength: 8,
    }),
    'sales.channels': fc.array(
      fc.record({ day: days, channel: name, paidFen: amount, orders: count, profitFen: amount }),
      { maxLength: 30 },
    ),
    'sales.products': fc.array(fc.record({ product: name, paidFen: amount, quantity: count }), {
      maxLength: 5,
    }),
    'stock.risks': fc.array(
      fc.record({ product: name, daysOfStock: count, leadDays: count, dailyQty: count }),
      {
        maxLength: 30,
      },
    ),
    'stock.expiring': fc.array(
      fc.record({
        product: name,
        batch: name,
        remainingRatio: ratio,
        remainingDays: count,
        qty: count,
        costFen: amount,
        advice: fc.option(name),
      }),
      { maxLength: 30 },
    ),
  });

  it('is accepted by Feishu, ≤ 12 KB and ≤ 64 elements beside its controls, with a notification of ≤ 38 characters', () => {
    fc.assert(
      fc.property(rows, name, (generated, who) => {
        const change = Object.fromEntries(
          Object.entries(generated).map(([key, value]) => [key, { rows: value }]),
        );
        const card = cardOf(all(change), {
          person: { name: who, why: who },
          notes: ['2027年放假安排未导入，暂按周一至周五推送', '比计划晚 35 分钟送达'],
          links: { details: 'https://bi.example/sales' },
        });
        accepted(card);
        expect(card.config.summary.content).not.toBe('');
        expect(JSON.stringify(card.body)).not.toContain('<at id=all>');
      }),
      { numRuns: 150 },
    );
  });

  it('is small even when every list is long, every name is markup and every section has a fault', () => {
    const nasty = '*'.repeat(300);
    const channels = Array.from({ length: 40 }, (_, index) => ({
      channel: `${nasty}${index}`,
      profitFen: 1,
    }));
    const card = cardOf(
      all({
        'sales.days:lastYear': { failed: 'source_timeout' },
        'sales.channels': {
          rows: channels.flatMap((channel) => [
            { ...channel, day: '2026-11-16', paidFen: 9e15, orders: 9e9 },
            { ...channel, day: '2026-11-23', paidFen: 1, orders: 1 },
          ]),
        },
        'sales.products': { rows: Array(5).fill({ product: nasty, paidFen: 9e15, quantity: 9e9 }) },
        'stock.summary': { asOf: '2026-11-01T00:00:00.000Z' },
        'stock.risks': {
          rows: Array(40).fill({ product: nasty, daysOfStock: 1, leadDays: 9e9, dailyQty: 1 }),
        },
        'people.headcount': { failed: 'source_unavailable' },
      }),
      {
        person: { name: nasty, why: nasty },
        notes: [nasty, nasty],
        links: { details: 'https://bi.example/sales' },
      },
    );
    accepted(card);
    expect(JSON.stringify(card.body)).not.toContain('***');
  });
});
