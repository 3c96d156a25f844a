/** Tickets behind a number, each once and in order; `count` is of the cases, cycles or answers among them. */
export type Listed = { readonly count: number; readonly tickets: readonly string[] };

/** A share with both sides of it; null when there is nothing to share. */
export type Share = { readonly ratio: number | null; readonly yes: Listed; readonly no: Listed };

/** What happened in a period per what happened in it otherwise: reopened per resolved. It may exceed 1. */
export type Rate = { readonly ratio: number | null; readonly happened: Listed; readonly per: Listed };

/** Minutes of the calendar that the policy names, in hundredths; null when nobody answered. */
export type Statistic = {
  readonly median: number | null;
  readonly p90: number | null;
  readonly mean: number | null;
  readonly answered: Listed;
  /** Not among the figures: nobody has answered, or it ended without a person's answer. */
  readonly unanswered: Listed;
};

type Behind = { readonly ticket: { readonly ticket: string } };

export const listed = (behind: readonly Behind[]): Listed => ({
  count: behind.length,
  tickets: [...new Set(behind.map(({ ticket }) => ticket.ticket))].sort(),
});

const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** To four places: a per cent with two. */
const ratioOf = (part: number, of: number): number | null =>
  of === 0 ? null : Math.round((part / of) * 10_000) / 10_000;

export const shareOf = (yes: readonly Behind[], no: readonly Behind[]): Share => ({
  ratio: ratioOf(yes.length, yes.length + no.length),
  yes: listed(yes),
  no: listed(no),
});

export const rateOf = (happened: readonly Behind[], per: readonly Behind[]): Rate => ({
  ratio: ratioOf(happened.length, per.length),
  happened: listed(happened),
  per: listed(per),
});

/** Nearest rank: the value at place ⌈p·n⌉ of the sorted ones, so that it is always a value that occurred. */
const nearestRank = (sorted: readonly number[], p: number): number | null =>
  sorted[Math.ceil(p * sorted.length) - 1] ?? null;

/** Of an even number of values the mean of the two in the middle. */
export const medianOf = (values: readonly number[]): number | null => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : hundredths((low + high) / 2);
};

/** Summed in ascending order: floating point depends on it, and a recomputation must not. */
export const meanOf = (values: readonly number[]): number | null =>
  values.length === 0
    ? null
    : hundredths(values.toSorted((a, b) => a - b).reduce((sum, value) => sum + value, 0) / values.length);

type Answer = Behind & { readonly minutes: number };

export const statisticOf = (answers: readonly Answer[], unanswered: readonly Behind[]): Statistic => {
  const minutes = answers.map((answer) => answer.minutes).sort((a, b) => a - b);
  const p90 = nearestRank(minutes, 0.9);
  return {
    median: medianOf(minutes),
    p90: p90 === null ? null : hundredths(p90),
    mean: meanOf(minutes),
    answered: listed(answers),
    unanswered: listed(unanswered),
  };
};
