import * as z from 'zod';
import { digestSender } from '../../config/senders.ts';
import { readEnv } from '../../shared/config.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { feishuSenders, sendersText } from '../../shared/feishu/senders.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { people } from '../../shared/store/people.ts';
import { syncPeople } from './sync.ts';

const env = readEnv({ PEOPLE_TABLE: z.string().min(1), FEISHU_DOMAIN: z.url(), FEISHU_APPS: sendersText });
const senders = feishuSenders(env.FEISHU_APPS, { domain: env.FEISHU_DOMAIN });

const sync = syncPeople({
  people: people(env.PEOPLE_TABLE),
  readDirectory: () => listDirectory(senders.bySender(digestSender)),
});

export const handler = (): Promise<Readonly<Record<string, number>>> => tick('people_synced', sync);
