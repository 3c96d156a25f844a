import type { Delivery, DeliveryKey, deliverySchema } from './delivery.ts';
import type { Table } from './table.ts';

export type Rows = Table<typeof deliverySchema>;

export const keyOf = ({ subject, recipient }: DeliveryKey): { subject: string; recipient: string } => ({
  subject,
  recipient,
});

export const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();

/** One shard holds 1,000 writes/s, more than Feishu lets us send in a minute. `bulk` is read by the drainer, in order. */
export type DueShard = 'due' | 'bulk';
export const dueShardOf = ({ lane }: Pick<Delivery, 'lane'>): DueShard => lane ?? 'due';
