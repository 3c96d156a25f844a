import { createHash } from 'node:crypto';

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** JSON with sorted keys and no spaces: the same value is the same text, whoever writes it (RFC 8785 for what we use). */
export const canonicalJson = (value: Json): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = Object.entries(value).flatMap(([key, field]) =>
    field === undefined ? [] : [[key, field] as const],
  );
  const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
};

/** SHA-256 (hex) of a text. */
export const hashText = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
export const hashJson = (value: Json): string => hashText(canonicalJson(value));
