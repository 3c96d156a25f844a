import type { HttpInstance } from '@larksuiteoapi/node-sdk';
import axios, { type AxiosRequestConfig, type AxiosResponse } from 'axios';
import * as z from 'zod/mini';
import { type Outcome, refused, type Unknown } from './outcome.ts';

type ReplyFacts = {
  readonly status: number;
  readonly more: { readonly logId?: string; readonly retryAfterMs?: number };
};

/** `x-ogw-ratelimit-reset`: seconds to wait (open.feishu.cn/document/server-docs/api-call-guide/frequency-control). */
const factsOf = ({ status, headers }: AxiosResponse<unknown>): ReplyFacts => {
  const logId: unknown = headers['x-tt-logid'];
  const seconds = Number(headers['x-ogw-ratelimit-reset']);
  return {
    status,
    more: {
      ...(typeof logId === 'string' && { logId }),
      ...(seconds > 0 && { retryAfterMs: seconds * 1000 }),
    },
  };
};

const toBody = (response: AxiosResponse<unknown>): object => {
  const { data } = response;
  return { ...(typeof data === 'object' ? data : {}), $http: factsOf(response) };
};

/**
 * What the SDK sends through: it wants bodies, so this answers bodies, with what the SDK would lose (status, log id,
 * seconds to wait) under `$http`. Every status is an answer, what it means is said by the code; no redirects.
 */
export const httpInstance = (timeoutMs: number): HttpInstance => {
  const instance = axios.create({
    timeout: timeoutMs,
    validateStatus: () => true,
    maxRedirects: 0,
    // user_ids=a&user_ids=b, without brackets.
    paramsSerializer: { indexes: null },
  });
  // The SDK lets each caller name the type of the answer; ours reads every answer as unknown.
  function answer<R>(config: AxiosRequestConfig): Promise<R>;
  async function answer(config: AxiosRequestConfig): Promise<unknown> {
    return toBody(await instance.request<unknown>(config));
  }
  return {
    request: (options) => answer(options),
    get: (url, options) => answer({ ...options, method: 'GET', url }),
    delete: (url, options) => answer({ ...options, method: 'DELETE', url }),
    head: (url, options) => answer({ ...options, method: 'HEAD', url }),
    options: (url, options) => answer({ ...options, method: 'OPTIONS', url }),
    post: (url, data, options) => answer({ ...options, method: 'POST', url, data }),
    put: (url, data, options) => answer({ ...options, method: 'PUT', url, data }),
    patch: (url, data, options) => answer({ ...options, method: 'PATCH', url, data }),
  };
};

const replySchema = z.looseObject({
  code: z.optional(z.number()),
  msg: z.optional(z.string()),
  $http: z.object({
    status: z.number(),
    more: z.object({ logId: z.exactOptional(z.string()), retryAfterMs: z.exactOptional(z.number()) }),
  }),
});

/** The body of an answer whose code is 0: `data` in most APIs, the top level for tokens. */
export type Body = z.infer<typeof replySchema>;

export const unreadable = (more: { readonly logId?: string } = {}): Unknown => ({
  kind: 'unknown',
  reason: 'unreadable_reply',
  ...more,
});

/**
 * An answer without a Feishu code: a 5xx comes from something in between, and whether Feishu ever got or did the request
 * is not said; a 2xx that can't be read has happened.
 */
const withoutCode = ({ status, more }: ReplyFacts): Outcome<never> => {
  const logId = more.logId === undefined ? {} : { logId: more.logId };
  if (status >= 500) return { kind: 'unknown', reason: `http_${status}`, ...logId };
  return status >= 300 ? refused(`http_${status}`, 'no code', more) : unreadable(logId);
};

/** What the instance answered → outcome. */
export const readReply = (raw: unknown): Outcome<Body> => {
  const reply = z.safeParse(replySchema, raw);
  if (!reply.success) return unreadable();
  const { code, msg = '', $http } = reply.data;
  if (code === undefined) return withoutCode($http);
  if (code !== 0) return refused(code, msg, $http.more);
  const { logId } = $http.more;
  return { kind: 'ok', data: reply.data, ...(logId !== undefined && { logId }) };
};

const failureSchema = z.looseObject({
  code: z.catch(z.string(), ''),
  cause: z.optional(z.unknown()),
  syscall: z.optional(z.unknown()),
  errors: z.optional(z.unknown()),
});

// TLS has to be agreed on before a request is written.
const NOT_WRITTEN =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/;
const TIMEOUT = /^(ECONNABORTED|ETIMEDOUT)$/;

const neverLeft = (error: unknown): boolean => {
  const failure = z.safeParse(failureSchema, error);
  if (!failure.success) return false;
  const { code, syscall, cause } = failure.data;
  return NOT_WRITTEN.test(code) || syscall === 'connect' || syscall === 'getaddrinfo' || neverLeft(cause);
};

/** What the instance threw → outcome: `refused` only when no byte of the request can have left. */
export const readFailure = (error: unknown): Outcome<never> => {
  if (neverLeft(error)) return refused('no_connection', 'Feishu is out of reach');
  const failure = z.safeParse(failureSchema, error);
  const timedOut = failure.success && TIMEOUT.test(failure.data.code);
  return { kind: 'unknown', reason: timedOut ? 'timeout' : 'no_reply' };
};
