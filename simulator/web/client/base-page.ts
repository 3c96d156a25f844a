import type { Base, Sheet, Spot } from './base-api.ts';
import { createBook, type Open } from './base-book.ts';
import { baseGrid, type GridTasks } from './base-grid.ts';
import { h } from './dom.ts';
import { icon } from './icons.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';

const tabButton = (label: string, isHere: boolean, open: () => void): HTMLElement =>
  h(
    'button',
    { type: 'button', role: 'tab', class: 'tab', 'aria-selected': String(isHere), onclick: open },
    label,
  );

const baseButton = (base: Base, isHere: boolean, open: () => void): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'chat-entry base-entry',
      'aria-current': isHere ? 'true' : undefined,
      onclick: open,
    },
    h('span', { class: 'base-sign' }, icon('table', 20)),
    h(
      'span',
      { class: 'chat-text' },
      h('span', { class: 'chat-line' }, h('strong', {}, base.name || '未命名多维表格')),
      h('span', { class: 'chat-preview' }, base.tables.map(({ name }) => name).join('、')),
    ),
  );

type Controls = {
  readonly go: (spot: Spot | undefined) => void;
  readonly tasks: GridTasks;
};

const baseEntries = ({ bases, spot }: Open, { go }: Controls): readonly HTMLElement[] =>
  bases.length === 0
    ? [h('p', { class: 'empty' }, '还没有多维表格')]
    : bases.map((base) =>
        baseButton(base, base.appToken === spot?.appToken, () => {
          const [table] = base.tables;
          if (table) go({ appToken: base.appToken, tableId: table.tableId });
        }),
      );

const tablesOf = ({ bases, spot }: Open): Base | undefined =>
  bases.find(({ appToken }) => appToken === spot?.appToken);

const tableTabs = (base: Base, { tableId }: Spot, { go }: Controls): HTMLElement =>
  h(
    'div',
    { class: 'tabs scroll-x', role: 'tablist', 'aria-label': '数据表' },
    ...base.tables.map((table) =>
      tabButton(table.name, table.tableId === tableId, () => {
        go({ appToken: base.appToken, tableId: table.tableId });
      }),
    ),
  );

const viewTabs = ({ views, viewId }: Sheet, { appToken, tableId }: Spot, { go }: Controls): HTMLElement =>
  h(
    'div',
    { class: 'views scroll-x', role: 'tablist', 'aria-label': '视图' },
    ...views.map((view) =>
      tabButton(view.conditions > 0 ? `${view.name} · 已筛选` : view.name, view.viewId === viewId, () => {
        go({ appToken, tableId, viewId: view.viewId });
      }),
    ),
  );

const header = (base: Base, { go }: Controls): HTMLElement =>
  h(
    'header',
    { class: 'pane-header' },
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button only-narrow',
        'aria-label': '返回多维表格列表',
        onclick: () => {
          go(undefined);
        },
      },
      icon('back', 22),
    ),
    h('h2', {}, base.name),
  );

const nothingOpen = (): HTMLElement =>
  h('div', { class: 'nothing-open' }, icon('table', 56), h('p', {}, '选一个多维表格'));

const sheetNodes = (open: Open, controls: Controls): readonly HTMLElement[] => {
  const base = tablesOf(open);
  const { spot, sheet } = open;
  if (!base || !spot) return [nothingOpen()];
  const top = [header(base, controls), tableTabs(base, spot, controls)];
  if (!sheet) return top;
  const grid = h('div', { class: 'grid-box scroll-x', tabindex: 0 }, ...baseGrid(sheet, controls.tasks));
  return [...top, viewTabs(sheet, spot, controls), grid];
};

const focusedCell = (): (() => Element | undefined) => {
  const cell = document.activeElement?.closest('.cell');
  const row = cell?.closest('tr');
  const recordId = row?.dataset['record'];
  if (!cell || !row || recordId === undefined) return () => undefined;
  const at = [...row.children].indexOf(cell);
  return () => document.querySelector(`[data-record="${CSS.escape(recordId)}"]`)?.children[at];
};

/** Where the reader is in the grid: the scroll position and the cell with the focus. */
const keepPlace = (pane: HTMLElement): (() => void) => {
  const box = pane.querySelector('.grid-box');
  const [left, top] = [box?.scrollLeft ?? 0, box?.scrollTop ?? 0];
  const find = focusedCell();
  return () => {
    pane.querySelector('.grid-box')?.scrollTo({ left, top });
    const cell = find();
    if (cell instanceof HTMLElement) cell.focus({ preventScroll: true });
  };
};

/** Draws at once, or after an open editor is closed: nobody loses what they are typing. */
const createDraw = (pane: HTMLElement, draw: () => void): (() => void) => {
  let isWaiting = false;
  const tryDraw = (): void => {
    isWaiting = pane.querySelector('.is-editing') !== null;
    if (!isWaiting) draw();
  };
  pane.addEventListener('focusout', () => {
    if (isWaiting) setTimeout(tryDraw);
  });
  return tryDraw;
};

/** 多维表格: Bases, their tables and views, and a grid to read and edit. */
export const basePage = (store: Store, session: Session): HTMLElement => {
  const entries = h('div', { class: 'chat-entries', role: 'navigation', 'aria-label': '多维表格列表' });
  const pane = h('main', { class: 'pane' });
  const colleagues = h('datalist', { id: 'colleagues' });
  const book = createBook(store, () => {
    draw();
  });
  const controls: Controls = { go: session.openSheet, tasks: book.tasks };
  const draw = createDraw(pane, () => {
    const open = book.open();
    const goBack = keepPlace(pane);
    entries.replaceChildren(...baseEntries(open, controls));
    pane.replaceChildren(...sheetNodes(open, controls));
    goBack();
  });
  let known = store.get().people;
  store.watch(({ people }) => {
    if (people === known) return;
    known = people;
    const active = people.filter(({ resigned }) => !resigned);
    colleagues.replaceChildren(...active.map(({ name }) => h('option', { value: name })));
  });
  return h(
    'div',
    { class: 'base-page' },
    h('aside', { class: 'chat-list' }, h('header', {}, h('h1', {}, '多维表格')), entries),
    pane,
    colleagues,
  );
};
