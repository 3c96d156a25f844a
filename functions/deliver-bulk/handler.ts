import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { readEnv } from '../../shared/config.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendDelivery } from '../../shared/delivery/send.ts';
import { wakeFunction } from '../../shared/lambda/invoke.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { leases } from '../../shared/store/leases.ts';
import { type Drained, drainBulk } from './drain.ts';
import { haltingSend } from './halt.ts';

const name = z.string().min(1);
const env = readEnv({ OPS_TABLE: name, BROADCASTS_TABLE: name, DELIVER_BULK_FUNCTION: name });
/** Then no send is begun any more; what waits for its slot or its answer may take another minute of the 15. */
const workMs = 13 * 60_000;
const out = outbox('bulk', 10_000);
const { deliveries, sending } = out;
const posts = { broadcasts: broadcasts(env.BROADCASTS_TABLE), deliveries, now: sending.now };

const drain = async (now: Date): Promise<Drained> => {
  const drained = await drainBulk({
    deliveries,
    // What failed in another invocation is the tick's of `broadcast`.
    send: haltingSend({ ...posts, send: sendDelivery(sending) }),
    leases: leases(env.OPS_TABLE),
    holder: randomUUID(),
    now: sending.now,
    sleep: sending.sleep,
    workMs,
    settle: out.settle,
  })(now);
  // The tick of the next minute would do it, too.
  if (drained.handOver) await wakeFunction(env.DELIVER_BULK_FUNCTION);
  return drained;
};

export const handler = (): Promise<Drained> => tick('bulk_drained', drain).finally(out.settle);
