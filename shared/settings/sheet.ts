import * as z from 'zod';
import { type Cell, type Cells, isChecked, peopleIn, textIn } from './cells.ts';
import { type Column, checkbox, people, text } from './columns.ts';
import type { Known } from './known.ts';

/** A row of Base, by its record, with what it says. */
export type Kept<Row = unknown> = { readonly id: string; readonly row: Row };
/** One record as it stands in Base. */
export type BaseRecord = { readonly id: string; readonly cells: Cells };

/** How every table ends. The last three are answered by us; what people write there is overwritten with the next answer. */
const isOnColumn = checkbox('启用');
const tail = {
  owner: people('负责人', { example: '林晓' }),
  status: text('生效状态', { example: '' }),
  note: text('说明', { example: '' }),
  changed: text('最后修改', { example: '' }),
};
export type Answer = { readonly status: string; readonly note: string; readonly changed: string };

export type ReadRow<Row = unknown> = {
  readonly id: string;
  readonly isOn: boolean;
  /** Somebody added it and has not begun to fill it. */
  readonly isBlank: boolean;
  /** Its time has passed: it is neither read nor answered. */
  readonly isOver: boolean;
  /** union_ids. */
  readonly owners: readonly string[];
  /** What it answers now. */
  readonly shown: Answer;
  readonly row?: Row;
  readonly problems: readonly string[];
};

export type Objection = { readonly id: string; readonly problem: string };
type Change<Row> = { readonly before: readonly Kept<Row>[]; readonly after: readonly Kept<Row>[] };

type Spec<Row> = {
  /** 启用 is one of its values: a row that is off stays in force and says so. */
  readonly hasSwitch?: true;
  readonly id: string;
  /** Its name in Base. */
  readonly table: string;
  readonly schema: z.ZodType<Row>;
  readonly columns: { readonly [K in keyof Required<Row>]: Column };
  /** 「P1 · 食品安全」: what one calls the row. */
  readonly title: (row: Row, known: Known) => string;
  /** What can't be right within one row. */
  readonly check?: (row: Row, known: Known) => readonly string[];
  readonly isOver?: (row: Row, known: Known) => boolean;
  /** Which changes can't stand beside the rest of the table, or may not be made at all. */
  readonly objections?: (change: Change<Row>, known: Known) => readonly Objection[];
  /** Why somebody else should look at it first. */
  readonly risks: (change: Change<Row>, known: Known) => readonly string[];
  /** What stands in the table when it is made. */
  readonly defaults: () => readonly Row[];
};

/** One table of 「直达·设置」. Rows come and go as `unknown` outside of it: they were read by its own schema. */
export type Sheet<Row = unknown> = {
  readonly id: string;
  readonly table: string;
  /** In their order; the first one names the row. */
  readonly columns: readonly Column[];
  readonly read: (records: readonly BaseRecord[], known: Known) => readonly ReadRow<Row>[];
  readonly cells: (row: unknown, known: Known) => Readonly<Record<string, Cell>>;
  readonly title: (row: unknown, known: Known) => string;
  readonly isOver: (row: unknown, known: Known) => boolean;
  /** 「首响（分） 15 → 30；处理（小时） 8 → 12」. */
  readonly difference: (before: unknown, after: unknown, known: Known) => string;
  readonly objections: (change: Change<unknown>, known: Known) => readonly Objection[];
  readonly risks: (change: Change<unknown>, known: Known) => readonly string[];
  /** A value of the settings as rows; `undefined` when it isn't one of this table. */
  readonly stored: (value: unknown) => readonly Kept<Row>[] | undefined;
  readonly defaults: () => readonly Row[];
};

