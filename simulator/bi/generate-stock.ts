import { dayText } from './days.ts';
import type { Basis, Rows } from './generate.ts';
import { type Product, productOfSubCategory } from './products.ts';
import type { Random } from './random.ts';

type Lot = {
  readonly lot_no: number;
  readonly sku: string;
  readonly batch: string;
  readonly expires_on: string;
  readonly advice: string | null;
};
type Movement = {
  readonly lot_no: number;
  readonly day: string;
  readonly kind: 'in' | 'out';
  readonly quantity: number;
};
/** One delivery of goods, which finance owes for. */
export type Purchase = { readonly day: number; readonly sku: string; readonly costFen: number };
type Delivery = {
  readonly product: Product;
  readonly producedOn: number;
  readonly receivedOn: number;
  readonly quantity: number;
  readonly out: readonly { readonly day: number; readonly quantity: number }[];
  readonly advice?: string;
};

/** Products whose next delivery is late: days of stock left at the close of the last day (lead times: 12 and 9). */
const runningOut: ReadonlyMap<string, number> = new Map([
  ['代餐奶昔·香草', 3],
  ['蛋白棒·可可', 5],
]);
/** Returned pallets near expiry: days left, of a shelf life of 270 and 300 days. */
const nearExpiry = [
  { name: '鸡胸肉·原味', daysLeft: 78, quantity: 184, advice: '停止入京东仓' },
  { name: '魔芋面·番茄', daysLeft: 47, quantity: 126, advice: '转内购清货' },
];
const cycleDays = 30;

const dailyOut = ({ sales, lastDay, firstDay }: Basis, sku: string): readonly number[] => {
  const perDay = Array.from({ length: lastDay - firstDay + 1 }, () => 0);
  for (const { product, day, quantity } of sales) {
    if (product.sku === sku) perDay[day - firstDay] = (perDay[day - firstDay] ?? 0) + quantity;
  }
  return perDay;
};

const total = (quantities: readonly number[]): number =>
  quantities.reduce((sum, quantity) => sum + quantity, 0);

/** Days beyond the last one that a delivery starting on `start` is still to cover. */
const daysAhead = (product: Product, start: number, lastDay: number): number => {
  const late = runningOut.get(product.name);
  if (late === undefined) return Math.max(0, start + cycleDays - 1 - Math.max(lastDay, start - 1));
  return start <= lastDay && lastDay < start + cycleDays ? late : 0;
};

/**
 * One delivery covers about a month of what is really sold and arrives `early` days before its first piece leaves;
 * beyond the last day the pace of the last 30 days goes on. Stock therefore never falls below `early` days, unless
 * the product is one that runs out.
 */
const planDeliveries = (product: Product, basis: Basis, random: Random): readonly Delivery[] => {
  const { firstDay, lastDay } = basis;
  const perDay = dailyOut(basis, product.sku);
  const pace = total(perDay.slice(-30)) / 30;
  const early = product.leadDays + random.whole(6, 14);
  const deliveries: Delivery[] = [];
  for (let start = firstDay - random.whole(0, cycleDays - 1); start - early <= lastDay; start += cycleDays) {
    const out = perDay
      .map((quantity, index) => ({ day: firstDay + index, quantity }))
      .filter(({ day, quantity }) => day >= start && day < start + cycleDays && quantity > 0);
    const ahead = Math.ceil(daysAhead(product, start, lastDay) * pace);
    const quantity = total(out.map((piece) => piece.quantity)) + ahead;
    const receivedOn = start - early;
    const producedOn = receivedOn - random.whole(6, 15);
    if (quantity > 0) deliveries.push({ product, producedOn, receivedOn, quantity, out });
  }
  return deliveries;
};

const returnedPallets = (products: readonly Product[], lastDay: number): readonly Delivery[] =>
  nearExpiry.flatMap(({ name, daysLeft, quantity, advice }) =>
    products
      .filter((product) => product.name === name)
      .map((product) => {
        const producedOn = lastDay + daysLeft - product.shelfLifeDays;
        return { product, producedOn, receivedOn: producedOn + 12, quantity, advice, out: [] };
      }),
  );

const toLot = (delivery: Delivery, index: number): Lot => ({
  lot_no: index + 1,
  sku: delivery.product.sku,
  batch: dayText(delivery.producedOn).replaceAll('-', ''),
  expires_on: dayText(delivery.producedOn + delivery.product.shelfLifeDays),
  advice: delivery.advice ?? null,
});

const toMovements = (delivery: Delivery, index: number): readonly Movement[] => {
  const lot = index + 1;
  const into = {
    lot_no: lot,
    day: dayText(delivery.receivedOn),
    kind: 'in' as const,
    quantity: delivery.quantity,
  };
  const out = delivery.out.map(({ day, quantity }) => ({
    lot_no: lot,
    day: dayText(day),
    kind: 'out' as const,
    quantity,
  }));
  return [into, ...out];
};

/** Lots and movements: what leaves is what was really sold, what comes in is generated around it. */
export const generateStock = (
  basis: Basis,
  random: Random,
): { readonly rows: Rows; readonly bought: readonly Purchase[] } => {
  const products = [...productOfSubCategory.values()];
  const deliveries = [
    ...products.flatMap((product) => planDeliveries(product, basis, random)),
    ...returnedPallets(products, basis.lastDay),
  ];
  const bought = deliveries.map(({ product, receivedOn, quantity }) => ({
    day: receivedOn,
    sku: product.sku,
    costFen: quantity * product.unitCostFen,
  }));
  return { rows: { lots: deliveries.map(toLot), stock_movements: deliveries.flatMap(toMovements) }, bought };
};
