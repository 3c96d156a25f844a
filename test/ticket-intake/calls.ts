import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { vi } from 'vitest';
import { ticketEvent } from '../../events/ticket-intake/sign.ts';
import { type Message, signPush } from '../../simulator/sources/sign.ts';
import { sealKey } from '../ingress/calls.ts';
import type { LocalTables } from '../local.ts';
import { localParam } from '../template/definitions.ts';

export type TicketCall = ReturnType<typeof ticketEvent>;
export type Answer = { readonly status: number; readonly type: string; readonly body: string };

/** The deployed handler as Lambda loads it, with the accounts of the stage `local`. */
export const loadIntake = async (
  tables: LocalTables,
  environment: Readonly<Record<string, string>> = {},
): Promise<(event: TicketCall) => Promise<Answer>> => {
  Object.assign(process.env, {
    TICKET_SOURCES: localParam('ticketSources'),
    SEAL_KEYS: JSON.stringify([sealKey]),
    INBOX_TABLE: tables.name('inbox'),
    ...environment,
  });
  vi.resetModules();
  const { handler } = await import('../../functions/ticket-intake/handler.ts');
  return async (event) => {
    const reply = await handler(event as unknown as APIGatewayProxyEventV2, {} as Context);
    return {
      status: reply.statusCode ?? 0,
      type: String(reply.headers?.['content-type']).split(';', 1)[0] ?? '',
      body: reply.body ?? '',
    };
  };
};

/** A message of a source as API Gateway hands it on, signed at `at`. */
export const callWith = (message: Message, at = new Date()): TicketCall =>
  ticketEvent(message.source, signPush(message, at));

export const base64 = (event: TicketCall): TicketCall => ({
  ...event,
  body: Buffer.from(event.body, 'utf8').toString('base64'),
  isBase64Encoded: true,
});
