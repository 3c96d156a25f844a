import * as z from 'zod';
import type { Admins } from '../../config/admins.ts';
import type { ReceiptRow } from '../store/inbox.ts';
import { whoSchema } from '../tickets/ticket.ts';
import type { RowChange } from './changes.ts';
import type { Colleague, Known } from './known.ts';
import type { Sheet } from './sheet.ts';

const rowChangeSchema = z.object({ id: z.string(), row: z.unknown().optional() });
const answerSchema = z.object({ by: whoSchema, at: z.string() });

/** A risky change and what a second person said to it. Each answer is a new version of the same setting. */
export const reviewSchema = z.object({
  sheet: z.string(),
  table: z.string(),
  /** withdrawn: undone in Base, or replaced by another change, before anybody answered. */
  state: z.enum(['open', 'approved', 'returned', 'withdrawn']),
  fingerprint: z.string(),
  changes: z.array(rowChangeSchema),
  /** What changes and why it waits, in words. */
  lines: z.array(z.string()),
  reasons: z.array(z.string()),
  /** Who made the change: they can't approve it. */
  editors: z.array(whoSchema),
  /** Who was asked, each by a card. */
  asked: z.array(whoSchema),
  openedAt: z.string(),
  answer: answerSchema.optional(),
  /** Changes that were sent back before and still stand in Base: nobody is asked about them again. */
  refused: z.array(z.object({ change: rowChangeSchema, answer: answerSchema })).default([]),
});
export type Review = z.output<typeof reviewSchema>;

export type Refusal = Review['refused'][number];

/** What was sent back up to now. */
export const refusalsOf = (review: Review | undefined): readonly Refusal[] => {
  if (!review) return [];
  const { state, changes, answer, refused } = review;
  if (state !== 'returned' || !answer) return refused;
  return [...refused, ...changes.map((change) => ({ change, answer }))];
};

/** What waits for a second person, as the table makes it. */
export type Proposal = {
  readonly sheet: Pick<Sheet, 'id' | 'table'>;
  readonly fingerprint: string;
  readonly lines: readonly string[];
  readonly reasons: readonly string[];
  readonly changes: readonly RowChange[];
};

/** `review:sla:7f3a…:mhx2`: one card per person and change, however often it is looked at. */
export const reviewSubject = ({ sheet, fingerprint, openedAt }: Review): string =>
  `review:${sheet}:${fingerprint}:${Date.parse(openedAt).toString(36)}`;

/** Everybody who may approve settings, but not who made the change. */
export const approversFor = (
  { roles, people }: Admins,
  known: Pick<Known, 'people'>,
  editors: readonly string[],
): readonly Colleague[] =>
  known.people.filter(
    (one) =>
      !editors.includes(one.person) &&
      (people.includes(one.person) || one.roles.some((role) => roles.includes(role))),
  );

type Teller = { readonly seal: (text: string) => string; readonly sender: string };

/** Has event-worker send or change the cards of this review, once per state. */
export const reviewReceipt = ({ seal, sender }: Teller, review: Review, now: Date): ReceiptRow => {
  const subject = reviewSubject(review);
  return {
    id: `card:${subject}:${review.state}`,
    sender,
    eventType: 'zhida.setting.review',
    at: now,
    body: seal(JSON.stringify({ event: { sheet: review.sheet, subject } })),
  };
};
