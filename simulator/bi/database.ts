import { readFileSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { newCluster } from './cluster.ts';
import { dayNumber, dayText } from './days.ts';
import { generate, type Rows, type TableRow } from './generate.ts';
import { productOfSubCategory } from './products.ts';
import { readSales, type Sale } from './superstore.ts';

export type Database = {
  readonly pg: PGlite;
  /** Replaces every row by those of the day before `today`. */
  readonly load: (today: string, asOf: string) => Promise<void>;
  /** Runs one statement as the owner; its text must be built from checked values. */
  readonly change: (sql: string) => Promise<void>;
};

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const orderLine = (sale: Sale): TableRow => ({
  line_no: sale.lineNo,
  order_no: sale.orderNo,
  day: dayText(sale.day),
  region: sale.region,
  channel: sale.channel,
  sku: sale.product.sku,
  quantity: sale.quantity,
  paid_fen: sale.paidFen,
  profit_fen: sale.profitFen,
});

const allRows = (today: string, asOf: string): Rows => {
  const lastDay = dayNumber(today) - 1;
  const sales = readSales(lastDay);
  const generated = generate(sales, lastDay);
  return {
    products: [...productOfSubCategory.values()].map((product) => ({
      sku: product.sku,
      name: product.name,
      unit_cost_fen: product.unitCostFen,
      shelf_life_days: product.shelfLifeDays,
      lead_days: product.leadDays,
    })),
    order_lines: sales.map(orderLine),
    ...generated,
    watermarks: ['sales', 'stock', 'finance', 'people'].map((dataset) => ({
      dataset,
      complete_through: dayText(lastDay),
      as_of: asOf,
    })),
  };
};

/** PostgreSQL's text format of COPY; none of our values holds a tab, a newline or a backslash. */
const copyText = (rows: readonly TableRow[]): string =>
  rows
    .map(
      (row) =>
        `${Object.values(row)
          .map((value) => (value === null ? '\\N' : String(value)))
          .join('\t')}\n`,
    )
    .join('');

/** COPY takes half the time of one insert per table, and ten thousand inserts longer than the whole start. */
const insertAll = async (pg: PGlite, tables: Rows): Promise<void> => {
  await pg.exec(`truncate ${Object.keys(tables).join(', ')}`);
  for (const [table, rows] of Object.entries(tables)) {
    const columns = Object.keys(rows[0] ?? {}).join(', ');
    await pg.query(`copy ${table} (${columns}) from '/dev/blob'`, [], { blob: new Blob([copyText(rows)]) });
  }
};

/**
 * PGlite is one PostgreSQL session that every connection of the socket server shares, and it takes any user name and
 * password. So nothing can be refused at sign-in; instead the session itself is `bi_reader`, who has SELECT only, and
 * its transactions are read-only unless they say otherwise. A client that wanted to could still become the owner by
 * SET SESSION AUTHORIZATION: on a real server, with real sign-in, it could not.
 */
const asReader = "set default_transaction_read_only = on; set session authorization 'bi_reader'";
const asOwner = "set session authorization 'postgres'; set default_transaction_read_only = off";

/** Runs owner's work, one piece at a time, while no client is inside a transaction or gets a message through. */
const ownerOf = (pg: PGlite): ((work: () => Promise<unknown>) => Promise<void>) => {
  const runExclusive = pg.runExclusive.bind(pg);
  let gate: PromiseWithResolvers<undefined> | undefined;
  let turn: Promise<void> = Promise.resolve();
  // The socket server asks here before each message.
  Object.assign(pg, {
    runExclusive: async <T>(message: () => Promise<T>): Promise<T> => {
      await gate?.promise;
      return runExclusive(message);
    },
  });
  const giveBack = async (): Promise<void> => {
    await pg.exec(asReader);
    gate?.resolve(undefined);
    gate = undefined;
  };
  const take = async (): Promise<void> => {
    while (pg.isInTransaction()) await wait(5);
    gate = Promise.withResolvers();
    await pg.exec(asOwner);
    if (!pg.isInTransaction()) return;
    // A client's BEGIN was already past the gate: this is its transaction, so it goes first.
    await giveBack();
    await wait(5);
    return take();
  };
  return (work) => {
    const mine = turn.then(take).then(work).finally(giveBack);
    turn = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine.then(() => undefined);
  };
};

export const openDatabase = async (): Promise<Database> => {
  const pg = await newCluster(readFileSync(new URL('schema.sql', import.meta.url), 'utf8'));
  const asOwnerDo = ownerOf(pg);
  return {
    pg,
    load: (today, asOf) => asOwnerDo(() => insertAll(pg, allRows(today, asOf))),
    change: (sql) => asOwnerDo(() => pg.exec(sql)),
  };
};
