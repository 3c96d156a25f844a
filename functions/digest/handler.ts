import * as z from 'zod';
import { releases } from '../../config/bundles.ts';
import { biQueries } from '../../config/queries/bi.ts';
import { digestSender } from '../../config/senders.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { readEnv } from '../../shared/config.ts';
import { sqlSource } from '../../shared/connectors/sql.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendDelivery } from '../../shared/delivery/send.ts';
import { runCommand } from '../../shared/lambda/command.ts';
import { isTick, tick } from '../../shared/lambda/schedule.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { metrics } from '../../shared/store/metrics.ts';
import { windows } from '../../shared/store/windows.ts';
import { digestCommands } from './commands.ts';
import { releaseDue, releaseReady } from './due.ts';
import type { DigestDeps } from './release.ts';

const env = readEnv({
  DIGESTS_TABLE: z.string().min(1),
  METRICS_TABLE: z.string().min(1),
  BI_URL: z.string().min(1),
});
const out = outbox('digest', 10_000);
const { deliveries, contents, people, sending } = out;
const ready = metrics(env.METRICS_TABLE);

const deps: DigestDeps = {
  releases,
  windows: windows(env.DIGESTS_TABLE),
  deliveries,
  contents,
  people,
  metrics: ready,
  source: sqlSource({ id: 'bi', url: env.BI_URL, queries: biQueries }),
  calendar: () => loadCalendar(out.settings, sending.now()),
  send: sendDelivery(sending),
  sender: digestSender,
  now: sending.now,
  sleep: sending.sleep,
};

const run = (event: unknown): Promise<unknown> => {
  if (isTick(event)) return tick('digests_released', releaseDue(deps));
  if (!isStreamEvent(event)) return runCommand(digestCommands(deps), event);
  return eachRecord(event, async (image) => {
    const [, source = ''] = (image['metric']?.S ?? '').split('#');
    const taken = await ready.takeReady(source, image['at']?.S ?? '');
    if (taken) await releaseReady(deps);
  });
};

export const handler = async (event: unknown): Promise<unknown> => {
  const result = await run(event);
  await out.settle();
  return result;
};
