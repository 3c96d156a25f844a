import * as z from 'zod/mini';
import { InvalidInputError, UpstreamError } from '../errors.ts';
import type { MetricSource, QueryReply } from './metric-source.ts';
import { bindParams, type NamedQuery, type QuerySet } from './named-query.ts';
import { type Ask, type Row, sqlSession } from './sql-session.ts';

export type SqlSourceOptions = {
  readonly id: string;
  /** postgres://… of a user who may only read; a secret, never logged. */
  readonly url: string;
  readonly queries: QuerySet;
  /** Per statement, default 5 s. */
  readonly timeoutMs?: number;
  /** Default and upper limit 5 s: a function must not spend its time on a host that is away. */
  readonly connectTimeoutMs?: number;
};

const marksSchema = z.array(
  z.object({ dataset: z.string(), complete_through: z.string(), as_of: z.string() }),
);
type Mark = z.infer<typeof marksSchema>[number];

const readMarks = async (ask: Ask, sql: string): Promise<readonly Mark[]> => {
  const result = z.safeParse(marksSchema, await ask(sql));
  if (result.success) return result.data;
  throw new UpstreamError('source_query_failed', 'the watermark has an unexpected shape');
};

const earliest = (instants: readonly string[]): string => {
  const [first] = instants.toSorted();
  if (first === undefined) throw new UpstreamError('source_query_failed', 'the watermark is empty');
  return first;
};

const toReply = (rows: readonly Row[], rowCap: number, asOf: string): QueryReply => ({
  rows: rows.slice(0, rowCap),
  asOf,
  truncated: rows.length > rowCap,
});

/** Named, parameterised queries over PostgreSQL; nothing a caller passes ever becomes SQL. */
export const sqlSource = (options: SqlSourceOptions): MetricSource => {
  const { id, url, queries: set, timeoutMs = 5000, connectTimeoutMs = 5000 } = options;
  const session = sqlSession({ url, timeoutMs, connectTimeoutMs: Math.min(connectTimeoutMs, 5000) });

  const find = (name: string): NamedQuery => {
    const query = Object.hasOwn(set.queries, name) ? set.queries[name] : undefined;
    if (query) return query;
    throw new InvalidInputError('unknown_query', `${id} has no such query`, { details: { query: name } });
  };

  return {
    id,
    run: async (name, params) => {
      const query = find(name);
      const values = bindParams(query, params);
      // Rows and watermark come from one snapshot, so a load that finishes in between cannot date older rows.
      return session.transact(async (ask) => {
        const rows = await ask(`${query.sql}\nlimit ${query.rowCap + 1}`, values);
        const marks = await readMarks(ask, set.watermark);
        const ours = marks.filter(({ dataset }) => dataset === query.dataset);
        return toReply(rows, query.rowCap, earliest(ours.map((mark) => mark.as_of)));
      });
    },
    watermark: () =>
      session.transact(async (ask) => {
        const marks = await readMarks(ask, set.watermark);
        return {
          completeThrough: earliest(marks.map((mark) => mark.complete_through)),
          asOf: earliest(marks.map((mark) => mark.as_of)),
        };
      }),
    close: session.close,
  };
};
