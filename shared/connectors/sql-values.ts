import { UpstreamError } from '../errors.ts';

/** PostgreSQL's own type numbers (`select oid, typname from pg_type`): int8, int2, int4, float4, float8, numeric. */
const numberOids: ReadonlySet<number> = new Set([20, 21, 23, 700, 701, 1700]);
const boolOid = 16;
const timestamptzOid = 1184;

const refuse = (column: string, what: string): never => {
  throw new UpstreamError('source_query_failed', `column ${column} holds ${what}`, { details: { column } });
};

const toNumber = (column: string, text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value)) return refuse(column, 'something that is not a finite number');
  // Above 2^53 a fen could silently become another fen.
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return refuse(column, 'a number above 2^53');
  return value;
};

const toInstant = (column: string, text: string): string => {
  // '2026-11-22 22:10:00+00' is not ISO 8601 until it has a T and minutes in its offset.
  const instant = new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return Number.isNaN(instant.getTime()) ? refuse(column, 'an unreadable instant') : instant.toISOString();
};

/** The text PostgreSQL sent → JS. Dates stay 'YYYY-MM-DD': a Date would move them by the time zone. */
export const decodeValue = (
  field: { readonly name: string; readonly dataTypeID: number },
  text: unknown,
): unknown => {
  if (typeof text !== 'string') return null;
  if (numberOids.has(field.dataTypeID)) return toNumber(field.name, text);
  if (field.dataTypeID === timestamptzOid) return toInstant(field.name, text);
  return field.dataTypeID === boolOid ? text === 't' : text;
};
