import { html, raw } from 'hono/html';
import { type Reading, waitsForConfirmation } from '../../shared/broadcasts/reading-list.ts';
import { dayAndTime } from '../../shared/follow-ups/follow-up.ts';
import type { Html } from './layout.ts';
import { confirmedWords, issueOf, titleOf } from './words.ts';

/** What all channels show of the content's SHA-256. */
const shortHash = (contentHash: string): string => contentHash.slice(0, 8);

const facts = ({ account, broadcast }: Reading, now: Date): Html => {
  const { page, version, deadlineAt } = broadcast;
  const isLate = hasPassed(deadlineAt, now);
  return html`<dl class="facts"><dt>版本</dt><dd>v${version}${page ? ` · ${shortHash(page.contentHash)}` : ''}</dd>
<dt>篇幅</dt><dd>约 ${page?.minutes ?? 1} 分钟</dd>${
    deadlineAt === undefined
      ? ''
      : html`<dt>截止</dt><dd class="${isLate ? 'late' : 'due'}">${dayAndTime(deadlineAt)}${isLate ? '（已过）' : ''}</dd>`
  }<dt>疑问请联系</dt><dd>${account.contact}</dd></dl>`;
};

const recalledWords = ({ recalled }: Reading['broadcast']): string =>
  recalled ? `本文已于 ${dayAndTime(recalled.at)} 撤回：${recalled.reason}` : '本文已撤回';

const hasPassed = (deadlineAt: string | undefined, now: Date): boolean =>
  deadlineAt !== undefined && deadlineAt <= now.toISOString();

const lateWords = ({ state, deadlineAt }: Reading['broadcast'], now: Date): readonly string[] => {
  if (hasPassed(deadlineAt, now)) return ['已过截止时间，你仍可以补确认'];
  return state === 'closed' ? ['本期已结束，你仍可以补确认'] : [];
};

/** What became of it since whoever looks was told, and what they did. */
const says = ({ reading, seen, now }: PostView): readonly string[] => {
  const { broadcast, delivery } = reading;
  if (broadcast.state === 'recalled') return [recalledWords(broadcast)];
  const newer =
    seen !== undefined && seen < broadcast.version
      ? [`内容已更新：你打开的是 v${seen}，这里是 v${broadcast.version}`]
      : [];
  const confirmed = confirmedWords(delivery);
  const isAsked = waitsForConfirmation(reading);
  return [
    ...newer,
    ...(confirmed === undefined ? [] : [confirmed]),
    ...(isAsked ? lateWords(broadcast, now) : []),
  ];
};

const confirmForm = ({ broadcast }: Reading, token: Html): Html =>
  html`<form method="post" action="/workbench/posts/${broadcast.broadcast}/confirm">${token}
<input type="hidden" name="version" value="${broadcast.version}">
<button class="primary" aria-describedby="recorded">我已阅读并知悉</button></form>`;

export type PostView = {
  readonly reading: Reading;
  /** Which version a link named. */
  readonly seen: number | undefined;
  readonly token: Html;
  readonly now: Date;
};

const acts = ({ reading, token }: PostView): Html | '' => {
  const { broadcast } = reading;
  if (broadcast.state === 'recalled') return '';
  const isAsked = waitsForConfirmation(reading);
  return html`<div class="acts"><a class="button${isAsked ? '' : ' primary'}" href="/workbench/posts/${
    broadcast.broadcast
  }/article" data-article>阅读全文</a>${isAsked ? confirmForm(reading, token) : ''}</div>${
    isAsked ? html`<p class="quiet" id="recorded">确认后将记录时间与版本（v${broadcast.version}）。</p>` : ''
  }`;
};

export const postBody = (view: PostView): Html => {
  const { reading, now } = view;
  const { broadcast } = reading;
  const said = says(view);
  const isOver = broadcast.state === 'recalled';
  return html`<p class="quiet">${issueOf(reading)}</p><h1>${titleOf(reading)}</h1>${
    said.length === 0
      ? ''
      : html`<div class="say" role="status">${said.map((line) => html`<p>${line}</p>`)}</div>`
  }<section class="sheet" aria-labelledby="summary"><h2 id="summary">摘要</h2><p class="pre">${broadcast.summary}</p>${
    broadcast.concerns === '' ? '' : html`<h2>与你有关</h2><p>${broadcast.concerns}</p>`
  }${isOver ? '' : facts(reading, now)}</section>${acts(view)}${raw('<p><a href="/workbench">回到待读</a></p>')}`;
};
