import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { readEnv } from '../../shared/config.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendDelivery } from '../../shared/delivery/send.ts';
import { wakeFunction } from '../../shared/lambda/invoke.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { leases } from '../../shared/store/leases.ts';
import { type Drained, drainBulk } from './drain.ts';

const env = readEnv({ OPS_TABLE: z.string().min(1), DELIVER_BULK_FUNCTION: z.string().min(1) });
/** Then no send is begun any more; what waits for its slot or its answer may take another minute of the 15. */
const workMs = 13 * 60_000;
const out = outbox('bulk', 10_000);

const drain = async (now: Date): Promise<Drained> => {
  const drained = await drainBulk({
    deliveries: out.deliveries,
    send: sendDelivery(out.sending),
    leases: leases(env.OPS_TABLE),
    holder: randomUUID(),
    now: out.sending.now,
    sleep: out.sending.sleep,
    workMs,
    settle: out.settle,
  })(now);
  // The tick of the next minute would do it, too.
  if (drained.handOver) await wakeFunction(env.DELIVER_BULK_FUNCTION);
  return drained;
};

export const handler = (): Promise<Drained> => tick('bulk_drained', drain).finally(out.settle);
