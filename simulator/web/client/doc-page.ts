import { type DocEntry, type DocScreen } from './doc-api.ts';
import { docBody } from './doc-blocks.ts';
import { followDoc, NO_DOC, type OpenDoc } from './doc-book.ts';
import { docEditor } from './doc-editor.ts';
import { docHeader, type Tasks } from './doc-header.ts';
import { h, run } from './dom.ts';
import { openLink } from './frame.ts';
import { icon } from './icons.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';
import { clockTime, dayName } from './time.ts';

const entryButton = (entry: DocEntry, isHere: boolean, { session }: Tasks): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'chat-entry base-entry',
      'aria-current': isHere ? 'true' : undefined,
      onclick: () => {
        session.openDoc(entry.documentId);
      },
    },
    h('span', { class: 'base-sign doc-sign' }, icon('page', 20)),
    h(
      'span',
      { class: 'chat-text' },
      h('span', { class: 'chat-line' }, h('strong', {}, entry.title || '未命名文档')),
      h(
        'span',
        { class: 'chat-preview' },
        entry.space === null ? entry.owner : `${entry.space} · ${entry.owner}`,
      ),
    ),
  );

const entryNodes = ({ entries, doc }: OpenDoc, tasks: Tasks): readonly HTMLElement[] =>
  entries.length === 0
    ? [h('p', { class: 'empty' }, '还没有文档')]
    : entries.toReversed().map((entry) => entryButton(entry, entry.documentId === doc?.documentId, tasks));

const metaOf = ({ owner, space, editedAt, views }: DocScreen): string =>
  [
    owner,
    ...(space === null ? [] : [`知识库：${space}`]),
    `更新于 ${dayName(editedAt)} ${clockTime(editedAt)}`,
    `${views.people} 人看过`,
  ].join(' · ');

const article = (doc: DocScreen, { session }: Tasks): HTMLElement =>
  h(
    'article',
    { class: 'doc-article' },
    h('h1', {}, doc.title || '未命名文档'),
    h('p', { class: 'muted doc-meta' }, metaOf(doc)),
    ...docBody(doc, (url) => {
      openLink(url, session);
    }),
  );

const nothing = (text: string): HTMLElement =>
  h('div', { class: 'nothing-open' }, icon('page', 56), h('p', {}, text));

const paneNodes = ({ token, doc, isClosed }: OpenDoc, tasks: Tasks): readonly HTMLElement[] => {
  if (token === undefined) return [nothing('选一篇文档，或者新建一篇')];
  if (doc)
    return [docHeader(doc, tasks), h('div', { class: 'doc-scroll', tabindex: 0 }, article(doc, tasks))];
  return [docHeader(undefined, tasks), nothing(isClosed ? '文档不存在，或者你没有阅读权限' : '正在打开 …')];
};

const writeButton = ({ write }: Pick<Tasks, 'write'>): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'btn btn-primary btn-small',
      onclick: () => {
        write();
      },
    },
    icon('plus', 14),
    '新建文档',
  );

/** 云文档: what was written, a page to read it, and a form for a new one. */
export const docPage = (store: Store, session: Session): HTMLElement => {
  const entries = h('div', { class: 'chat-entries', role: 'navigation', 'aria-label': '文档列表' });
  const pane = h('main', { class: 'pane' });
  const page = h('div', { class: 'base-page doc-page' });
  const tasks: Tasks = {
    store,
    session,
    write: (doc) => {
      run(write(doc));
    },
  };
  let open = NO_DOC;
  const draw = (): void => {
    const top = pane.querySelector('.doc-scroll')?.scrollTop ?? 0;
    page.classList.remove('is-writing');
    entries.replaceChildren(...entryNodes(open, tasks));
    pane.replaceChildren(...paneNodes(open, tasks));
    pane.querySelector('.doc-scroll')?.scrollTo({ top });
  };
  const write = async (doc: DocScreen | undefined): Promise<void> => {
    const done = (entry?: DocEntry): void => {
      draw();
      if (entry) session.openDoc(entry.documentId);
    };
    const form = await docEditor(store.get(), { doc, done });
    page.classList.add('is-writing');
    pane.replaceChildren(h('div', { class: 'doc-scroll' }, form));
    form.querySelector('input')?.focus();
  };
  followDoc(store, (next) => {
    const isSame = next.token === open.token;
    open = next;
    // Nobody loses what they are writing because a document changed somewhere.
    if (!isSame || !page.classList.contains('is-writing')) draw();
  });
  const title = h('header', { class: 'doc-list-header' }, h('h1', {}, '云文档'), writeButton(tasks));
  page.append(h('aside', { class: 'chat-list' }, title, entries), pane);
  return page;
};
