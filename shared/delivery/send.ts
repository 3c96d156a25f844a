import { errorFields, log } from '../log.ts';
import type { Contents } from '../store/contents.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Delivery } from '../store/delivery.ts';
import { type Modes, topicOf, type Verdict } from './modes.ts';
import type { Aside, Asked, Objection } from './objection.ts';
import { planAndClaim, planForDeliver, type Wish } from './plan.ts';
import type { Lane, Pace, Slots } from './slots.ts';

/** How a try ended. Only `unknown` (request written, no answer) needs the uuid of the repeat. */
export type Answer =
  | { readonly kind: 'accepted'; readonly messageId: string; readonly chatId?: string | undefined }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly final: boolean;
      /** Nothing of ours can change it, an administrator can: scopes, credentials, the month's quota. */
      readonly held?: boolean;
      readonly retryAfterMs?: number | undefined;
    }
  | { readonly kind: 'unknown'; readonly code: string };

export type SendDeps = {
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly modes: Modes;
  /** Asked in this order; the first that objects decides. */
  readonly objections: readonly Objection[];
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

export type Ending = 'accepted' | 'failed' | 'retry' | 'suppressed' | 'held' | 'queued' | 'taken';

/** Feishu keeps a uuid for an hour; we trust it for 50 minutes. */
const uuidTrustMs = 50 * 60_000;
/** A stop is looked at again this often, so that a sender that goes live again drains by itself. */
const stoppedRecheckMs = 60_000;
/** What only an administrator can mend is asked about this often, until nobody wants it any more. */
const heldRecheckMs = 15 * 60_000;
/** Seconds until the next try, by number of setbacks; after the last one the row is final and says why. */
const backoffS = [15, 30, 60, 120, 300, 600, 900, 900];

const isEnd = (answer: Answer): boolean =>
  answer.kind === 'accepted' || (answer.kind === 'refused' && (answer.final || answer.held === true));

const askedPauseMs = (answer: Answer): number => (answer.kind === 'refused' ? (answer.retryAfterMs ?? 0) : 0);

const paceOf = ({ sender }: Pick<Delivery, 'sender'>): Pace => ({ sender, api: 'create' });

/** `mayHaveArrived`: this try or one before it, and nothing since has told. */
type Tried<A extends Answer = Answer> = { readonly answer: A; readonly mayHaveArrived: boolean };
type Unaccepted = Exclude<Answer, { kind: 'accepted' }>;

const tryUntilPatienceEnds = async (deps: SendDeps, delivery: Delivery, content: string): Promise<Tried> => {
  const deadline = deps.now().getTime() + deps.patienceMs;
  let mayHaveArrived = false;
  for (let round = 0; ; round += 1) {
    const answer = await deps.post(delivery, content);
    mayHaveArrived ||= answer.kind === 'unknown';
    if (isEnd(answer)) return { answer, mayHaveArrived };
    if (askedPauseMs(answer) > 0) await deps.slots.pause(paceOf(delivery), askedPauseMs(answer));
    const pauseMs = Math.max(askedPauseMs(answer), 200 * 2 ** round);
    const leftMs = deadline - deps.now().getTime() - pauseMs;
    if (leftMs < 0) return { answer, mayHaveArrived };
    await deps.sleep(pauseMs);
    // Those who waited for the same pause would all leave in one burst.
    if (!(await deps.slots.take(paceOf(delivery), deps.lane, leftMs))) return { answer, mayHaveArrived };
  }
};

const retryAt = (deps: SendDeps, delivery: Delivery, answer: Unaccepted): Date | undefined => {
  const now = deps.now().getTime();
  if (answer.kind === 'refused' && answer.final) return undefined;
  if (answer.kind === 'refused' && answer.held) return new Date(now + heldRecheckMs);
  const seconds = backoffS[delivery.tries ?? 0];
  return seconds === undefined ? undefined : new Date(now + Math.max(seconds * 1000, askedPauseMs(answer)));
};

const recordSetback = async (
  deps: SendDeps,
  delivery: Delivery,
  { answer, mayHaveArrived }: Tried<Unaccepted>,
): Promise<Ending> => {
  const again = retryAt(deps, delivery, answer);
  const held = answer.kind === 'refused' && answer.held === true;
  // The tries are used up and one of them may have arrived: that is what an administrator must know.
  const isUnknown = mayHaveArrived && !again && !isEnd(answer);
  const code = isUnknown ? 'outcome_unknown' : answer.code;
  await deps.deliveries.recordSetback(delivery, {
    code,
    retryAt: again,
    held,
    outcomeUnknown: mayHaveArrived,
  });
  const { subject, attempt } = delivery;
  log.warn('delivery_not_accepted', { subject, attempt, code, final: !again });
  if (held) return 'held';
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

const triedForMs = (deps: SendDeps, { firstTriedAt, plannedAt }: Delivery): number =>
  deps.now().getTime() - Date.parse(firstTriedAt ?? plannedAt);

const endingWith = (code: string, mayHaveArrived: boolean): Tried<Unaccepted> => ({
  answer: { kind: 'refused', code, final: true },
  mayHaveArrived,
});

/** Sends what the claim pinned and records how it ended. `earlierMayHave`: a try before this claim may have arrived. */
export const sendClaimed =
  (deps: SendDeps) =>
  async (delivery: Delivery, earlierMayHave = false): Promise<Ending> => {
    const pinned = delivery.sending;
    const content = pinned && (await deps.contents.find(pinned.hash));
    if (!content) return recordSetback(deps, delivery, endingWith('content_missing', earlierMayHave));
    // The first try may have arrived, and its uuid no longer protects the person from a second card.
    if (triedForMs(deps, delivery) > uuidTrustMs)
      return recordSetback(deps, delivery, endingWith('outcome_unknown', earlierMayHave));
    const { answer, mayHaveArrived } = await tryUntilPatienceEnds(deps, delivery, content);
    return answer.kind === 'accepted'
      ? recordAccepted(deps, delivery, answer)
      : recordSetback(deps, delivery, { answer, mayHaveArrived: mayHaveArrived || earlierMayHave });
  };

/** A try that may have left can't be taken back: its uuid settles it, or it ends as unknown. */
const isOpen = (delivery: Delivery): boolean => delivery.sending !== undefined;

const isExpired = ({ validUntil }: Delivery, now: Date): boolean =>
  validUntil !== undefined && Date.parse(validUntil) < now.getTime();

/** Why its mode keeps it here; `undefined` when it doesn't. */
const modeObjection = async (deps: SendDeps, delivery: Delivery): Promise<Aside | undefined> => {
  const { sender, recipient, subject } = delivery;
  const verdict = await deps.modes({ sender, recipient, topic: topicOf(subject) });
  if (verdict.send) return undefined;
  // An open try is not repeated while it may not leave: it may be that it never did.
  if (verdict.mode === 'rehearsal' && !isOpen(delivery)) return { reason: 'rehearsal' };
  return { reason: verdict.mode, until: new Date(deps.now().getTime() + stoppedRecheckMs) };
};

const otherObjection = async (deps: SendDeps, asked: Asked): Promise<Aside | undefined> => {
  for (const object of deps.objections) {
    const aside = await object(asked, deps.now());
    if (aside) return aside;
  }
  return undefined;
};

/** A try that may have left is already somebody's message: only a mode keeps its repeat back. */
const firstObjection = async (deps: SendDeps, delivery: Delivery): Promise<Aside | undefined> =>
  (await modeObjection(deps, delivery)) ??
  (isOpen(delivery) ? undefined : await otherObjection(deps, delivery));

/** Why this may not leave now; `undefined` when it may. */
const objection = (deps: SendDeps, delivery: Delivery): Promise<Aside | undefined> => {
  if (!isOpen(delivery) && isExpired(delivery, deps.now())) return Promise.resolve({ reason: 'expired' });
  const isLost = isOpen(delivery) && triedForMs(deps, delivery) > uuidTrustMs;
  return isLost ? Promise.resolve(undefined) : firstObjection(deps, delivery);
};

/** `undefined` when it may leave. */
const setAsideIfObjected = async (deps: SendDeps, delivery: Delivery): Promise<Ending | undefined> => {
  const aside = await objection(deps, delivery);
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
    await deps.slots.take(paceOf(delivery), deps.lane);
    const after = await setAsideIfObjected(deps, delivery);
    if (after) return after;
    const { sender, recipient, subject } = delivery;
    const { version } = await deps.modes({ sender, recipient, topic: topicOf(subject) });
    const decided = { ...delivery, decidedBy: { ...delivery.decidedBy, mode: version } };
    const claimed = await deps.deliveries.claim(decided, deps.now());
    return claimed ? sendClaimed(deps)(claimed, isOpen(delivery)) : 'taken';
  };

/** The stream wakes `deliver` for it, in case that we don't come to say why it may not leave. */
const planAndSetAside = async (deps: SendDeps, wish: Wish): Promise<Ending> => {
  if (!(await planForDeliver(deps.deliveries)(wish, deps.now()))) return 'taken';
  const planned = await deps.deliveries.find(wish);
  return planned ? sendDelivery(deps)(planned) : 'taken';
};

const leaveToDeliver = async (deps: SendDeps, wish: Wish): Promise<Ending> =>
  (await planForDeliver(deps.deliveries)(wish, deps.now())) ? 'queued' : 'taken';

/**
 * For what can't wait: plans and claims in one write and sends at once. When its slot is too far away, `deliver` takes
 * it; when it may not leave, its row says so. `taken` when it was planned before.
 */
export const sendNow =
  (deps: SendDeps) =>
  async (wish: Wish): Promise<Ending> => {
    const { sender, recipient, subject } = wish;
    const ask = (): Promise<Verdict> => deps.modes({ sender, recipient, topic: topicOf(subject) });
    const decided = (verdict: Verdict): Wish => ({
      ...wish,
      decidedBy: { ...wish.decidedBy, mode: verdict.version },
    });
    const first = await ask();
    const wished = { ...wish, validUntil: wish.validUntil?.toISOString() };
    if (!first.send || (await otherObjection(deps, wished))) return planAndSetAside(deps, decided(first));
    if (!(await deps.slots.take(paceOf(wish), deps.lane, deps.patienceMs)))
      return leaveToDeliver(deps, decided(first));
    // A stop counts for those who waited for their slot.
    const verdict = await ask();
    if (!verdict.send) return planAndSetAside(deps, decided(verdict));
    const claimed = await planAndClaim(deps.deliveries)(decided(verdict), deps.now());
    return claimed ? sendClaimed(deps)(claimed) : 'taken';
  };
