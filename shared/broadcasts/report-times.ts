import type { Delivery } from '../store/delivery.ts';

type Row = Pick<Delivery, 'readAt' | 'openedAt' | 'confirmed'>;

/** Milliseconds from the start until that share had done it; `undefined`: not yet. */
export type Times = {
  readonly half: number | undefined;
  readonly most: number | undefined;
  readonly all: number | undefined;
};
/** Shares of 0 to 1 at instants, as the chart draws them. */
export type Timeline = readonly { readonly at: string; readonly read: number; readonly confirmed: number }[];

export type Course = {
  readonly startedAt: string | undefined;
  /** Of those who count. */
  readonly rows: readonly Row[];
  /** How many they are together, those without a row included. */
  readonly of: number;
};

type Moments = { readonly read: readonly number[]; readonly confirmed: readonly number[] };

const earliest = (moments: readonly (string | undefined)[]): readonly number[] => {
  const known = moments.flatMap((at) => (at === undefined ? [] : [Date.parse(at)]));
  return known.length === 0 ? [] : [Math.min(...known)];
};

/** Somebody who has opened or confirmed it has read it by then. */
const momentsOf = (rows: readonly Row[]): Moments => ({
  read: rows
    .flatMap(({ readAt, openedAt, confirmed }) => earliest([readAt, openedAt, confirmed?.at]))
    .toSorted((a, b) => a - b),
  confirmed: rows.flatMap(({ confirmed }) => earliest([confirmed?.at])).toSorted((a, b) => a - b),
});

const timesIn = (moments: readonly number[], { startedAt, of }: Course): Times => {
  const at = (share: number): number | undefined => {
    const moment = of === 0 ? undefined : moments[Math.ceil(of * share) - 1];
    return startedAt === undefined || moment === undefined
      ? undefined
      : Math.max(0, moment - Date.parse(startedAt));
  };
  return { half: at(0.5), most: at(0.9), all: at(1) };
};

export const timesOf = (course: Course): { readonly read: Times; readonly confirmed: Times } => {
  const { read, confirmed } = momentsOf(course.rows);
  return { read: timesIn(read, course), confirmed: timesIn(confirmed, course) };
};

/** A phone shows about a dozen points. */
const steps = 12;

const upTo = (moments: readonly number[], at: number): number => moments.filter((each) => each <= at).length;

/** From the start to the last thing that happened, in equal steps; empty while nothing has. */
export const timelineOf = ({ startedAt, rows, of }: Course): Timeline => {
  const { read, confirmed } = momentsOf(rows);
  const last = Math.max(read.at(-1) ?? 0, confirmed.at(-1) ?? 0);
  const start = Date.parse(startedAt ?? '');
  if (of === 0 || !(last > start)) return [];
  return Array.from({ length: steps + 1 }, (_, step) => {
    const at = start + ((last - start) * step) / steps;
    return { at: new Date(at).toISOString(), read: upTo(read, at) / of, confirmed: upTo(confirmed, at) / of };
  });
};
