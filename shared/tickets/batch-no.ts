const cue = '(?:批次号?|批号|生产批号|产品批号|喷码|批)';
const gap = '[号码是为:：\\s]{0,4}';

/** 20261012, 20261012A, 2026101203-B: how the company prints a batch. */
const printed = new RegExp(`${cue}${gap}(20\\d{6}[A-Za-z0-9-]{0,6})(?!\\d)`);
const dated = new RegExp(`(?:${cue}|生产日期)${gap}(20\\d{2})[年./-](\\d{1,2})[月./-](\\d{1,2})`);

/** The batch that a customer copies from the bag; a day of production is its number. */
export const batchNoIn = (text: string): string | undefined => {
  const [, number] = printed.exec(text) ?? [];
  if (number !== undefined) return number.toUpperCase();
  const [, year, month = '', day = ''] = dated.exec(text) ?? [];
  return year === undefined ? undefined : `${year}${month.padStart(2, '0')}${day.padStart(2, '0')}`;
};
