import { isDeepStrictEqual } from 'node:util';
import { type Candidates, candidatesOf } from './candidates.ts';
import {
  changesBetween,
  fingerprintOf,
  linesOf,
  type RowChange,
  reasonsFor,
  withChanges,
} from './changes.ts';
import type { InForce } from './in-force.ts';
import type { Known } from './known.ts';
import type { Proposal, Review } from './review.ts';
import type { BaseRecord, Kept, Sheet } from './sheet.ts';

/** A whole table as it stands in Base, and what was decided about it before. */
export type Seen = {
  readonly sheet: Sheet;
  readonly records: readonly BaseRecord[];
  readonly inForce: InForce;
  readonly review?: Review | undefined;
  readonly known: Known;
};

export type Decision = Candidates & {
  /** What is in force from now on; absent: what was. */
  readonly rows?: readonly Kept[];
  /** In force from now on. */
  readonly applied: readonly RowChange[];
  readonly lines: readonly string[];
  /** Waits for a second person, who has to be asked unless the review says the same. */
  readonly waiting?: Proposal;
  /** A second person refused exactly this. */
  readonly returned: boolean;
};

/** The changes that the review is about, if all of them still stand. */
const reviewed = (changes: readonly RowChange[], review: Review | undefined): readonly RowChange[] => {
  if (!review) return [];
  const same = changes.filter((change) =>
    review.changes.some(({ id, row }) => id === change.id && isDeepStrictEqual(row, change.row)),
  );
  return fingerprintOf(same) === review.fingerprint ? same : [];
};

const without = (changes: readonly RowChange[], some: readonly RowChange[]): readonly RowChange[] =>
  changes.filter((change) => !some.includes(change));

type Split = { readonly now: readonly RowChange[]; readonly later: readonly RowChange[] };

/** What was approved and what is harmless counts now; the rest waits together. */
const splitOf = ({ sheet, inForce, review, known }: Seen, changes: readonly RowChange[]): Split => {
  const before = inForce.rows;
  const matched = reviewed(changes, review);
  const approved = review?.state === 'approved' ? matched : [];
  const rest = without(changes, approved);
  const from = withChanges(before, approved);
  const isHarmless = (some: readonly RowChange[]): boolean =>
    reasonsFor(sheet, { before: from, changes: some }, known).length === 0;
  if (isHarmless(rest)) return { now: changes, later: [] };
  const fresh = without(rest, matched);
  const waitsAlready = fresh.length < rest.length;
  return waitsAlready && isHarmless(fresh)
    ? { now: [...approved, ...fresh], later: without(rest, fresh) }
    : { now: approved, later: rest };
};

const proposalOf = ({ sheet, inForce, known }: Seen, { now, later }: Split): Proposal | undefined => {
  if (later.length === 0) return undefined;
  const before = withChanges(inForce.rows, now);
  const about = { before, changes: later };
  return {
    sheet,
    changes: later,
    fingerprint: fingerprintOf(later),
    lines: linesOf(sheet, about, known),
    reasons: reasonsFor(sheet, about, known),
  };
};

/**
 * What the table means: which rows count from now on, which wait for a second person, and what is wrong with the others,
 * whose last valid values stay in force. Pure: the same table gives the same decision.
 */
export const decideTable = (seen: Seen): Decision => {
  const { sheet, inForce, review, known } = seen;
  const candidates = candidatesOf(seen);
  const changes = changesBetween(inForce.rows, candidates.after);
  const split = splitOf(seen, changes);
  const waiting = proposalOf(seen, split);
  const applied = split.now;
  return {
    ...candidates,
    applied,
    lines: linesOf(sheet, { before: inForce.rows, changes: applied }, known),
    ...(applied.length > 0 && { rows: withChanges(inForce.rows, applied) }),
    ...(waiting && { waiting }),
    returned:
      waiting !== undefined && review?.state === 'returned' && review.fingerprint === waiting.fingerprint,
  };
};
