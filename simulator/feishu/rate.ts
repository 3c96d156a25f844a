import { Refusal, refusal } from './refusal.ts';
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

type View = { readonly times: readonly number[]; readonly now: number; readonly isFixed: boolean };

const waitOf = ({ times, now, isFixed }: View, { limit, ms }: Window): number => {
  const from = isFixed ? Math.floor(now / ms) * ms : now - ms + 1;
  if (usedIn(times, from) < limit) return 0;
  if (isFixed) return from + ms - now;
  return (times.at(-limit) ?? now) + ms - now;
};

const createMeter = (isFixed: () => boolean): Meter => {
  const timesOf = new Map<string, number[]>();
  return {
    take: (key, now, windows) => {
      const times = timesOf.get(key) ?? [];
      const wait = Math.max(...windows.map((window) => waitOf({ times, now, isFixed: isFixed() }, window)));
      if (wait > 0) return wait;
      times.push(now);
      const horizon = now - Math.max(...windows.map(({ ms }) => ms));
      if (times.length > 128 && (times[64] ?? now) < horizon) times.splice(0, 64);
      timesOf.set(key, times);
      return 0;
    },
  };
};

export type Rates = {
  /** 50/s and 1000/min per app and API: 429 with 99991400. */
  readonly spendApi: (appId: string, api: string) => void;
  /** 5/s to one person, one group (shared by all bots) or of updates to one message: 230020. */
  readonly spendFive: (subject: string) => void;
};

/** open.feishu.cn/document/server-docs/api-call-guide/frequency-control; refused calls do not count. */
export const createRates = (now: () => number, switches: () => Switches): Rates => {
  const meter = createMeter(() => switches().rateWindow === 'fixed');
  return {
    spendApi: (appId, api) => {
      const { perSecond, perMinute } = switches();
      const waitMs = meter.take(`${appId} ${api}`, now(), [
        { limit: perSecond, ms: 1000 },
        { limit: perMinute, ms: 60_000 },
      ]);
      if (waitMs === 0) return;
      throw new Refusal(99991400, 'request trigger frequency limit', {
        status: 429,
        headers: {
          'x-ogw-ratelimit-limit': String(perMinute),
          'x-ogw-ratelimit-reset': String(Math.ceil(waitMs / 1000)),
        },
      });
    },
    spendFive: (subject) => {
      if (meter.take(subject, now(), [{ limit: 5, ms: 1000 }]) > 0) throw refusal(230020);
    },
  };
};
