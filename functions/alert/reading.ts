import type { Alert, Condition, Versus } from '../../shared/alerts/definition.ts';
import { addDays, atTime } from '../../shared/calendar/day.ts';
import type { Point, Series } from '../../shared/store/metrics.ts';
import type { Observation } from './alert-state.ts';

const units = { ratio: ['RATIO'], money: ['CNY_FEN'], count: ['COUNT', 'QTY'] } as const;

/** Is this series one of those that the alert looks at? */
export const watches =
  ({ source, metric, by, where }: Alert) =>
  (series: Series): boolean =>
    series.source === source.id &&
    series.metric === metric.id &&
    [...by].sort().join() === Object.keys(series.dims).sort().join() &&
    Object.entries(where).every(([name, values]) => values.includes(series.dims[name] ?? ''));

export const hasItsUnit = ({ metric }: Alert, { unit }: Point): boolean => {
  const wanted: readonly string[] = units[typeof metric.unit === 'string' ? metric.unit : 'count'];
  return wanted.includes(unit);
};

const versusOf = ({ condition, compare }: Alert): Versus | undefined =>
  'versus' in condition ? condition.versus : compare;

const isDay = (at: string): boolean => at.length === 10;
const dayMs = 86_400_000;

/** `at` of the figure that this one is compared with; `undefined` when the alert compares with none. */
export const baseAt = (alert: Alert, at: string): string | undefined => {
  const versus = versusOf(alert);
  if (!versus) return undefined;
  const days = versus === '较昨日' ? 1 : 7;
  return isDay(at) ? addDays(at, -days) : new Date(Date.parse(at) - days * dayMs).toISOString();
};

/** Moves between two rates in points, anything else in per cent; `undefined` without a base to carry it. */
export const changeOf = (value: number, base: number | undefined, word: '%' | 'pt'): number | undefined => {
  if (base === undefined) return undefined;
  if (word === 'pt') return (value - base) * 100;
  return base > 0 ? ((value - base) / base) * 100 : undefined;
};

type Measured = { readonly value: number; readonly fire: number; readonly recover: number };

/** Every condition as "so high and higher": what goes down is turned round. */
const measure = (condition: Condition, value: number, base: number | undefined): Measured | undefined => {
  if (condition.when === 'above') return { value, fire: condition.value, recover: condition.recover };
  if (condition.when === 'below')
    return { value: -value, fire: -condition.value, recover: -condition.recover };
  const change = changeOf(value, base, condition.in);
  if (change === undefined) return undefined;
  const { by: fire, recover } = condition;
  return { value: condition.when === 'rises' ? change : -change, fire, recover };
};

/** 0.098 − 0.068 is 0.030000000000000002 in binary: what is equal as people write it must be equal here. */
const tidy = (value: number): number => Number(value.toPrecision(12));

const readingOf = (measured: Measured | undefined): Observation['reading'] => {
  if (!measured) return 'unknown';
  const value = tidy(measured.value);
  if (value >= measured.fire) return 'breach';
  return value <= measured.recover ? 'clear' : 'between';
};

const numberOf = (point: Pick<Point, 'value'> | undefined): number | undefined =>
  point && point.value !== null ? Number(point.value) : undefined;

/** When the moment or day of a figure was over. */
const endOf = (at: string): number => (isDay(at) ? atTime(addDays(at, 1), '00:00') : new Date(at)).getTime();

/**
 * What a point says to an alert. `undefined`: nothing, because it tells of a time that was long over when the source
 * looked; a history that is filled in later is no news.
 */
export const observe = (alert: Alert, point: Point, base: Point | undefined): Observation | undefined => {
  const { at, asOf } = point;
  if (Date.parse(asOf) - endOf(at) > alert.missingAfterMinutes * 60_000) return undefined;
  const [value, baseValue] = [numberOf(point), numberOf(base)];
  const measured = value === undefined ? undefined : measure(alert.condition, value, baseValue);
  return {
    at,
    asOf,
    moment: isDay(at) ? asOf : at,
    value: value ?? null,
    reading: readingOf(measured),
    ...(baseValue !== undefined && { base: baseValue }),
  };
};
