import * as z from 'zod';
import { budget as shares } from '../../config/budget.ts';
import { releases } from '../../config/bundles.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { type Forecast, forecastOf } from '../../shared/delivery/budget-forecast.ts';
import {
  type BudgetLevel,
  type BudgetValue,
  budgetLevels,
  budgetSetting,
  budgetValueSchema,
  defaultBudget,
  endOfMonth,
  monthText,
} from '../../shared/delivery/budget-level.ts';
import { callBudget } from '../../shared/delivery/call-budget.ts';
import { ConflictError, InvalidInputError } from '../../shared/errors.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import type { BudgetRows } from '../../shared/store/budget.ts';
import type { Settings } from '../../shared/store/settings.ts';

export type BudgetDeps = { readonly rows: BudgetRows; readonly settings: Settings };

const percentOf = (share: number): number => Math.round(share * 1000) / 10;
const wordsOf = (share: number): string => `${percentOf(share)} %`;

/** What is switched off from each level on, and what brings it back. */
const switchedOff: Readonly<Partial<Record<BudgetLevel, string>>> = {
  economy: `from ${wordsOf(shares.economyFrom)}: refreshes that are not final, reading who has read`,
  reserved: `from ${wordsOf(shares.reservedFrom)}: everything but P0, P1, what must be confirmed, the morning card and (until ${wordsOf(shares.silentFrom)}) answers; it is held until next month or a higher quota`,
  p0Only: `from ${wordsOf(shares.p0From)}: everything but P0`,
  usedUp: 'Feishu refuses (99991403): everything is held; a P0 asks again at once, the rest every 15 minutes',
};

const offAt = (level: BudgetLevel): readonly string[] =>
  budgetLevels.flatMap((each, index) =>
    index <= budgetLevels.indexOf(level) ? (switchedOff[each] ?? []) : [],
  );

const sourcesOf = (topic: string): string => {
  const release = releases.find(({ id }) => id === topic);
  const sources = release?.digests.flatMap(({ trigger }) =>
    trigger.kind === 'ready' ? [trigger.source] : [],
  );
  return sources && sources.length > 0 ? [...new Set(sources)].sort().join('+') : topic;
};

/** Where the need for the calls came from: the systems that a digest reads, else the topic itself (a question, an alert). */
const bySource = (byTopic: Readonly<Record<string, number>>): Readonly<Record<string, number>> => {
  const sums: Record<string, number> = {};
  for (const [topic, calls] of Object.entries(byTopic)) {
    const source = sourcesOf(topic);
    sums[source] = (sums[source] ?? 0) + calls;
  }
  return sums;
};

const isDigest = (topic: string): boolean => releases.some(({ id }) => id === topic);

const digestsIn = ({ byTopic }: Forecast): Forecast['byTopic'] =>
  Object.fromEntries(Object.entries(byTopic).filter(([topic]) => isDigest(topic)));

const show = async ({ rows, settings }: BudgetDeps, now: Date): Promise<CommandReply> => {
  const { month, row, quota, share, level } = await callBudget({ rows, settings }).standing(now);
  const { calendar } = await loadCalendar(settings, now);
  const forecast = forecastOf({ month, row, quota, calendar, now });
  const { workdaysLeft, perWorkday, monthEnd, runsOutOn } = forecast;
  return {
    month,
    used: row.calls,
    monthlyCalls: quota,
    usedPercent: quota === null ? null : percentOf(share),
    level,
    switchedOff: offAt(level),
    forecast: { workdaysLeft, perWorkday, monthEnd, runsOutOn: runsOutOn ?? null },
    perDigest: digestsIn(forecast),
    perTopic: forecast.byTopic,
    perSource: bySource(row.byTopic),
    perAccount: row.bySender,
    perDay: row.byDay,
    refusedUntil: level === 'usedUp' ? row.usedUpUntil : null,
  };
};

/** A month that is over can't get another quota. */
const refusePast = (month: string | undefined, now: Date): void => {
  if (month !== undefined && endOfMonth(month) <= now)
    throw new InvalidInputError('month_over', `"month": ${month} is over`);
};

const changed = (
  before: BudgetValue,
  { monthlyCalls, month }: { readonly monthlyCalls: number | null; readonly month: string | undefined },
): BudgetValue =>
  month === undefined
    ? { ...before, monthlyCalls }
    : { ...before, overrides: { ...before.overrides, [month]: monthlyCalls } };

type Wanted = {
  readonly monthlyCalls: number | null;
  readonly month: string | undefined;
  readonly confirm: boolean;
  readonly changedBy: string;
};

const change = async ({ settings }: BudgetDeps, wanted: Wanted, now: Date): Promise<CommandReply> => {
  refusePast(wanted.month, now);
  const found = await settings.current(budgetSetting);
  const before = found ? budgetValueSchema.parse(found.value) : defaultBudget;
  const value = changed(before, wanted);
  if (!wanted.confirm) return { dryRun: true, before, after: value, hint: 'add "confirm": true to apply' };
  if (!(await settings.append(budgetSetting, { value, changedBy: wanted.changedBy, now })))
    throw new ConflictError('changed_meanwhile', 'somebody else changed this setting at the same moment');
  return { before, after: value, takesEffect: 'within 60 s; what is held leaves within the hour' };
};

/**
 * The month's calls: used, forecast, what each digest, source and account cost, what is switched off. With `monthlyCalls`
 * (`null`: a paid plan) it sets the quota, of one `month` when that is named.
 */
export const budget = (deps: BudgetDeps): Command =>
  command(
    z
      .strictObject({
        do: z.string(),
        monthlyCalls: z.int().positive().nullable().optional(),
        month: monthText.optional(),
        confirm: z.boolean().default(false),
        changedBy: z.string().min(1).default('ops'),
      })
      .refine(({ monthlyCalls, month }) => month === undefined || monthlyCalls !== undefined, {
        message: 'belongs to "monthlyCalls"',
        path: ['month'],
      }),
    ({ monthlyCalls, month, confirm, changedBy }, now) =>
      monthlyCalls === undefined
        ? show(deps, now)
        : change(deps, { monthlyCalls, month, confirm, changedBy }, now),
  );
