import type { Span } from '../../shared/calendar/quiet-hours.ts';

/** 晚上10点, 22:00, 22：30, 8点半, 24点. */
const time =
  /(凌晨|早上|早|上午|中午|下午|傍晚|晚上|晚)?\s*(\d{1,2})\s*(?:[:：]\s*(\d{2})|[点时]\s*(半|\d{1,2}\s*分?)?)/u;
const span = new RegExp(
  `^\\s*${time.source}\\s*(?:-|–|—|~|～|到|至)+\\s*(?:次日|第二天|明早)?\\s*${time.source}`,
  'u',
);

const minuteMost = 60;

/** 下午1点 is 13, 中午1点 too, 晚上12点 is midnight. */
const hourOf = (part: string, said: number): number => {
  if (part.includes('晚') && said === 12) return 24;
  const isLater = /下午|傍晚|晚/u.test(part) ? said < 12 : part === '中午' && said < 3;
  return isLater ? said + 12 : said;
};

const minutesOf = (colon: string | undefined, words: string | undefined): number => {
  if (words === '半') return 30;
  return Number(colon ?? words?.replace(/\D/gu, '') ?? 0);
};

const pad = (value: number): string => String(value).padStart(2, '0');

const timeOf = ([part, hours, colon, words]: readonly (string | undefined)[]): string | undefined => {
  const hour = hourOf(part ?? '', Number(hours));
  const minutes = minutesOf(colon, words);
  const isTime = minutes < minuteMost && (hour < 24 || (hour === 24 && minutes === 0));
  return isTime ? `${pad(hour % 24)}:${pad(minutes)}` : undefined;
};

const most = 3;

/** The first of the spans that the text says, and what follows it. */
const readSpan = (text: string): { readonly span: Span; readonly rest: string } | undefined => {
  const found = span.exec(text);
  if (!found) return undefined;
  const [from, to] = [timeOf(found.slice(1, 5)), timeOf(found.slice(5, 9))];
  if (!from || !to || from === to) return undefined;
  return { span: { from, to }, rest: text.slice(found[0].length).replace(/^[\s,，、;；和及]+/u, '') };
};

/** 「22:00-08:00」, 「晚上10点到早上8点半」, up to three of them; `undefined` when it says something else. */
export const readSpans = (text: string): readonly Span[] | undefined => {
  const spans: Span[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const next = readSpan(rest);
    if (!next) return undefined;
    spans.push(next.span);
    ({ rest } = next);
  }
  return spans.length <= most ? spans : undefined;
};

const leastFreeMinutes = 240;
const minutesIn = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const isQuietAt =
  (minute: number) =>
  ({ from, to }: Span): boolean => {
    const [start, end] = [minutesIn(from), minutesIn(to)];
    return start < end ? minute >= start && minute < end : minute >= start || minute < end;
  };

/** Whoever could never be reached would miss what the company has to tell them. */
export const leavesTime = (spans: readonly Span[]): boolean =>
  Array.from({ length: 1_440 }, (_, minute) => minute).filter((minute) => !spans.some(isQuietAt(minute)))
    .length >= leastFreeMinutes;
