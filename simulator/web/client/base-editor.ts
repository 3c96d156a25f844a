import type { Field } from './base-api.ts';
import { hasTime, namesIn, TYPE } from './base-cell.ts';
import { h } from './dom.ts';
import { isJson, textOf } from './json.ts';
import { dateInput, dateOf } from './time.ts';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** What is typed or chosen, and the value that the API takes for it; null clears. */
export type Editor = {
  readonly control: Control;
  readonly read: () => unknown;
  /** A choice is taken at once; text waits for Enter or for the focus to leave. */
  readonly isChoice: boolean;
};

type Make = (field: Field, value: unknown) => Editor;

const emptyToNull = (text: string): string | null => (text.trim() === '' ? null : text);
const plain = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

const textEditor: Make = ({ name }, value) => {
  const control = h('textarea', { rows: 1, class: 'cell-input', 'aria-label': name });
  control.value = plain(value);
  return { control, read: () => emptyToNull(control.value), isChoice: false };
};

const inputEditor =
  (type: string, toValue: (text: string) => unknown): Make =>
  ({ name }, value) => {
    const control = h('input', { type, class: 'cell-input', 'aria-label': name, step: 'any' });
    control.value = isJson(value) ? textOf(value, 'link') : plain(value);
    return { control, read: () => (control.value === '' ? null : toValue(control.value)), isChoice: false };
  };

const dateEditor: Make = (field, value) => {
  const isPrecise = hasTime(field);
  const type = isPrecise ? 'datetime-local' : 'date';
  const control = h('input', { type, class: 'cell-input', 'aria-label': field.name });
  control.value = typeof value === 'number' ? dateInput(value, isPrecise) : '';
  return { control, read: () => (control.value === '' ? null : dateOf(control.value)), isChoice: false };
};

const optionNodes = (names: readonly string[], chosen: readonly string[]): readonly HTMLElement[] =>
  names.map((name) => h('option', { value: name, selected: chosen.includes(name) }, name));

const selectEditor: Make = ({ name, options }, value) => {
  const names = options.map((option) => option.name);
  const empty = h('option', { value: '' }, '（空）');
  const attributes = { class: 'cell-input', 'aria-label': name };
  const control = h('select', attributes, empty, ...optionNodes(names, [plain(value)]));
  return { control, read: () => emptyToNull(control.value), isChoice: true };
};

const chosenIn = (control: HTMLSelectElement): readonly string[] | null => {
  const chosen = Array.from(control.selectedOptions, ({ value }) => value);
  return chosen.length > 0 ? chosen : null;
};

const multiSelectEditor: Make = ({ name, options }, value) => {
  const names = options.map((option) => option.name);
  const attributes = {
    class: 'cell-input',
    'aria-label': name,
    multiple: true,
    size: Math.min(names.length, 6),
  };
  const control = h('select', attributes, ...optionNodes(names, namesIn(value)));
  return { control, read: () => chosenIn(control), isChoice: false };
};

/** People are typed by name, the list helps; several are separated by 、. */
const personEditor: Make = ({ name }, value) => {
  const control = h('input', { type: 'text', class: 'cell-input', 'aria-label': name, list: 'colleagues' });
  control.value = namesIn(value).join('、');
  const read = (): unknown => {
    const names = control.value.split(/[、,，\s]+/u).filter((part) => part !== '');
    return names.length > 0 ? names.map((id) => ({ id })) : null;
  };
  return { control, read, isChoice: false };
};

const linkOf = (text: string): object => ({ link: text, text });

const MAKERS: Readonly<Record<number, Make>> = {
  [TYPE.text]: textEditor,
  [TYPE.number]: inputEditor('number', Number),
  [TYPE.select]: selectEditor,
  [TYPE.multiSelect]: multiSelectEditor,
  [TYPE.date]: dateEditor,
  [TYPE.user]: personEditor,
  [TYPE.phone]: inputEditor('tel', (text) => text),
  [TYPE.url]: inputEditor('url', linkOf),
};

/** Undefined for what nobody may type: 附件, 创建时间 and the like. */
export const editorFor = (field: Field, value: unknown): Editor | undefined =>
  MAKERS[field.type]?.(field, value);

export const isEditable = ({ type }: Field): boolean => type in MAKERS || type === TYPE.checkbox;
