import type { Context } from 'hono';
import { html } from 'hono/html';
import { findReadings, type Reading, sortReadings } from '../../shared/broadcasts/reading-list.ts';
import type { WorkbenchDeps } from './app.ts';
import { type Html, showPage } from './layout.ts';
import type { Viewer } from './session.ts';
import { issueOf, standingWords, titleOf } from './words.ts';

const item =
  (now: Date) =>
  (reading: Reading): Html => {
    const { tone, text } = standingWords(reading, now);
    const { broadcast } = reading;
    return html`<li><a class="item" href="/workbench/posts/${broadcast.broadcast}"><strong>${titleOf(reading)}</strong><span>${issueOf(
      reading,
    )} · 约 ${broadcast.page?.minutes ?? 1} 分钟</span><span class="${tone}">${text}</span></a></li>`;
  };

const section = (title: string, readings: readonly Reading[], now: Date): Html | '' =>
  readings.length === 0
    ? ''
    : html`<h2>${title}（${readings.length}）</h2><ul class="list">${readings.map(item(now))}</ul>`;

/** What waits for whoever looks, must-confirm first. */
export const showHome = async (c: Context, deps: WorkbenchDeps, viewer: Viewer): Promise<Response> => {
  const { toConfirm, toRead } = sortReadings(await findReadings(deps)(viewer.person.person));
  const isDone = toConfirm.length + toRead.length === 0;
  return showPage(c, deps.frame, {
    title: '待读',
    place: '待读',
    viewer,
    body: html`<h1>待读</h1>${
      isDone
        ? html`<p class="say">都读完了，没有需要你确认的内容。</p><p><a href="/workbench/past">看往期</a></p>`
        : ''
    }${section('需要你确认', toConfirm, deps.now())}${section('未读', toRead, deps.now())}`,
  });
};

const perPage = 10;

const pageLinks = (page: number, pages: number): Html | '' => {
  const to = (number: number, text: string): Html =>
    html`<a class="button" href="/workbench/past?page=${number}">${text}</a>`;
  return pages < 2
    ? ''
    : html`<nav class="acts" aria-label="翻页">${page > 1 ? to(page - 1, '上一页') : ''}${
        page < pages ? to(page + 1, '下一页') : ''
      }<span class="quiet">第 ${page} / ${pages} 页</span></nav>`;
};

/** What is behind whoever looks. */
export const showPast = async (c: Context, deps: WorkbenchDeps, viewer: Viewer): Promise<Response> => {
  const { past } = sortReadings(await findReadings(deps)(viewer.person.person));
  const pages = Math.max(1, Math.ceil(past.length / perPage));
  const asked = Number(c.req.query('page') ?? '1');
  const page = Number.isInteger(asked) ? Math.min(Math.max(asked, 1), pages) : 1;
  const shown = past.slice((page - 1) * perPage, page * perPage);
  return showPage(c, deps.frame, {
    title: '往期',
    place: '往期',
    viewer,
    body: html`<h1>往期</h1>${
      shown.length === 0
        ? html`<p>还没有往期内容。</p>`
        : html`<ul class="list">${shown.map(item(deps.now()))}</ul>`
    }${pageLinks(page, pages)}`,
  });
};
