import { errorFields, log } from '../log.ts';
import type { Contents } from '../store/contents.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Delivery } from '../store/delivery.ts';
import {
  firmObjection,
  type HoldBackDeps,
  isExpired,
  isOpen,
  modeObjection,
  objectionTo,
  otherObjection,
} from './hold-back.ts';
import { topicOf } from './modes.ts';
import type { Aside } from './objection.ts';
import { planAndClaim, planForDeliver, type Wish } from './plan.ts';
import type { ReadBack } from './read-back.ts';
import type { Pace } from './slots.ts';
import {
  type Answer,
  type Failed,
  isEnd,
  retryAt,
  type Tried,
  type TryDeps,
  tryWithPatience,
  type Unaccepted,
} from './tries.ts';

type Sent = { readonly messageId: string; readonly chatId?: string | undefined };

export type SendDeps = HoldBackDeps &
  TryDeps & {
    readonly deliveries: Deliveries;
    readonly contents: Contents;
    /** One POST, with the uuid of (app, delivery, generation). */
    readonly post: (delivery: Delivery, content: string) => Promise<Answer<Sent>>;
    /** Looks for a try in its chat that the uuid no longer protects. */
    readonly readBack: ReadBack;
    /** How long a send may wait for its slot; absent: as long as it takes. */
    readonly slotWithinMs?: number;
    /** Told once per accepted delivery; a chat id can't be looked up later. */
    readonly onAccepted?: (delivery: Delivery) => Promise<void>;
  };

export type Ending = 'accepted' | 'failed' | 'retry' | 'suppressed' | 'held' | 'queued' | 'taken';

/** Feishu keeps a uuid for an hour; we trust it for 50 minutes. */
const uuidTrustMs = 50 * 60_000;

const paceOf = ({ sender }: Pick<Delivery, 'sender'>): Pace => ({ sender, api: 'create' });

