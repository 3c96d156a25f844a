import { Refusal } from './refusal.ts';

/** Calls of the whole tenant in the current month, Asia/Shanghai (UTC+8, no summer time). */
export type Quota = {
  /** Throws 99991403 when the month's calls are used up. */
  readonly check: (limit: number | null) => void;
  readonly count: () => void;
  readonly used: () => number;
};

const monthOf = (now: number): string => new Date(now + 8 * 3_600_000).toISOString().slice(0, 7);

/** 自建应用 API 调用量上限调整说明: 10,000 calls a month; auth, event subscription and contact are exempt. */
export const createQuota = (now: () => number): Quota => {
  let month = '';
  let used = 0;
  const roll = (): void => {
    const current = monthOf(now());
    if (current === month) return;
    month = current;
    used = 0;
  };
  return {
    check: (limit) => {
      roll();
      if (limit !== null && used >= limit) {
        throw new Refusal(99991403, "This month's API call quota has been exceeded", { status: 429 });
      }
    },
    count: () => {
      roll();
      used += 1;
    },
    used: () => {
      roll();
      return used;
    },
  };
};
