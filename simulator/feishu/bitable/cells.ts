import { z } from 'zod';
import type { Person } from '../../company.ts';
import { type Cell, type Field, type Table, TYPE } from './model.ts';
import { type BaseCode, refuse } from './refuse.ts';

// open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-record/bitable-record-data-structure-overview
const MAX_TEXT_LENGTH = 100_000;
const MAX_OPTIONS_IN_CELL = 1000;
const MAX_PHONE_LENGTH = 64;

/** What a value is checked against: people by the id type of the request, files that were uploaded. */
export type CellContext = {
  readonly personBy: (id: string) => Person | undefined;
  readonly hasFile: (fileToken: string) => boolean;
};

type Reader = (value: unknown, context: CellContext) => Cell;

const read = <T>(schema: z.ZodType<T>, value: unknown, code: BaseCode): T => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refuse(code);
  return parsed.data;
};

const readText: Reader = (value) => {
  const text = read(z.string(), value, 1254060);
  if (text.length > MAX_TEXT_LENGTH) throw refuse(1254130);
  return text;
};

const readOptions: Reader = (value) => {
  const names = read(z.array(z.string().min(1)), value, 1254063);
  if (names.length > MAX_OPTIONS_IN_CELL) throw refuse(1254130);
  return names;
};

const usersSchema = z.array(z.looseObject({ id: z.string() })).max(1000);

/** `[{id}]`, the id in the type of the request, never another app's open_id. */
const readUsers: Reader = (value, { personBy }) =>
  read(usersSchema, value, 1254066).map(({ id }) => {
    const person = personBy(id);
    if (!person) throw refuse(1254066);
    return person.unionId;
  });

const filesSchema = z.array(z.looseObject({ file_token: z.string() })).max(100);

const readFiles: Reader = (value, { hasFile }) =>
  read(filesSchema, value, 1254069).map(({ file_token: token }) => {
    if (!hasFile(token)) throw refuse(1254303);
    return token;
  });

const linkSchema = z.looseObject({ link: z.string().min(1), text: z.optional(z.string()) });

const readLink: Reader = (value) => {
  const { link, text } = read(linkSchema, value, 1254068);
  return { link, text: text ?? link };
};

const phoneSchema = z
  .string()
  .max(MAX_PHONE_LENGTH)
  .regex(/^\+?\d*$/u);

const READERS: Readonly<Record<number, Reader>> = {
  [TYPE.text]: readText,
  [TYPE.number]: (value) => read(z.number(), value, 1254061),
  [TYPE.select]: (value) => read(z.string().min(1), value, 1254062),
  [TYPE.multiSelect]: readOptions,
  [TYPE.date]: (value) => read(z.int(), value, 1254064),
  [TYPE.checkbox]: (value) => read(z.boolean(), value, 1254065),
  [TYPE.user]: readUsers,
  [TYPE.phone]: (value) => read(phoneSchema, value, 1254072),
  [TYPE.url]: readLink,
  [TYPE.attachment]: readFiles,
};

const isEmptyCell = (cell: Cell): boolean => cell === '' || (Array.isArray(cell) && cell.length === 0);

/** Cells of one row as sent; undefined clears. */
export type CellPatch = ReadonlyMap<Field, Cell | undefined>;

/**
 * Reads `fields` of a request, keyed by field name. Throws 1254045 for a name that no field has, 1254060–69 for a value
 * of another kind, 1254015 for a field that computes itself.
 */
export const readCells = (
  table: Table,
  fields: Readonly<Record<string, unknown>>,
  context: CellContext,
): CellPatch =>
  new Map(
    Object.entries(fields).map(([name, value]) => {
      const field = table.fields.find((one) => one.name === name);
      if (!field) throw refuse(1254045);
      const reader = READERS[field.type];
      if (!reader) throw refuse(1254015);
      if (value === null) return [field, undefined] as const;
      const cell = reader(value, context);
      return [field, isEmptyCell(cell) ? undefined : cell] as const;
    }),
  );
