import * as z from 'zod/mini';
import { of, request, sendJson } from './api.ts';

const baseSchema = z.object({
  appToken: z.string(),
  name: z.string(),
  tables: z.array(z.object({ tableId: z.string(), name: z.string(), total: z.number() })),
});
export type Base = z.infer<typeof baseSchema>;

const fieldSchema = z.object({
  fieldId: z.string(),
  name: z.string(),
  type: z.number(),
  isPrimary: z.boolean(),
  options: z.array(z.object({ name: z.string(), color: z.number() })),
  dateFormat: z.string(),
});
export type Field = z.infer<typeof fieldSchema>;

const rowSchema = z.object({ recordId: z.string(), cells: z.record(z.string(), z.unknown()) });
export type Row = z.infer<typeof rowSchema>;

const sheetSchema = z.object({
  tableId: z.string(),
  viewId: z.optional(z.string()),
  views: z.array(z.object({ viewId: z.string(), name: z.string(), conditions: z.number() })),
  fields: z.array(fieldSchema),
  total: z.number(),
  rows: z.array(rowSchema),
});
/** One view of a table as it looks now. */
export type Sheet = z.infer<typeof sheetSchema>;

/** Which table of which Base is open, and in which view; without one, the table's first. */
export type Spot = { readonly appToken: string; readonly tableId: string; readonly viewId?: string };

export const listBases = async (): Promise<readonly Base[]> =>
  z.array(baseSchema).parse(await request('/sim/bases'));

export const readSheet = async ({ appToken, tableId, viewId }: Spot, limit: number): Promise<Sheet> => {
  const query = new URLSearchParams({
    limit: String(limit),
    ...(viewId === undefined ? {} : { view: viewId }),
  });
  return sheetSchema.parse(await request(`/sim/bases/${appToken}/tables/${tableId}?${query.toString()}`));
};

const records = (unionId: string, { appToken, tableId }: Spot): string =>
  `${of(unionId)}/bases/${appToken}/tables/${tableId}/records`;

type Fields = Readonly<Record<string, unknown>>;

export const addRow = (unionId: string, spot: Spot, fields: Fields): Promise<unknown> =>
  sendJson('POST', records(unionId, spot), { fields });

type Edit = { readonly recordId: string; readonly fields: Fields };

export const editRow = (unionId: string, spot: Spot, { recordId, fields }: Edit): Promise<unknown> =>
  sendJson('PATCH', `${records(unionId, spot)}/${recordId}`, { fields });

export const deleteRow = (unionId: string, spot: Spot, recordId: string): Promise<unknown> =>
  request(`${records(unionId, spot)}/${recordId}`, { method: 'DELETE' });
