import { errorFields, log } from '../log.ts';
import type { Contents } from '../store/contents.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Delivery } from '../store/delivery.ts';
import { type Modes, topicOf } from './modes.ts';
import { planAndClaim, planDelivery, type Wish } from './plan.ts';
import type { Lane, Slots } from './slots.ts';

/** How a try ended. Only `unknown` (request written, no answer) needs the uuid of the repeat. */
export type Answer =
  | { readonly kind: 'accepted'; readonly messageId: string; readonly chatId?: string | undefined }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly final: boolean;
      readonly retryAfterMs?: number | undefined;
    }
  | { readonly kind: 'unknown'; readonly code: string };

export type SendDeps = {
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly modes: Modes;
  readonly slots: Slots;
  readonly lane: Lane;
  /** One POST, with the uuid of (app, delivery, generation). */
  readonly post: (delivery: Delivery, content: string) => Promise<Answer>;
  /** Told once per accepted delivery; a chat id can't be looked up later. */
  readonly onAccepted?: (delivery: Delivery) => Promise<void>;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long a 429, a 5xx or a time-out may be retried inside this invocation. */
  readonly patienceMs: number;
};

export type Ending = 'accepted' | 'failed' | 'retry' | 'suppressed' | 'held' | 'taken';

/** Feishu keeps a uuid for an hour; we trust it for 50 minutes. */
const uuidTrustMs = 50 * 60_000;
/** A stop is looked at again this often, so that a sender that goes live again drains by itself. */
const stoppedRecheckMs = 60_000;
/** Seconds until the next try, by number of tries; after the last one the row is final and says why. */
const backoffS = [15, 30, 60, 120, 300, 600, 900, 900];

const retryAt = (delivery: Delivery, now: Date, retryAfterMs = 0): Date | undefined => {
  const seconds = backoffS[delivery.attempt - 1];
  return seconds === undefined ? undefined : new Date(now.getTime() + Math.max(seconds * 1000, retryAfterMs));
};

const isEnd = (answer: Answer): boolean =>
  answer.kind === 'accepted' || (answer.kind === 'refused' && answer.final);

const askedPauseMs = (answer: Answer): number => (answer.kind === 'refused' ? (answer.retryAfterMs ?? 0) : 0);

const tryUntilPatienceEnds = async (deps: SendDeps, delivery: Delivery, content: string): Promise<Answer> => {
  const deadline = deps.now().getTime() + deps.patienceMs;
  for (let round = 0; ; round += 1) {
    const answer = await deps.post(delivery, content);
    if (isEnd(answer)) return answer;
    if (askedPauseMs(answer) > 0) deps.slots.pause(askedPauseMs(answer));
    const pauseMs = Math.max(askedPauseMs(answer), 200 * 2 ** round);
    if (deps.now().getTime() + pauseMs > deadline) return answer;
    await deps.sleep(pauseMs);
  }
};

const recordSetback = async (
  deps: SendDeps,
  delivery: Delivery,
  answer: Exclude<Answer, { kind: 'accepted' }>,
): Promise<Ending> => {
  const again = isEnd(answer) ? undefined : retryAt(delivery, deps.now(), askedPauseMs(answer));
  await deps.deliveries.recordSetback(delivery, {
    code: answer.code,
    retryAt: again,
    outcomeUnknown: answer.kind === 'unknown',
  });
  const { subject, attempt } = delivery;
  log.warn('delivery_not_accepted', { subject, attempt, code: answer.code, final: !again });
  return again ? 'retry' : 'failed';
};

const recordAccepted = async (
  deps: SendDeps,
  delivery: Delivery,
  { messageId, chatId }: Extract<Answer, { kind: 'accepted' }>,
): Promise<Ending> => {
  const accepted = await deps.deliveries.recordAccepted(delivery, { messageId, chatId, at: deps.now() });
  try {
    if (accepted) await deps.onAccepted?.(accepted);
  } catch (error) {
    // The card is on the screen; a chat id that we missed is learnt again with the next one.
    log.warn('chat_not_remembered', errorFields(error));
  }
  return 'accepted';
};

