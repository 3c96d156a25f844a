import * as z from 'zod';
import type { Admins } from '../../config/admins.ts';
import type { Settings } from '../store/settings.ts';
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
  /** Who made the change: they can't approve it. union_ids. */
  editors: z.array(z.string()),
  /** Who was asked. union_ids. */
  asked: z.array(z.string()),
  openedAt: z.string(),
  answer: z.object({ person: z.string(), name: z.string(), at: z.string() }).optional(),
});
export type Review = z.output<typeof reviewSchema>;

export const reviewSetting = (sheet: string): string => `review#${sheet}`;

/** `review:sla:7f3a…`: one card per person and change, however often it is looked at. */
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

export type Proposal = {
  readonly sheet: Pick<Sheet, 'id' | 'table'>;
  readonly changes: readonly RowChange[];
  readonly fingerprint: string;
  readonly lines: readonly string[];
  readonly reasons: readonly string[];
};

export type FoundReview = { readonly review: Review; readonly version: number };

/** The last one of a table, whatever became of it. */
export const findReview =
  (settings: Pick<Settings, 'current'>) =>
  async (sheet: string): Promise<FoundReview | undefined> => {
    const current = await settings.current(reviewSetting(sheet));
    const review = reviewSchema.safeParse(current?.value).data;
    return current && review && { review, version: Number(current.version) };
  };
