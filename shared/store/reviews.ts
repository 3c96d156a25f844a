/**
 * Risky changes of settings that wait for a second person: versions of the setting `review#<sheet>`, of which the newest
 * counts.
 *
 * Access patterns
 *  newest of a sheet     base-sync when it looks at the table, a click, ops
 *  of a subject          event-worker: what became of the change that a card is about
 *  write                 base-sync and a click: the version and the receipt that has the cards sent or changed, both or neither
 */
import { type Review, reviewSchema, reviewSubject } from '../settings/review.ts';
import { type ReceiptRow, receiptWrite } from './inbox.ts';
import { type Setting, settings, settingWrite } from './settings.ts';
import { writeTogether } from './table.ts';

export type FoundReview = { readonly review: Review; readonly version: number };
type Told = { readonly by: string; readonly now: Date; readonly receipt: ReceiptRow };

export type Reviews = {
  readonly find: (sheet: string) => Promise<FoundReview | undefined>;
  /** As it became last. */
  readonly ofSubject: (sheet: string, subject: string) => Promise<Review | undefined>;
  /** After the version that was read, 0 when there was none. `false`: somebody else has written one. */
  readonly write: (review: Review, after: number, told: Told) => Promise<boolean>;
};

const settingOf = (sheet: string): string => `review#${sheet}`;
/** Reviews of a table come one after the other; a card that is older is overtaken. */
const lookBack = 30;

const toFound = (setting: Setting | undefined): readonly FoundReview[] => {
  const review = reviewSchema.safeParse(setting?.value).data;
  return setting && review ? [{ review, version: Number(setting.version) }] : [];
};

/** `inbox` only where something is written. */
export const reviews = (names: { readonly settings: string; readonly inbox?: string }): Reviews => {
  const rows = settings(names.settings);
  return {
    find: async (sheet) => toFound(await rows.current(settingOf(sheet)))[0],
    ofSubject: async (sheet, subject) => {
      const recent = (await rows.recent(settingOf(sheet), lookBack)).flatMap(toFound);
      return recent.find(({ review }) => reviewSubject(review) === subject)?.review;
    },
    write: (review, after, { by, now, receipt }) =>
      writeTogether([
        settingWrite(names.settings, settingOf(review.sheet), { value: review, changedBy: by, now, after }),
        receiptWrite(names.inbox ?? '', receipt),
      ]),
  };
};
