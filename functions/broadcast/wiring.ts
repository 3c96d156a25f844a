import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { allAccounts } from '../../config/accounts/all.ts';
import { documentHost } from '../../config/links.ts';
import type { Account } from '../../shared/broadcasts/account.ts';
import { readReaders } from '../../shared/broadcasts/article-readers.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import type { Calendar } from '../../shared/calendar/working-days.ts';
import { readEnv } from '../../shared/config.ts';
import { type Outbox, outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { type FeishuClient, onTopic } from '../../shared/feishu/client.ts';
import { listGroups } from '../../shared/feishu/groups.ts';
import { feishuMessages } from '../../shared/feishu/messages.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { cursors } from '../../shared/store/cursors.ts';
import { leases } from '../../shared/store/leases.ts';
import { articles } from './articles.ts';
import { postCards } from './cards.ts';
import { countInGroups } from './group-counts.ts';
import { reconcile } from './reconcile.ts';
import { remind } from './remind.ts';
import { pushReports } from './report.ts';
import { settleCards } from './settle-cards.ts';
import { settleConfirmed } from './settle-confirmed.ts';
import type { BroadcastDeps } from './turn.ts';
import { askForViews } from './views.ts';

/** Feishu's calls of a read or a publication are repeated this long in place. */
const patientMs = 20_000;

type Wired = Omit<BroadcastDeps, 'workMs' | 'holder'> & Pick<Outbox, 'settle' | 'sending' | 'settings'>;

type Shared = Outbox & Pick<BroadcastDeps, 'sendNow' | 'wantContent' | 'broadcasts'>;

/** 1 call in 65 ms: fewer than the 1000 a minute that Feishu allows for the list of a document's readers. */
const viewPauseMs = 65;
const paced = ({ appId, call }: FeishuClient, sleep: (ms: number) => Promise<void>): FeishuClient => ({
  appId,
  call: async (request, schema) => {
    await sleep(viewPauseMs);
    return call(request, schema);
  },
});

/** Reports, reminders, and what Feishu says of readers when an event was lost. */
const followUpsOf = (
  shared: Shared,
  workbenchUrl: string,
  opsTable: string,
): Pick<BroadcastDeps, 'lookUps' | 'followUps'> => {
  const { senders, settings, sending } = shared;
  const clientOf = ({ id, sender }: Account): FeishuClient => onTopic(senders.bySender(sender), id);
  const looking = {
    ...shared,
    workbenchUrl,
    cards: postCards,
    accounts: allAccounts,
    sleep: sending.sleep,
    now: sending.now,
    cursors: cursors(opsTable),
    calendar: async (at: Date): Promise<Calendar> => (await loadCalendar(settings, at)).calendar,
    readersOf: (account: Account, messageId: string) =>
      feishuMessages(clientOf(account)).listReaders(messageId),
    viewsOf: (account: Account, docToken: string) =>
      readReaders({ client: paced(clientOf(account), sending.sleep) })(docToken),
  };
  return {
    lookUps: [askForViews(looking), reconcile(looking)],
    followUps: [
      pushReports(looking),
      countInGroups(looking),
      remind(looking),
      settleConfirmed(looking),
      settleCards(looking),
    ],
  };
};

/** Everything that a post needs, from the environment. */
export const wiring = (): Wired => {
  const name = z.string().min(1);
  const env = readEnv({ BROADCASTS_TABLE: name, OPS_TABLE: name, WORKBENCH_URL: z.url() });
  const out = outbox('digest', 2_000);
  const { sending, senders } = out;
  const { now, sleep, modes } = sending;
  const shared = {
    ...out,
    broadcasts: broadcasts(env.BROADCASTS_TABLE),
    sendNow: sendNow(sending),
    wantContent: wantContent(sending),
  };
  return {
    ...shared,
    modes,
    leases: leases(env.OPS_TABLE),
    cursors: cursors(env.OPS_TABLE),
    accounts: allAccounts,
    articles: articles({
      ...shared,
      clientOf: ({ id, sender }) => onTopic(senders.bySender(sender), id),
      patience: { withinMs: patientMs, sleep, now: () => now().getTime() },
      documentHost,
      now,
    }),
    groupsOf: ({ id, sender }) => listGroups(onTopic(senders.bySender(sender), id)),
    cards: postCards,
    ...followUpsOf(shared, env.WORKBENCH_URL, env.OPS_TABLE),
    now,
    sleep,
  };
};

/** Each invocation is another holder of leases. */
export const forInvocation = (wired: Wired, workMs: number): BroadcastDeps => ({
  ...wired,
  holder: randomUUID(),
  workMs,
});
