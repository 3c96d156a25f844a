import { UpstreamError } from '../errors.ts';
import { meaningOf } from './codes.ts';

/** How a call ended. `code` is Feishu's, or ours as text when no answer of Feishu's stands behind it. */
export type Refused = {
  readonly kind: 'refused';
  readonly code: number | string;
  /** Our stable word for the code, for logs and rows. */
  readonly reason: string;
  readonly message: string;
  /** The same call may work in a moment. */
  readonly retryable: boolean;
  /** It will never work for this message; when neither is true an administrator has to act. */
  readonly final: boolean;
  readonly retryAfterMs?: number;
  readonly logId?: string;
};
/** The request was written and no answer that we can read came back: it may have happened. */
export type Unknown = { readonly kind: 'unknown'; readonly reason: string; readonly logId?: string };
type Ok<T> = { readonly kind: 'ok'; readonly data: T; readonly logId?: string };
export type Outcome<T> = Ok<T> | Refused | Unknown;

export const refused = (
  code: number | string,
  message: string,
  more: { readonly retryAfterMs?: number; readonly logId?: string } = {},
): Refused => ({ kind: 'refused', code, message, ...meaningOf(code, message), ...more });

export const mapOk = <A, B>(outcome: Outcome<A>, change: (data: A) => B): Outcome<B> =>
  outcome.kind === 'ok' ? { ...outcome, data: change(outcome.data) } : outcome;

/** For callers whose only answer to a failure is to try the whole thing later. Throws `feishu_refused` or `feishu_unknown`. */
export const dataOf = <T>(outcome: Outcome<T>): T => {
  if (outcome.kind === 'ok') return outcome.data;
  const { reason, logId } = outcome;
  const details = { reason, logId, ...(outcome.kind === 'refused' && { code: outcome.code }) };
  throw new UpstreamError(`feishu_${outcome.kind}`, `Feishu: ${reason}`, { details });
};
