import { type Day, weekday } from '../calendar/day.ts';
import { spanWords } from '../follow-ups/span.ts';
import type { Unit } from './metrics.ts';

/** What stands where a number can't: no base, a base of zero, nothing delivered. */
export const nothing = '—';

// Made once: toLocaleString makes a new one for every number, and a morning has thousands.
const formats = [0, 1, 2].map(
  (digits) =>
    new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
);

export const grouped = (value: number, digits = 0): string => formats[digits]?.format(value) ?? String(value);

const minus = (value: number, text: string): string => (value < 0 ? `−${text}` : text);

// Each step is left as soon as rounding would fill it: 9,999.5 yuan is 1.0万, never 10,000元.
const absMoney = (fen: number): string => {
  const yuan = Math.round(fen / 100);
  if (yuan < 10_000) return `${grouped(yuan)}元`;
  const tenths = Math.round(fen / 100_000);
  if (tenths < 10_000) return `${grouped(tenths / 10, 1)}万`;
  const wan = Math.round(fen / 1_000_000);
  if (wan < 10_000) return `${grouped(wan)}万`;
  return `${grouped(Math.round(fen / 100_000_000) / 100, 2)}亿`;
};

/** Fen as people read them: 9,876元, 186.4万, 3,918万, 1.24亿. */
export const money = (fen: number): string => minus(fen, absMoney(Math.abs(fen)));

const price = (fen: number): string => {
  const tenths = Math.round(Math.abs(fen) / 10);
  return tenths < 100_000 ? minus(fen, `${grouped(tenths / 10, 1)}元`) : money(fen);
};

const absCount = (value: number): string => {
  const tenths = Math.round(value / 1000);
  return tenths < 100 ? grouped(Math.round(value)) : `${grouped(tenths / 10, 1)}万`;
};

/** 1,234 or, from a hundred thousand on, 12.3万. */
export const count = (value: number): string => minus(value, absCount(Math.abs(value)));

/** A ratio as a percentage with one decimal. */
export const percent = (ratio: number): string =>
  minus(ratio, `${grouped(Math.round(Math.abs(ratio) * 1000) / 10, 1)}%`);

/** A value in its unit; 「—」 without one. */
export const inUnit = (unit: Unit, value: number | null): string => {
  if (value === null || !Number.isFinite(value)) return nothing;
  if (typeof unit === 'object') return `${count(value)}${unit.count}`;
  const words = {
    money: () => money(value),
    price: () => price(value),
    ratio: () => percent(value),
    minutes: () => spanWords(value * 60_000),
    points: () => minus(value, `${grouped(Math.round(Math.abs(value) * 10) / 10, 1)}分`),
    days: () => `${minus(value, grouped(Math.round(Math.abs(value))))}天`,
  };
  return words[unit]();
};

const weekdays = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'];
export const weekdayWord = (day: Day): string => weekdays[weekday(day) - 1] ?? '';
