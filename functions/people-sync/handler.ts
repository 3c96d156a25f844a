import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { digestSender } from '../../config/senders.ts';
import { readEnv } from '../../shared/config.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { patientClient } from '../../shared/feishu/patience.ts';
import { feishuSenders, sendersText } from '../../shared/feishu/senders.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { people } from '../../shared/store/people.ts';
import { syncPeople } from './sync.ts';

const env = readEnv({ PEOPLE_TABLE: z.string().min(1), FEISHU_DOMAIN: z.url(), FEISHU_APPS: sendersText });
const senders = feishuSenders(env.FEISHU_APPS, { domain: env.FEISHU_DOMAIN });
/** The night is long and a failed page fails the whole: 1000 calls a minute are Feishu's limit, so one minute mends it. */
const client = patientClient(senders.bySender(digestSender), {
  withinMs: 60_000,
  sleep: (ms) => wait(ms),
  now: Date.now,
});

const sync = syncPeople({
  people: people(env.PEOPLE_TABLE),
  readDirectory: () => listDirectory(client),
});

export const handler = (): Promise<Readonly<Record<string, number>>> => tick('people_synced', sync);
