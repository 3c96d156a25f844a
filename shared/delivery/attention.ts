import { addDays, atTime, dayOf } from '../calendar/day.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Delivery } from '../store/delivery.ts';
import { isCarriedBy } from './carry.ts';
import { afterBundle, type HoldDeps, holdTill, mayBeCarried } from './hold.ts';
import type { Aside, Asked, Objection } from './objection.ts';
import { remembered } from './remembered.ts';

export type AttentionDeps = Pick<HoldDeps, 'nextBundle'> & {
  readonly deliveries: Pick<Deliveries, 'listOfPerson'>;
};

/** Messages that aren't urgent, for one person on one day; the morning card is one of them. */
const perDay = 4;
/** A message that was held over a weekend counts on the day on which it leaves. */
const lookBackDays = 3;
/** Nobody plans a bundle: the next morning, off the hour. */
const withoutBundle = '08:47';
/** A bundle that carries this message is still on its way. */
const recheckMs = 5 * 60_000;

const isNonUrgent = ({ urgency, recipient }: Pick<Asked, 'urgency' | 'recipient'>): boolean =>
  (urgency === undefined || urgency === 'mustConfirm' || urgency === 'scheduled') &&
  !recipient.startsWith('chat:');

/** It has rung today, or is about to. */
const ringsOn = (day: string, { state, acceptedAt, firstTriedAt }: Delivery): boolean => {
  const at = acceptedAt ?? (state === 'claimed' ? firstTriedAt : undefined);
  return at !== undefined && dayOf(new Date(at)) === day;
};

/** What this process has let pass today: the index lags, and a burst must not pass before it shows. */
const passes = () => {
  let today = '';
  const bySubject = new Map<string, Set<string>>();
  return (day: string, recipient: string): Set<string> => {
    if (day !== today) bySubject.clear();
    today = day;
    const subjects = bySubject.get(recipient) ?? new Set();
    bySubject.set(recipient, subjects);
    return subjects;
  };
};

/**
 * At most four messages a day that aren't urgent; the rest waits for the next bundle, whose card tells them in a line each.
 * Exact within one process; each other process that sends to the same person within the index's second may add one.
 */
export const attentionObjection = ({ deliveries, nextBundle }: AttentionDeps): Objection => {
  const passed = passes();
  const recent = remembered((recipient: string) => {
    const [who = '', day = ''] = recipient.split('/');
    return deliveries.listOfPerson(who, addDays(day, -lookBackDays), day);
  });
  /** What has to be confirmed before then passes: held, it would never come. */
  const tomorrow = async (asked: Asked, now: Date): Promise<Aside | undefined> => {
    const bundle = (await nextBundle(now)) ?? atTime(addDays(dayOf(now), 1), withoutBundle);
    const aside = holdTill('attention_limit', asked, [afterBundle(bundle, asked.recipient)]);
    return aside.until === undefined && asked.urgency === 'mustConfirm' ? undefined : aside;
  };
  return async (asked, now) => {
    if (!isNonUrgent(asked) || asked.urgency === 'scheduled') return undefined;
    const { subject, recipient } = asked;
    const day = dayOf(now);
    const rows = await recent(`${recipient}/${day}`, now.getTime());
    const carried = mayBeCarried(asked) ? isCarriedBy(rows, subject) : 'no';
    if (carried === 'yes') return { reason: 'carried_by_bundle' };
    if (carried === 'perhaps')
      return { reason: 'attention_limit', until: new Date(now.getTime() + recheckMs) };
    const rung = rows.filter((row) => isNonUrgent(row) && ringsOn(day, row)).map((row) => row.subject);
    const mine = passed(day, recipient);
    const others = new Set([...rung, ...mine]);
    others.delete(subject);
    const full = others.size >= perDay && (await tomorrow(asked, now));
    if (full) return full;
    mine.add(subject);
    return undefined;
  };
};
