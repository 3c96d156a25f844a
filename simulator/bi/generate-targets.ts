import { dayNumber, monthOf, monthStart } from './days.ts';
import type { Basis, Rows } from './generate.ts';
import { regionOf } from './products.ts';
import type { Random } from './random.ts';
import type { Sale } from './superstore.ts';

const wan = 1_000_000;

export const months = (from: number, to: number): readonly number[] => {
  const starts: number[] = [];
  for (let start = monthStart(from); start <= to; start = monthStart(start, 1)) starts.push(start);
  return starts;
};

const paid = (sales: readonly Sale[]): number => sales.reduce((sum, sale) => sum + sale.paidFen, 0);

/** What the month sells, its unknown days filled up at the pace of the last 30 known ones. */
const expected = (sales: readonly Sale[], start: number, lastDay: number): number => {
  const end = monthStart(start, 1) - 1;
  const unknownDays = Math.max(0, end - Math.max(lastDay, start - 1));
  const recent = paid(sales.filter(({ day }) => day > lastDay - 30));
  return paid(sales.filter(({ day }) => day >= start && day <= end)) + (unknownDays * recent) / 30;
};

/** Targets that a month misses or beats by a few per cent; the present and the next month have theirs too. */
export const generateTargets = ({ sales, firstDay, lastDay }: Basis, random: Random): Rows => {
  const nextMonth = monthStart(dayNumber(`${monthOf(lastDay)}-01`), 1);
  const targets = [...regionOf.values()].flatMap((region) => {
    const own = sales.filter((sale) => sale.region === region);
    return months(firstDay, nextMonth).map((start) => ({
      month: monthOf(start),
      region,
      // A first month of two days may hold no order of a region; its target is the smallest there is.
      target_fen:
        Math.max(1, Math.ceil((expected(own, start, lastDay) * (0.95 + random.next() * 0.17)) / wan)) * wan,
    }));
  });
  return { sales_targets: targets };
};
