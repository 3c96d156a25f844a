import type { Context } from 'hono';
import { html } from 'hono/html';
import { allDigests } from '../../config/digests/all.ts';
import { dayOf } from '../../shared/calendar/day.ts';
import { type Span, usualQuiet } from '../../shared/calendar/quiet-hours.ts';
import { dayAndTime } from '../../shared/follow-ups/follow-up.ts';
import type { Person } from '../../shared/store/people.ts';
import type { WorkbenchDeps } from './app.ts';
import { deliveryMoments, deliveryName } from './delivery-words.ts';
import { formToken } from './forms.ts';
import { type Html, showPage } from './layout.ts';
import { countsOf, daysShown, findMyData, type MyData, myDataFile } from './my-data.ts';
import type { Viewer } from './session.ts';

const spans = (all: readonly Span[]): string => all.map(({ from, to }) => `${from}–${to}`).join('、');

const quietWords = ({ quiet, shift }: Person): string => {
  if (quiet?.spans) return `${spans(quiet.spans)}（你自己设置的）`;
  if (shift) return `班次 ${shift.from}–${shift.to} 之外`;
  return `${spans(usualQuiet)}（默认）`;
};

const unsubscribedWords = ({ unsubscribed }: Person): string => {
  const names = unsubscribed.map((id) => allDigests.find((digest) => digest.id === id)?.name ?? id);
  return names.length === 0 ? '没有退订' : names.join('、');
};

const leaveWords = ({ leave = [] }: Person): string =>
  leave.length === 0
    ? '没有'
    : leave.map(({ from, until }) => `${dayAndTime(from)} 至 ${dayAndTime(until)}`).join('、');

type Line = readonly [string, string | undefined];

const listOf = (lines: readonly Line[]): Html =>
  html`<dl>${lines
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;

const facts = ({ person, leader }: MyData): Html =>
  listOf([
    ['姓名', person.name],
    ['工号', person.employeeNo],
    ['职务', person.jobTitle],
    ['部门', person.departments.join(' / ')],
    ['角色', person.roles.join('、')],
    ['区域', person.region],
    ['直属上级', leader],
    ['入职日期', person.joinedAt && dayOf(new Date(person.joinedAt))],
    ['飞书用户编号', person.person],
    ['与机器人的会话', `${Object.keys(person.chats).length} 个`],
    ['上次同步', dayAndTime(person.syncedAt)],
  ]);

const settings = ({ person }: MyData): Html =>
  listOf([
    ['免打扰', quietWords(person)],
    ['请假', leaveWords(person)],
    ['退订', unsubscribedWords(person)],
  ]);

const totals = ({ deliveries }: MyData): Html => {
  const { delivered, read, opened, confirmed, unsent } = countsOf(deliveries);
  return html`<p>已送达 ${delivered} 条，读了 ${read} 条卡片，打开 ${opened} 篇文章，确认 ${confirmed} 次；未发送 ${unsent} 条。</p>`;
};

/** What the page lists at once; the file has everything. */
const mostShown = 100;

const messages = ({ deliveries }: MyData): Html =>
  deliveries.length === 0
    ? html`<p>这 ${daysShown} 天没有发给你的消息。</p>`
    : html`<ul class="list rows">${deliveries
        .slice(0, mostShown)
        .map(
          (row) => html`<li><strong>${deliveryName(row)}</strong><span>${deliveryMoments(row)}</span></li>`,
        )}</ul>${
        deliveries.length > mostShown
          ? html`<p class="quiet">只列出最近 ${mostShown} 条，其余在下载的文件里。</p>`
          : ''
      }`;

/** 我的数据: what is recorded about whoever looks, in plain words; nobody else sees it here. */
export const showMyData = async (c: Context, deps: WorkbenchDeps, viewer: Viewer): Promise<Response> => {
  const mine = await findMyData(deps, viewer.person);
  return showPage(c, deps.frame, {
    title: '我的数据',
    place: '我的数据',
    viewer,
    body: html`<h1>我的数据</h1><p>「直达」记录了你的这些信息，这一页只有你能看到。身份来自飞书通讯录，每天同步；不保存手机号，也不读取你和同事的聊天。你处理工单、确认文章等操作，另记在该工单、该文章里。</p>
<section class="sheet" aria-labelledby="facts"><h2 id="facts">身份</h2>${facts(mine)}</section>
<section class="sheet" aria-labelledby="settings"><h2 id="settings">设置</h2>${settings(mine)}<p class="quiet">修改：给机器人发送「免打扰」「订阅」。</p></section>
<section class="sheet" aria-labelledby="messages"><h2 id="messages">最近 ${daysShown} 天的消息</h2>${totals(mine)}${messages(mine)}</section>
<div class="acts"><a class="button" href="/workbench/me.json" download>下载（JSON）</a><form method="post" action="/workbench/logout">${formToken(viewer, deps)}<button>退出登录</button></form></div>`,
  });
};

export const downloadMyData = async (
  c: Context,
  deps: WorkbenchDeps,
  { person }: Viewer,
): Promise<Response> => {
  const mine = await findMyData(deps, person);
  c.header('content-disposition', `attachment; filename="zhida-my-data-${dayOf(mine.at)}.json"`);
  return c.body(JSON.stringify(myDataFile(mine), undefined, 2), 200, {
    'content-type': 'application/json; charset=utf-8',
  });
};
