import { html } from 'hono/html';
import { rightsOf } from '../../shared/broadcasts/audience.ts';
import { issueWords } from '../../shared/broadcasts/broadcast.ts';
import { type Report, sumLine } from '../../shared/broadcasts/report.ts';
import type { DepartmentReach } from '../../shared/broadcasts/report-departments.ts';
import { openedNote, rateLine, reasonsLines, timesLine } from '../../shared/broadcasts/report-words.ts';
import { mayTake, type Step, stateNames, stepNames, stepsFrom } from '../../shared/broadcasts/steps.ts';
import { dayAndTime } from '../../shared/follow-ups/follow-up.ts';
import type { Html } from './layout.ts';
import type { Reported } from './report-facts.ts';
import type { Viewer } from './session.ts';
import { titleOf } from './words.ts';

const level = (label: string, people: number, target: number): Html =>
  html`<tr><th scope="row">${label}</th><td class="number">${people} / ${target} 人</td></tr>`;

const levels = ({ report, broadcast }: Reported): Html => {
  const { levels: reached, sum, mustConfirm } = report;
  const note = openedNote(broadcast);
  return html`<table><caption>四个层级，互不相加</caption><tbody>${level('已送达', reached.delivered, sum.target)}${level(
    '已读卡片',
    reached.readCard,
    sum.target,
  )}${level(note === undefined ? '打开文章' : `打开文章（${note}）`, reached.opened, sum.target)}${
    mustConfirm ? level('已确认', reached.confirmed, sum.target) : ''
  }</tbody></table>`;
};

const missingNames = ({ missing }: DepartmentReach): Html =>
  missing.length === 0
    ? html`<span class="done">全部完成</span>`
    : html`<details><summary>还差 ${missing.length} 人</summary>${missing.join('、')}</details>`;

const departments = ({ departments: all }: Report): Html =>
  html`<table><thead><tr><th scope="col">部门</th><th scope="col" class="number">完成</th><th scope="col">还差</th></tr></thead><tbody>${all.map(
    (each) =>
      html`<tr><th scope="row">${each.department}</th><td class="number">${each.done}/${each.of}</td><td>${missingNames(each)}</td></tr>`,
  )}</tbody></table>`;

const times = ({ times: passed, mustConfirm }: Report): Html =>
  html`<p>${timesLine('已读用时', passed.read)}</p>${
    mustConfirm ? html`<p>${timesLine('确认用时', passed.confirmed)}</p>` : ''
  }`;

const reasons = (report: Report): Html | '' => {
  const lines = reasonsLines(report);
  return lines.length === 0 ? '' : html`<p class="quiet">${lines.join('；')}</p>`;
};

/** What can be done on this page; the rest of the steps has its own cards. */
const offered = ['pause', 'resume', 'remind'] as const;
export type ReportStep = (typeof offered)[number];
export const isReportStep = (step: string | undefined): step is ReportStep =>
  offered.some((one) => one === step);

const hints: Readonly<Record<ReportStep, string>> = {
  pause: '未发出的会停下，已发出的不受影响，可随时继续。',
  resume: '接着发送未发出的部分。',
  remind: '给还没完成的人各发一张新卡片。',
};

const form = ({ broadcast }: Reported, step: ReportStep, token: Html): Html =>
  html`<form method="post" action="/workbench/reports/${broadcast.broadcast}/steps" class="step">${token}
<input type="hidden" name="step" value="${step}"><input type="hidden" name="revision" value="${broadcast.revision}">${
    step === 'pause'
      ? html`<label for="reason">暂停原因</label><input id="reason" name="reason" required maxlength="100">`
      : ''
  }<button${step === 'resume' ? html` class="primary"` : ''} aria-describedby="hint-${step}">${stepNames[step]}</button>
<p class="quiet" id="hint-${step}">${hints[step]}</p></form>`;

export type ReportView = {
  readonly reported: Reported;
  readonly viewer: Viewer;
  readonly token: Html;
  readonly now: Date;
};

const forms = ({ reported, viewer, token, now }: ReportView): Html | '' => {
  const rights = rightsOf(viewer.person, reported.account, now);
  const allowed: readonly Step[] = stepsFrom(reported.broadcast.state);
  const shown = offered.filter((step) => allowed.includes(step) && mayTake(step, rights));
  return shown.length === 0
    ? ''
    : html`<section class="sheet" aria-labelledby="steps"><h2 id="steps">操作</h2>${shown.map((step) =>
        form(reported, step, token),
      )}</section>`;
};

export const reportBody = (view: ReportView): Html => {
  const { reported, now } = view;
  const { account, broadcast, report } = reported;
  const place = `/workbench/reports/${broadcast.broadcast}`;
  const { paused } = broadcast;
  const pause =
    paused && (broadcast.state === 'paused' ? `：${paused.reason}` : `，结束时仍在暂停（${paused.reason}）`);
  return html`<p class="quiet">${account.name} ${issueWords(broadcast)} · v${broadcast.version} · ${
    stateNames[broadcast.state]
  }${pause ?? ''}</p><h1>${titleOf(reported)}</h1>
<section class="sheet" aria-labelledby="sum"><h2 id="sum">触达</h2><p><strong>${sumLine(report.sum, report.mustConfirm)}</strong></p><p>${rateLine(report.rate)}</p>${levels(reported)}${times(report)}${reasons(report)}</section>
<section class="sheet" aria-labelledby="departments"><h2 id="departments">各部门</h2>${departments(report)}</section>
${forms(view)}<div class="acts"><a class="button" href="${place}/names.csv" download>下载名单（CSV）</a><a class="button" href="${place}/evidence" download>下载凭证（JSON）</a></div>
<p class="quiet">截至 ${dayAndTime(now.toISOString())} · <a href="/workbench/reports">全部报告</a></p>`;
};
