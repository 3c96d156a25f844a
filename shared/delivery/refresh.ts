import { log } from '../log.ts';
import type { Contents } from '../store/contents.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Delivery } from '../store/delivery.ts';
import { isShown } from '../store/delivery-refreshes.ts';
import type { HoldBackDeps } from './hold-back.ts';
import { topicOf } from './modes.ts';
import type { Aside } from './objection.ts';
import type { Pace } from './slots.ts';
import { type Answer, pauseAfter, type TryDeps, tryWithPatience, type Unaccepted } from './tries.ts';

type RefreshAsked = Pick<Delivery, 'subject' | 'recipient' | 'sender' | 'urgency'> & {
  readonly final: boolean;
};
/** Why what is shown may not change now; without `until` it waits for the next want. */
export type RefreshObjection = (asked: RefreshAsked, now: Date) => Promise<Pick<Aside, 'until'> | undefined>;

export type RefreshDeps = Pick<HoldBackDeps, 'modes' | 'now'> &
  TryDeps & {
    readonly deliveries: Deliveries;
    readonly contents: Contents;
    /** One PATCH of the message. */
    readonly patch: (delivery: Delivery, content: string) => Promise<Answer<object>>;
    readonly refreshObjection: RefreshObjection;
  };

export type Refreshing = 'refreshed' | 'taken' | 'later' | 'frozen';

/** A card can be changed for 14 days (open.feishu.cn/document/server-docs/im-v1/message-card/patch). */
const changeableMs = 14 * 86_400_000;
/** A setback is repeated this often, which takes a day, before what is shown stays as it is, visibly. */
const maxTries = 100;
/** No stream consumer waits longer than 2 s. */
const maxWaitMs = 2_000;
const stoppedRecheckMs = 60_000;

const paceOf = ({ sender }: Delivery): Pace => ({ sender, api: 'patch' });

const isPast = (iso: string | undefined, now: Date): boolean =>
  iso !== undefined && Date.parse(iso) <= now.getTime();

const differs = ({ wanted, shown }: Delivery): boolean => (wanted?.version ?? 0) > (shown?.version ?? 0);

/** Is there a difference to close, or an older PATCH to make sure of? */
export const needsRefresh = (delivery: Delivery, now: Date): boolean => {
  if (!isShown(delivery) || delivery.frozen !== undefined) return false;
  const { leaseUntil, confirmAt, unsettled = false } = delivery;
  return differs(delivery) || unsettled || isPast(leaseUntil, now) || isPast(confirmAt, now);
};

const freeze = async (deps: RefreshDeps, claimed: Delivery, code: string): Promise<Refreshing> => {
  await deps.deliveries.recordRefreshSetback(claimed, { code, mayLandLater: false });
  log.warn('refresh_given_up', { subject: claimed.subject, attempt: claimed.attempt, code });
  return 'frozen';
};

const recordSetback = async (
  deps: RefreshDeps,
  claimed: Delivery,
  { answer, mayLandLater }: { answer: Unaccepted; mayLandLater: boolean },
): Promise<Refreshing> => {
  const { code } = answer;
  const held = answer.kind === 'refused' && answer.held === true;
  const isFinal = answer.kind === 'refused' && answer.final;
  if (isFinal || (!held && (claimed.tries ?? 0) >= maxTries)) return freeze(deps, claimed, code);
  const retryAt = new Date(deps.now().getTime() + pauseAfter(claimed, answer));
  await deps.deliveries.recordRefreshSetback(claimed, { code, retryAt, held, mayLandLater });
  return 'later';
};

const isTooOld = ({ acceptedAt }: Delivery, now: Date): boolean =>
  acceptedAt !== undefined && now.getTime() - Date.parse(acceptedAt) > changeableMs;

type Step = { readonly ending: Refreshing; readonly next?: Delivery };

const patchClaimed = async (deps: RefreshDeps, claimed: Delivery): Promise<Step> => {
  if (isTooOld(claimed, deps.now())) return { ending: await freeze(deps, claimed, 'message_too_old') };
  const content = claimed.sending && (await deps.contents.find(claimed.sending.hash));
  if (!content) return { ending: await freeze(deps, claimed, 'content_missing') };
  const { answer, mayHaveArrived } = await tryWithPatience(deps, paceOf(claimed), () =>
    deps.patch(claimed, content),
  );
  if (answer.kind !== 'accepted')
    return { ending: await recordSetback(deps, claimed, { answer, mayLandLater: mayHaveArrived }) };
  const next = await deps.deliveries.recordRefreshed(claimed, {
    at: deps.now(),
    mayLandLater: mayHaveArrived,
  });
  return { ending: next ? 'refreshed' : 'taken', ...(next && { next }) };
};

/** A stop counts for what is on the screen, too; a rehearsal doesn't: it keeps new messages from people, not the truth. */
const asideOf = async (deps: RefreshDeps, delivery: Delivery): Promise<Pick<Aside, 'until'> | undefined> => {
  const { sender, recipient, subject, urgency, wanted, refreshAfter } = delivery;
  const now = deps.now();
  const verdict = await deps.modes({ sender, recipient, topic: topicOf(subject) });
  if (!verdict.send && verdict.mode === 'stopped')
    return { until: new Date(now.getTime() + stoppedRecheckMs) };
  const guard = refreshAfter === undefined ? 0 : Date.parse(refreshAfter) - now.getTime();
  if (guard > maxWaitMs) return { until: new Date(now.getTime() + guard) };
  if (guard > 0) await deps.sleep(guard);
  const asked = { sender, recipient, subject, urgency, final: wanted?.final === true };
  return deps.refreshObjection(asked, deps.now());
};

/** A row that is due without a difference would be swept for ever: it waits for its repeat, or for the next want. */
const restUntilWanted = async (deps: RefreshDeps, row: Delivery): Promise<Refreshing> => {
  const { confirmAt, dueAt } = row;
  const now = deps.now();
  if (isPast(dueAt, now))
    await deps.deliveries.putOffRefresh(row, { now, until: confirmAt ? new Date(confirmAt) : undefined });
  return 'taken';
};

/** A message takes 5 updates a second (same page as above). */
const spacingMs = 250;

/**
 * Makes the screen show what is wanted, and again while more is wanted meanwhile. `later`: the row says when. `taken`:
 * somebody else has it, or there is nothing to do.
 */
export const refreshDelivery =
  (deps: RefreshDeps) =>
  async (delivery: Delivery): Promise<Refreshing> => {
    let row: Delivery = delivery;
    let ending: Refreshing = 'taken';
    if (!needsRefresh(row, deps.now())) return restUntilWanted(deps, row);
    while (needsRefresh(row, deps.now())) {
      const aside = await asideOf(deps, row);
      if (aside) {
        await deps.deliveries.putOffRefresh(row, { now: deps.now(), until: aside.until });
        return 'later';
      }
      if (!(await deps.slots.take(paceOf(row), deps.lane, maxWaitMs))) return 'later';
      const claimed = await deps.deliveries.claimRefresh(row, deps.now());
      if (!claimed) return ending;
      const step = await patchClaimed(deps, claimed);
      ending = step.ending;
      if (!step.next) return ending;
      row = step.next;
      if (needsRefresh(row, deps.now())) await deps.sleep(spacingMs);
    }
    return ending;
  };
