import type { Wish } from '../shared/delivery/plan.ts';

/** What a digest wants of one person, with everything that a row of it carries. */
export const digestWish = (recipient: string, hash: string, subject: string): Wish => ({
  subject,
  recipient,
  sender: 'zhida',
  receiveIdType: 'union_id',
  receiveId: recipient,
  hash,
  eventAt: new Date(),
  validUntil: new Date(Date.now() + 3_600_000),
  urgency: 'scheduled',
  decidedBy: { calendar: 'built-in', definition: '3f1c9a07be42' },
});
