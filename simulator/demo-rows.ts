import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Ticket, ticketSchema } from '../shared/tickets/ticket.ts';
import type { Stack } from './stack.ts';

/** Whole tables, as nobody reads them but a demo that checks everything. */
const scan = async (
  { dynamodb }: Pick<Stack, 'dynamodb'>,
  table: string,
): Promise<readonly Record<string, unknown>[]> => {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: dynamodb.endpoint,
      region: 'ap-southeast-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  );
  const rows: Record<string, unknown>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: `zhida-local-${table}`, ConsistentRead: true, ExclusiveStartKey: from }),
    );
    rows.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from);
  client.destroy();
  return rows;
};

export const allTickets = async (stack: Stack): Promise<readonly Ticket[]> =>
  (await scan(stack, 'tickets'))
    .filter(({ item }) => item === 'ticket')
    .map((row) => ticketSchema.parse(row));

const receiptSchema = z.looseObject({ id: z.string(), state: z.string(), reason: z.string().optional() });
export type SourceReceipt = z.output<typeof receiptSchema>;

/** What shops and service systems have told. */
export const sourceReceipts = async (stack: Stack): Promise<readonly SourceReceipt[]> =>
  (await scan(stack, 'inbox'))
    .map((row) => receiptSchema.parse(row))
    .filter(({ id }) => /^(?:youzan|doudian|qiyu|wecom|app):/.test(id));
