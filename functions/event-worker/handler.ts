import * as z from 'zod';
import { releases } from '../../config/bundles.ts';
import { digestSender } from '../../config/senders.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { readEnv } from '../../shared/config.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { refreshPerson } from '../../shared/directory.ts';
import { findUnionId } from '../../shared/feishu/person.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { sealKeysSchema, seals } from '../../shared/seal.ts';
import { editQueue } from '../../shared/store/edit-queue.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { sightings } from '../../shared/store/sightings.ts';
import { windows } from '../../shared/store/windows.ts';
import { answers } from './answers.ts';
import { followUpReactions } from './follow-ups.ts';
import { sweepReceipts, type WorkDeps, workOffReceipt } from './work.ts';

const env = readEnv({
  INBOX_TABLE: z.string().min(1),
  DIGESTS_TABLE: z.string().min(1),
  OPS_TABLE: z.string().min(1),
  TICKETS_TABLE: z.string().min(1),
  SEAL_KEYS: sealKeysSchema,
});
/** A stream consumer waits no longer than 2 s; what takes longer becomes a row with a time. */
const out = outbox('urgent', 2_000);
const { people, senders, sending } = out;
const { now } = sending;
const send = sendNow(sending);

const deps: WorkDeps = {
  ...out,
  ...sending,
  inbox: inbox(env.INBOX_TABLE),
  open: seals(env.SEAL_KEYS).open,
  sightings: sightings(env.OPS_TABLE),
  edits: editQueue(env.TICKETS_TABLE),
  answers: answers({
    ...{ ...out, releases, send, now },
    windows: windows(env.DIGESTS_TABLE),
    calendar: async () => (await loadCalendar(out.settings, now())).calendar,
  }),
  followUps: followUpReactions({
    ...{ ...sending, send },
    followUps: followUps({ digests: env.DIGESTS_TABLE, inbox: env.INBOX_TABLE }),
  }),
  refreshPerson: (unionId) => refreshPerson(people, senders.bySender(digestSender))(unionId, now()),
  unionIdOf: (sender, openId) => findUnionId(senders.bySender(sender), openId),
};

const run = (event: unknown): Promise<unknown> =>
  isStreamEvent(event)
    ? eachRecord(event, (image) => workOffReceipt(deps)(image['id']?.S ?? ''))
    : tick('receipts_swept', sweepReceipts(deps));

export const handler = (event: unknown): Promise<unknown> => run(event).finally(out.settle);
