import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Viewer } from './session.ts';
import { style } from './style.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Where pages may be shown and what they may load, besides themselves. */
export type Frame = {
  /** Feishu's script for pages inside its client. */
  readonly h5Sdk: URL;
  /** Of `frame-ancestors`. */
  readonly ancestors: readonly string[];
};

export type Place = '待读' | '往期' | '报告' | '我的数据';

type Page = {
  readonly title: string;
  readonly body: Html;
  /** Where it stands in the navigation. */
  readonly place?: Place;
  /** Who looks; absent: nobody is signed in, and there is no navigation. */
  readonly viewer?: Viewer;
  readonly status?: 200 | 400 | 401 | 403 | 404 | 409 | 429 | 500 | 502;
  /** Runs after Feishu's script has. */
  readonly script?: string;
};

/**
 * Feishu's script talks to its client by the bridge that the client puts into the page; that it needs no connection of its
 * own is an assumption, and a page works without it.
 */
const policyOf = ({ h5Sdk, ancestors }: Frame, nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${h5Sdk.origin}`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${ancestors.length > 0 ? ancestors.join(' ') : "'none'"}`,
  ].join('; ');

/** Of everything that is answered: what people read here is theirs and is kept by no cache. */
export const securityHeaders = (c: Context): void => {
  c.header('cache-control', 'no-store');
  c.header('x-content-type-options', 'nosniff');
  // `no-referrer` would make a browser send forms as from nowhere.
  c.header('referrer-policy', 'same-origin');
  c.header('strict-transport-security', 'max-age=31536000');
  c.header('cross-origin-resource-policy', 'same-origin');
  c.header('permissions-policy', 'camera=(), geolocation=(), microphone=()');
};

const places: readonly (readonly [Place, string])[] = [
  ['待读', '/workbench'],
  ['往期', '/workbench/past'],
  ['报告', '/workbench/reports'],
  ['我的数据', '/workbench/me'],
];

const navigation = ({ place, viewer }: Page): Html | '' => {
  if (!viewer) return '';
  const shown = places.filter(([label]) => label !== '报告' || viewer.mayReport.length > 0);
  return html`<header><nav aria-label="直达工作台"><ul>${shown.map(
    ([label, href]) =>
      html`<li><a href="${href}"${place === label ? raw(' aria-current="page"') : ''}>${label}</a></li>`,
  )}</ul></nav><p class="who">${viewer.person.name}</p></header>`;
};

const scripts = (script: string | undefined, { h5Sdk }: Frame, nonce: string): Html | '' =>
  script === undefined
    ? ''
    : html`<script nonce="${nonce}" src="${h5Sdk.href}"></script><script nonce="${nonce}">${raw(script)}</script>`;

export const showPage = (c: Context, frame: Frame, page: Page): Response | Promise<Response> => {
  const nonce = randomBytes(16).toString('base64');
  c.header('content-security-policy', policyOf(frame, nonce));
  return c.html(
    html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · 直达</title>
<style nonce="${nonce}">${raw(style)}</style>
</head>
<body>
<a class="skip" href="#main">跳到正文</a>
${navigation(page)}
<main id="main" tabindex="-1">
${page.body}
</main>
${scripts(page.script, frame, nonce)}
</body>
</html>`,
    page.status ?? 200,
  );
};

/** A page that says one thing, and what can be done about it. */
export const showNotice = (
  c: Context,
  frame: Frame,
  {
    title,
    words,
    link,
    ...rest
  }: Omit<Page, 'body'> & {
    readonly words: string;
    readonly link?: { readonly text: string; readonly href: string };
  },
): Response | Promise<Response> =>
  showPage(c, frame, {
    title,
    ...rest,
    body: html`<h1>${title}</h1><p>${words}</p>${
      link ? html`<p><a class="button" href="${link.href}">${link.text}</a></p>` : ''
    }`,
  });
