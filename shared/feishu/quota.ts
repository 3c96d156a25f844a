import type { FeishuRequest } from './client.ts';
import type { Outcome } from './outcome.ts';

/**
 * What a free tenant's 10,000 calls a month leave out, by the first part of its path: authorisation, event subscription,
 * contact, CoreHR, hire, performance, access control, aPaaS, AI, Aily. Help centre of Feishu, 自建应用 API 调用量上限调整说明.
 */
const exempt: ReadonlySet<string> = new Set([
  'auth',
  'authen',
  'event',
  'contact',
  'corehr',
  'hire',
  'performance',
  'acs',
  'apaas',
  'optical_char_recognition',
  'speech_to_text',
  'translation',
  'document_ai',
  'aily',
]);

const isExempt = (path: string): boolean => exempt.has(path.replace('/open-apis/', '').split('/')[0] ?? '');

/** The month's calls are used up: open.feishu.cn/document/server-docs/api-call-guide/generic-error-code */
const QUOTA_USED_UP = 99991403;

export type QuotaNews = 'counted' | 'used_up';

/**
 * What a call tells about the month's quota. Failed calls don't count; one without an answer may have been carried out,
 * so it does.
 */
export const quotaNewsOf = ({ path }: FeishuRequest, outcome: Outcome<unknown>): QuotaNews | undefined => {
  if (isExempt(path)) return undefined;
  if (outcome.kind === 'refused') return outcome.code === QUOTA_USED_UP ? 'used_up' : undefined;
  const isFailure = outcome.kind === 'unknown' && outcome.reason.startsWith('http_');
  return isFailure ? undefined : 'counted';
};
