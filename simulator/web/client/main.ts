import { basePage } from './base-page.ts';
import { chatList } from './chat-list.ts';
import { docPage } from './doc-page.ts';
import { h } from './dom.ts';
import { messagePane } from './message-pane.ts';
import { peopleScreen } from './people.ts';
import { rail } from './rail.ts';
import { createSession } from './session.ts';
import { simulatorPage } from './simulator-page.ts';
import { createStore, unreadOf } from './store.ts';
import { workbench } from './workbench.ts';

const store = createStore();
const session = createSession(store);

const messages = h(
  'div',
  { class: 'view view-messages' },
  chatList(store, session),
  messagePane(store, session),
);
const work = h('div', { class: 'view' }, workbench(store, session));
const base = h('div', { class: 'view view-base' }, basePage(store, session));
const docs = h('div', { class: 'view view-docs' }, docPage(store, session));
const simulator = h('div', { class: 'view' }, simulatorPage(store));
const shell = h('div', { class: 'shell' }, rail(store, session), messages, docs, base, work, simulator);
const people = peopleScreen(store, session);

store.watch((state) => {
  const { me, view, chatId, spot, docToken } = state;
  const unread = unreadOf(state);
  document.title = `${unread > 0 ? `(${unread}) ` : ''}${me ? `${me.name} · ` : ''}飞书模拟器`;
  shell.hidden = me === undefined;
  messages.hidden = view !== 'messages';
  docs.hidden = view !== 'docs';
  base.hidden = view !== 'base';
  work.hidden = view !== 'workbench';
  simulator.hidden = view !== 'simulator';
  shell.classList.toggle('has-chat', view === 'messages' && chatId !== undefined);
  shell.classList.toggle('has-sheet', view === 'base' && spot !== undefined);
  shell.classList.toggle('has-doc', view === 'docs' && docToken !== undefined);
});

document.querySelector('#app')?.replaceChildren(people, shell);

session.start().catch((error: unknown) => {
  console.error(error);
  document
    .querySelector('#app')
    ?.replaceChildren(
      h('p', { class: 'empty', role: 'alert' }, '连不上飞书模拟器。请先运行 npm start，再刷新页面。'),
    );
});
