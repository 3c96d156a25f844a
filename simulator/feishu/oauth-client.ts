import { Hono } from 'hono';
import { z } from 'zod';
import type { AppRegistration } from './apps.ts';
import { NoSuchThing } from './no-such-thing.ts';
import { addGrant, BASE_SCOPES, grantOf, mintCode } from './oauth-book.ts';
import { scopeName } from './oauth-page.ts';
import { isRegistered, type Refused, scopeRefusal } from './oauth-request.ts';
import { personOf, signIn, signOut } from './oauth-session.ts';
import type { Tenant } from './tenant.ts';

/**
 * 有效期 3 分钟，只能使用一次: open.feishu.cn/document/uYjL24iN/uUzMuUzMuUzM/requestaccess; 5 minutes for the old call:
 * open.feishu.cn/document/uYjL24iN/uUzMuUzMuUzM/20220308.
 */
const LIFETIME_MS = { requestAccess: 3 * 60_000, requestAuthCode: 5 * 60_000 } as const;

const codeSchema = z.strictObject({
  api: z.enum(['requestAccess', 'requestAuthCode']),
  /** The address of the page that asks. */
  page: z.string(),
  scopes: z._default(z.array(z.string()), []),
  /** The person has said yes to what was new. */
  agreed: z._default(z.boolean(), false),
});

/**
 * 请确保调用端内网页应用授权接口的页面地址已添加在重定向 URL 的列表中:
 * open.feishu.cn/document/uYjL24iN/uMTMuMTMuMTM/development-guide/webapp-incremental-authorization-access-guide.
 */
const refusalOf = (app: AppRegistration, page: string, scopes: readonly string[]): Refused | undefined =>
  isRegistered(app, page)
    ? scopeRefusal(app, scopes)
    : { code: 20029, text: 'redirect_uri 请求不合法：页面地址不在重定向 URL 列表中' };

/** `{code}`, or `{ask}` with the names of the scopes that the person must allow first, or `{refused}`. */
const codeInClient = (
  tenant: Tenant,
  who: { readonly unionId: string; readonly app: AppRegistration },
  { api, page, scopes, agreed }: z.infer<typeof codeSchema>,
): object => {
  const refused = refusalOf(who.app, page, scopes);
  if (refused) return { refused };
  const holder = { appId: who.app.appId, unionId: who.unionId };
  const granted = grantOf(tenant.oauth, holder.appId, holder.unionId)?.scopes ?? BASE_SCOPES;
  const ask = scopes.filter((scope) => !granted.includes(scope));
  if (ask.length > 0 && !agreed) return { ask: ask.map(scopeName) };
  const now = tenant.clock.now();
  addGrant(tenant.oauth, { ...holder, scopes }, now);
  const code = mintCode();
  tenant.oauth.codes.set(code, { ...holder, expiresAt: now + LIFETIME_MS[api], isUsed: false });
  return { code };
};

const session = (tenant: Tenant): Hono => {
  const app = new Hono();
  app.get('/session', (c) => c.json({ unionId: personOf(tenant, c)?.unionId ?? null }));
  app.post('/session', async (c) => {
    const { unionId } = z.object({ unionId: z.string() }).parse(await c.req.json());
    if (!signIn(tenant, c, unionId)) throw new NoSuchThing('no such person');
    return c.json({ unionId });
  });
  app.delete('/session', (c) => {
    signOut(tenant, c);
    return c.json({ unionId: null });
  });
  return app;
};

/** An app as the Workbench shows it, to everybody but those outside its range (可用范围). */
export const appScreen = (tenant: Tenant, app: AppRegistration): object => ({
  appId: app.appId,
  name: app.name,
  avatar: app.avatar,
  homepageUrl: app.homepageUrl,
  hiddenFrom: tenant.directory
    .people()
    .filter((person) => !tenant.directory.isAvailable(app, person))
    .map(({ unionId }) => unionId),
});

/** What the client does for the pages that it shows. */
export const oauthControl = (tenant: Tenant): Hono => {
  const app = new Hono();
  app.route('/', session(tenant));
  app.post('/people/:unionId/apps/:appId/code', async (c) => {
    const { unionId, appId } = c.req.param();
    const registration = tenant.apps.get(appId);
    if (!registration || !tenant.directory.byUnion(unionId)) throw new NoSuchThing('no such person or app');
    return c.json(codeInClient(tenant, { unionId, app: registration }, codeSchema.parse(await c.req.json())));
  });
  return app;
};
