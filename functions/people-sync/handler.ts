import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { digestSender } from '../../config/senders.ts';
import { readEnv } from '../../shared/config.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { listGroups } from '../../shared/feishu/groups.ts';
import { patientClient } from '../../shared/feishu/patience.ts';
import { sendersText } from '../../shared/feishu/sender-configs.ts';
import { feishuSenders } from '../../shared/feishu/senders.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { people } from '../../shared/store/people.ts';
import { syncGroups } from './groups.ts';
import { syncPeople } from './sync.ts';

const env = readEnv({ PEOPLE_TABLE: z.string().min(1), FEISHU_DOMAIN: z.url(), FEISHU_APPS: sendersText });
const senders = feishuSenders(env.FEISHU_APPS, { domain: env.FEISHU_DOMAIN });
/** The night is long and a failed page fails the whole: 1000 calls a minute are Feishu's limit, so one minute mends it. */
const client = patientClient(senders.bySender(digestSender), {
  withinMs: 60_000,
  sleep: (ms) => wait(ms),
  now: Date.now,
});

const store = people(env.PEOPLE_TABLE);
const ofPeople = syncPeople({ people: store, readDirectory: () => listDirectory(client) });
const ofGroups = syncGroups({ people: store, readGroups: () => listGroups(client), sender: digestSender });

const sync = async (now: Date): Promise<Readonly<Record<string, number>>> => {
  const synced = await ofPeople(now);
  return { ...synced, ...(await ofGroups(now)) };
};

export const handler = (): Promise<Readonly<Record<string, number>>> => tick('people_synced', sync);
