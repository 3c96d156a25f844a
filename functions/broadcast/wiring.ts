import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { allAccounts } from '../../config/accounts/all.ts';
import { documentHost } from '../../config/links.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import type { Calendar } from '../../shared/calendar/working-days.ts';
import { readEnv } from '../../shared/config.ts';
import { type Outbox, outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { onTopic } from '../../shared/feishu/client.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { leases } from '../../shared/store/leases.ts';
import { articles } from './articles.ts';
import { postCards } from './cards.ts';
import { remind } from './remind.ts';
import type { BroadcastDeps } from './turn.ts';

/** Feishu's calls of a read or a publication are repeated this long in place. */
const patientMs = 20_000;

type Wired = Omit<BroadcastDeps, 'workMs' | 'holder'> & Pick<Outbox, 'settle' | 'sending'>;

/** Everything that a post needs, from the environment. */
export const wiring = (): Wired => {
  const { BROADCASTS_TABLE, OPS_TABLE } = readEnv({
    BROADCASTS_TABLE: z.string().min(1),
    OPS_TABLE: z.string().min(1),
  });
  const out = outbox('digest', 2_000);
  const { sending, senders, contents } = out;
  const { now, sleep } = sending;
  const posts = broadcasts(BROADCASTS_TABLE);
  const told = { sendNow: sendNow(sending), wantContent: wantContent(sending) };
  const calendar = async (at: Date): Promise<Calendar> => (await loadCalendar(out.settings, at)).calendar;
  return {
    ...out,
    broadcasts: posts,
    leases: leases(OPS_TABLE),
    accounts: allAccounts,
    articles: articles({
      clientOf: ({ id, sender }) => onTopic(senders.bySender(sender), id),
      broadcasts: posts,
      contents,
      patience: { withinMs: patientMs, sleep, now: () => now().getTime() },
      documentHost,
      now,
    }),
    cards: postCards,
    ...told,
    followUps: [remind({ ...out, ...told, broadcasts: posts, accounts: allAccounts, calendar })],
    now,
  };
};

/** Each invocation is another holder of leases. */
export const forInvocation = (wired: Wired, workMs: number): BroadcastDeps => ({
  ...wired,
  holder: randomUUID(),
  workMs,
});
