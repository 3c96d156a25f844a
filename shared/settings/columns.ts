import { atTime, dayOf } from '../calendar/day.ts';
import { type Cell, isChecked, numberIn, peopleIn, textIn, textsIn } from './cells.ts';
import { type Known, nameOf } from './known.ts';

export type FieldKind = 'text' | 'number' | 'choice' | 'choices' | 'date' | 'checkbox' | 'people';

/** A value (absent: the cell is empty), or what is wrong with the cell in words, with an example. */
export type Read = { readonly value?: unknown } | { readonly problem: string };

/** One column of a settings table: how its field is made, and what its cells mean. */
export type Column = {
  readonly name: string;
  readonly kind: FieldKind;
  readonly options?: (known: Known) => readonly string[];
  readonly read: (cell: unknown, known: Known) => Read;
  readonly write: (value: unknown, known: Known) => Cell;
  /** For whoever compares two versions. */
  readonly show: (value: unknown, known: Known) => string;
};

export type Rule = { readonly example: string; readonly required?: boolean };

const nothing = '（空）';

/** 「首响（分）」要填 1–1440 的数字，例：15. */
const objection = (name: string, needs: string, example: string): Read => ({
  problem: `「${name}」${needs}，例：${example}`,
});

const emptyOr = (name: string, { example, required = false }: Rule): Read =>
  required ? objection(name, '还没有填', example) : {};

const asText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const asTexts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

/** Free text of one cell. */
export const text = (
  name: string,
  rule: Rule & { readonly maxLength?: number; readonly pattern?: RegExp; readonly needs?: string },
): Column => ({
  name,
  kind: 'text',
  read: (cell) => {
    const value = textIn(cell);
    const { example, maxLength = 200, pattern, needs = '写法不对' } = rule;
    if (value === '') return emptyOr(name, rule);
    if (value.length > maxLength) return objection(name, `最多 ${maxLength} 个字`, example);
    return pattern && !pattern.test(value) ? objection(name, needs, example) : { value };
  },
  write: asText,
  show: (value) => asText(value) || nothing,
});

/** HH:mm, up to 30:00 where a shift may end after midnight. */
export const clock = (name: string, rule: Rule & { readonly until?: '23:59' | '30:00' }): Column => {
  const { until = '23:59', example } = rule;
  const read = (cell: unknown): Read => {
    const value = textIn(cell).replace('：', ':').padStart(5, '0');
    if (textIn(cell) === '') return emptyOr(name, rule);
    const isTime = /^(?:[01]\d|2\d|30):[0-5]\d$/.test(value) && value <= until;
    return isTime ? { value } : objection(name, '要写成 时:分', example);
  };
  return { name, kind: 'text', read, write: asText, show: (value) => asText(value) || nothing };
};

type Range = Rule & {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  /** How many units of the value make one of the column: 60 minutes an hour. */
  readonly per?: number;
};

export const number = (name: string, rule: Range): Column => {
  const { min, max, whole = false, per = 1, example } = rule;
  const shown = (value: unknown): number | null => (typeof value === 'number' ? value / per : null);
  const read = (cell: unknown): Read => {
    const value = numberIn(cell);
    if (value === undefined) return emptyOr(name, rule);
    // NaN compares with nothing.
    const isFit = value >= min && value <= max && (!whole || Number.isInteger(value));
    if (!isFit) return objection(name, `要填 ${min}–${max} 的${whole ? '整数' : '数字'}`, example);
    return { value: per === 1 ? value : Math.round(value * per) };
  };
  return { name, kind: 'number', read, write: shown, show: (value) => shown(value)?.toString() ?? nothing };
};

/** What people choose → what it means to us. */
export type Meanings = Readonly<Record<string, string>>;
export type Choices = (known: Known) => Meanings;

const wordFor = (meanings: Meanings, value: unknown): string =>
  Object.entries(meanings).find(([, meaning]) => meaning === value)?.[0] ?? '';

const few = (meanings: Meanings): string => {
  const words = Object.keys(meanings);
  return words.length > 8 ? `${words.slice(0, 8).join('、')} 等` : words.join('、');
};

