import * as z from 'zod/mini';
import { InvalidInputError } from '../errors.ts';
import type { sourceEventSchema } from './source-event.ts';

/** What a reader makes of a message, before its lengths are checked. */
export type RawEvent = z.input<typeof sourceEventSchema>;

type Context = { readonly source?: string };

const isExact = (value: number): boolean => Number.isSafeInteger(value) || !Number.isInteger(value);

const keepDigits = (_key: string, value: unknown, context?: Context): unknown =>
  typeof value === 'number' && !isExact(value) ? (context?.source ?? value) : value;

/**
 * JSON text → unknown, whole numbers beyond 2^53 as their digits: an order of Douyin has 19, and `JSON.parse` alone
 * makes another number of it. Throws `invalid_json`.
 */
export const parseExactJson = (text: string): unknown => {
  try {
    return JSON.parse(text, keepDigits);
  } catch (cause) {
    throw new InvalidInputError('invalid_json', 'the body is not JSON', { cause });
  }
};

/** An id, which some write as a number and some as text. */
export const idText = z.pipe(
  z.union([z.string().check(z.minLength(1), z.maxLength(200)), z.int()]),
  z.transform(String),
);

/** Words that are cut, never refused, when they are longer. */
export const words = (longest: number): z.ZodMiniType<string, string> =>
  z.pipe(
    z.string(),
    z.transform((text) => cut(text, longest)),
  );

/** A moment as a platform writes it; read by `momentOf`. */
export const moment = z.union([z.string(), z.int()]);

export const oneOrNone = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);

/** A whole number that may stand in quotes. */
export const wholeNumber = z.pipe(
  z.union([z.int(), z.string().check(z.regex(/^-?\d{1,15}$/))]),
  z.transform(Number),
);

const yuan = /^(\d{1,10})(?:\.(\d{1,2})0*)?$/;

/** `132`, `132.5`, `1,320.00` yuan → fen, exactly. `undefined` when it isn't such an amount. */
export const fenOfYuan = (text: string): number | undefined => {
  const [, whole, cents = ''] = yuan.exec(text.replaceAll(',', '')) ?? [];
  return whole === undefined ? undefined : Number(whole) * 100 + Number(cents.padEnd(2, '0'));
};

const wallClock = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const two = (part: string | undefined): string => (part ?? '0').padStart(2, '0');

/** `2022-09-01 15:52:36`, as clocks in China show it, → UTC. `undefined` when it isn't a time. */
export const shanghaiMoment = (text: string): Date | undefined => {
  const [, year, month, day, hour, minute, second] = wallClock.exec(text.trim()) ?? [];
  if (year === undefined) return undefined;
  const date = `${year}-${two(month)}-${two(day)}`;
  const at = new Date(`${date}T${two(hour)}:${two(minute)}:${two(second)}+08:00`);
  if (Number.isNaN(at.getTime())) return undefined;
  // `2026-02-30` becomes a day in March in some engines.
  return new Date(at.getTime() + 8 * 3_600_000).toISOString().startsWith(date) ? at : undefined;
};

/** Seconds or milliseconds since 1970, or a wall clock in China. */
export const momentOf = (value: string | number | undefined): Date | undefined => {
  const text = String(value ?? '');
  if (/^\d{10}$/.test(text)) return new Date(Number(text) * 1000);
  if (/^\d{13}$/.test(text)) return new Date(Number(text));
  return shanghaiMoment(text);
};

/** At most `longest` characters; never half of one. */
export const cut = (text: string, longest: number): string => {
  const short = text.slice(0, longest);
  return /[\uD800-\uDBFF]$/.test(short) ? short.slice(0, -1) : short;
};
