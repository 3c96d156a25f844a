import { type KnownCode, Refusal, refusal } from './refusal.ts';
import type { Switches } from './switches.ts';

type Window = { readonly limit: number; readonly ms: number };

/** Milliseconds to wait, or 0 and the call counts. */
type Meter = { readonly take: (key: string, now: number, windows: readonly Window[]) => number };

// Times of the calls under one key, oldest first; only those that a window can still see.
const usedIn = (times: readonly number[], from: number): number => {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return times.length - low;
};

type Ask = {
  /** Times of the calls that counted, oldest first. */
  readonly times: readonly number[];
  readonly now: number;
  /** Milliseconds until an emptying bucket is empty, for the window that is asked about. */
  readonly fillMs: number;
};
/** Milliseconds to wait, or 0. */
type WaitOf = (ask: Ask, window: Window) => number;

const fixed =
  (offset: number): WaitOf =>
  ({ times, now }, { limit, ms }) => {
    const from = Math.floor((now - offset * ms) / ms) * ms + offset * ms;
    return usedIn(times, from) < limit ? 0 : from + ms - now;
  };

const sliding: WaitOf = ({ times, now }, { limit, ms }) =>
  usedIn(times, now - ms + 1) < limit ? 0 : (times.at(-limit) ?? now) + ms - now;

/** Each call pours in a limit-th part; what is full by less than one more part takes it. It runs out evenly. */
const bucket: WaitOf = ({ fillMs }, { limit, ms }) => Math.max(0, fillMs - (ms - ms / limit));

/** The documents say how many, not what a second or a minute is. */
const waitOf: Readonly<Record<Switches['rateWindow'], WaitOf>> = {
  fixed: fixed(0),
  shifted: fixed(0.37),
  sliding,
  bucket,
};

/** When the bucket of one key and window will be empty. */
const createBuckets = () => {
  const emptyAt = new Map<string, number>();
  const keyOf = (key: string, { ms }: Window): string => `${key} ${ms}`;
  return {
    fillMs: (key: string, window: Window, now: number): number =>
      Math.max(0, (emptyAt.get(keyOf(key, window)) ?? 0) - now),
    pour: (key: string, window: Window, now: number): void => {
      const at = Math.max(now, emptyAt.get(keyOf(key, window)) ?? 0);
      emptyAt.set(keyOf(key, window), at + window.ms / window.limit);
    },
  };
};

const createMeter = (kind: () => Switches['rateWindow']): Meter => {
  const timesOf = new Map<string, number[]>();
  const buckets = createBuckets();
  return {
    take: (key, now, windows) => {
      const times = timesOf.get(key) ?? [];
      const waits = windows.map((window) =>
        waitOf[kind()]({ times, now, fillMs: buckets.fillMs(key, window, now) }, window),
      );
      const wait = Math.ceil(Math.max(...waits));
      if (wait > 0) return wait;
      times.push(now);
      for (const window of windows) buckets.pour(key, window, now);
      const horizon = now - Math.max(...windows.map(({ ms }) => ms));
      if (times.length > 128 && (times[64] ?? now) < horizon) times.splice(0, 64);
      timesOf.set(key, times);
      return 0;
    },
  };
};

/** What an API's page publishes; a half that is absent doesn't limit. */
export type ApiRate = {
  readonly perSecond?: number;
  readonly perMinute?: number;
  /** HTTP status above it, where the page names another than 429. */
  readonly status?: 400;
};

export type Rates = {
  /** 429 with 99991400 above the API's own rate, else above 50/s and 1000/min per app and API. */
  readonly spendApi: (appId: string, api: string, rate?: ApiRate) => void;
  /** 5/s to one person, one group (shared by all bots) or of updates to one message: 230020 or `code`. */
  readonly spendFive: (subject: string, code?: KnownCode) => void;
  /** 3 edits a second of one docx by whomever: HTTP 429. */
  readonly spendDocument: (documentId: string) => void;
};

const windowsOf = ({ perSecond, perMinute }: Omit<ApiRate, 'status'>): readonly Window[] => [
  ...(perSecond === undefined ? [] : [{ limit: perSecond, ms: 1000 }]),
  ...(perMinute === undefined ? [] : [{ limit: perMinute, ms: 60_000 }]),
];

/** open.feishu.cn/document/server-docs/api-call-guide/frequency-control; refused calls do not count. */
export const createRates = (now: () => number, switches: () => Switches): Rates => {
  const meter = createMeter(() => switches().rateWindow);
  return {
    spendApi: (appId, api, given) => {
      const rate: ApiRate = given ?? switches();
      const windows = windowsOf(rate);
      const waitMs = meter.take(`${appId} ${api}`, now(), windows);
      if (waitMs === 0) return;
      throw new Refusal(99991400, 'request trigger frequency limit', {
        status: rate.status ?? 429,
        headers: {
          'x-ogw-ratelimit-limit': String(windows.at(-1)?.limit),
          'x-ogw-ratelimit-reset': String(Math.ceil(waitMs / 1000)),
        },
      });
    },
    spendFive: (subject, code = 230020) => {
      if (meter.take(subject, now(), [{ limit: 5, ms: 1000 }]) > 0) throw refusal(code);
    },
    spendDocument: (documentId) => {
      if (meter.take(`docx ${documentId}`, now(), [{ limit: 3, ms: 1000 }]) === 0) return;
      // The pages name the status alone; the code is assumed.
      throw new Refusal(99991400, 'request trigger frequency limit', { status: 429 });
    },
  };
};
