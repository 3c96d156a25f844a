import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Act } from '../../shared/broadcasts/apply-step.ts';
import { collectEvidence, signEvidence } from '../../shared/broadcasts/collect-evidence.ts';
import type { EvidenceBody } from '../../shared/broadcasts/evidence.ts';
import { isPublished } from '../../shared/broadcasts/reading-list.ts';
import { rosterCsv } from '../../shared/broadcasts/roster-csv.ts';
import { stateNames } from '../../shared/broadcasts/steps.ts';
import { takeStep } from '../../shared/broadcasts/take-step.ts';
import { ForbiddenError, InvalidInputError } from '../../shared/errors.ts';
import { log } from '../../shared/log.ts';
import type { WorkbenchDeps } from './app.ts';
import { type Fields, formToken, readForm } from './forms.ts';
import { type Html, showPage } from './layout.ts';
import { findReport, findReportable } from './report-facts.ts';
import { isReportStep, reportBody } from './report-page.ts';
import type { Viewer } from './session.ts';
import { issueOf, titleOf } from './words.ts';

type Post = Awaited<ReturnType<typeof findReportable>>;

const postsShown = 20;

const item = (post: Post): Html =>
  html`<li><a class="item" href="/workbench/reports/${post.broadcast.broadcast}"><strong>${titleOf(post)}</strong><span>${issueOf(
    post,
  )} · v${post.broadcast.version}</span><span>${stateNames[post.broadcast.state]}</span></a></li>`;

const newestFirst = (a: Post, b: Post): number => (a.broadcast.createdAt < b.broadcast.createdAt ? 1 : -1);

/** 报告: the posts of the accounts that whoever looks writes for, agrees to, or administers. */
export const showReports = async (c: Context, deps: WorkbenchDeps, viewer: Viewer): Promise<Response> => {
  if (viewer.mayReport.length === 0)
    throw new ForbiddenError('no_right', '报告只有订阅号的编辑、审批人和管理员能看。');
  const lists = await Promise.all(
    viewer.mayReport.map(async (account) => {
      const posts = await deps.broadcasts.listOfAccount(account.id);
      return posts.filter(isPublished).map((broadcast) => ({ account, broadcast }));
    }),
  );
  const posts = lists.flat().sort(newestFirst).slice(0, postsShown);
  return showPage(c, deps.frame, {
    title: '报告',
    place: '报告',
    viewer,
    body: html`<h1>报告</h1>${
      posts.length === 0 ? html`<p>还没有发出的内容。</p>` : html`<ul class="list">${posts.map(item)}</ul>`
    }`,
  });
};

const idOf = (c: Context): string => c.req.param('post') ?? '';

export const showReport = async (c: Context, deps: WorkbenchDeps, viewer: Viewer): Promise<Response> => {
  const reported = await findReport(deps, viewer, idOf(c));
  const body = reportBody({ reported, viewer, token: formToken(viewer, deps), now: deps.now() });
  return showPage(c, deps.frame, { title: `报告：${titleOf(reported)}`, place: '报告', viewer, body });
};

type Collected = { readonly post: Post; readonly body: EvidenceBody };

/** Names leave the system here, so who took them is logged. */
const collect = async (c: Context, deps: WorkbenchDeps, viewer: Viewer): Promise<Collected> => {
  const post = await findReportable(deps, viewer, idOf(c));
  const { broadcast } = post.broadcast;
  log.info('names_downloaded', { post: broadcast, path: c.req.path, by: viewer.person.person });
  return { post, body: await collectEvidence(deps)(broadcast, deps.now()) };
};

const attach = (c: Context, { post: { broadcast } }: Collected, ending: string): void => {
  const name = `${broadcast.broadcast}-v${broadcast.version}-${ending}`;
  c.header('content-disposition', `attachment; filename="${name}"`);
};

/** 名单. */
export const downloadNames = async (c: Context, deps: WorkbenchDeps, viewer: Viewer): Promise<Response> => {
  const collected = await collect(c, deps, viewer);
  attach(c, collected, 'names.csv');
  return c.body(rosterCsv(collected.body), 200, { 'content-type': 'text/csv; charset=utf-8' });
};

/** 凭证: what `ops` proves without us. */
export const downloadEvidence = async (
  c: Context,
  deps: WorkbenchDeps,
  viewer: Viewer,
): Promise<Response> => {
  const collected = await collect(c, deps, viewer);
  attach(c, collected, 'evidence.json');
  const evidence = JSON.stringify(signEvidence(deps.evidenceKeys, collected.body), undefined, 2);
  return c.body(evidence, 200, { 'content-type': 'application/json; charset=utf-8' });
};

const actIn = ({ step, reason = '' }: Fields): Act => {
  if (!isReportStep(step)) throw new InvalidInputError('unknown_step', '这里不能做这一步。');
  if (step !== 'pause') return { step };
  const why = reason.trim().slice(0, 100);
  if (why === '') throw new InvalidInputError('reason_missing', '请填写暂停原因。');
  return { step, reason: why };
};

/** 暂停, 继续, 催未读: with the rights of whoever is signed in, on the state that they saw. */
export const takeReportStep = async (c: Context, deps: WorkbenchDeps, viewer: Viewer): Promise<Response> => {
  const fields = await readForm(c, viewer, deps);
  const { broadcast } = await findReportable(deps, viewer, idOf(c));
  const act = actIn(fields);
  const revision = Number(fields['revision']);
  await takeStep(deps)({ broadcast: broadcast.broadcast, acts: [act], by: viewer.person, revision });
  log.info('post_step_taken', { post: broadcast.broadcast, step: act.step, by: viewer.person.person });
  return c.redirect(`/workbench/reports/${broadcast.broadcast}`, 303);
};
