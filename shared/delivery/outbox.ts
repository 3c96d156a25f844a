import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { readEnv } from '../config.ts';
import { onTopic } from '../feishu/client.ts';
import { deliveryUuid, feishuMessages, type Sent } from '../feishu/messages.ts';
import type { Outcome } from '../feishu/outcome.ts';
import { sendersText } from '../feishu/sender-configs.ts';
import { feishuSenders, type Senders } from '../feishu/senders.ts';
import { broadcasts } from '../store/broadcasts.ts';
import { budgetRows } from '../store/budget.ts';
import { type Contents, contents } from '../store/contents.ts';
import { type Deliveries, deliveries } from '../store/deliveries.ts';
import type { Delivery } from '../store/delivery.ts';
import { type People, people } from '../store/people.ts';
import { type Settings, settings } from '../store/settings.ts';
import { slotStore } from '../store/slots.ts';
import { type AttentionDeps, attentionObjection } from './attention.ts';
import { budgetObjection, budgetRefreshObjection } from './budget-objection.ts';
import { buzzOnce } from './buzz.ts';
import { type Budget, callBudget } from './call-budget.ts';
import { type HoldDeps, quietObjection } from './hold.ts';
import { modes, topicOf } from './modes.ts';
import { nextBundle } from './next-bundle.ts';
import { postObjection } from './post-objection.ts';
import { type ReadBack, type ReadBackDeps, readBackFrom } from './read-back.ts';
import type { RefreshDeps } from './refresh.ts';
import type { SendDeps } from './send.ts';
import { type Lane, slots } from './slots.ts';
import type { Answer } from './tries.ts';

/** Everything that sends has this in its environment. */
const envShape = {
  DELIVERIES_TABLE: z.string().min(1),
  CONTENTS_TABLE: z.string().min(1),
  PEOPLE_TABLE: z.string().min(1),
  SETTINGS_TABLE: z.string().min(1),
  OPS_TABLE: z.string().min(1),
  FEISHU_DOMAIN: z.url(),
  FEISHU_APPS: sendersText,
  /** Only where posts of accounts leave. */
  BROADCASTS_TABLE: z.string().min(1).optional(),
};

export type Outbox = {
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly people: People;
  readonly settings: Settings;
  readonly budget: Budget;
  readonly senders: Senders;
  /** For a row whose acceptance nobody could follow up. */
  readonly buzz: (delivery: Delivery) => Promise<void>;
  readonly sending: SendDeps & RefreshDeps;
  /** Call once at the end of an invocation: writes the calls it made into the month's budget. */
  readonly settle: () => Promise<void>;
};

