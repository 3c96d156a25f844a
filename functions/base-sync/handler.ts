import * as z from 'zod';
import { readEnv } from '../../shared/config.ts';
import { sendersText } from '../../shared/feishu/senders.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { isStreamEvent } from '../../shared/lambda/stream.ts';
import { sealKeysSchema } from '../../shared/seal.ts';
import { type Drained, drainBase } from './drain.ts';
import { recountTickets } from './recount.ts';
import { wireBase } from './wiring.ts';

const name = z.string().min(1);
const env = readEnv({
  TICKETS_TABLE: name,
  PEOPLE_TABLE: name,
  SETTINGS_TABLE: name,
  OPS_TABLE: name,
  INBOX_TABLE: name,
  SEAL_KEYS: sealKeysSchema,
  FEISHU_DOMAIN: z.url(),
  FEISHU_APPS: sendersText,
});
/** Then no round is begun any more: a stream has other batches waiting, a tick has its 15 minutes. */
const workMs = { stream: 40_000, tick: 13 * 60_000 } as const;

const { deps, recount, settle } = wireBase(env);
const drain = (ms: number) => (): Promise<Drained> => drainBase({ ...deps, workMs: ms });

/** Rows are the work: what a record tells of is found in the index, with whatever else waits. */
const run = async (event: unknown): Promise<unknown> => {
  if (!isStreamEvent(event)) {
    await tick('tickets_recounted', async () => ({ recounted: await recountTickets(recount) }));
    return tick('base_synced', drain(workMs.tick));
  }
  await tick('base_woken', drain(workMs.stream));
  return { batchItemFailures: [] };
};

export const handler = (event: unknown): Promise<unknown> => run(event).finally(settle);
