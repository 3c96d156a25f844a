import { isApproval } from '../broadcasts/broadcast.ts';
import type { Delivery } from '../store/delivery.ts';
import { type Modes, topicOf } from './modes.ts';
import type { Aside, Asked, Objection } from './objection.ts';

export type HoldBackDeps = {
  readonly modes: Modes;
  /** Asked in this order; the first that objects decides. */
  readonly objections: readonly Objection[];
  /** Of these, whoever objects to a try that may have left, too: it isn't repeated, its chat is read. */
  readonly firm?: readonly Objection[];
  readonly now: () => Date;
};

/** A stop is looked at again this often, so that a sender that goes live again drains by itself. */
const stoppedRecheckMs = 60_000;

/** A try that may have left can't be taken back: its uuid settles it, or the chat is read. */
export const isOpen = ({ sending, messageId }: Delivery): boolean =>
  sending !== undefined || messageId !== undefined;

/** What somebody has asked for themselves; an approver hasn't, and silence after a question looks like a fault. */
const isAnswer = ({ urgency, recipient, subject }: Asked): boolean =>
  urgency === 'reply' && !recipient.startsWith('chat:') && !isApproval(subject);

/** Why its mode keeps it here; `undefined` when it doesn't. A rehearsal keeps no answer from whoever asked. */
export const modeObjection = async (
  { modes, now }: Pick<HoldBackDeps, 'modes' | 'now'>,
  asked: Asked,
  mayHaveLeft: boolean,
): Promise<Aside | undefined> => {
  const { sender, recipient, subject } = asked;
  const verdict = await modes({ sender, recipient, topic: topicOf(subject) });
  if (verdict.send || (verdict.mode === 'rehearsal' && isAnswer(asked))) return undefined;
  // An open try is not repeated while it may not leave: it may be that it never did.
  if (verdict.mode === 'rehearsal' && !mayHaveLeft) return { reason: 'rehearsal' };
  return { reason: verdict.mode, until: new Date(now().getTime() + stoppedRecheckMs) };
};

/** The first of what else may keep it here: quiet hours, attention, the budget. */
export const otherObjection = async (
  { objections, now }: Pick<HoldBackDeps, 'objections' | 'now'>,
  asked: Asked,
): Promise<Aside | undefined> => {
  for (const object of objections) {
    const aside = await object(asked, now());
    if (aside) return aside;
  }
  return undefined;
};

/** What keeps even a try here that may have left: what it belongs to is paused, or nobody wants it any more. */
export const firmObjection = ({ firm = [], now }: HoldBackDeps, asked: Asked): Promise<Aside | undefined> =>
  otherObjection({ objections: firm, now }, asked);

/** Till it goes on, an open try isn't repeated: it may be that it never left. One that nobody wants is looked for. */
const openObjection = async (deps: HoldBackDeps, delivery: Delivery): Promise<Aside | undefined> => {
  const stopped = await modeObjection(deps, delivery, true);
  if (stopped) return stopped;
  const aside = await firmObjection(deps, delivery);
  return aside?.until && aside;
};

/** Nobody wants it any more. */
export const isExpired = ({ validUntil }: Delivery, now: Date): boolean =>
  validUntil !== undefined && Date.parse(validUntil) < now.getTime();

/** Why this row may not leave now; `undefined` when it may. */
export const objectionTo = async (deps: HoldBackDeps, delivery: Delivery): Promise<Aside | undefined> => {
  // It is on the screen already: only its row has to learn so.
  if (delivery.messageId !== undefined) return undefined;
  if (isOpen(delivery)) return openObjection(deps, delivery);
  if (isExpired(delivery, deps.now())) return { reason: 'expired' };
  return (await modeObjection(deps, delivery, false)) ?? otherObjection(deps, delivery);
};
