/**
 * GENERATED, NOT REAL. The orders are real order lines (superstore.ts); everything else in this BI (stock, targets,
 * receivables, payables, people, attendance, approvals) is made up here from one seed, fitted to those orders, with a
 * few things wrong on purpose: two products about to run out, two batches near expiry, one overdue invoice, seventeen
 * documents that wait for approval. The same last day gives the same rows.
 */
import { generateFinance } from './generate-finance.ts';
import { generatePeople } from './generate-people.ts';
import { generateStock } from './generate-stock.ts';
import { generateTargets } from './generate-targets.ts';
import { seededRandom } from './random.ts';
import type { Sale } from './superstore.ts';

const seed = 20_261_123;

/** What every generator works from; days are counted since 1970. */
export type Basis = { readonly sales: readonly Sale[]; readonly firstDay: number; readonly lastDay: number };

/** A row in the columns of schema.sql. */
export type TableRow = Readonly<Record<string, string | number | null>>;

/** Table name → its rows. */
export type Rows = Readonly<Record<string, readonly TableRow[]>>;

export const generate = (sales: readonly Sale[], lastDay: number): Rows => {
  const basis: Basis = { sales, firstDay: Math.min(...sales.map(({ day }) => day)), lastDay };
  const random = seededRandom(seed);
  const stock = generateStock(basis, random);
  return {
    ...generateTargets(basis, random),
    ...stock.rows,
    ...generateFinance(basis, random, stock.bought),
    ...generatePeople(basis, random),
  };
};
