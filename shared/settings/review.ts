import * as z from 'zod';
import type { Admins } from '../../config/admins.ts';
import { whoSchema } from '../tickets/ticket.ts';
import type { RowChange } from './changes.ts';
import type { Colleague, Known } from './known.ts';
import type { Sheet } from './sheet.ts';

/** A risky change and what a second person said to it. Each answer is a new version of the same setting. */
export const reviewSchema = z.object({
  sheet: z.string(),
  table: z.string(),
  /** withdrawn: undone in Base, or replaced by another change, before anybody answered. */
  state: z.enum(['open', 'approved', 'returned', 'withdrawn']),
  fingerprint: z.string(),
  changes: z.array(z.object({ id: z.string(), row: z.unknown().optional() })),
  /** What changes and why it waits, in words. */
  lines: z.array(z.string()),
  reasons: z.array(z.string()),
  /** Who made the change: they can't approve it. */
  editors: z.array(whoSchema),
  /** Who was asked, each by a card. */
  asked: z.array(whoSchema),
  openedAt: z.string(),
  answer: z.object({ by: whoSchema, at: z.string() }).optional(),
});
export type Review = z.output<typeof reviewSchema>;

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
