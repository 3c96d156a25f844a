import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Person } from '../company.ts';
import { type Ask, addGrant, BASE_SCOPES, grantOf, mintCode } from './oauth-book.ts';
import { consentPage, errorPage, signInPage } from './oauth-page.ts';
import { type AuthorizeRequest, readAuthorize, redirectTo } from './oauth-request.ts';
import { personOf, signIn } from './oauth-session.ts';
import { Refusal } from './refusal.ts';
import type { Tenant } from './tenant.ts';

const authorizePath = '/open-apis/authen/v1/authorize';
/** 授权码的有效期为 5 分钟: open.feishu.cn/document/common-capabilities/sso/api/obtain-oauth-code. */
const CODE_MS = 5 * 60_000;

/** The status of an error page is undocumented. */
const refuse = (c: Context, code: number, text: string): Response | Promise<Response> =>
  c.html(errorPage({ code, text }), code === 99991400 ? 429 : 400);

/** The web client opens pages in a frame; a browser says so: in the client there is nothing to confirm. */
const isInClient = (c: Context): boolean => c.req.header('sec-fetch-dest') === 'iframe';

const isRateOk = (tenant: Tenant, appId: string): boolean => {
  try {
    tenant.rates.spendApi(appId, `GET ${authorizePath}`);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
};

const allow = (tenant: Tenant, asked: Ask): string => {
  const { appId, unionId, redirectUri, challenge } = asked;
  addGrant(tenant.oauth, asked, tenant.clock.now());
  const code = mintCode();
  const expiresAt = tenant.clock.now() + CODE_MS;
  tenant.oauth.codes.set(code, { appId, unionId, redirectUri, challenge, expiresAt, isUsed: false });
  return redirectTo(asked, { code });
};

/**
 * Inside the client a page is asked for new scopes only, in a browser also the first time. That a browser isn't asked
 * again for what was allowed before (在无新增权限需求的情况下，无需重复授权) is how we read the page.
 */
const mustAsk = (tenant: Tenant, c: Context, asked: Ask): boolean => {
  const granted = grantOf(tenant.oauth, asked.appId, asked.unionId)?.scopes;
  if (!granted && !isInClient(c)) return true;
  return asked.scopes.some((scope) => !(granted ?? BASE_SCOPES).includes(scope));
};

const askPage = (tenant: Tenant, asked: Ask, context: Asking): ReturnType<typeof consentPage> => {
  const id = randomBytes(24).toString('base64url');
  tenant.oauth.asks.set(id, asked);
  return consentPage({
    app: context.request.app,
    person: context.person,
    company: tenant.company.name,
    scopes: [...new Set([...BASE_SCOPES, ...asked.scopes])],
    ask: id,
    switchTo: context.switchTo,
  });
};

type Asking = {
  readonly request: AuthorizeRequest;
  readonly person: Person;
  readonly switchTo: string;
};

const SWITCH = 'sim_switch';

/** Where the page is, without `SWITCH`. */
const backTo = (url: URL): string => {
  const query = new URLSearchParams(url.searchParams);
  query.delete(SWITCH);
  return `${authorizePath}?${query.toString()}`;
};

const authorize =
  (tenant: Tenant) =>
  (c: Context): Response | Promise<Response> => {
    const url = new URL(c.req.url);
    const request = readAuthorize(tenant.apps, url.searchParams);
    if ('code' in request) return refuse(c, request.code, request.text);
    const { app, mustAsk: isForced, ...rest } = request;
    if (!isRateOk(tenant, app.appId)) return refuse(c, 99991400, '请求过于频繁，请稍后再试');
    const person = personOf(tenant, c);
    if (!person || url.searchParams.has(SWITCH)) {
      const people = tenant.directory.people().filter(({ resigned }) => !resigned);
      return c.html(signInPage(app, people, backTo(url)));
    }
    const asked = { ...rest, appId: app.appId, unionId: person.unionId };
    if (!isForced && !mustAsk(tenant, c, asked)) return c.redirect(allow(tenant, asked));
    const switchTo = `${backTo(url)}&${SWITCH}=1`;
    return c.html(askPage(tenant, asked, { request, person, switchTo }));
  };

const signInSchema = z.object({ person: z.string(), back: z.string().startsWith(`${authorizePath}?`) });
const decisionSchema = z.object({ ask: z.string(), decision: z.enum(['allow', 'deny']) });

/** What a person sees of the login, and their answers. */
export const oauthPages = (tenant: Tenant): Hono => {
  const app = new Hono();
  app.use('*', async (c, next) => {
    await next();
    c.header('content-security-policy', "frame-ancestors 'self'");
    c.header('cache-control', 'no-store');
  });
  app.get(authorizePath, authorize(tenant));
  app.post('/sim/oauth/sign-in', async (c) => {
    const given = signInSchema.safeParse(await c.req.parseBody());
    if (!given.success || !signIn(tenant, c, given.data.person)) return refuse(c, 20008, '没有这个账号');
    return c.redirect(given.data.back, 303);
  });
  app.post('/sim/oauth/decide', async (c) => {
    const given = decisionSchema.safeParse(await c.req.parseBody());
    const asked = tenant.oauth.asks.get(given.data?.ask ?? '');
    // Whoever else reads the question can't answer it for the person who was asked.
    if (!given.success || !asked || personOf(tenant, c)?.unionId !== asked.unionId) {
      return refuse(c, 20001, '这次授权已失效，请回到应用重新登录');
    }
    tenant.oauth.asks.delete(given.data.ask);
    const isAllowed = given.data.decision === 'allow';
    return c.redirect(isAllowed ? allow(tenant, asked) : redirectTo(asked, { error: 'access_denied' }), 303);
  });
  return app;
};
