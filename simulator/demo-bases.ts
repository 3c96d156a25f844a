import * as z from 'zod';
import { call, type Sim } from './demo-people.ts';

/** One table, by the names that people know. */
export type Place = { readonly base: string; readonly table: string };

export const settingsBase = '直达·设置';
export const ticketTable: Place = { base: '直达·售后工单', table: '售后工单' };

/** A row by its columns' names. */
export type Row = { readonly recordId: string; readonly cells: Readonly<Record<string, unknown>> };

/** A cell of text; empty when there is none. */
export const wordIn = ({ cells }: Pick<Row, 'cells'>, name: string): string => {
  const cell = cells[name];
  return typeof cell === 'string' ? cell : '';
};

const tableSchema = z.object({
  fields: z.array(z.object({ fieldId: z.string(), name: z.string() })),
  rows: z.array(z.object({ recordId: z.string(), cells: z.record(z.string(), z.unknown()) })),
});

const mostRows = 2_000;

/** As the client shows it; none before somebody has made the table. */
export const readTable = async ({ url }: Sim, { base, table }: Place): Promise<readonly Row[]> => {
  const path = `${url}/sim/bases/${encodeURIComponent(base)}/tables/${encodeURIComponent(table)}`;
  const answer = await call(`${path}?limit=${mostRows}`, z.unknown());
  const { fields, rows } = tableSchema.catch({ fields: [], rows: [] }).parse(answer);
  return rows.map(({ recordId, cells }) => ({
    recordId,
    cells: Object.fromEntries(fields.map(({ fieldId, name }) => [name, cells[fieldId]])),
  }));
};

type Edit = { readonly person: string; readonly fields: Readonly<Record<string, unknown>> };

const recordsOf = ({ url }: Sim, person: string, { base, table }: Place): string =>
  `${url}/sim/people/${person}/bases/${encodeURIComponent(base)}/tables/${encodeURIComponent(table)}/records`;

/** Somebody types into a row; false when Base refuses it. */
export const editRow = async (
  sim: Sim,
  { recordId, ...place }: Place & Pick<Row, 'recordId'>,
  { person, fields }: Edit,
): Promise<boolean> => {
  const response = await fetch(`${recordsOf(sim, person, place)}/${recordId}`, {
    method: 'PATCH',
    body: JSON.stringify({ fields }),
    headers: { 'content-type': 'application/json' },
  });
  return response.ok;
};

const addedSchema = z.object({ recordId: z.string() });

export const addRow = async (sim: Sim, place: Place, { person, fields }: Edit): Promise<string> =>
  (await call(recordsOf(sim, person, place), addedSchema, { fields })).recordId;
