import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { LocalTables } from '../local.ts';

type Row = Readonly<Record<string, unknown>>;

/** What an index holds, by itself: a sparse index must not hold rows that are done. */
export const indexed = async (
  tables: LocalTables,
  { table, index }: { readonly table: string; readonly index: string },
): Promise<readonly Row[]> => {
  const { Items = [] } = await tables
    .documents()
    .send(new ScanCommand({ TableName: tables.name(table), IndexName: index }));
  return Items;
};

export const scanned = async (tables: LocalTables, table: string): Promise<readonly Row[]> => {
  const { Items = [] } = await tables.documents().send(new ScanCommand({ TableName: tables.name(table) }));
  return Items;
};

/** Changes a delivery as another version of the code would: what is wanted is replaced between two tries. */
export const setAttributes = async (
  tables: LocalTables,
  change: {
    readonly table: string;
    readonly row: { subject: string; recipient: string };
    readonly values: Row;
  },
): Promise<void> => {
  const { subject, recipient } = change.row;
  const names = Object.keys(change.values);
  await tables.documents().send(
    new UpdateCommand({
      TableName: tables.name(change.table),
      Key: { subject, recipient },
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, change.values[name]])),
    }),
  );
};
