import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import type { NotSignedIn, OAuth } from '../../shared/feishu/oauth.ts';
import { log } from '../../shared/log.ts';
import type { UseOnce } from '../../shared/store/used-once.ts';
import { comesFromElsewhere, type Fields, readFields } from './forms.ts';
import { type Frame, showNotice, showPage } from './layout.ts';
import { loginScript } from './scripts.ts';
import { isSecure, type SessionDeps, startSession } from './session.ts';

export type SignInDeps = SessionDeps & {
  readonly frame: Frame;
  readonly oauth: OAuth;
  readonly appId: string;
  readonly useOnce: UseOnce;
};

type Answer = Response | Promise<Response>;

/** Binds a sign-in to the browser that began it; one for all of its windows. */
const browserCookie = 'zhida_login';
/** Longer than any code of Feishu's lives. */
const minutes = 10;

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('.')).digest('base64url');
const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** RFC 7636: 43 characters that only this browser and we can make. */
const verifierOf = (browser: string, nonce: string): string => digest('pkce', browser, nonce);

/** Never anywhere but one of our own pages, and not in a circle. */
export const safeNext = (next: string, home: URL): string => {
  const url = URL.parse(next, home.href);
  const isOurs =
    url?.origin === home.origin &&
    /^\/workbench(?:\/(?!login)|$)/u.test(url.pathname) &&
    !next.includes('\\');
  return isOurs ? `${url.pathname}${url.search}` : '/workbench';
};

const loginUrl = (home: URL): string => `${home.href}/login`;
const again = { text: '重新登录', href: '/workbench/login' } as const;

const browserOf = (c: Context, { home }: SignInDeps): string => {
  const known = getCookie(c, browserCookie) ?? '';
  const browser = /^[\w-]{43}$/u.test(known) ? known : randomBytes(32).toString('base64url');
  setCookie(c, browserCookie, browser, {
    path: '/workbench/login',
    httpOnly: true,
    secure: isSecure(home),
    sameSite: 'Lax',
    maxAge: minutes * 60,
  });
  return browser;
};

/** Begins a sign-in: inside the client by its script, elsewhere on Feishu's own page. */
const askWho = (c: Context, deps: SignInDeps): Answer => {
  const browser = browserOf(c, deps);
  const nonce = randomBytes(16).toString('base64url');
  const next = safeNext(c.req.query('next') ?? '', deps.home);
  const until = new Date(deps.now().getTime() + minutes * 60_000);
  const state = deps.signer.sign('login', { nonce, next, browser: digest(browser) }, until);
  const challenge = digest(verifierOf(browser, nonce));
  const url = deps.oauth.authorizeUrl({ redirectUri: loginUrl(deps.home), state, challenge });
  return showPage(c, deps.frame, {
    title: '登录',
    script: loginScript,
    body: html`<h1>登录直达工作台</h1>
<p id="said" role="status">正在用你的飞书账号登录…</p>
<p><a class="button primary" id="go" href="${url}">用飞书账号登录</a></p>
<form method="post" action="/workbench/login" data-app="${deps.appId}" hidden>
<input type="hidden" name="code"><input type="hidden" name="state" value="${state}">
</form>`,
  });
};

const refusals: Readonly<Record<NotSignedIn, { status: 400 | 403 | 502; words: string }>> = {
  code: { status: 400, words: '这次登录的授权码已失效或用过，请重新登录。' },
  person: { status: 403, words: '你的账号不能使用「直达」，请联系管理员把你加入应用的可用范围。' },
  app: { status: 502, words: '飞书拒绝了「直达」的登录请求，请联系管理员检查应用的密钥与重定向 URL。' },
  unreachable: { status: 502, words: '暂时连不上飞书，请稍后再试。' },
};

type Begun = { readonly nonce: string; readonly next: string; readonly verifier: string };

/** `undefined`: not begun in this browser, too long ago, or altered. */
const readState = (c: Context, deps: SignInDeps, text: string): Begun | undefined => {
  const browser = getCookie(c, browserCookie) ?? '';
  const { nonce = '', next = '', browser: bound = '' } = deps.signer.open('login', text, deps.now()) ?? {};
  if (nonce === '' || !isSame(digest(browser), bound)) return undefined;
  return { nonce, next, verifier: verifierOf(browser, nonce) };
};

const notBegun = (c: Context, { frame }: SignInDeps): Answer =>
  showNotice(c, frame, {
    title: '登录没有完成',
    status: 400,
    words: '这次登录不是在这个浏览器里发起的，或者已经过期、用过。请重新登录。',
    link: again,
  });

const notHere = (c: Context, { frame }: SignInDeps): Answer =>
  showNotice(c, frame, {
    title: '没有找到你',
    status: 403,
    words: '「直达」的通讯录里没有你的账号。如果你刚入职，请明天再试；否则请联系管理员。',
    link: again,
  });

type Given = { readonly code: string; readonly state: string; readonly isInClient: boolean };

const letIn = async (c: Context, deps: SignInDeps, { code, state, isInClient }: Given): Promise<Response> => {
  const begun = readState(c, deps, state);
  const until = new Date(deps.now().getTime() + minutes * 60_000);
  if (!begun || !(await deps.useOnce('login', begun.nonce, until))) return notBegun(c, deps);
  const byRedirect = { redirectUri: loginUrl(deps.home), verifier: begun.verifier };
  const who = await deps.oauth.signIn({ code, ...(!isInClient && byRedirect) });
  if (who.kind === 'refused') {
    log.warn('sign_in_refused', { because: who.because, code: who.code, isInClient });
    return showNotice(c, deps.frame, { title: '登录没有成功', ...refusals[who.because], link: again });
  }
  const person = await deps.people.find(who.person);
  log.info('signed_in', { isInClient, isHere: person?.directory === 'here' });
  if (person?.directory !== 'here') return notHere(c, deps);
  startSession(c, deps, who.person);
  return c.redirect(begun.next, 303);
};

const maxCodeLength = 512;
const isCode = (code: string): boolean => code !== '' && code.length <= maxCodeLength;

/** Without a code it begins; with one it ends. `error`: the person said no. */
export const getLogin = async (c: Context, deps: SignInDeps): Promise<Response> => {
  const { code = '', state = '', error } = c.req.query();
  if (error !== undefined)
    return showNotice(c, deps.frame, {
      title: '你没有同意登录',
      words: '不登录就看不到待读和待确认的内容。登录只用来确认你是谁。',
      link: again,
    });
  return isCode(code) ? letIn(c, deps, { code, state, isInClient: false }) : askWho(c, deps);
};

/** A code that the page got inside the client. */
export const postLogin = async (c: Context, deps: SignInDeps): Promise<Response> => {
  const { code = '', state = '' }: Fields = await readFields(c);
  if (!isCode(code) || comesFromElsewhere(c, deps.home)) return notBegun(c, deps);
  return letIn(c, deps, { code, state, isInClient: true });
};
