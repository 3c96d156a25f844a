import { describe, expect, it } from 'vitest';
import { defaultDesk } from '../../config/tickets/desk.ts';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import { batchNoIn } from '../../shared/tickets/batch-no.ts';
import { classify } from '../../shared/tickets/classify.ts';
import { type Problem, sameProblem } from '../../shared/tickets/match.ts';
import { differentPairs, samePairs, unseenDifferentPairs, unseenSamePairs } from './pairs.ts';

const places: Readonly<Record<string, readonly [SourceEvent['source'], SourceEvent['kind']]>> = {
  有赞退款: ['youzan', 'refund'],
  有赞退货: ['youzan', 'return'],
  有赞换货: ['youzan', 'exchange'],
  抖音退款: ['doudian', 'refund'],
  抖音退货: ['doudian', 'return'],
  抖音换货: ['doudian', 'exchange'],
  七鱼: ['qiyu', 'consult'],
  微信: ['wecom', 'consult'],
  App: ['app', 'feedback'],
  导入: ['import', 'complaint'],
  同事: ['chat', 'complaint'],
};

const hour = 3_600_000;
const start = Date.parse('2026-11-23T02:00:00Z');

type More = { readonly orderIds?: string[]; readonly buyerRefs?: string[]; readonly hoursLater?: number };

const placeOf = (where: string) => {
  const place = places[where];
  if (!place) throw new Error(`nobody tells from ${where}`);
  return place;
};

const partsOf = (telling: string) => {
  const [, where = '', product = '', text = ''] = /^(\S+) (\S+) (.+)$/.exec(telling.trim()) ?? [];
  return { where, product, text };
};

/** As the worker would read it: the product's code only from those who sell it. */
const problemOf = (telling: string, { orderIds = [], buyerRefs = [], hoursLater = 0 }: More): Problem => {
  const { where, product, text } = partsOf(telling);
  const [source, kind] = placeOf(where);
  const { category } = classify({ source, kind, text, skuIds: [] }, defaultDesk);
  const isShop = source === 'youzan' || source === 'doudian';
  return {
    sources: [{ source, kind }],
    orderIds,
    buyerRefs,
    skuIds: isShop ? [`SKU-${product}`] : [],
    productName: product === '-' ? undefined : product,
    category,
    batchNo: batchNoIn(text),
    openedAt: new Date(start + hoursLater * hour).toISOString(),
  };
};

type Case = { readonly told: string; readonly isSame: boolean; readonly a: Problem; readonly b: Problem };

const pairOf = (line: string, isSame: boolean, [left, right]: readonly [More, More]): Case => {
  const [one = '', other = ''] = line.split(' => ');
  return { told: line, isSame, a: problemOf(one, left), b: problemOf(other, right) };
};

const order = { orderIds: ['E1'] };
const otherOrder = { orderIds: ['E2'] };
const buyer = { buyerRefs: ['b'] };

/** By one order; by one phone where a chat knows no order. */
const told = (line: string, isSame: boolean): readonly Case[] => [
  pairOf(line, isSame, [order, { ...order, hoursLater: 5 }]),
  pairOf(line, isSame, [
    { ...order, ...buyer },
    { ...buyer, hoursLater: 20 },
  ]),
];

const cases: readonly Case[] = [
  ...samePairs.flatMap((line) => told(line, true)),
  ...differentPairs.flatMap((line) => told(line, false)),
  // The same words are another problem for another order, another buyer, another week.
  ...samePairs.slice(0, 20).map((line) =>
    pairOf(line, false, [
      { ...order, ...buyer },
      { ...otherOrder, ...buyer },
    ]),
  ),
  ...samePairs.slice(20, 40).map((line) => pairOf(line, false, [order, { ...order, hoursLater: 80 }])),
  ...samePairs.slice(40, 60).map((line) =>
    pairOf(line, false, [
      { ...order, ...buyer },
      { buyerRefs: ['c'], hoursLater: 1 },
    ]),
  ),
];

describe('two tellings', () => {
  const judged = cases.map((each) => ({ ...each, isMerged: sameProblem(each.a, each.b) !== undefined }));
  const merged = judged.filter(({ isMerged }) => isMerged);
  const right = merged.filter(({ isSame }) => isSame);
  const precision = right.length / merged.length;
  const recall = right.length / judged.filter(({ isSame }) => isSame).length;

  it('become one ticket with a precision of 0.98 at a recall of 0.85, on more than 300 pairs', () => {
    const figures = { pairs: cases.length, same: judged.filter(({ isSame }) => isSame).length };
    process.stdout.write(`${JSON.stringify({ match: { ...figures, precision, recall } })}\n`);
    expect(cases.length).toBeGreaterThanOrEqual(300);
    expect(precision).toBeGreaterThanOrEqual(0.98);
    expect(recall).toBeGreaterThanOrEqual(0.85);
  });

  it('are judged as well when nobody had seen them before', () => {
    const unseen = [
      ...unseenSamePairs.flatMap((line) => told(line, true)),
      ...unseenDifferentPairs.flatMap((line) => told(line, false)),
    ].map((each) => ({ ...each, isMerged: sameProblem(each.a, each.b) !== undefined }));
    const ours = unseen.filter(({ isMerged }) => isMerged);
    const good = ours.filter(({ isSame }) => isSame).length;
    const of = unseen.filter(({ isSame }) => isSame).length;
    process.stdout.write(
      `${JSON.stringify({ unseen: { pairs: unseen.length, precision: good / ours.length, recall: good / of } })}\n`,
    );
    expect(good / ours.length).toBeGreaterThanOrEqual(0.98);
    expect(good / of).toBeGreaterThanOrEqual(0.85);
  });

  it('are judged alike in both directions', () => {
    const oneWay = cases.filter(
      ({ a, b }) => (sameProblem(a, b) === undefined) !== (sameProblem(b, a) === undefined),
    );
    expect(oneWay.map(({ told: line }) => line)).toEqual([]);
  });

  it('say why they are one', () => {
    const reasons = new Set(merged.map(({ a, b }) => sameProblem(a, b)));
    expect([...reasons].sort()).toEqual([
      '同一买家、72小时内、同一商品和问题',
      '同一订单、72小时内、同一商品和问题',
    ]);
  });
});
