import * as z from 'zod/mini';
import { jsonText, readEnv } from '../../shared/config.ts';
import { NotFoundError, TooLargeError } from '../../shared/errors.ts';
import { type HttpReply, type HttpRequest, http } from '../../shared/lambda/http.ts';
import { log } from '../../shared/log.ts';
import { type Seals, sealKeysSchema, seals } from '../../shared/seal.ts';
import { pushSources, ticketAccountsSchema } from '../../shared/sources/all-sources.ts';
import type { PushSource } from '../../shared/sources/source.ts';
import { type PutReceipt, putReceiptTo } from '../../shared/store/put-receipt.ts';
import { openOrRefuse } from './open-or-refuse.ts';

export type TicketIntakeDeps = {
  readonly sources: ReadonlyMap<string, PushSource>;
  readonly seal: Seals['seal'];
  readonly putReceipt: PutReceipt;
  readonly now: () => Date;
};

/** Bytes of the sealed text: a row ends at 400 KB and needs room for the rest. */
const maxSealedBytes = 300 * 1024;

/** Proves, keeps and answers; nothing is read here, so what nobody can read is kept for the worker to bury. */
export const receiveTicket =
  ({ sources, seal, putReceipt, now }: TicketIntakeDeps) =>
  async (request: HttpRequest): Promise<HttpReply> => {
    const receivedAt = now();
    const name = request.path['source'] ?? '';
    const source = sources.get(name);
    if (!source) throw new NotFoundError('unknown_source', 'no such ticket source');
    const opened = openOrRefuse(source, request, receivedAt);
    if (opened.kind === 'answer') return opened.reply;

    const { account, id, eventType } = opened;
    const body = seal(opened.body);
    if (body.length > maxSealedBytes)
      throw new TooLargeError('payload_too_large', 'the message is too large');
    const at = receivedAt.toISOString();
    const receipt = { source: name, sender: account, eventType, work: 'ticket', receivedAt: at, eventAt: at };
    const isNew = await putReceipt({ id: `${name}:${account}#${id}`, ...receipt, body });
    log.info('ticket_received', { source: name, account, eventType, id, isNew });
    return source.acknowledgement;
  };

const env = readEnv({
  TICKET_SOURCES: jsonText(ticketAccountsSchema),
  SEAL_KEYS: sealKeysSchema,
  INBOX_TABLE: z.string().check(z.minLength(1)),
});

export const handler = http(
  receiveTicket({
    sources: pushSources(env.TICKET_SOURCES),
    seal: seals(env.SEAL_KEYS).seal,
    putReceipt: putReceiptTo(env.INBOX_TABLE),
    now: () => new Date(),
  }),
);
