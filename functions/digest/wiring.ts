import * as z from 'zod';
import { allAccounts } from '../../config/accounts/all.ts';
import { digestSender } from '../../config/senders.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { readEnv } from '../../shared/config.ts';
import type { Outbox } from '../../shared/delivery/outbox.ts';
import { sendDelivery } from '../../shared/delivery/send.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { metrics } from '../../shared/store/metrics.ts';
import { windows } from '../../shared/store/windows.ts';
import type { DigestDeps } from './release.ts';
import { digestSource } from './sources.ts';

const name = z.string().min(1);
const tables = {
  DIGESTS_TABLE: name,
  METRICS_TABLE: name,
  OPS_TABLE: name,
  TICKETS_TABLE: name,
  BROADCASTS_TABLE: name,
};

export type DigestWiring = Omit<DigestDeps, 'releases' | 'source'> & {
  readonly source: ReturnType<typeof digestSource>;
};

/** Everything that a release needs, from the environment; the releases themselves are read as they are set. */
export const wireDigest = (out: Outbox): DigestWiring => {
  const env = readEnv({ ...tables, BI_URL: name, WORKBENCH_URL: z.url() });
  const lines = followUps({ digests: env.DIGESTS_TABLE });
  return {
    ...{ ...out, ...out.sending },
    windows: windows(env.DIGESTS_TABLE),
    followUps: lines,
    metrics: metrics(env.METRICS_TABLE),
    source: digestSource(env, { followUps: lines, settings: out.settings, now: out.sending.now }),
    calendar: () => loadCalendar(out.settings, out.sending.now()),
    send: sendDelivery(out.sending),
    posts: {
      broadcasts: broadcasts(env.BROADCASTS_TABLE),
      deliveries: out.deliveries,
      accounts: allAccounts,
      pages: env.WORKBENCH_URL,
    },
    sender: digestSender,
  };
};