const recordSetback = async (deps: SendDeps, delivery: Delivery, failed: Failed): Promise<Ending> => {
  const { answer, mayHaveArrived } = failed;
  const again = retryAt(delivery, failed, deps.now());
  const held = again !== undefined && answer.kind === 'refused' && answer.held === true;
  // Nobody tries any more and one of the tries may have arrived: that is what an administrator must know.
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

const recordAccepted = async (deps: SendDeps, delivery: Delivery, sent: Sent): Promise<Ending> => {
  const accepted = await deps.deliveries.recordAccepted(delivery, { ...sent, at: deps.now() });
  try {
    if (accepted) await deps.onAccepted?.(accepted);
  } catch (error) {
    // The card is on the screen; a chat id that we missed is learnt again with the next one.
    log.warn('chat_not_remembered', errorFields(error));
  }
  return 'accepted';
};

const refusal = (code: string, final: boolean): Unaccepted => ({ kind: 'refused', code, final });

/**
 * The uuid no longer keeps a repeat harmless: what the chat shows decides. Not there: it never arrived, and the next try
 * is free. Not to be known: the one irreducible case, which ends as `outcome_unknown` and is counted.
 */
const settleByReading = async (deps: SendDeps, delivery: Delivery): Promise<Ending> => {
  const seen = await deps.readBack(delivery, deps.now());
  if (seen.kind === 'found') return recordAccepted(deps, delivery, seen);
  if (seen.kind === 'absent') {
    // Tried anew at once by whoever comes next, with what is wanted now.
    const setback = { code: 'not_arrived', retryAt: deps.now(), outcomeUnknown: false };
    await deps.deliveries.recordSetback(delivery, setback);
    return 'retry';
  }
  const unread: Unaccepted = seen.retryable
    ? { kind: 'unknown', code: seen.code }
    : refusal('outcome_unknown', true);
  return recordSetback(deps, delivery, { answer: unread, mayHaveArrived: true });
};

/** What was tried less than this long ago may still be on its way: that it isn't in the chat says nothing yet. */
const onItsWayMs = 60_000;

const triedForMs = (deps: SendDeps, { firstTriedAt, plannedAt }: Delivery): number =>
  deps.now().getTime() - Date.parse(firstTriedAt ?? plannedAt);

const lookLater = (deps: SendDeps, delivery: Delivery): Promise<Ending> =>
  recordSetback(deps, delivery, { answer: { kind: 'unknown', code: 'no_reply' }, mayHaveArrived: true });

const settleOpenTry = (deps: SendDeps, delivery: Delivery): Promise<Ending> =>
  (triedForMs(deps, delivery) < onItsWayMs ? lookLater : settleByReading)(deps, delivery);

/** A repeat is harmless while Feishu knows the uuid, and right while somebody still wants it. */
const isHarmless = async (deps: SendDeps, delivery: Delivery): Promise<boolean> =>
  triedForMs(deps, delivery) <= uuidTrustMs &&
  !isExpired(delivery, deps.now()) &&
  (await firmObjection(deps, delivery)) === undefined;

/** A stop or a pause counts within 2 s, also for what waited long for its claim and for a repeat in place. */
const stopOf = async (deps: SendDeps, delivery: Delivery): Promise<Aside | undefined> =>
  (await modeObjection(deps, delivery, true)) ?? firmObjection(deps, delivery);

type Pinned = { readonly content: string; readonly earlierMayHave: boolean };

const postUnlessStopped = async (
  deps: SendDeps,
  delivery: Delivery,
  { content, earlierMayHave }: Pinned,
): Promise<Ending> => {
  const stop = await stopOf(deps, delivery);
  if (stop) {
    const answer = refusal(stop.reason, false);
    return recordSetback(deps, delivery, { answer, mayHaveArrived: earlierMayHave });
  }
  const mayRepeat = async (): Promise<boolean> => (await stopOf(deps, delivery)) === undefined;
  const post = () => deps.post(delivery, content);
  const tried = await tryWithPatience({ ...deps, mayRepeat }, paceOf(delivery), post);
  return recordTried(deps, delivery, { ...tried, mayHaveArrived: tried.mayHaveArrived || earlierMayHave });
};

/** Sends what the claim pinned and records how it ended. `earlierMayHave`: a try before this claim may have arrived. */
export const sendClaimed =
  (deps: SendDeps) =>
  async (delivery: Delivery, earlierMayHave = false): Promise<Ending> => {
    const { sending, messageId, chatId } = delivery;
    // Somebody learnt that it has arrived, and its row didn't say so yet.
    if (messageId !== undefined) return recordAccepted(deps, delivery, { messageId, chatId });
    const content = sending && (await deps.contents.find(sending.hash));
    if (!content) {
      const answer = refusal('content_missing', true);
      return recordSetback(deps, delivery, { answer, mayHaveArrived: earlierMayHave });
    }
    if (earlierMayHave && !(await isHarmless(deps, delivery))) return settleOpenTry(deps, delivery);
    return postUnlessStopped(deps, delivery, { content, earlierMayHave });
  };

const recordTried = (deps: SendDeps, delivery: Delivery, tried: Tried<Sent>): Promise<Ending> => {
  const { answer, mayHaveArrived } = tried;
  return answer.kind === 'accepted'
    ? recordAccepted(deps, delivery, answer)
    : recordSetback(deps, delivery, { answer, mayHaveArrived });
};

/** `undefined` when it may leave. */
const setAsideIfObjected = async (deps: SendDeps, delivery: Delivery): Promise<Ending | undefined> => {
  const aside = await objectionTo(deps, delivery);
  if (!aside) return undefined;
  if (!(await deps.deliveries.setAside(delivery, { ...aside, now: deps.now() }))) return 'taken';
  return aside.until ? 'held' : 'suppressed';
};

/** What held it back stays with the versions that decided: `why` tells it after the message has left, too. */
const heldBy = ({ decidedBy = {}, state, reason }: Delivery): Readonly<Record<string, string>> => {
  if (state !== 'held' || reason === undefined) return decidedBy;
  const before = decidedBy['held']?.split('+') ?? [];
  return { ...decidedBy, held: [...new Set([...before, reason])].join('+') };
};

/** Takes a slot and a claim and sends; `taken` when somebody else has it, or it is done. */
export const sendDelivery =
  (deps: SendDeps) =>
  async (delivery: Delivery): Promise<Ending> => {
    // Asked twice: what may not leave takes no slot, and a stop counts for those who waited for theirs.
    const before = await setAsideIfObjected(deps, delivery);
    if (before) return before;
    // Its row stays due: the sweep comes for it.
    if (!(await deps.slots.take(paceOf(delivery), deps.lane, deps.slotWithinMs))) return 'queued';
    const after = await setAsideIfObjected(deps, delivery);
    if (after) return after;
    const { sender, recipient, subject } = delivery;
    const { version } = await deps.modes({ sender, recipient, topic: topicOf(subject) });
    const decided = { ...delivery, decidedBy: { ...heldBy(delivery), mode: version } };
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

/** The version of the mode that lets it go, or nothing when something keeps it here. */
const passOf = async (deps: SendDeps, wish: Wish): Promise<Wish | undefined> => {
  const { sender, recipient, subject } = wish;
  const asked = {
    ...wish,
    validUntil: wish.validUntil?.toISOString(),
    atWorkUntil: wish.atWorkUntil?.toISOString(),
  };
  if (await modeObjection(deps, asked, false)) return undefined;
  if (await otherObjection(deps, asked)) return undefined;
  const { version } = await deps.modes({ sender, recipient, topic: topicOf(subject) });
  return { ...wish, decidedBy: { ...wish.decidedBy, mode: version } };
};

/**
 * For what can't wait: plans and claims in one write and sends at once. When its slot is too far away, `deliver` takes
 * it; when it may not leave, its row says so. `taken` when it was planned before.
 */
export const sendNow =
  (deps: SendDeps) =>
  async (wish: Wish): Promise<Ending> => {
    const before = await passOf(deps, wish);
    if (!before) return planAndSetAside(deps, wish);
    if (!(await deps.slots.take(paceOf(wish), deps.lane, deps.patienceMs)))
      return leaveToDeliver(deps, before);
    // A stop counts for those who waited for their slot.
    const after = await passOf(deps, wish);
    if (!after) return planAndSetAside(deps, wish);
    const claimed = await planAndClaim(deps.deliveries)(after, deps.now());
    return claimed ? sendClaimed(deps)(claimed) : 'taken';
  };
