import * as z from 'zod';
import { readEnv } from '../../shared/config.ts';
import { sendersText } from '../../shared/feishu/sender-configs.ts';
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
/**
 * When no round is begun any more, and how long one call is repeated: a stream has other batches waiting, a tick has its
 * 15 minutes.
 */
const ofStream = { workMs: 40_000, patienceMs: 2_000 };
const ofTick = { workMs: 13 * 60_000, patienceMs: 10_000 };

const { deps, recount, settle } = wireBase(env);
const drain = (limits: typeof ofTick) => (): Promise<Drained> => drainBase({ ...deps, ...limits });

/** Rows are the work: what a record tells of is found in the index, with whatever else waits. */
const run = async (event: unknown): Promise<unknown> => {
  if (!isStreamEvent(event)) {
    await tick('tickets_recounted', async () => ({ recounted: await recountTickets(recount) }));
    return tick('base_synced', drain(ofTick));
  }
  await tick('base_woken', drain(ofStream));
  return { batchItemFailures: [] };
};

export const handler = (event: unknown): Promise<unknown> => run(event).finally(settle);
