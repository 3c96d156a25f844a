import type { Delivery } from '../shared/store/delivery.ts';
import type { Window } from '../shared/store/windows.ts';

export type Summary = {
  readonly digest: string;
  readonly window: string;
  readonly planned: number;
  readonly accepted: number;
  readonly read: number;
  readonly failed: number;
  readonly suppressed: number;
  readonly excluded: number;
  readonly waiting: number;
  /** Milliseconds from event to accepted; null when nothing was accepted. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
};

export const percentile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? null;

export const latencies = (rows: readonly Delivery[]): Pick<Summary, 'p50' | 'p95' | 'p99'> => {
  const ms = rows
    .flatMap(({ eventAt, acceptedAt }) => (acceptedAt ? [Date.parse(acceptedAt) - Date.parse(eventAt)] : []))
    .sort((a, b) => a - b);
  return { p50: percentile(ms, 0.5), p95: percentile(ms, 0.95), p99: percentile(ms, 0.99) };
};

/** One window in numbers. `accepted` counts everything that Feishu took, `read` is a part of it. */
export const summarise = (window: Pick<Window, 'digest' | 'window'>, rows: readonly Delivery[]): Summary => {
  const count = (...states: readonly Delivery['state'][]): number =>
    rows.filter(({ state }) => states.includes(state)).length;
  return {
    digest: window.digest,
    window: window.window,
    planned: rows.length,
    accepted: count('accepted', 'read', 'confirmed'),
    read: count('read', 'confirmed'),
    failed: count('failed'),
    suppressed: count('suppressed'),
    excluded: count('excluded'),
    waiting: count('planned', 'claimed', 'held'),
    ...latencies(rows),
  };
};
