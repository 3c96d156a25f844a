import * as z from 'zod';
import { digestSender } from '../../config/senders.ts';
import { readEnv } from '../../shared/config.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { ticketKeys } from '../../shared/store/ticket-keys.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { redrawFor } from '../../shared/tickets/redraw.ts';
import { rulesInForce } from '../../shared/tickets/rules.ts';
import { whoIsHere } from '../../shared/tickets/who-is-here.ts';
import { type FlowDeps, flowTicket } from './flow.ts';

const env = readEnv({ TICKETS_TABLE: z.string().min(1) });
/** A stream consumer waits no longer than 2 s; what takes longer is left to `deliver`. */
const out = outbox('urgent', 2_000);
const { sending } = out;
const { now } = sending;

const reads = {
  tickets: tickets(env.TICKETS_TABLE),
  keys: ticketKeys(env.TICKETS_TABLE),
  rules: rulesInForce(out.settings, now),
  people: whoIsHere(out.people, now),
};

const deps: FlowDeps = {
  ...out,
  ...reads,
  cardFor: redrawFor({ ...reads, now }),
  sendNow: sendNow(sending),
  wantContent: wantContent(sending),
  sender: digestSender,
  now,
};

const run = (event: unknown): Promise<unknown> =>
  isStreamEvent(event)
    ? eachRecord(event, (image) => flowTicket(deps)(image['ticket']?.S ?? ''))
    : Promise.resolve({ batchItemFailures: [] });

export const handler = (event: unknown): Promise<unknown> => run(event).finally(out.settle);