const readRow = <Row>(
  { schema, columns, check, isOver, hasSwitch }: Spec<Row>,
  { id, cells }: BaseRecord,
  known: Known,
): ReadRow<Row> => {
  const entries = Object.entries<Column>(columns);
  const reads = entries.map(([key, column]) => [key, column.read(cells[column.name], known)] as const);
  const problems = reads.flatMap(([, read]) => ('problem' in read ? [read.problem] : []));
  const values = reads.flatMap(([key, read]) =>
    'problem' in read || read.value === undefined ? [] : [[key, read.value] as const],
  );
  const isBlank = entries.every(
    ([, { name }]) => textIn(cells[name]) === '' && peopleIn(cells[name]).length === 0,
  );
  const about = {
    id,
    isBlank,
    isOver: false,
    isOn: hasSwitch === true || isChecked(cells[isOnColumn.name]),
    owners: peopleIn(cells[tail.owner.name]),
    shown: {
      status: textIn(cells[tail.status.name]),
      note: textIn(cells[tail.note.name]),
      changed: textIn(cells[tail.changed.name]),
    },
  };
  if (problems.length > 0) return { ...about, problems };
  const parsed = schema.safeParse(Object.fromEntries(values));
  if (!parsed.success) return { ...about, problems: ['这一行的内容对不上，请参照其他行填写'] };
  const row = parsed.data;
  return { ...about, row, isOver: isOver?.(row, known) ?? false, problems: check?.(row, known) ?? [] };
};

const differenceIn = (columns: readonly (readonly [string, Column])[]) => {
  const valuesSchema = z.record(z.string(), z.unknown());
  return (before: unknown, after: unknown, known: Known): string => {
    const [old, young] = [valuesSchema.parse(before), valuesSchema.parse(after)];
    return columns
      .map(([key, { name, show }]) => [name, show(old[key], known), show(young[key], known)] as const)
      .filter(([, was, is]) => was !== is)
      .map(([name, was, is]) => `${name} ${was} → ${is}`)
      .join('；');
  };
};

export const defineSheet = <Row>(spec: Spec<Row>): Sheet<Row> => {
  const { id, table, schema, columns } = spec;
  const named = Object.entries<Column>(columns);
  const storedSchema = z.object({ rows: z.array(z.object({ id: z.string(), row: schema })) });
  const typed = ({ before, after }: Change<unknown>): Change<Row> => {
    const rows = (kept: readonly Kept[]) =>
      kept.map((each) => ({ id: each.id, row: schema.parse(each.row) }));
    return { before: rows(before), after: rows(after) };
  };
  const valuesSchema = z.record(z.string(), z.unknown());
  return {
    id,
    table,
    columns: [
      ...named.map(([, column]) => column),
      ...(spec.hasSwitch ? [] : [isOnColumn]),
      ...Object.values(tail),
    ],
    read: (records, known) => records.map((record) => readRow(spec, record, known)),
    cells: (row, known) => {
      const values = valuesSchema.parse(row);
      return Object.fromEntries(named.map(([key, { name, write }]) => [name, write(values[key], known)]));
    },
    title: (row, known) => spec.title(schema.parse(row), known),
    isOver: (row, known) => spec.isOver?.(schema.parse(row), known) ?? false,
    difference: differenceIn(named),
    objections: (change, known) => spec.objections?.(typed(change), known) ?? [],
    risks: (change, known) => spec.risks(typed(change), known),
    stored: (value) => storedSchema.safeParse(value).data?.rows,
    defaults: spec.defaults,
  };
};

/** The cells by which a row answers. */
export const answerCells = ({ status, note, changed }: Answer): Readonly<Record<string, Cell>> => ({
  [tail.status.name]: status,
  [tail.note.name]: note,
  [tail.changed.name]: changed,
});

/** All cells of a row that is in force, as we put it into Base. */
export const fullCells = (
  sheet: Sheet,
  row: unknown,
  { known, answer }: { readonly known: Known; readonly answer: Answer },
): Readonly<Record<string, Cell>> => ({
  [isOnColumn.name]: true,
  ...sheet.cells(row, known),
  ...answerCells(answer),
});
