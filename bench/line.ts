/** One machine-readable result: medians in `unit`, and the median of the ratios round by round. */
export type Line = {
  readonly name: string;
  readonly baseline: string;
  readonly ratio: number;
  readonly unit: string;
  readonly runs: number;
  readonly value: number;
  readonly baselineValue: number;
};

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
};

const round = (value: number): number => Number(value.toFixed(3));

type Series = { readonly name: string; readonly values: readonly number[] };

/** Compares two series that were measured in turn: the ratio of neighbours holds when the machine's pace drifts. */
export const compare = (unit: string, subject: Series, baseline: Series): Line => {
  const ratios = subject.values.map((value, round) => value / (baseline.values[round] ?? Number.NaN));
  return {
    name: subject.name,
    baseline: baseline.name,
    ratio: round(median(ratios)),
    unit,
    runs: subject.values.length,
    value: round(median(subject.values)),
    baselineValue: round(median(baseline.values)),
  };
};
