import { z } from 'zod';
import type { Tenant } from './tenant.ts';

const credentialsSchema = z.object({ app_id: z.string(), app_secret: z.string() });

export type TokenReply = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

const parseText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal: the answer
 * is flat, without `data`, and errors come with HTTP 200 (the codes of a wrong secret are not in the documents).
 */
export const issueToken = (tenant: Tenant, text: string): TokenReply => {
  const credentials = credentialsSchema.safeParse(parseText(text));
  if (!credentials.success) return { status: 200, body: { code: 10003, msg: 'invalid param' } };
  const app = tenant.apps.get(credentials.data.app_id);
  if (!app) return { status: 200, body: { code: 10003, msg: 'invalid app_id' } };
  if (app.appSecret !== credentials.data.app_secret)
    return { status: 200, body: { code: 10014, msg: 'app secret invalid' } };
  const { value, expire } = tenant.tokens.issue(app);
  return {
    status: 200,
    body: { code: 0, msg: 'ok', tenant_access_token: value, app_access_token: value, expire },
  };
};
