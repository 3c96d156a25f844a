import * as z from 'zod/mini';
import { parse } from '../parse.ts';
import { verifyWebhook } from '../webhook.ts';
import { type Account, eventTypeOf, type PushSource } from './source.ts';

type Request = Parameters<PushSource['open']>[0];
type Proven = { readonly account: string; readonly id: string };

const prove = (accounts: readonly Account<Buffer>[], request: Request, now: Date): Proven => {
  const [first, ...others] = accounts;
  try {
    return {
      account: first?.account ?? '',
      id: verifyWebhook(request, first?.secrets ?? [], now).id,
    };
  } catch (error) {
    if (others.length === 0) throw error;
    return prove(others, request, now);
  }
};

const headSchema = z.object({ type: z.string() });

const typeOf = (body: string): string | undefined => {
  try {
    return parse(headSchema, JSON.parse(body)).type;
  } catch {
    return undefined;
  }
};

/** The company's own app speaks Standard Webhooks: docs/ticket-sources.md. */
export const app = (accounts: readonly Account<Buffer>[]): PushSource => ({
  open: (request, now) => {
    const { account, id } = prove(accounts, request, now);
    return {
      kind: 'message',
      account,
      id,
      eventType: eventTypeOf(typeOf(request.rawBody)),
      body: request.rawBody,
    };
  },
  acknowledgement: { json: { received: true } },
  refuse: ({ status, code, message }) => ({ status, json: { code, message } }),
});
