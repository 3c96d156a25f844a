/**
 * Cells of Base as its API gives and takes them: text as a string or as segments, options by their name, people as
 * `[{id}]`, dates in ms (open.feishu.cn/document/server-docs/docs/bitable-v1/bitable-structure). Whatever else stands in a
 * cell reads as nothing, never as an error: people write there.
 */
import * as z from 'zod';

export type Cell = string | number | boolean | null | readonly string[] | readonly { readonly id: string }[];
export type Cells = Readonly<Record<string, unknown>>;

const segmentSchema = z.object({ text: z.string() });
const namedSchema = z.object({ name: z.string() });
const personSchema = z.object({ id: z.string().min(1) });

const partText = (part: unknown): string => {
  if (typeof part === 'string') return part;
  if (typeof part === 'number') return String(part);
  const segment = segmentSchema.safeParse(part);
  if (segment.success) return segment.data.text;
  const named = namedSchema.safeParse(part);
  return named.success ? named.data.name : '';
};

const listOf = (cell: unknown): readonly unknown[] => (Array.isArray(cell) ? cell : [cell]);

/** What a reader sees in the cell, without blanks around it. */
export const textIn = (cell: unknown): string => listOf(cell).map(partText).join('').trim();

/** The options of a multiple choice. */
export const textsIn = (cell: unknown): readonly string[] =>
  listOf(cell)
    .map((part) => partText(part).trim())
    .filter((text) => text !== '');

/** `undefined`: empty. NaN: something that is no number. */
export const numberIn = (cell: unknown): number | undefined => {
  if (typeof cell === 'number') return cell;
  const text = textIn(cell);
  return text === '' ? undefined : Number(text);
};

/** union_ids, when the records were asked for with them. */
export const peopleIn = (cell: unknown): readonly string[] =>
  listOf(cell).flatMap((part) => {
    const person = personSchema.safeParse(part);
    return person.success ? [person.data.id] : [];
  });

export const isChecked = (cell: unknown): boolean => cell === true;
