import type { Recipient } from '../../shared/digests/audience.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import type { Reply } from '../../shared/digests/facts.ts';
import { queriesFor } from '../../shared/digests/queries.ts';
import type { Period } from '../../shared/digests/window.ts';

/** Tuesday; the card shows Monday 23 November 2026. Amounts are chosen so that every figure can be checked by head. */
export const day = '2026-11-24';
export const shown: Period = { from: '2026-11-23', to: '2026-11-23' };
export const now = new Date('2026-11-24T00:47:00Z');
export const asOf = '2026-11-23T22:10:00.000Z'; // 06:10 in Shanghai

const wan = 1_000_000; // fen

export const person = (roles: readonly string[], region?: string): Recipient => ({
  unionId: 'on_1',
  roles,
  departments: [],
  region,
});
export const chief = person(['总经理']);
export const eastern = person(['大区负责人'], '华东');

const sales = [
  { day: '2026-11-16', paidFen: 200 * wan, orders: 1000, quantity: 3000, profitFen: 60 * wan },
  { day: '2026-11-22', paidFen: 150 * wan, orders: 1000, quantity: 2400, profitFen: 45 * wan },
  { day: '2026-11-23', paidFen: 180 * wan, orders: 1200, quantity: 2900, profitFen: 48.6 * wan },
];

const goldenRows: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  'sales.days': sales,
  'sales.days:lastYear': [
    { day: '2025-11-23', paidFen: 100 * wan, orders: 800, quantity: 1900, profitFen: 30 * wan },
  ],
  'sales.target': [{ targetFen: 1000 * wan }],
  'sales.channels': [
    { day: '2026-11-16', channel: '天猫', paidFen: 100 * wan, orders: 500, profitFen: 30 * wan },
    { day: '2026-11-16', channel: '抖音', paidFen: 80 * wan, orders: 400, profitFen: 24 * wan },
    { day: '2026-11-16', channel: '小程序', paidFen: 20 * wan, orders: 100, profitFen: 6 * wan },
    { day: '2026-11-23', channel: '天猫', paidFen: 110 * wan, orders: 700, profitFen: 30 * wan },
    { day: '2026-11-23', channel: '抖音', paidFen: 50 * wan, orders: 400, profitFen: 12.6 * wan },
    { day: '2026-11-23', channel: '小程序', paidFen: 20 * wan, orders: 100, profitFen: 6 * wan },
  ],
  'sales.products': [
    { product: '代餐奶昔·香草', paidFen: 60 * wan, quantity: 1234 },
    { product: '蛋白棒', paidFen: 25.5 * wan, quantity: 820 },
  ],
  'stock.summary': [
    {
      availableQty: 1_234_000,
      costFen: 1284 * wan,
      turnoverDays: 41,
      turnoverDaysMonthAgo: 38,
      stockoutSkus: 0,
      riskSkus: 0,
      expiringLots: 2,
    },
  ],
  'stock.risks': [],
  'stock.expiring': [
    {
      product: '鸡胸肉',
      batch: '20260510',
      remainingRatio: 0.29,
      remainingDays: 79,
      qty: 2140,
      costFen: 4.1 * wan,
      advice: '停止入京东仓',
    },
  ],
  'finance.receivables': [
    {
      balanceFen: 1126 * wan,
      overdueFen: 38 * wan,
      overdueCount: 1,
      overdueOldestDays: 45,
      collectedMonthFen: 812 * wan,
      collectTargetFen: 1050 * wan,
      payable7dFen: 264 * wan,
    },
  ],
  'people.headcount': [
    {
      onRoll: 312,
      authorised: 326,
      attendedRatio: 0.964,
      joinedMonth: 6,
      leftMonth: 3,
      pendingApprovals24h: 17,
    },
  ],
};

export const rowsOf = (key: string): readonly Readonly<Record<string, unknown>>[] => goldenRows[key] ?? [];

/** Answers what this person's card would ask for, with the golden rows but for what `change` replaces. */
export const repliesFor = (
  digest: Digest,
  who: Recipient,
  change: Readonly<Record<string, Partial<Reply>>> = {},
): ReadonlyMap<string, Reply> =>
  new Map(
    queriesFor(digest, who, shown).map(({ key }): [string, Reply] => {
      const replaced = change[key];
      if (replaced && 'failed' in replaced) return [key, { failed: replaced.failed }];
      return [key, { rows: rowsOf(key), asOf, truncated: false, ...replaced }];
    }),
  );
