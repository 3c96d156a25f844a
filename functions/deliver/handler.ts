import { outbox } from '../../shared/delivery/outbox.ts';
import { refreshDelivery } from '../../shared/delivery/refresh.ts';
import { sendDelivery } from '../../shared/delivery/send.ts';
import { tick } from '../../shared/lambda/schedule.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { catchUp, catchUpDue } from './catch-up.ts';

/** A stream consumer waits no longer than 2 s; what takes longer becomes a row with a time. */
const out = outbox('urgent', 2_000);
const { deliveries, sending } = out;
const deps = { deliveries, send: sendDelivery(sending), refresh: refreshDelivery(sending) };

const run = (event: unknown): Promise<unknown> =>
  isStreamEvent(event)
    ? eachRecord(event, (image) =>
        catchUp(deps)(
          { subject: image['subject']?.S ?? '', recipient: image['recipient']?.S ?? '' },
          out.sending.now(),
        ),
      )
    : tick('due_deliveries_swept', catchUpDue(deps));

export const handler = (event: unknown): Promise<unknown> => run(event).finally(out.settle);
