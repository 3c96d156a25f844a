import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Account } from '../../shared/broadcasts/account.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { showConfirmed } from '../../shared/broadcasts/confirmed-copies.ts';
import { faceOf } from '../../shared/broadcasts/post-card.ts';
import { findDelivery, isPublished, type Reading } from '../../shared/broadcasts/reading-list.ts';
import { AppError, ConflictError, ForbiddenError, NotFoundError } from '../../shared/errors.ts';
import { appLink } from '../../shared/feishu/cards.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Confirmation } from '../../shared/store/delivery.ts';
import type { WorkbenchDeps } from './app.ts';
import { formToken, readForm } from './forms.ts';
import { showPage } from './layout.ts';
import { postBody } from './post-page.ts';
import { articleScript } from './scripts.ts';
import type { Viewer } from './session.ts';
import { titleOf } from './words.ts';

const unknown = (): AppError => new NotFoundError('unknown_post', '没有这篇内容，或者它还没有发出。');

const findPublished = async (
  { broadcasts, accounts }: WorkbenchDeps,
  id: string,
): Promise<{ broadcast: Broadcast; account: Account }> => {
  const broadcast = await broadcasts.find(id);
  const account = accounts.find((each) => each.id === broadcast?.account);
  if (!broadcast || !account || !isPublished(broadcast)) throw unknown();
  return { broadcast, account };
};

/** Throws `unknown_post`, or `not_in_audience`: nobody reads or confirms what isn't meant for them. */
const readingOf = async (c: Context, deps: WorkbenchDeps, { person }: Viewer): Promise<Reading> => {
  const { broadcast, account } = await findPublished(deps, c.req.param('post') ?? '');
  const delivery = await findDelivery(deps)(broadcast, person.person);
  if (!delivery) throw new ForbiddenError('not_in_audience', '你不在本文范围内');
  return { broadcast, account, delivery };
};

const versionIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,6}$/u.test(text) ? Number(text) : undefined;

export const showPost = async (c: Context, deps: WorkbenchDeps, viewer: Viewer): Promise<Response> => {
  const reading = await readingOf(c, deps, viewer);
  const seen = versionIn(c.req.query('version'));
  const view = { reading, seen, token: formToken(viewer, deps), now: deps.now() };
  return showPage(c, deps.frame, {
    title: titleOf(reading),
    viewer,
    script: articleScript,
    body: html`${postBody(view)}`,
  });
};

/** Records that whoever looks opened the article, once, and sends them there. */
export const openArticle = async (c: Context, deps: WorkbenchDeps, viewer: Viewer): Promise<Response> => {
  const { broadcast, delivery } = await readingOf(c, deps, viewer);
  if (broadcast.state === 'recalled' || !broadcast.page)
    throw new ConflictError('post_recalled', '本文已撤回，不能再打开。');
  await deps.deliveries.recordOpened(delivery, deps.now());
  const url = appLink(broadcast.page.url);
  return c.req.header('accept') === 'application/json' ? c.json({ url }) : c.redirect(url, 302);
};

const requireConfirmable = ({ broadcast }: Reading, version: number | undefined): void => {
  if (broadcast.state === 'recalled') throw new ConflictError('post_recalled', '本文已撤回，不需要再确认。');
  if (!broadcast.mustConfirm) throw new ConflictError('nothing_to_confirm', '本文不需要确认。');
  if (version !== broadcast.version)
    throw new ConflictError('post_superseded', `内容已更新到 v${broadcast.version}，请看最新版后再确认。`);
};

/** Once: a second time tells what was recorded the first time. */
const record = async (
  { deliveries, now }: WorkbenchDeps,
  { broadcast, delivery }: Reading,
): Promise<{ readonly confirmed: Confirmation; readonly isNew: boolean }> => {
  const how = { at: now().toISOString(), version: broadcast.version, via: 'page' } as const;
  if (await deliveries.recordConfirmed(delivery, how)) return { confirmed: how, isNew: true };
  const before = await deliveries.find(delivery);
  if (!before?.confirmed) throw new ConflictError('changed_meanwhile', '内容刚刚有变化，请刷新后再试。');
  return { confirmed: before.confirmed, isNew: false };
};

/** The cards on their screen say so too; the row is what counts, so nobody waits for a card that can't change. */
const refreshCards = async (
  deps: WorkbenchDeps,
  { account, broadcast, delivery }: Reading,
  confirmed: Confirmation,
): Promise<void> => {
  const face = faceOf(broadcast, account);
  if (!face) return;
  try {
    await showConfirmed(deps)({ face, post: broadcast, confirmed }, delivery.recipient);
  } catch (error) {
    log.warn('copies_not_refreshed', errorFields(error));
  }
};

/** For whoever is signed in, never for anybody else. Pressing twice is the same as once. */
export const confirmPost = async (c: Context, deps: WorkbenchDeps, viewer: Viewer): Promise<Response> => {
  const { version } = await readForm(c, viewer, deps);
  const reading = await readingOf(c, deps, viewer);
  const { broadcast } = reading;
  requireConfirmable(reading, versionIn(version));
  const { confirmed, isNew } = await record(deps, reading);
  await refreshCards(deps, reading, confirmed);
  log.info('post_confirmed', { post: broadcast.broadcast, version: broadcast.version, isNew });
  return c.redirect(`/workbench/posts/${broadcast.broadcast}`, 303);
};