/** Sends what the claim pinned and records how it ended. */
export const sendClaimed =
  (deps: SendDeps) =>
  async (delivery: Delivery): Promise<Ending> => {
    const pinned = delivery.sending;
    const content = pinned && (await deps.contents.find(pinned.hash));
    if (!content)
      return recordSetback(deps, delivery, { kind: 'refused', code: 'content_missing', final: true });
    const tried = deps.now().getTime() - Date.parse(delivery.firstTriedAt ?? delivery.plannedAt);
    if (tried > uuidTrustMs) {
      // The first try may have arrived, and its uuid no longer protects the person from a second card.
      return recordSetback(deps, delivery, { kind: 'refused', code: 'outcome_unknown', final: true });
    }
    const answer = await tryUntilPatienceEnds(deps, delivery, content);
    return answer.kind === 'accepted'
      ? recordAccepted(deps, delivery, answer)
      : recordSetback(deps, delivery, answer);
  };

type Aside = { readonly reason: string; readonly until?: Date };

/** Why this may not leave now; `undefined` when it may. */
const objection = async (deps: SendDeps, delivery: Delivery): Promise<Aside | undefined> => {
  const now = deps.now().getTime();
  if (delivery.validUntil && Date.parse(delivery.validUntil) < now) return { reason: 'expired' };
  const { sender, recipient, subject } = delivery;
  const verdict = await deps.modes({ sender, recipient, topic: topicOf(subject) });
  if (verdict.send) return undefined;
  if (verdict.mode === 'rehearsal') return { reason: 'rehearsal' };
  return { reason: 'stopped', until: new Date(now + stoppedRecheckMs) };
};

/** `undefined` when it may leave. */
const setAsideIfObjected = async (deps: SendDeps, delivery: Delivery): Promise<Ending | undefined> => {
  // A try that may have left is always finished: stopping now couldn't take the card back.
  const aside = delivery.sending ? undefined : await objection(deps, delivery);
  if (!aside) return undefined;
  if (!(await deps.deliveries.setAside(delivery, { ...aside, now: deps.now() }))) return 'taken';
  return aside.until ? 'held' : 'suppressed';
};

/** Takes a slot and a claim and sends; `taken` when somebody else has it, or it is done. */
export const sendDelivery =
  (deps: SendDeps) =>
  async (delivery: Delivery): Promise<Ending> => {
    // Asked twice: what may not leave takes no slot, and a stop counts for those who waited for theirs.
    const before = await setAsideIfObjected(deps, delivery);
    if (before) return before;
    await deps.slots.take(deps.lane);
    const after = await setAsideIfObjected(deps, delivery);
    if (after) return after;
    const claimed = await deps.deliveries.claim(delivery, deps.now());
    return claimed ? sendClaimed(deps)(claimed) : 'taken';
  };

/**
 * For what can't wait: plans and claims in one write and sends at once. When it may not leave it becomes a row that says
 * so. `taken` when it was planned before.
 */
export const sendNow =
  (deps: SendDeps) =>
  async (wish: Wish): Promise<Ending> => {
    const { sender, recipient, subject } = wish;
    const verdict = await deps.modes({ sender, recipient, topic: topicOf(subject) });
    const decided = { ...wish, decidedBy: { ...wish.decidedBy, mode: verdict.version } };
    if (verdict.send) {
      await deps.slots.take(deps.lane);
      const claimed = await planAndClaim(deps.deliveries)(decided, deps.now());
      return claimed ? sendClaimed(deps)(claimed) : 'taken';
    }
    await planDelivery(deps.deliveries)(decided, deps.now());
    const planned = await deps.deliveries.find(wish);
    return planned ? sendDelivery(deps)(planned) : 'taken';
  };
