/**
 * The operative lines of the State Council's notices, copied from the published text, so that the calendar is checked
 * against what people can read and not against itself.
 * 2024: 国办发明电〔2023〕7号, 2023-10-25 (zh.wikisource.org, 国务院办公厅关于2024年部分节假日安排的通知)
 * 2025: 国办发明电〔2024〕12号, 2024-11-12 (新华社 2024-11-12)
 * 2026: 国办发明电〔2025〕7号, 2025-11-04 (politics.gmw.cn/2025-11/04/content_38391083.htm)
 */
const notices: Readonly<Record<number, readonly string[]>> = {
  2024: [
    '一、元旦：1月1日放假，与周末连休。',
    '二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。',
    '三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。',
    '四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。',
    '五、端午节：6月10日放假，与周末连休。',
    '六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。',
    '七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。',
  ],
  2025: [
    '一、元旦：1月1日（周三）放假1天，不调休。',
    '二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。',
    '三、清明节：4月4日（周五）至6日（周日）放假，共3天。',
    '四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。',
    '五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。',
    '六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。',
  ],
  2026: [
    '一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。',
    '二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。',
    '三、清明节：4月4日（周六）至6日（周一）放假，共3天。',
    '四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。',
    '五、端午节：6月19日（周五）至21日（周日）放假，共3天。',
    '六、中秋节：9月25日（周五）至27日（周日）放假，共3天。',
    '七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。',
  ],
};

type Published = { readonly off: ReadonlySet<string>; readonly worked: ReadonlySet<string> };

const two = (text: string | number): string => String(text).padStart(2, '0');

const single = /：(\d+月\d+日)放假/;
const block = /：((\d+月)\d+日)至((?:\d+月)?\d+日)放假/;

const utc = (year: number, text: string): number => {
  const [month, day] = text.split('月').map((part) => Number.parseInt(part, 10));
  return Date.UTC(year, Number(month) - 1, day);
};

/** First and last day of 「4月4日至6日放假」 or 「1月1日放假」; the month of the last is left out when it is the same. */
const ends = (text: string): readonly [string, string] => {
  const [, from, month, to] = block.exec(text) ?? [];
  if (from && month && to) return [from, to.includes('月') ? to : month + to];
  const [, only = ''] = single.exec(text) ?? [];
  return [only, only];
};

const span = (year: number, line: string): string[] => {
  const text = line.replaceAll(/（[^）]*）/g, '');
  const [from, to] = ends(text);
  const days: string[] = [];
  for (let at = utc(year, from); at <= utc(year, to); at += 86_400_000) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  if (days.length !== Number(/共(\d+)天/.exec(text)?.[1] ?? 1)) throw new Error(`miscounted: ${line}`);
  return days;
};

const workedDays = (year: number, line: string): string[] =>
  [...line.matchAll(/(\d+)月(\d+)日（(?:星期|周)[六日]）(?=、\d|上班)/g)].map(
    ([, month = '', day = '']) => `${year}-${two(month)}-${two(day)}`,
  );

/** What the notice says, read by a few patterns that share no code with the calendar. */
export const published = (year: number): Published => {
  const lines = notices[year] ?? [];
  return {
    off: new Set(lines.flatMap((line) => span(year, line))),
    worked: new Set(lines.flatMap((line) => workedDays(year, line))),
  };
};
