import type { Field } from './base-api.ts';
import { type Child, h } from './dom.ts';
import { isJson, type Json, textOf } from './json.ts';
import { cellDate } from './time.ts';

/** Field types of open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-field/guide. */
export const TYPE = {
  text: 1,
  number: 2,
  select: 3,
  multiSelect: 4,
  date: 5,
  checkbox: 7,
  user: 11,
  phone: 13,
  url: 15,
  attachment: 17,
  createdTime: 1001,
  changedTime: 1002,
  createdBy: 1003,
  changedBy: 1004,
} as const;

const TONES = [
  'blue',
  'wathet',
  'turquoise',
  'green',
  'lime',
  'yellow',
  'orange',
  'red',
  'carmine',
  'purple',
  'grey',
];

const optionTag = (name: string, { options }: Field): HTMLElement => {
  const color = options.find((option) => option.name === name)?.color ?? TONES.length - 1;
  return h('span', { class: `option tone-${TONES[color % TONES.length] ?? 'grey'}` }, name);
};

/** Names of options, of people, of files. */
export const namesIn = (value: unknown): readonly string[] => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.map((item) => (isJson(item) ? textOf(item, 'name') : String(item)));
};

const DATES: readonly number[] = [TYPE.date, TYPE.createdTime, TYPE.changedTime];
const PEOPLE: readonly number[] = [TYPE.user, TYPE.createdBy, TYPE.changedBy];

export const hasTime = ({ type, dateFormat }: Field): boolean =>
  type !== TYPE.date || dateFormat.includes('HH');

const linkShown = (value: Json): HTMLElement | string => {
  const url = textOf(value, 'link');
  const text = textOf(value, 'text');
  const isWeb = /^https?:\/\//u.test(url);
  return isWeb ? h('a', { href: url, target: '_blank', rel: 'noreferrer' }, text) : text;
};

const listShown = (value: unknown, field: Field): readonly Child[] => {
  const names = namesIn(value);
  if (PEOPLE.includes(field.type))
    return names.map((name) => h('span', { class: 'option person-option' }, name));
  if (field.type === TYPE.multiSelect) return names.map((name) => optionTag(name, field));
  return names.map((name) => h('span', { class: 'option tone-grey' }, name));
};

/** A text, a number, one option or a moment. */
const simpleShown = (value: string | number, field: Field): Child => {
  if (field.type === TYPE.select) return optionTag(String(value), field);
  return DATES.includes(field.type) ? cellDate(Number(value), hasTime(field)) : String(value);
};

/** What a cell shows; a tick is drawn by its own control. */
export const cellShown = (value: unknown, field: Field): readonly Child[] => {
  if (Array.isArray(value)) return listShown(value, field);
  if (isJson(value)) return [linkShown(value)];
  return typeof value === 'string' || typeof value === 'number' ? [simpleShown(value, field)] : [];
};
