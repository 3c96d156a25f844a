import { endOfMonth, isEconomy, isReserved, mayUseReserve } from './budget-level.ts';
import type { Budget, Standing } from './call-budget.ts';
import type { Aside, Asked, Objection } from './objection.ts';

/** What is held for the budget is asked about this often, so that a raised quota frees it within the hour. */
const recheckMs = 60 * 60_000;

const heldUntil = ({ month }: Standing, now: Date, until = now.getTime() + recheckMs): Date =>
  new Date(Math.min(until, endOfMonth(month).getTime()));

const usedUpAside = (standing: Standing, now: Date): Aside => ({
  reason: 'quota_used_up',
  until: heldUntil(standing, now, Date.parse(standing.row.usedUpUntil ?? '')),
});

/**
 * From 95 % of the month's calls on only P0, P1, what must be confirmed, the morning card and answers leave; from 98 % no
 * answers, from 99 % only P0. The rest is held until the next month or a higher quota; a question of last week isn't. After
 * Feishu has refused (99991403) only a P0 asks again.
 */
export const budgetObjection =
  (budget: Pick<Budget, 'standing'>): Objection =>
  async (asked, now) => {
    const standing = await budget.standing(now);
    if (standing.level === 'usedUp') return asked.urgency === 'p0' ? undefined : usedUpAside(standing, now);
    if (!isReserved(standing.level) || mayUseReserve(asked, standing)) return undefined;
    const reason = 'budget_reserved';
    return asked.urgency === 'reply' ? { reason } : { reason, until: heldUntil(standing, now) };
  };

export type RefreshAsked = Pick<Asked, 'subject' | 'recipient' | 'sender' | 'urgency'> & {
  /** The last change that the card will see: done, confirmed, withdrawn. */
  readonly final: boolean;
};

/**
 * Whether a card that was sent may be PATCHed: from 85 % on only its final state, from 95 % on only of what may still be
 * sent. Without `until` the change waits for the next one.
 */
export const budgetRefreshObjection =
  (budget: Pick<Budget, 'standing'>) =>
  async (asked: RefreshAsked, now: Date): Promise<Aside | undefined> => {
    const standing = await budget.standing(now);
    if (!isEconomy(standing.level)) return undefined;
    if (asked.urgency === 'p0') return undefined;
    if (!asked.final) return { reason: 'budget_economy' };
    if (standing.level === 'usedUp') return usedUpAside(standing, now);
    if (!isReserved(standing.level) || mayUseReserve(asked, standing)) return undefined;
    return { reason: 'budget_reserved', until: heldUntil(standing, now) };
  };
