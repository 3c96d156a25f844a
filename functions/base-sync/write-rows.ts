import { dataOf, type Outcome, type Refused, type Unknown } from '../../shared/feishu/outcome.ts';
import type { Hands } from './hands.ts';

export type Written<T, R> = {
  readonly done: readonly (readonly [T, R])[];
  readonly refused: readonly (readonly [T, Refused])[];
  /** Base takes nothing now; the rest was not tried. */
  readonly stopped?: Refused | Unknown;
};

type Call<T, R> = (items: readonly T[]) => () => Promise<Outcome<readonly R[]>>;

const paired = <T, R>(items: readonly T[], results: readonly R[]): readonly (readonly [T, R])[] =>
  items.flatMap((item, at) => results.slice(at, at + 1).map((result) => [item, result] as const));

/**
 * One call for all rows (≤ 1000). A batch is done whole or not at all: halves of a refused one lead to the row that Base
 * does not take, and it keeps no other back.
 */
export const writeRows = async <T, R>(
  hands: Hands,
  items: readonly T[],
  call: Call<T, R>,
): Promise<Written<T, R>> => {
  if (items.length === 0) return { done: [], refused: [] };
  const outcome = await hands(call(items));
  if (outcome.kind === 'ok') return { done: paired(items, outcome.data), refused: [] };
  if (outcome.kind === 'unknown' || !outcome.final) return { done: [], refused: [], stopped: outcome };
  if (items.length === 1) return { done: [], refused: items.map((item) => [item, outcome]) };
  const half = Math.ceil(items.length / 2);
  const first = await writeRows(hands, items.slice(0, half), call);
  if (first.stopped) return first;
  const second = await writeRows(hands, items.slice(half), call);
  return { ...second, done: [...first.done, ...second.done], refused: [...first.refused, ...second.refused] };
};

/** Ends the run when Base takes nothing now. Throws `feishu_refused` or `feishu_unknown`. */
export const goOn = ({ stopped }: Pick<Written<unknown, unknown>, 'stopped'>): void => {
  if (stopped) dataOf(stopped);
};
