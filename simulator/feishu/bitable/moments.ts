const DAY_MS = 86_400_000;
/** 文档时区: Asia/Shanghai, UTC+8, no summer time. */
const ZONE_MS = 8 * 3_600_000;

const midnight = (at: number): number => Math.floor((at + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS;

type Span = { readonly from: number; readonly until: number };

const spanOf = (from: number, days: number): Span => ({ from, until: from + days * DAY_MS });

const weekStart = (now: number): number => {
  const today = midnight(now);
  const weekday = new Date(today + ZONE_MS).getUTCDay();
  return today - ((weekday + 6) % 7) * DAY_MS;
};

const monthSpan = (now: number, offset: number): Span => {
  const local = new Date(now + ZONE_MS);
  const start = (months: number): number =>
    Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months, 1) - ZONE_MS;
  return { from: start(offset), until: start(offset + 1) };
};

const NAMED: Readonly<Record<string, (now: number) => Span>> = {
  Today: (now) => spanOf(midnight(now), 1),
  Tomorrow: (now) => spanOf(midnight(now) + DAY_MS, 1),
  Yesterday: (now) => spanOf(midnight(now) - DAY_MS, 1),
  CurrentWeek: (now) => spanOf(weekStart(now), 7),
  LastWeek: (now) => spanOf(weekStart(now) - 7 * DAY_MS, 7),
  CurrentMonth: (now) => monthSpan(now, 0),
  LastMonth: (now) => monthSpan(now, -1),
  TheLastWeek: (now) => spanOf(midnight(now) - 6 * DAY_MS, 7),
  TheNextWeek: (now) => spanOf(midnight(now), 7),
  TheLastMonth: (now) => spanOf(midnight(now) - 29 * DAY_MS, 30),
  TheNextMonth: (now) => spanOf(midnight(now), 30),
};

/** These three may stand with isGreater and isLess too; the spans only with is. */
export const ONE_DAY: readonly string[] = ['ExactDate', 'Today', 'Tomorrow', 'Yesterday'];

/**
 * 日期字段填写说明 of open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/bitable-v1/app-table-record/record-filter-guide:
 * an exact date is turned into its day's midnight. Undefined for a value that the page doesn't have.
 */
export const spanNamed = ([name = '', exact = '']: readonly string[], now: number): Span | undefined => {
  if (name !== 'ExactDate') return NAMED[name]?.(now);
  const at = Number(exact);
  return exact !== '' && Number.isFinite(at) ? spanOf(midnight(at), 1) : undefined;
};
