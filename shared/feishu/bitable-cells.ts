/**
 * Cells as the API of records gives and takes them: text as segments or as one string, people as `[{id}]`, moments as
 * milliseconds (open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-record/bitable-record-data-structure-overview).
 */
import * as z from 'zod/mini';
import type { FieldKind } from './bitable.ts';

type Cell = string | number | boolean | string[] | { readonly text: string; readonly link: string };

const segmentsSchema = z.array(z.object({ text: z._default(z.string(), '') }));
const peopleSchema = z.array(z.object({ id: z.string() }));
const linkSchema = z.object({ link: z.string(), text: z._default(z.string(), '') });

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value;
  const segments = z.safeParse(segmentsSchema, value);
  const text = segments.success ? segments.data.map((segment) => segment.text).join('') : '';
  return text === '' ? undefined : text;
};

const listOf = (value: unknown): string[] | undefined => {
  const list = z.safeParse(z.array(z.string()), value);
  return list.success && list.data.length > 0 ? list.data : undefined;
};

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const readers: Readonly<Record<FieldKind, (value: unknown) => Cell | undefined>> = {
  text: textOf,
  choice: textOf,
  choices: listOf,
  number: numberOf,
  date: numberOf,
  // An unticked box is no value, as an empty cell is none.
  checkbox: (value) => (value === true ? true : undefined),
  people: (value) => {
    const people = z.safeParse(peopleSchema, value);
    return people.success && people.data.length > 0 ? people.data.map(({ id }) => id) : undefined;
  },
  url: (value) => {
    const link = z.safeParse(linkSchema, value);
    return link.success ? { text: link.data.text, link: link.data.link } : undefined;
  },
};

/** `undefined`: empty, or nothing that this kind of field holds. */
export const readCell = (kind: FieldKind, value: unknown): Cell | undefined => readers[kind](value);

/** `null` clears. */
export const writeCell = (kind: FieldKind, cell: Cell | undefined): unknown => {
  if (kind === 'checkbox') return cell === true;
  if (cell === undefined) return null;
  return kind === 'people' && Array.isArray(cell) ? cell.map((id: unknown) => ({ id })) : cell;
};
