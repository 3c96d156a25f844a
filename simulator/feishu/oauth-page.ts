import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Person } from '../company.ts';
import type { AppRegistration } from './apps.ts';
import type { Refused } from './oauth-request.ts';

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLE = `
  :root { color-scheme: light; }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 16px; background: #f5f6f8;
    color: #1f2329; font: 15px/1.6 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }
  main { width: min(440px, 100%); padding: 28px 28px 24px; border-radius: 12px; background: #fff;
    box-shadow: 0 6px 24px rgb(31 35 41 / 10%); }
  h1 { margin: 12px 0 4px; font-size: 20px; line-height: 1.4; }
  p { margin: 4px 0; }
  .muted { color: #646a73; font-size: 13px; }
  .app { display: grid; place-items: center; width: 52px; height: 52px; border-radius: 12px; color: #fff;
    background: #245bdb; font-size: 22px; font-weight: 600; }
  .who { display: flex; align-items: center; justify-content: space-between; gap: 12px; margin: 18px 0;
    padding: 10px 14px; border-radius: 8px; background: #f5f6f8; }
  ul { margin: 8px 0 20px; padding-left: 20px; overflow-wrap: anywhere; }
  form { display: flex; flex-direction: column; gap: 10px; }
  .choice { flex-direction: row-reverse; }
  button, select { min-height: 44px; padding: 0 14px; border: 1px solid #d0d3d6; border-radius: 8px; background: #fff;
    color: inherit; font: inherit; }
  .choice button { flex: 1; }
  .primary { border-color: #245bdb; background: #245bdb; color: #fff; }
  a { color: #1f54d6; }
  :focus-visible { outline: 2px solid #1f54d6; outline-offset: 2px; }
`;

const page = (title: string, body: Html): Html =>
  html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/assets/font/400.css">
<link rel="stylesheet" href="/assets/font/600.css">
<style>${raw(STYLE)}</style>
</head>
<body><main>${body}</main></body>
</html>`;

const mark = ({ name }: AppRegistration): Html =>
  html`<div class="app" aria-hidden="true">${name.slice(0, 1)}</div>`;

/** The words are ours: the documents show these pages as pictures only. */
export const errorPage = ({ code, text }: Refused): Html =>
  page('授权失败', html`<h1>授权失败</h1><p>${text}</p><p class="muted">错误码：${code}</p>`);

/** In place of 扫码登录: a simulator's people have no phone. `back` is the address of the authorization page. */
export const signInPage = (app: AppRegistration, people: readonly Person[], back: string): Html =>
  page(
    '登录飞书',
    html`${mark(app)}<h1>登录飞书，继续使用「${app.name}」</h1>
<p class="muted">模拟器里没有手机可扫码，直接选一个人</p>
<form method="post" action="/sim/oauth/sign-in" style="margin-top:18px">
<input type="hidden" name="back" value="${back}">
<label for="person">账号</label>
<select id="person" name="person" required>
${people.map(({ unionId, name, jobTitle }) => html`<option value="${unionId}">${name} · ${jobTitle}</option>`)}
</select>
<button class="primary">登录</button>
</form>`,
  );

const SCOPE_NAMES: Readonly<Record<string, string>> = {
  'auth:user.id:read': '获取你的用户 ID',
  user_profile: '获取你的姓名、头像等用户信息',
  offline_access: '在你离线时访问已授权的数据',
  'contact:user.employee_id:readonly': '获取你的 user ID',
  'contact:user.employee:readonly': '获取你的受雇信息（工号等）',
  'contact:user.email:readonly': '获取你的邮箱信息',
  'contact:user.phone:readonly': '获取你的手机号',
};

/** What a person reads instead of a scope's key; the key itself when we have no words for it. */
export const scopeName = (scope: string): string => SCOPE_NAMES[scope] ?? scope;

const scopeLine = (scope: string): Html =>
  html`<li>${scopeName(scope)} <span class="muted">${scope}</span></li>`;

type Question = {
  readonly app: AppRegistration;
  readonly person: Person;
  readonly company: string;
  readonly scopes: readonly string[];
  /** Names the question in the answer. */
  readonly ask: string;
  readonly switchTo: string;
};

export const consentPage = ({ app, person, company, scopes, ask, switchTo }: Question): Html =>
  page(
    `授权「${app.name}」`,
    html`${mark(app)}<h1>「${app.name}」申请获得以下权限</h1>
<div class="who"><span>${person.name}<br><span class="muted">${company} · ${person.jobTitle}</span></span>
<a href="${switchTo}">切换账号</a></div>
<ul>${scopes.map(scopeLine)}</ul>
<form class="choice" method="post" action="/sim/oauth/decide">
<input type="hidden" name="ask" value="${ask}">
<button class="primary" name="decision" value="allow">授权</button>
<button name="decision" value="deny">拒绝</button>
</form>`,
  );
