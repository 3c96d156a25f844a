import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { AppError } from '../../shared/errors.ts';
import { again, type BroadcastDeps, type Next, rest, type Turn } from './turn.ts';

export type Problem = { readonly code: string; readonly message: string };

/** Back in its editor's hands, with what has to be mended. Nothing has been sent: everything is checked before that. */
export const backToDraft = async (
  { broadcasts }: BroadcastDeps,
  { broadcast, now }: Turn,
  {
    code,
    message,
    ...changed
  }: Problem & Partial<Pick<Broadcast, 'page' | 'title' | 'summary' | 'offered' | 'publishing'>>,
): Promise<Next> => {
  const problem = { code, message, at: now.toISOString() };
  const nothing = { submitted: undefined, approved: undefined, scheduledAt: undefined };
  const draft: Broadcast = { ...broadcast, ...nothing, ...changed, state: 'draft', problem };
  await broadcasts.change(broadcast, draft, { step: 'returned', reason: message, now, wakes: true });
  return again;
};

/** What never works as it is, in words for whoever can mend it; `undefined`: it may work in a minute. */
export const problemOf = (error: unknown): Problem | undefined =>
  error instanceof AppError && error.status < 500 ? { code: error.code, message: error.message } : undefined;

const retryMs = 60_000;

/** Feishu is slow or away: looked at again in a minute. */
export const retrySoon = (now: Date): Next => rest(new Date(now.getTime() + retryMs));