/** The field that names a row can't be a choice in Base, so there its words are text. */
export const choice = (name: string, of: Choices, rule: Rule & { readonly isIndex?: boolean }): Column => ({
  name,
  kind: rule.isIndex === true ? 'text' : 'choice',
  options: (known) => Object.keys(of(known)),
  read: (cell, known) => {
    const word = textIn(cell);
    if (word === '') return emptyOr(name, rule);
    const meanings = of(known);
    if (Object.hasOwn(meanings, word)) return { value: meanings[word] };
    return objection(name, `没有「${word.slice(0, 20)}」这一项，可选 ${few(meanings)}`, rule.example);
  },
  write: (value, known) => wordFor(of(known), value) || null,
  show: (value, known) => wordFor(of(known), value) || nothing,
});

/** The chosen ones in the order in which they are offered, so that the order of clicks is no change. */
export const choices = (name: string, of: Choices, rule: Rule): Column => {
  const words = (value: unknown, known: Known): readonly string[] =>
    asTexts(value).map((each) => wordFor(of(known), each));
  return {
    name,
    kind: 'choices',
    options: (known) => Object.keys(of(known)),
    read: (cell, known) => {
      const chosen = textsIn(cell);
      if (chosen.length === 0) return emptyOr(name, rule);
      const meanings = of(known);
      const wrong = chosen.find((word) => !Object.hasOwn(meanings, word));
      if (wrong !== undefined)
        return objection(name, `没有「${wrong.slice(0, 20)}」这一项，可选 ${few(meanings)}`, rule.example);
      const offered = Object.entries(meanings).filter(([word]) => chosen.includes(word));
      return { value: [...new Set(offered.map(([, meaning]) => meaning))] };
    },
    write: words,
    show: (value, known) => words(value, known).join('、') || nothing,
  };
};

const separators = /[、，,；;\s]+/u;

/** Several words in one cell, separated as people do it: 漏发、少发. */
export const words = (name: string, rule: Rule & { readonly maxWords: number }): Column => ({
  name,
  kind: 'text',
  read: (cell) => {
    const value = [...new Set(textIn(cell).split(separators))].filter((word) => word !== '');
    if (value.length === 0) return emptyOr(name, rule);
    const isTooMuch = value.length > rule.maxWords || value.some((word) => word.length > 30);
    return isTooMuch
      ? objection(name, `最多 ${rule.maxWords} 个词，每个 30 字以内`, rule.example)
      : { value };
  },
  write: (value) => asTexts(value).join('、'),
  show: (value) => asTexts(value).join('、') || nothing,
});

/** union_ids of people who work here. */
export const people = (name: string, rule: Rule & { readonly one?: boolean }): Column => ({
  name,
  kind: 'people',
  read: (cell, known) => {
    const value = [...new Set(peopleIn(cell))];
    if (value.length === 0) return emptyOr(name, rule);
    if (rule.one === true && value.length > 1) return objection(name, '只能选一个人', rule.example);
    const isHere = (who: string): boolean => known.people.some(({ person }) => person === who);
    if (!value.every(isHere)) return objection(name, '里有人已离职，或不在直达的可用范围内', rule.example);
    return { value: rule.one === true ? value[0] : value };
  },
  write: (value) => [...asTexts(value), ...(asText(value) ? [asText(value)] : [])].map((id) => ({ id })),
  show: (value, known) =>
    [...asTexts(value), ...(asText(value) ? [asText(value)] : [])]
      .map((who) => nameOf(known, who))
      .join('、') || nothing,
});

/** A day of Asia/Shanghai. */
export const day = (name: string, rule: Rule): Column => ({
  name,
  kind: 'date',
  read: (cell) => {
    const at = numberIn(cell);
    if (at === undefined) return emptyOr(name, rule);
    const isDay = at > 0 && at < Date.parse('2100-01-01');
    return isDay ? { value: dayOf(at) } : objection(name, '要选一个日期', rule.example);
  },
  write: (value) => (typeof value === 'string' ? atTime(value, '00:00').getTime() : null),
  show: (value) => asText(value) || nothing,
});

export const checkbox = (name: string): Column => ({
  name,
  kind: 'checkbox',
  read: (cell) => ({ value: isChecked(cell) }),
  write: (value) => value === true,
  show: (value) => (value === true ? '是' : '否'),
});
