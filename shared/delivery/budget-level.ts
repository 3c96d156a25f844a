import * as z from 'zod';
import { budget } from '../../config/budget.ts';
import { atTime } from '../calendar/day.ts';
import type { Asked } from './objection.ts';

/**
 * `forecast`: the administrators know what the month will cost · `economy`: only final refreshes, no reading of who has
 * read · `reserved`: what can't wait and the morning card · `p0Only` · `usedUp`: Feishu refuses (99991403).
 */
export const budgetLevels = ['normal', 'forecast', 'economy', 'reserved', 'p0Only', 'usedUp'] as const;
export type BudgetLevel = (typeof budgetLevels)[number];

export const budgetSetting = 'budget';

export const monthText = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'is not a month YYYY-MM');
const quotaSchema = z.int().positive().nullable();

/** `null`: a paid plan without a limit. */
export const budgetValueSchema = z.object({
  monthlyCalls: quotaSchema,
  /** Single months that have another limit, as after buying more for one. */
  overrides: z.record(monthText, quotaSchema).default({}),
});
export type BudgetValue = z.output<typeof budgetValueSchema>;

export const defaultBudget: BudgetValue = { monthlyCalls: budget.monthlyCalls, overrides: {} };

/** Calls that this month may cost; `null` when nothing limits them. */
export const quotaOf = ({ monthlyCalls, overrides }: BudgetValue, month: string): number | null => {
  const own = overrides[month];
  return own === undefined ? monthlyCalls : own;
};

export const shareOf = (calls: number, quota: number | null): number => (quota === null ? 0 : calls / quota);

const steps = [
  ['p0Only', budget.p0From],
  ['reserved', budget.reservedFrom],
  ['economy', budget.economyFrom],
  ['forecast', budget.forecastFrom],
] as const;

export const levelOf = (share: number): BudgetLevel =>
  steps.find(([, from]) => share >= from)?.[0] ?? 'normal';

const isFrom = (level: BudgetLevel, from: BudgetLevel): boolean =>
  budgetLevels.indexOf(level) >= budgetLevels.indexOf(from);

export const isEconomy = (level: BudgetLevel): boolean => isFrom(level, 'economy');
export const isReserved = (level: BudgetLevel): boolean => isFrom(level, 'reserved');

const isMorningCard = (subject: string): boolean =>
  budget.morning.some((release) => subject.startsWith(`digest:${release}:`));

/** Whether the last calls of the month are kept for this. */
export const mayUseReserve = (
  { subject, urgency }: Pick<Asked, 'subject' | 'urgency'>,
  { level, share }: { readonly level: BudgetLevel; readonly share: number },
): boolean => {
  if (urgency === 'p0') return true;
  if (level !== 'reserved') return false;
  if (urgency === 'p1' || urgency === 'mustConfirm' || isMorningCard(subject)) return true;
  // Silence after a question looks like a fault, and questions are few.
  return urgency === 'reply' && share < budget.silentFrom;
};

/** The instant at which clocks in Asia/Shanghai show the first of the next month. */
export const endOfMonth = (month: string): Date => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
  return atTime(`${next}-01`, '00:00');
};
