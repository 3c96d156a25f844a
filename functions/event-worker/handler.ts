import * as z from 'zod';
import { releases } from '../../config/bundles.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { readEnv } from '../../shared/config.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { recordPerson } from '../../shared/directory.ts';
import { dataOf } from '../../shared/feishu/outcome.ts';
import { readPerson } from '../../shared/feishu/person.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { sealKeysSchema, seals } from '../../shared/seal.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { windows } from '../../shared/store/windows.ts';
import { answers } from './answers.ts';
import { sweepReceipts, type WorkDeps, workOffReceipt } from './work.ts';

const env = readEnv({
  INBOX_TABLE: z.string().min(1),
  DIGESTS_TABLE: z.string().min(1),
  SEAL_KEYS: sealKeysSchema,
});
/** A stream consumer waits no longer than 2 s; what takes longer becomes a row with a time. */
const out = outbox('urgent', 2_000);
const { deliveries, people, senders, sending } = out;
const { now, sleep } = sending;

const deps: WorkDeps = {
  inbox: inbox(env.INBOX_TABLE),
  open: seals(env.SEAL_KEYS).open,
  deliveries,
  people,
  answers: answers({
    ...out,
    windows: windows(env.DIGESTS_TABLE),
    releases,
    calendar: async () => (await loadCalendar(out.settings, now())).calendar,
    send: sendNow(sending),
    now,
  }),
  refreshPerson: async (sender, unionId) => {
    const found = dataOf(await readPerson(senders.bySender(sender), unionId, 'union_id'));
    return recordPerson(people)(found.person, found.departments, now());
  },
  unionIdOf: async (sender, openId) => {
    const found = await readPerson(senders.bySender(sender), openId, 'open_id');
    return found.kind === 'refused' && !found.retryable ? undefined : dataOf(found).person.unionId;
  },
  now,
  sleep,
};

export const handler = async (event: unknown): Promise<unknown> => {
  const result = isStreamEvent(event)
    ? await eachRecord(event, (image) => workOffReceipt(deps)(image['id']?.S ?? ''))
    : await tick('receipts_swept', sweepReceipts(deps));
  await out.settle();
  return result;
};
