import * as z from 'zod';
import { readEnv } from '../../shared/config.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { refreshDelivery } from '../../shared/delivery/refresh.ts';
import { sendDelivery } from '../../shared/delivery/send.ts';
import { wakeFunction } from '../../shared/lambda/invoke.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { eachRecord, type Image, isStreamEvent } from '../../shared/lambda/stream.ts';
import { catchUp, catchUpDue } from './catch-up.ts';

const env = readEnv({ DELIVER_BULK_FUNCTION: z.string().min(1) });

/** A stream consumer waits no longer than 2 s; what takes longer becomes a row with a time. */
const patienceMs = 2_000;
const out = outbox('urgent', patienceMs);
const { deliveries, sending } = out;
const deps = { deliveries, send: sendDelivery(sending), refresh: refreshDelivery(sending) };
const depsOfStream = { ...deps, send: sendDelivery({ ...sending, slotWithinMs: patienceMs }) };

/** What waits in the bulk lane is sent by its one drainer; everything else here and now. */
const handleImage = (image: Image): Promise<void> =>
  image['work']?.S === 'bulk'
    ? wakeFunction(env.DELIVER_BULK_FUNCTION)
    : catchUp(depsOfStream)(
        { subject: image['subject']?.S ?? '', recipient: image['recipient']?.S ?? '' },
        sending.now(),
      );

const run = (event: unknown): Promise<unknown> =>
  isStreamEvent(event) ? eachRecord(event, handleImage) : tick('due_deliveries_swept', catchUpDue(deps));

export const handler = (event: unknown): Promise<unknown> => run(event).finally(out.settle);
