import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type Message, type SignedPush, signEcho, signPush } from '../../simulator/sources/sign.ts';

type TicketEvent = {
  readonly version: '2.0';
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly requestContext: object;
  readonly body: string;
  readonly isBase64Encoded: boolean;
};

/** The event that API Gateway (HTTP API, payload 2.0) hands to a Lambda. */
export const ticketEvent = (source: string, push: SignedPush, method = 'POST'): TicketEvent => ({
  version: '2.0',
  routeKey: `${method} /tickets/{source}`,
  rawPath: `/tickets/${source}`,
  rawQueryString: push.query,
  headers: push.headers,
  pathParameters: { source },
  requestContext: { http: { method, path: `/tickets/${source}` }, stage: '$default' },
  body: push.body,
  isBase64Encoded: false,
});

const recordedSchema = z.object({
  source: z.enum(['youzan', 'doudian', 'qiyu', 'wecom', 'app']),
  eventType: z.string().optional(),
  webhookId: z.string().optional(),
  body: z.unknown(),
});

/** `plain/<name>.json` as it is kept: who said it and what, personal information replaced. */
export const recorded = (name: string): Message => {
  const text = readFileSync(new URL(`plain/${name}.json`, import.meta.url), 'utf8');
  const { body, ...rest } = recordedSchema.parse(JSON.parse(text));
  return { ...rest, body: typeof body === 'string' ? body : JSON.stringify(body) };
};

/**
 * Signed now: three of the sources sign the time too, so a recorded signature could not be replayed. Replay one with
 * `npx serverless invoke local -f ticket-intake -p events/ticket-intake/youzan-refund-created.js`; twice is a duplicate.
 */
export const signed = (name: string, at = new Date()): TicketEvent => {
  const message = recorded(name);
  return ticketEvent(message.source, signPush(message, at));
};

/** WeCom's check of the address. */
export const echo = (text: string, at = new Date()): TicketEvent =>
  ticketEvent('wecom', signEcho(text, at), 'GET');
