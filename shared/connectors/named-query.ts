import * as z from 'zod/mini';
import { InvalidConfigError, InvalidInputError } from '../errors.ts';
import { describeIssues } from '../parse.ts';
import type { QueryParams } from './metric-source.ts';

const kinds = {
  day: z.string().check(z.iso.date()),
  month: z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/)),
  texts: z.array(z.string().check(z.maxLength(100))).check(z.maxLength(200)),
};

const text = z.string().check(z.minLength(1));

/** One statement and no more: a semicolon would let a second one in, and the row cap is appended as a LIMIT. */
const statement = z
  .string()
  .check(
    z.regex(/^\s*(select|with)\b/i, 'must start with select or with'),
    z.regex(/^[^;]*$/, 'must be one statement without a semicolon'),
  );

const placeholders = (sql: string): number =>
  Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map(([, position]) => Number(position)));

const namedQuerySchema = z
  .strictObject({
    dataset: text,
    sql: statement,
    params: z.array(z.strictObject({ name: text, kind: z.enum(['day', 'month', 'texts']) })),
    rowCap: z.int().check(z.minimum(1), z.maximum(10_000)),
  })
  .check(
    z.refine(({ sql, params }) => placeholders(sql) === params.length, {
      message: 'has as many $n placeholders as params',
      path: ['params'],
    }),
  );

const querySetSchema = z.strictObject({
  /** Answers dataset, complete_through and as_of, one row per dataset. */
  watermark: statement,
  queries: z.record(text, namedQuerySchema),
});

export type NamedQuery = z.infer<typeof namedQuerySchema>;
export type QuerySet = z.infer<typeof querySetSchema>;

/** Checks a file of named queries when it is loaded; throws `invalid_config` naming the file and the field. */
export const defineQueries = (file: string, set: QuerySet): QuerySet => {
  const result = z.safeParse(querySetSchema, set);
  if (result.success) return result.data;
  throw new InvalidConfigError('invalid_config', `${file}: ${describeIssues(result.error.issues)}`);
};

/** Values in the order of the placeholders. Throws `invalid_query_params` that names fields, never values. */
export const bindParams = ({ params }: NamedQuery, given: QueryParams): readonly (string | string[])[] => {
  const shape = Object.fromEntries(params.map(({ name, kind }) => [name, kinds[kind]]));
  const result = z.safeParse(z.strictObject(shape), given);
  if (!result.success)
    throw new InvalidInputError('invalid_query_params', describeIssues(result.error.issues));
  const bound = result.data;
  return params.flatMap(({ name }) => {
    const value = bound[name];
    return value === undefined ? [] : [value];
  });
};
