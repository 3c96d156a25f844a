import type { Delivery } from '../store/delivery.ts';

/** With `until` it is held till then, without it is suppressed for good; `reason` is what `why` shows. */
export type Aside = { readonly reason: string; readonly until?: Date };

/** What is known of a delivery before its row exists. */
export type Asked = Pick<
  Delivery,
  'subject' | 'recipient' | 'sender' | 'urgency' | 'validUntil' | 'atWorkUntil'
>;

/** Why this may not leave at `now`; `undefined` when it may. Asked for every send, so what it reads is cached. */
export type Objection = (asked: Asked, now: Date) => Promise<Aside | undefined>;
