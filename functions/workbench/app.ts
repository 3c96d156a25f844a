import type { KeyObject } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { ReadingDeps } from '../../shared/broadcasts/reading-list.ts';
import { AppError } from '../../shared/errors.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import { readForm } from './forms.ts';
import { securityHeaders, showNotice } from './layout.ts';
import { downloadMyData, showMyData } from './my-data-page.ts';
import { confirmPost, openArticle, showPost } from './posts.ts';
import { showHome, showPast } from './reading-pages.ts';
import { downloadEvidence, downloadNames, showReport, showReports, takeReportStep } from './reports.ts';
import { endSession, findViewer, type Viewer } from './session.ts';
import { getLogin, postLogin, type SignInDeps } from './sign-in.ts';

export type WorkbenchDeps = SignInDeps &
  ReadingDeps & {
    readonly broadcasts: Broadcasts;
    readonly deliveries: Deliveries;
    readonly contents: Contents;
    /** Of 凭证; the first signs. */
    readonly evidenceKeys: readonly KeyObject[];
  };

export type Pages = { readonly fetch: (request: Request) => Response | Promise<Response> };

type Shown = (c: Context, deps: WorkbenchDeps, viewer: Viewer) => Promise<Response>;

/** Of a form, whose text is lost by signing in; a page is simply asked for again. */
const signInFirst = (c: Context, { frame }: WorkbenchDeps): Response | Promise<Response> => {
  const { pathname, search } = new URL(c.req.url);
  if (c.req.method === 'GET')
    return c.redirect(
      `/workbench/login?${new URLSearchParams({ next: `${pathname}${search}` }).toString()}`,
      302,
    );
  return showNotice(c, frame, {
    title: '登录已过期',
    status: 401,
    words: '刚才的操作没有生效。请重新登录后再试。',
    link: { text: '重新登录', href: '/workbench/login' },
  });
};

const signedIn =
  (deps: WorkbenchDeps, show: Shown) =>
  async (c: Context): Promise<Response> => {
    const viewer = await findViewer(c, deps);
    return viewer ? show(c, deps, viewer) : signInFirst(c, deps);
  };

const signOut: Shown = async (c, deps, viewer) => {
  await readForm(c, viewer, deps);
  endSession(c, deps);
  return showNotice(c, deps.frame, {
    title: '已退出',
    words: '你已退出直达工作台。',
    link: { text: '重新登录', href: '/workbench/login' },
  });
};

const titles: Readonly<Record<number, string>> = {
  400: '操作没有生效',
  403: '没有权限',
  404: '没有找到',
  409: '操作没有生效',
};

const isShown = (status: number): status is 400 | 403 | 404 | 409 => status in titles;

const showFailure = (error: Error, c: Context, { frame }: WorkbenchDeps): Response | Promise<Response> => {
  const back = { text: '回到待读', href: '/workbench' };
  if (error instanceof AppError && isShown(error.status)) {
    log.warn('page_refused', errorFields(error));
    const { status, message } = error;
    return showNotice(c, frame, { title: titles[status] ?? '', status, words: message, link: back });
  }
  log.error('page_failed', errorFields(error));
  return showNotice(c, frame, { title: '暂时打不开', status: 500, words: '请稍后再试。', link: back });
};

/** The pages that people see, signed in, inside Feishu's Workbench and from cards. */
export const workbenchApp = (deps: WorkbenchDeps): Pages => {
  const app = new Hono().basePath('/workbench');
  app.use(async (c, next) => {
    securityHeaders(c);
    await next();
  });
  app.get('/login', (c) => getLogin(c, deps));
  app.post('/login', (c) => postLogin(c, deps));
  app.post('/logout', signedIn(deps, signOut));
  app.get('/', signedIn(deps, showHome));
  app.get('/past', signedIn(deps, showPast));
  app.get('/posts/:post', signedIn(deps, showPost));
  app.get('/posts/:post/article', signedIn(deps, openArticle));
  app.post('/posts/:post/confirm', signedIn(deps, confirmPost));
  app.get('/me', signedIn(deps, showMyData));
  app.get('/me.json', signedIn(deps, downloadMyData));
  app.get('/reports', signedIn(deps, showReports));
  app.get('/reports/:post', signedIn(deps, showReport));
  app.get('/reports/:post/names.csv', signedIn(deps, downloadNames));
  app.get('/reports/:post/evidence', signedIn(deps, downloadEvidence));
  app.post('/reports/:post/steps', signedIn(deps, takeReportStep));
  app.onError((error, c) => showFailure(error, c, deps));
  app.notFound((c) =>
    showNotice(c, deps.frame, {
      title: '没有找到',
      status: 404,
      words: '这个页面不存在。',
      link: { text: '回到待读', href: '/workbench' },
    }),
  );
  return { fetch: (request) => app.fetch(request) };
};
