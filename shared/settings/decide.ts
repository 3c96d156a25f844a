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
import { type Proposal, type Refusal, type Review, refusalsOf } from './review.ts';
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
  /** Waits for a second person, who has to be asked unless the review says the same. */
  readonly waiting?: Proposal;
  /** What a second person has sent back and still stands in Base. */
  readonly refused: readonly Refusal[];
};

const isEqual = (a: RowChange, b: RowChange): boolean => a.id === b.id && isDeepStrictEqual(a.row, b.row);

/** Those that stand among the others with the same row. */
const among = (changes: readonly RowChange[], others: readonly RowChange[]): readonly RowChange[] =>
  changes.filter((change) => others.some((each) => isEqual(each, change)));

const without = (changes: readonly RowChange[], some: readonly RowChange[]): readonly RowChange[] =>
  changes.filter((change) => !some.some((each) => isEqual(each, change)));

/** The changes that the review is about, if all of them still stand. */
const reviewed = (changes: readonly RowChange[], review: Review | undefined): readonly RowChange[] => {
  const same = among(changes, review?.changes ?? []);
  return fingerprintOf(same) === review?.fingerprint ? same : [];
};

type Split = { readonly now: readonly RowChange[]; readonly later: readonly RowChange[] };

/** What was approved and what is harmless counts now; the rest waits together. */
const splitOf = ({ sheet, inForce, review, known }: Seen, changes: readonly RowChange[]): Split => {
  const matched = reviewed(changes, review);
  const approved = review?.state === 'approved' ? matched : [];
  const rest = without(changes, approved);
  const before = withChanges(inForce.rows, approved);
  const isHarmless = (some: readonly RowChange[]): boolean =>
    reasonsFor(sheet, { before, changes: some }, known).length === 0;
  if (isHarmless(rest)) return { now: changes, later: [] };
  const fresh = without(rest, matched);
  const waitsAlready = fresh.length < rest.length;
  return waitsAlready && isHarmless(fresh)
    ? { now: [...approved, ...fresh], later: without(rest, fresh) }
    : { now: approved, later: rest };
};

/** A part alone may not stand beside the rows that the other part would change: then all of it waits. */
const soundSplit = (seen: Seen, changes: readonly RowChange[]): Split => {
  const split = splitOf(seen, changes);
  const before = seen.inForce.rows;
  const after = withChanges(before, split.now);
  const isSound = seen.sheet.objections({ before, after }, seen.known).length === 0;
  return isSound ? split : { now: [], later: changes };
};

const proposalOf = ({ sheet, inForce, known }: Seen, { now, later }: Split): Proposal | undefined => {
  if (later.length === 0) return undefined;
  const about = { before: withChanges(inForce.rows, now), changes: later };
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
export const decideTable = (given: Seen): Decision => {
  const { sheet, known, review } = given;
  const rows = given.inForce.rows.filter(({ row }) => !sheet.isOver(row, known));
  const inForce = { ...given.inForce, rows };
  const seen = { ...given, inForce };
  const candidates = candidatesOf(seen);
  const changes = changesBetween(inForce.rows, candidates.after);
  const refused = refusalsOf(review).filter(({ change }) => among([change], changes).length > 0);
  const open = without(
    changes,
    refused.map(({ change }) => change),
  );
  const split = soundSplit(seen, open);
  const waiting = proposalOf(seen, split);
  return {
    ...candidates,
    applied: split.now,
    ...(split.now.length > 0 && { rows: withChanges(inForce.rows, split.now) }),
    ...(waiting && { waiting }),
    refused,
  };
};