const toAnswer = <Facts extends object>(outcome: Outcome<Facts>): Answer<Facts> => {
  if (outcome.kind === 'ok') return { ...outcome.data, kind: 'accepted' };
  if (outcome.kind === 'unknown') return { kind: 'unknown', code: outcome.reason };
  const { code, final, retryable, retryAfterMs } = outcome;
  const held = !final && !retryable;
  return {
    kind: 'refused',
    code: String(code),
    final,
    held,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
};

const noBuzz = { kind: 'refused', code: 'sender_unknown', final: true } as const;

const buzzer =
  (senders: Senders) =>
  async ({ sender, subject, receiveId, messageId = '' }: Delivery): Promise<Answer<object>> => {
    if (!senders.has(sender)) return noBuzz;
    const client = onTopic(senders.bySender(sender), topicOf(subject));
    return toAnswer(await feishuMessages(client).buzz(messageId, receiveId));
  };

/** An administrator can give the app back; a throw would be repeated for ever and keep others waiting. */
const noSender = { kind: 'refused', code: 'sender_unknown', final: false, held: true } as const;

const poster =
  (senders: Senders) =>
  async (delivery: Delivery, content: string): Promise<Answer<Sent>> => {
    const { subject, recipient, sender, receiveId, receiveIdType } = delivery;
    if (!senders.has(sender)) return noSender;
    const client = onTopic(senders.bySender(sender), topicOf(subject));
    const uuid = deliveryUuid(client.appId, `${subject}/${recipient}`, delivery.generation);
    return toAnswer(await feishuMessages(client).sendCard({ receiveId, receiveIdType, uuid, card: content }));
  };

const patcher =
  (senders: Senders) =>
  async ({ sender, subject, messageId = '' }: Delivery, content: string): Promise<Answer<object>> => {
    if (!senders.has(sender)) return noSender;
    const client = onTopic(senders.bySender(sender), topicOf(subject));
    return toAnswer(await feishuMessages(client).updateCard(messageId, content));
  };

const reader = (senders: Senders, stores: Omit<ReadBackDeps, 'messagesOf'>): ReadBack => {
  const read = readBackFrom({
    ...stores,
    messagesOf: (sender) => feishuMessages(senders.bySender(sender)),
  });
  return async (delivery, now) =>
    senders.has(delivery.sender)
      ? read(delivery, now)
      : { kind: 'unreadable', code: noSender.code, retryable: true };
};

/** A one-to-one chat can't be looked up with a tenant token, so every chat id that we see is kept on its person. */
const rememberChat =
  (store: People) =>
  async ({ recipient, sender, chatId }: Delivery): Promise<void> => {
    if (!chatId || recipient.startsWith('chat:')) return;
    const person = await store.find(recipient);
    if (person) await store.recordChat(person, sender, chatId);
  };

type Objecting = HoldDeps &
  AttentionDeps & {
    readonly deliveries: Deliveries;
    readonly budget: Budget;
    readonly broadcasts: string | undefined;
  };

/** What a post says of itself comes first: one that is paused takes nobody's attention. */
const objectionsOf = (asked: Objecting): Pick<SendDeps, 'objections' | 'firm'> => {
  const { broadcasts: posts, deliveries: ledger } = asked;
  const firm =
    posts === undefined ? [] : [postObjection({ broadcasts: broadcasts(posts), deliveries: ledger })];
  const others = [quietObjection(asked), budgetObjection(asked.budget), attentionObjection(asked)];
  return { objections: [...firm, ...others], firm };
};

const inTurn =
  (...told: readonly ((delivery: Delivery) => Promise<void>)[]) =>
  async (delivery: Delivery): Promise<void> => {
    for (const tell of told) await tell(delivery);
  };

/**
 * The ledger with its sender, wired from the environment. `patienceMs`: how long a refused send is repeated in place;
 * `timeoutMs` of one call, which the leases count on.
 */
export const outbox = (lane: Lane, patienceMs: number, timeoutMs = 10_000): Outbox => {
  const env = readEnv(envShape);
  const stores = {
    deliveries: deliveries(env.DELIVERIES_TABLE),
    contents: contents(env.CONTENTS_TABLE),
    people: people(env.PEOPLE_TABLE),
    settings: settings(env.SETTINGS_TABLE),
  };
  const budget = callBudget({ rows: budgetRows(env.OPS_TABLE), settings: stores.settings });
  const { onCall } = budget;
  const senders = feishuSenders(env.FEISHU_APPS, { domain: env.FEISHU_DOMAIN, onCall, timeoutMs });
  const sleep = (ms: number): Promise<void> => wait(ms);
  const lease = slots({ store: slotStore(env.OPS_TABLE), now: Date.now, sleep });
  const now = (): Date => new Date();
  const buzz = buzzOnce({ ...stores, slots: lease, lane, ring: buzzer(senders), now });
  const holding = { ...stores, nextBundle: nextBundle(stores.settings) };
  return {
    ...stores,
    budget,
    senders,
    buzz,
    sending: {
      ...stores,
      ...objectionsOf({ ...holding, budget, broadcasts: env.BROADCASTS_TABLE }),
      modes: modes({ settings: stores.settings, now: Date.now }),
      slots: lease,
      lane,
      post: poster(senders),
      patch: patcher(senders),
      refreshObjection: budgetRefreshObjection(budget),
      readBack: reader(senders, stores),
      onAccepted: inTurn(buzz, rememberChat(stores.people)),
      now,
      sleep,
      patienceMs,
    },
    settle: () => budget.settle(now()),
  };
};
