import type { Field, Row, Sheet } from './base-api.ts';
import { cellShown, TYPE } from './base-cell.ts';
import { editorFor, isEditable } from './base-editor.ts';
import { confirmed } from './dialog.ts';
import { h, run } from './dom.ts';
import { icon } from './icons.ts';

/** What the grid asks for; `edit` says whether the value was taken. */
export type GridTasks = {
  readonly edit: (recordId: string, field: Field, value: unknown) => Promise<boolean>;
  readonly add: () => Promise<void>;
  readonly remove: (recordId: string) => Promise<void>;
  readonly more: () => Promise<void>;
};

type Place = { readonly row: Row; readonly field: Field; readonly tasks: GridTasks };

const tickCell = ({ row, field, tasks }: Place): HTMLElement => {
  const input = h('input', {
    type: 'checkbox',
    'aria-label': field.name,
    checked: row.cells[field.fieldId] === true,
  });
  input.addEventListener('change', () => {
    run(tasks.edit(row.recordId, field, input.checked));
  });
  return h('td', { class: 'cell cell-tick' }, input);
};

/** Swaps a cell's text for a control; Enter and leaving take the value, Escape leaves it as it was. */
const openEditor = (cell: HTMLElement, { row, field, tasks }: Place): void => {
  const value = row.cells[field.fieldId];
  const editor = editorFor(field, value);
  if (!editor || cell.classList.contains('is-editing')) return;
  const { control, read, isChoice } = editor;
  const before = JSON.stringify(read());
  const close = (): void => {
    cell.classList.remove('is-editing');
    control.remove();
  };
  const finish = (): void => {
    if (!cell.classList.contains('is-editing')) return;
    const next = read();
    close();
    if (JSON.stringify(next) !== before) run(tasks.edit(row.recordId, field, next));
  };
  control.addEventListener('blur', finish);
  if (isChoice) control.addEventListener('change', finish);
  control.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || event.isComposing) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && !event.shiftKey) finish();
    else return;
    event.preventDefault();
    cell.focus();
  });
  cell.classList.add('is-editing');
  cell.append(control);
  control.focus();
};

const textIn = (children: ReturnType<typeof cellShown>): readonly (Node | string)[] =>
  children.filter((child) => child instanceof Node || typeof child === 'string');

const valueCell = (place: Place): HTMLElement => {
  const { row, field } = place;
  const shown = textIn(cellShown(row.cells[field.fieldId], field));
  const kind = field.type === TYPE.number ? ' cell-number' : '';
  const cell = h('td', { class: `cell${kind}`, tabindex: isEditable(field) ? 0 : undefined }, ...shown);
  if (!isEditable(field)) return cell;
  cell.setAttribute('aria-label', `${field.name}：${cell.textContent}`);
  cell.addEventListener('click', (event) => {
    if (!(event.target instanceof HTMLAnchorElement)) openEditor(cell, place);
  });
  cell.addEventListener('keydown', (event) => {
    if (event.target !== cell || event.key !== 'Enter') return;
    event.preventDefault();
    openEditor(cell, place);
  });
  return cell;
};

const removeButton = (row: Row, tasks: GridTasks): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'row-remove',
      'aria-label': '删除这一行',
      onclick: () => {
        run(
          confirmed('删除记录？', '删除后不能恢复').then(async (isSure) => {
            if (isSure) await tasks.remove(row.recordId);
          }),
        );
      },
    },
    icon('bin', 16),
  );

const rowNode = (row: Row, at: number, { sheet, tasks }: Shown): HTMLElement =>
  h(
    'tr',
    { 'data-record': row.recordId },
    h('th', { class: 'row-head', scope: 'row' }, h('span', {}, String(at + 1)), removeButton(row, tasks)),
    ...sheet.fields.map((field) =>
      field.type === TYPE.checkbox ? tickCell({ row, field, tasks }) : valueCell({ row, field, tasks }),
    ),
  );

type Shown = { readonly sheet: Sheet; readonly tasks: GridTasks };

const headNode = ({ fields }: Sheet): HTMLElement =>
  h(
    'thead',
    {},
    h(
      'tr',
      {},
      h('th', { class: 'row-head', 'aria-label': '行号' }),
      ...fields.map(({ name, type }) => h('th', { scope: 'col', class: `col-${type}` }, name)),
    ),
  );

const addButton = ({ add }: GridTasks): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'add-row',
      onclick: () => {
        run(add());
      },
    },
    icon('plus', 16),
    '新增一行',
  );

const moreButton = ({ rows, total }: Sheet, { more }: GridTasks): HTMLElement | undefined =>
  rows.length < total
    ? h(
        'button',
        {
          type: 'button',
          class: 'btn btn-text btn-small',
          onclick: () => {
            run(more());
          },
        },
        `已显示 ${rows.length} 行，共 ${total} 行，继续加载`,
      )
    : undefined;

/** The rows of a view as a grid whose cells are edited in place. */
export const baseGrid = (sheet: Sheet, tasks: GridTasks): readonly HTMLElement[] => {
  const body = h('tbody', {}, ...sheet.rows.map((row, at) => rowNode(row, at, { sheet, tasks })));
  const table = h('table', { class: 'grid' }, headNode(sheet), body);
  const more = moreButton(sheet, tasks);
  const empty = h('p', { class: 'empty' }, '这个视图里没有记录');
  return [table, ...(sheet.rows.length === 0 ? [empty] : []), addButton(tasks), ...(more ? [more] : [])];
};
