import { tick } from '../../shared/lambda/schedule.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { wiring } from './wiring.ts';
import { sweepReceipts, workOffReceipt } from './work.ts';

const { deps, settle } = wiring();

const run = (event: unknown): Promise<unknown> =>
  isStreamEvent(event)
    ? eachRecord(event, (image) => workOffReceipt(deps)(image['id']?.S ?? ''))
    : tick('receipts_swept', sweepReceipts(deps));

export const handler = (event: unknown): Promise<unknown> => run(event).finally(settle);
