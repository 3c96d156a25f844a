import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { readEnv } from '../config.ts';
import { deliveryUuid, feishuMessages } from '../feishu/messages.ts';
import type { Outcome } from '../feishu/outcome.ts';
import { feishuSenders, type Senders, sendersText } from '../feishu/senders.ts';
import { type Contents, contents } from '../store/contents.ts';
import { type Deliveries, deliveries } from '../store/deliveries.ts';
import type { Delivery } from '../store/delivery.ts';
import { type Ops, ops } from '../store/ops.ts';
import { type People, people } from '../store/people.ts';
import { type Settings, settings } from '../store/settings.ts';
import { slotStore } from '../store/slots.ts';
import { type CallCount, callCount } from './budget.ts';
import { modes } from './modes.ts';
import type { Answer, SendDeps } from './send.ts';
import { type Lane, slots } from './slots.ts';

/** Everything that sends has this in its environment. */
const envShape = {
  DELIVERIES_TABLE: z.string().min(1),
  CONTENTS_TABLE: z.string().min(1),
  PEOPLE_TABLE: z.string().min(1),
  SETTINGS_TABLE: z.string().min(1),
  OPS_TABLE: z.string().min(1),
  FEISHU_DOMAIN: z.url(),
  FEISHU_APPS: sendersText,
};

export type Outbox = {
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly people: People;
  readonly settings: Settings;
  readonly ops: Ops;
  readonly senders: Senders;
  readonly sending: SendDeps;
  /** Call once at the end of an invocation: writes the calls it made into the month's budget. */
  readonly settle: () => Promise<void>;
};

const toAnswer = (outcome: Outcome<{ messageId: string; chatId: string }>): Answer => {
  if (outcome.kind === 'ok') return { kind: 'accepted', ...outcome.data };
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

const poster =
  (senders: Senders, calls: CallCount) =>
  async (delivery: Delivery, content: string): Promise<Answer> => {
    const client = senders.bySender(delivery.sender);
    const { subject, recipient, receiveId, receiveIdType } = delivery;
    const uuid = deliveryUuid(client.appId, `${subject}/${recipient}`, delivery.generation);
    const outcome = await feishuMessages(client).sendCard({ receiveId, receiveIdType, uuid, card: content });
    if (outcome.kind === 'ok') calls.count();
    return toAnswer(outcome);
  };

/** A one-to-one chat can't be looked up with a tenant token, so every chat id that we see is kept on its person. */
const rememberChat =
  (store: People) =>
  async ({ recipient, sender, chatId }: Delivery): Promise<void> => {
    if (!chatId || recipient.startsWith('chat:')) return;
    const person = await store.find(recipient);
    if (person) await store.recordChat(person, sender, chatId);
  };

/** The ledger with its sender, wired from the environment. `patienceMs`: how long a refused send is repeated in place. */
export const outbox = (lane: Lane, patienceMs: number): Outbox => {
  const env = readEnv(envShape);
  const stores = {
    deliveries: deliveries(env.DELIVERIES_TABLE),
    contents: contents(env.CONTENTS_TABLE),
    people: people(env.PEOPLE_TABLE),
    settings: settings(env.SETTINGS_TABLE),
    ops: ops(env.OPS_TABLE),
  };
  const senders = feishuSenders(env.FEISHU_APPS, { domain: env.FEISHU_DOMAIN });
  const calls = callCount();
  const sleep = (ms: number): Promise<void> => wait(ms);
  return {
    ...stores,
    senders,
    sending: {
      ...stores,
      objections: [],
      modes: modes({ settings: stores.settings, now: Date.now }),
      slots: slots({ store: slotStore(env.OPS_TABLE), now: Date.now, sleep }),
      lane,
      post: poster(senders, calls),
      onAccepted: rememberChat(stores.people),
      now: () => new Date(),
      sleep,
      patienceMs,
    },
    settle: () => calls.settle(stores.ops, new Date()),
  };
};
