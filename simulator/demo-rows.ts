import * as z from 'zod';
import { type Ticket, ticketSchema } from '../shared/tickets/ticket.ts';
import { scanTable } from './scan.ts';
import type { Stack } from './stack.ts';

export const allTickets = async ({ dynamodb }: Stack): Promise<readonly Ticket[]> =>
  (await scanTable(dynamodb.endpoint, 'zhida-local-tickets'))
    .filter(({ item }) => item === 'ticket')
    .map((row) => ticketSchema.parse(row));

const receiptSchema = z.looseObject({ id: z.string(), state: z.string(), reason: z.string().optional() });

/** What shops and service systems have told. */
export const sourceReceipts = async ({
  dynamodb,
}: Stack): Promise<readonly z.output<typeof receiptSchema>[]> =>
  (await scanTable(dynamodb.endpoint, 'zhida-local-inbox'))
    .map((row) => receiptSchema.parse(row))
    .filter(({ id }) => /^(?:youzan|doudian|qiyu|wecom|app):/.test(id));

/** Nothing waits for ticket-flow: every card shows its ticket as it is. */
export const areCardsDone = async ({ dynamodb }: Stack): Promise<boolean> =>
  (await scanTable(dynamodb.endpoint, 'zhida-local-tickets')).every(({ work }) => work !== 'flow');
