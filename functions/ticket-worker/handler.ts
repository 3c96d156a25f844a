import * as z from 'zod';
import { readEnv } from '../../shared/config.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { sealKeysSchema, seals } from '../../shared/seal.ts';
import { cursors } from '../../shared/store/cursors.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { people } from '../../shared/store/people.ts';
import { settings } from '../../shared/store/settings.ts';
import { ticketKeys } from '../../shared/store/ticket-keys.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { buyerRefs, joinKeysSchema } from '../../shared/tickets/buyer-refs.ts';
import { rulesInForce } from '../../shared/tickets/rules.ts';
import { whoIsHere } from '../../shared/tickets/who-is-here.ts';
import { ingest } from './ingest.ts';
import { pullEvents, wecomAppsSchema, wecomPulls } from './pull.ts';
import { sweepReceipts, type WorkDeps, workOffReceipt } from './work.ts';

const env = readEnv({
  INBOX_TABLE: z.string().min(1),
  TICKETS_TABLE: z.string().min(1),
  PEOPLE_TABLE: z.string().min(1),
  SETTINGS_TABLE: z.string().min(1),
  OPS_TABLE: z.string().min(1),
  SEAL_KEYS: sealKeysSchema,
  JOIN_KEYS: joinKeysSchema,
  WECOM_APPS: wecomAppsSchema,
  WECOM_URL: z.url(),
});
const now = (): Date => new Date();

const deps: WorkDeps = {
  inbox: inbox(env.INBOX_TABLE),
  open: seals(env.SEAL_KEYS).open,
  ingest: ingest({
    tickets: tickets(env.TICKETS_TABLE),
    keys: ticketKeys(env.TICKETS_TABLE),
    people: whoIsHere(people(env.PEOPLE_TABLE), now),
    rules: rulesInForce(settings(env.SETTINGS_TABLE), now),
    refsOf: buyerRefs(env.JOIN_KEYS),
    now,
  }),
  pull: pullEvents({
    pulls: wecomPulls(env.WECOM_APPS, { apiUrl: env.WECOM_URL, timeoutMs: 5_000, now, fetch }),
    cursors: cursors(env.OPS_TABLE),
  }),
  now,
};

export const handler = (event: unknown): Promise<unknown> =>
  isStreamEvent(event)
    ? eachRecord(event, (image) => workOffReceipt(deps)(image['id']?.S ?? ''))
    : tick('ticket_receipts_swept', sweepReceipts(deps));
