import { readFileSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { newCluster } from './cluster.ts';
import { dayNumber, dayText } from './days.ts';
import { generate, type Rows } from './generate.ts';
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

const orderLine = (sale: Sale): Readonly<Record<string, unknown>> => ({
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

/** One statement per table: 10,000 single inserts would take longer than the whole start. */
const insertAll = async (pg: PGlite, rows: Rows): Promise<void> => {
  await pg.exec(`truncate ${Object.keys(rows).join(', ')}`);
  for (const [table, list] of Object.entries(rows)) {
    await pg.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1::json)`, [
      list,
    ]);
  }
  await pg.exec('analyze');
};

/**
 * PGlite is one PostgreSQL session that every connection of the socket server shares, and it takes any user name and
 * password. So nothing can be refused at sign-in; instead the session itself is `bi_reader`, who has SELECT only, and
 * its transactions are read-only unless they say otherwise. A client that wanted to could still become the owner by
 * SET SESSION AUTHORIZATION: on a real server, with real sign-in, it could not.
 */
const asReader = "set default_transaction_read_only = on; set session authorization 'bi_reader'";
const asOwner = "set session authorization 'postgres'; set default_transaction_read_only = off";

export const openDatabase = async (): Promise<Database> => {
  const pg = await newCluster();
  await pg.exec(readFileSync(new URL('schema.sql', import.meta.url), 'utf8'));
  const runExclusive = pg.runExclusive.bind(pg);
  let owning: Promise<void> = Promise.resolve();
  // The socket server asks here before each message: none may run while the session belongs to the owner.
  Object.assign(pg, {
    runExclusive: async <T>(message: () => Promise<T>): Promise<T> => {
      await owning;
      return runExclusive(message);
    },
  });
  const asOwnerDo = async (work: () => Promise<unknown>): Promise<void> => {
    while (pg.isInTransaction()) await wait(5);
    const busy = (async () => {
      await pg.exec(asOwner);
      try {
        await work();
      } finally {
        await pg.exec(asReader);
      }
    })();
    owning = busy.catch(() => undefined);
    await busy;
  };
  return {
    pg,
    load: (today, asOf) => asOwnerDo(() => insertAll(pg, allRows(today, asOf))),
    change: (sql) => asOwnerDo(() => pg.exec(sql)),
  };
};
