import type { DocScreen } from './doc-api.ts';
import { copyLink, sendLink } from './doc-send.ts';
import { h } from './dom.ts';
import { icon } from './icons.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';

export type Tasks = {
  readonly store: Store;
  readonly session: Session;
  /** Opens the form, for a new document or for the one given. */
  readonly write: (doc?: DocScreen) => void;
};

const backButton = ({ store, session }: Tasks): HTMLElement => {
  const { chatId } = store.get();
  const isFromChat = chatId !== undefined;
  return h(
    'button',
    {
      type: 'button',
      class: `icon-button${isFromChat ? '' : ' only-narrow'}`,
      'aria-label': isFromChat ? '返回会话' : '返回文档列表',
      onclick: () => {
        if (isFromChat) session.show('messages');
        else session.openDoc(undefined);
      },
    },
    icon('back', 22),
  );
};

const action = (label: string, task: () => void): HTMLElement =>
  h('button', { type: 'button', class: 'btn btn-default btn-small', onclick: task }, label);

const actionsOf = (doc: DocScreen, { store, write }: Tasks): readonly HTMLElement[] => [
  ...(doc.source === null
    ? []
    : [
        action('编辑', () => {
          write(doc);
        }),
      ]),
  action('复制链接', () => {
    copyLink(doc.link);
  }),
  action('发送到会话', () => {
    sendLink(store.get(), doc.link);
  }),
];

/** The way back, the title, and what can be done with the document. */
export const docHeader = (doc: DocScreen | undefined, tasks: Tasks): HTMLElement => {
  const title = h('h2', {}, doc?.title ?? '云文档');
  const actions = doc ? actionsOf(doc, tasks) : [];
  return h('header', { class: 'pane-header doc-header' }, backButton(tasks), title, ...actions);
};
