import { type CardContext, type Renderer } from './card-context.ts';
import { applyBox } from './card-style.ts';
import { h } from './dom.ts';
import { childOf, isJson, type Json, listOf, numberOf, textOf } from './json.ts';
import { markdown } from './markdown.ts';
import { textTag } from './markdown-inline.ts';
import { fullTime } from './time.ts';

const numeric = (value: number, format: Json | undefined): string => {
  const precision = format ? numberOf(format, 'precision', 0) : undefined;
  const text = new Intl.NumberFormat('zh-CN', {
    useGrouping: format?.['separator'] === true || format?.['seperator'] === true,
    ...(precision === undefined
      ? {}
      : { minimumFractionDigits: precision, maximumFractionDigits: precision }),
  }).format(value);
  return `${textOf(format, 'symbol')}${text}`;
};

const optionTags = (value: unknown): HTMLElement =>
  h(
    'span',
    { class: 'tags' },
    ...(Array.isArray(value) ? value.filter(isJson) : []).map((item) =>
      textTag(textOf(item, 'text'), textOf(item, 'color')),
    ),
  );

const people = (value: unknown, context: CardContext): string => {
  const ids = Array.isArray(value) ? value : [value];
  return ids.map((id) => (typeof id === 'string' ? (context.nameOf(id) ?? '成员') : '成员')).join('、');
};

const plain = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

type Cell = (value: unknown, column: Json, context: CardContext) => Node | string;

const CELLS: ReadonlyMap<string, Cell> = new Map<string, Cell>([
  [
    'number',
    (value, column) => (typeof value === 'number' ? numeric(value, childOf(column, 'format')) : plain(value)),
  ],
  ['lark_md', (value, _, context) => markdown(plain(value), context)],
  ['markdown', (value, _, context) => markdown(plain(value), context)],
  ['options', optionTags],
  ['persons', (value, _, context) => people(value, context)],
  ['date', (value) => (typeof value === 'number' ? fullTime(new Date(value).toISOString()) : plain(value))],
]);

const cell: Cell = (value, column, context) =>
  (CELLS.get(textOf(column, 'data_type')) ?? plain)(value, column, context);

const alignOf = (column: Json): string =>
  `cell-${textOf(column, 'horizontal_align', textOf(column, 'data_type') === 'number' ? 'right' : 'left')}`;

const rowOf = (row: Json, columns: readonly Json[], context: CardContext): HTMLElement =>
  h(
    'tr',
    {},
    ...columns.map((column) =>
      h('td', { class: alignOf(column) }, cell(row[textOf(column, 'name')], column, context)),
    ),
  );

const headOf = (columns: readonly Json[]): HTMLElement =>
  h(
    'thead',
    {},
    h(
      'tr',
      {},
      ...columns.map((column) =>
        h(
          'th',
          { class: alignOf(column), scope: 'col' },
          textOf(column, 'display_name') || textOf(column, 'name'),
        ),
      ),
    ),
  );

/** 表格, `page_size` rows at a time. */
export const renderTable: Renderer = (element, context) => {
  const columns = listOf(element, 'columns');
  const rows = listOf(element, 'rows');
  const size = Math.min(Math.max(numberOf(element, 'page_size', 5), 1), 10);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const body = h('tbody');
  const place = h('span', { 'aria-live': 'polite' });
  let page = 0;
  const turn = (by: number): void => {
    page = Math.min(Math.max(page + by, 0), pages - 1);
    body.replaceChildren(
      ...rows.slice(page * size, (page + 1) * size).map((row) => rowOf(row, columns, context)),
    );
    place.textContent = `${page + 1} / ${pages}`;
  };
  turn(0);
  const turner = (label: string, by: number): HTMLElement =>
    h(
      'button',
      {
        type: 'button',
        class: 'btn btn-text btn-small',
        onclick: () => {
          turn(by);
        },
      },
      label,
    );
  const node = h(
    'div',
    { class: 'card-table' },
    h('div', { class: 'scroll-x' }, h('table', {}, headOf(columns), body)),
    pages > 1 && h('div', { class: 'pager' }, turner('上一页', -1), place, turner('下一页', 1)),
  );
  applyBox(node, element, context.config);
  return node;
};
