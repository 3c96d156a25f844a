import {
  type Broadcast,
  type BroadcastState,
  broadcastOf,
  broadcastSchema,
} from '../../shared/broadcasts/broadcast.ts';
import { type Delivery, deliverySchema } from '../../shared/store/delivery.ts';
import type { Finding } from './findings.ts';

type Image = Readonly<Record<string, unknown>>;

/** What was written of the post and of its people, on the timeline and not by a container's clock. */
export type Diary = {
  readonly states: { readonly at: number; readonly state: BroadcastState; readonly byHand: boolean }[];
  readonly confirmedAt: Map<string, number>;
  /** Personal rows that there are. */
  readonly rows: Set<string>;
  readonly shown: Set<string>;
  target: number;
  /** The post and its rows as they were written last: what stands in the tables, without asking for it. */
  post: Broadcast | undefined;
  readonly ledger: Map<string, { readonly row: Delivery; readonly at: number }>;
  /** Rows and posts written so far. */
  writes: number;
  /** Wrong at the very write. */
  readonly findings: Finding[];
};

export const openDiary = (): Diary => ({
  states: [],
  confirmedAt: new Map(),
  rows: new Set(),
  shown: new Set(),
  target: 0,
  post: undefined,
  ledger: new Map(),
  writes: 0,
  findings: [],
});

const confirmationOf = ({ confirmed }: Image): string | undefined =>
  confirmed === undefined ? undefined : JSON.stringify(Object.entries(confirmed as object).toSorted());

const hearPost = (diary: Diary, image: Image, at: number): void => {
  if (image['item'] !== 'broadcast' || image['state'] === undefined) return;
  diary.post = broadcastSchema.parse(image);
  const target = Number(image['target'] ?? 0);
  if (target < diary.target)
    diary.findings.push({ kind: 'violation', what: `target fell from ${diary.target} to ${target}` });
  diary.target = Math.max(diary.target, target);
  const state = image['state'] as BroadcastState;
  const paused = image['paused'] as { by?: unknown } | undefined;
  if (diary.states.at(-1)?.state !== state)
    diary.states.push({ at, state, byHand: paused?.by !== undefined });
};

/** Who has confirmed, and what they have confirmed: neither may change. */
type Known = Map<string, string>;

const hearRow = (diary: Diary, known: Known, { image, at }: { image: Image; at: number }): void => {
  const recipient = String(image['recipient']);
  diary.rows.add(recipient);
  if (image['messageId'] !== undefined) diary.shown.add(recipient);
  if (diary.rows.size > diary.target)
    diary.findings.push({
      kind: 'violation',
      what: `${diary.rows.size} rows, target ${diary.target}: the sum does not hold`,
    });
  const confirmation = confirmationOf(image);
  const before = known.get(recipient);
  if (confirmation !== undefined && before === undefined) {
    known.set(recipient, confirmation);
    diary.confirmedAt.set(recipient, at);
  }
  if (before !== undefined && confirmation !== before)
    diary.findings.push({
      kind: 'violation',
      what: `${recipient}: its confirmation was ${before}, is ${confirmation}`,
    });
};

/** Hears of each row as it is written. */
export const keepDiary = (diary: Diary, now: () => number) => {
  const known: Known = new Map();
  return (table: string, image: Image): void => {
    if (table === 'broadcasts') {
      diary.writes += 1;
      hearPost(diary, image, now());
    }
    if (table !== 'deliveries') return;
    diary.writes += 1;
    const part = broadcastOf(String(image['subject']))?.part;
    if (part === 'personal' || part === 'reminder') {
      const row = deliverySchema.parse(image);
      diary.ledger.set(`${row.subject} ${row.recipient}`, { row, at: now() });
    }
    if (part === 'personal') hearRow(diary, known, { image, at: now() });
  };
};
