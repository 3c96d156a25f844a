import { Client, LoggerLevel, withTenantToken } from '@larksuiteoapi/node-sdk';
import * as z from 'zod/mini';
import { log } from '../log.ts';
import { TOKEN_EXPIRED } from './codes.ts';
import { type Body, httpInstance, readFailure, readReply, unreadable } from './http.ts';
import type { Outcome } from './outcome.ts';
import { tenantToken } from './tenant-token.ts';

export type FeishuOptions = {
  readonly appId: string;
  readonly appSecret: string;
  /** https://open.feishu.cn, or the simulator. */
  readonly domain: string;
  /** For one HTTP request; 10 s when absent. */
  readonly timeoutMs?: number;
  readonly now?: () => number;
  /** Told of every call with its outcome, for the month's budget; a token request is none. */
  readonly onCall?: (request: FeishuRequest, outcome: Outcome<unknown>) => void;
};

type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
export type FeishuRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the domain: /open-apis/im/v1/messages. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Sent as multipart/form-data instead of a body. */
  readonly form?: Readonly<Record<string, string | number | Buffer>>;
  readonly timeoutMs?: number;
  /** What it is for: under this the budget counts it. */
  readonly topic?: string;
};

export type FeishuClient = {
  readonly appId: string;
  /** One call with the app's token; `data` of the answer (a flat one whole) as `schema` says. Never throws. */
  readonly call: <T extends z.core.$ZodType>(
    request: FeishuRequest,
    schema: T,
  ) => Promise<Outcome<z.core.output<T>>>;
};

// The SDK logs requests as they are: the app's secret, tokens, message bodies. Only the fact gets through.
const quiet = (): void => undefined;
const redacted = (): void => {
  log.warn('feishu_sdk_complained');
};
const logger = { error: redacted, warn: redacted, info: quiet, debug: quiet, trace: quiet };

const TOKEN_PATH = '/open-apis/auth/v3/tenant_access_token/internal';

type Send = (request: FeishuRequest, token?: string) => Promise<Outcome<Body>>;

const sender = ({ appId, appSecret, domain, timeoutMs = 10_000 }: FeishuOptions): Send => {
  const sdk = new Client({
    appId,
    appSecret,
    domain,
    httpInstance: httpInstance(timeoutMs),
    // The SDK's token manager neither shares a token request nor renews a refused token; ours comes with each call.
    disableTokenCache: true,
    loggerLevel: LoggerLevel.error,
    logger,
  });
  return async ({ method, path, query, body, form, timeoutMs: ownTimeoutMs = timeoutMs }, token) => {
    const headers = form ? { 'Content-Type': 'multipart/form-data' } : {};
    try {
      const reply: unknown = await sdk.request<unknown>(
        { method, url: path, params: query, data: form ?? body, timeout: ownTimeoutMs, headers },
        token === undefined ? undefined : withTenantToken(token),
      );
      return readReply(reply);
    } catch (error) {
      return readFailure(error);
    }
  };
};

const logSetback = ({ method, path }: FeishuRequest, outcome: Outcome<unknown>): void => {
  if (outcome.kind === 'ok') return;
  // Ids in a path say who was written to; the API's name is enough here.
  const api = `${method} ${path.replaceAll(/\/o[a-z][_-][\w-]+/g, '/:id')}`;
  const { kind, reason, logId } = outcome;
  log.warn('feishu_call_failed', {
    api,
    kind,
    reason,
    logId,
    ...(kind === 'refused' && { code: outcome.code }),
  });
};

/** Feishu for one app. Decides by `code`, shares one token request, renews a refused token once, logs no content. */
export const feishuClient = (options: FeishuOptions): FeishuClient => {
  const { appId, appSecret, now = Date.now, onCall } = options;
  const send = sender(options);
  const token = tenantToken(
    () => send({ method: 'POST', path: TOKEN_PATH, body: { app_id: appId, app_secret: appSecret } }),
    now,
  );
  const withToken = async (request: FeishuRequest, mayRenew: boolean): Promise<Outcome<Body>> => {
    const held = await token.get();
    if (held.kind !== 'ok') return held;
    const outcome = await send(request, held.data);
    if (!mayRenew || outcome.kind !== 'refused' || outcome.code !== TOKEN_EXPIRED) return outcome;
    token.renounce(held.data);
    return withToken(request, false);
  };
  return {
    appId,
    call: async (request, schema) => {
      const outcome = await withToken(request, true);
      logSetback(request, outcome);
      onCall?.(request, outcome);
      if (outcome.kind !== 'ok') return outcome;
      const data = z.safeParse(schema, outcome.data['data'] ?? outcome.data);
      const { logId } = outcome;
      if (data.success) return { kind: 'ok', data: data.data, ...(logId !== undefined && { logId }) };
      log.warn('feishu_answer_unreadable', { api: request.path, logId });
      return unreadable(logId === undefined ? {} : { logId });
    },
  };
};

/** The same client; its calls are counted under `topic`. */
export const onTopic = (client: FeishuClient, topic: string): FeishuClient => ({
  appId: client.appId,
  call: (request, schema) => client.call({ ...request, topic }, schema),
});
