/** One machine-readable result. `ratio` = `value` ÷ `baselineValue`; both are medians in `unit`. */
export type Line = {
  readonly name: string;
  readonly baseline: string;
  readonly ratio: number;
  readonly unit: string;
  readonly runs: number;
  readonly value: number;
  readonly baselineValue: number;
};

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
};

const round = (value: number): number => Number(value.toFixed(3));

type Series = { readonly name: string; readonly values: readonly number[] };

/** Compares two series that were measured in turn. */
export const compare = (unit: string, subject: Series, baseline: Series): Line => {
  const [value, baselineValue] = [median(subject.values), median(baseline.values)];
  return {
    name: subject.name,
    baseline: baseline.name,
    ratio: round(value / baselineValue),
    unit,
    runs: subject.values.length,
    value: round(value),
    baselineValue: round(baselineValue),
  };
};
