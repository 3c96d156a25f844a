import * as z from 'zod';
import { allAccounts } from '../../config/accounts/all.ts';
import { digestSender } from '../../config/senders.ts';
import { postNameOf } from '../../shared/broadcasts/post-name.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { readEnv } from '../../shared/config.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { refreshPerson } from '../../shared/directory.ts';
import { findUnionId } from '../../shared/feishu/person.ts';
import { sealKeysSchema, seals } from '../../shared/seal.ts';
import { releasesInForce } from '../../shared/settings/releases-in-force.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { editQueue } from '../../shared/store/edit-queue.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { reviews } from '../../shared/store/reviews.ts';
import { sightings } from '../../shared/store/sightings.ts';
import { ticketKeys } from '../../shared/store/ticket-keys.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { windows } from '../../shared/store/windows.ts';
import { type Rules, rulesInForce } from '../../shared/tickets/rules.ts';
import { whoIsHere } from '../../shared/tickets/who-is-here.ts';
import { type Answers, type AnswersDeps, answers } from './answers.ts';
import { deskReactions } from './desk.ts';
import { followUpReactions } from './follow-ups.ts';
import { postReactions } from './post-reactions.ts';
import type { PostsDeps } from './posts.ts';
import { reviewReaction } from './setting-review.ts';
import type { WorkDeps } from './work.ts';

const envShape = {
  INBOX_TABLE: z.string().min(1),
  DIGESTS_TABLE: z.string().min(1),
  OPS_TABLE: z.string().min(1),
  TICKETS_TABLE: z.string().min(1),
  SETTINGS_TABLE: z.string().min(1),
  BROADCASTS_TABLE: z.string().min(1),
  WORKBENCH_URL: z.url(),
  SEAL_KEYS: sealKeysSchema,
};

/** Who asks is answered by the releases that are in force now. */
const answersBy = (depsNow: () => Promise<AnswersDeps>): Answers => ({
  toPerson: async (asked) => answers(await depsNow()).toPerson(asked),
  toGroup: async (asked) => answers(await depsNow()).toGroup(asked),
});

type Chat = Omit<PostsDeps, 'broadcasts' | 'accounts'>;

/** What people talk about with a bot beside digests: tickets, and posts of accounts. */
const conversations = (env: Tables, chat: Chat, rules: () => Promise<Rules>) => ({
  desk: deskReactions({
    ...{ ...chat, rules },
    tickets: tickets(env.TICKETS_TABLE),
    keys: ticketKeys(env.TICKETS_TABLE),
  }),
  posts: postReactions({
    ...{ ...chat, accounts: allAccounts, pages: env.WORKBENCH_URL },
    broadcasts: broadcasts(env.BROADCASTS_TABLE),
  }),
});
type Tables = Readonly<Record<'TICKETS_TABLE' | 'BROADCASTS_TABLE' | 'WORKBENCH_URL', string>>;

/** Everything that the worker needs, from the environment; `settle` writes the calls that it made into the month's budget. */
export const wiring = (): { readonly deps: WorkDeps; readonly settle: () => Promise<void> } => {
  const env = readEnv(envShape);
  /** A stream consumer waits no longer than 2 s; what takes longer becomes a row with a time. */
  const out = outbox('urgent', 2_000);
  const { people, senders, sending } = out;
  const { now } = sending;
  const send = sendNow(sending);

  const edits = editQueue(env.TICKETS_TABLE);
  const releasesNow = releasesInForce(out.settings, now);
  const chat = { ...out, send, now, people: whoIsHere(people, now) };
  const { desk, posts } = conversations(env, chat, rulesInForce(out.settings, now));

  const deps: WorkDeps = {
    ...{ ...out, ...sending, edits, desk, posts },
    inbox: inbox(env.INBOX_TABLE),
    open: seals(env.SEAL_KEYS).open,
    sightings: sightings(env.OPS_TABLE),
    answers: answersBy(async () => ({
      ...{ ...out, ...desk, send, now, posts, postName: postNameOf(allAccounts) },
      releases: await releasesNow(),
      windows: windows(env.DIGESTS_TABLE),
      calendar: async () => (await loadCalendar(out.settings, now())).calendar,
    })),
    followUps: followUpReactions({
      ...{ ...sending, send },
      followUps: followUps({ digests: env.DIGESTS_TABLE, inbox: env.INBOX_TABLE }),
    }),
    settingReview: reviewReaction({
      ...{ ...out, ...sending, send, edits },
      reviews: reviews({ settings: env.SETTINGS_TABLE }),
    }),
    refreshPerson: (unionId) => refreshPerson(people, senders.bySender(digestSender))(unionId, now()),
    unionIdOf: (sender, openId) => findUnionId(senders.bySender(sender), openId),
  };
  return { deps, settle: out.settle };
};
