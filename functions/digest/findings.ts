import type { Day } from '../../shared/calendar/day.ts';
import type { AbnormalRule, ComparisonName, Digest } from '../../shared/digests/definition.ts';
import type { Facts } from '../../shared/digests/facts.ts';
import { type MetricName, metrics, type QueryName } from '../../shared/digests/metrics.ts';
import { type Reading, type Readings, salesReadings } from '../../shared/digests/readings.ts';
import { count, inUnit, money, percent } from '../../shared/digests/wording.ts';
import { clip } from '../../shared/feishu/markdown.ts';
import type { FollowUp } from '../../shared/follow-ups/follow-up.ts';
import { type Comparison, compare, valueText } from './figures.ts';
import { ownDetails } from './own-lines.ts';
import { pastLine } from './past-line.ts';

export type Abnormal = {
  readonly level: 'red' | 'orange';
  readonly text: string;
  /** The rule and the part that it holds for: the same line on another day or card has the same key. */
  readonly key: readonly string[];
  /** Who may see the figures of this query may follow it up. */
  readonly query: QueryName;
  /** Who looks after it; absent in a section that nobody gets yet. */
  readonly followUp?: FollowUp;
};

const dots = { red: '🔴', orange: '🟠' } as const;

/** 🔴 代餐奶昔·香草 可售 3 天，补货需 12 天. */
export const dotted = ({ level, text }: Pick<Abnormal, 'level' | 'text'>): string => `${dots[level]} ${text}`;

type Of<When extends AbnormalRule['when']> = Extract<AbnormalRule, { readonly when: When }>;
type ChangeRule = Of<'falls'> | Of<'rises'>;

// Floating point: 0.34 − 0.31 is a little less than 0.03.
const atLeast = (value: number, limit: number): boolean => value >= limit - 1e-9;

const exceeds = (rule: ChangeRule, value: number, base: number): boolean => {
  const moved = rule.when === 'falls' ? base - value : value - base;
  if (rule.pt !== undefined) return atLeast(moved * 100, rule.pt);
  return rule.percent !== undefined && atLeast(moved * 100, rule.percent * base);
};

const baseOf = (readings: Readings, metric: MetricName, name: ComparisonName): number =>
  readings[metric]?.bases[name] ?? 0;

type Part = { readonly name: string; readonly words: string; readonly query: QueryName };

const changed = (rule: ChangeRule, readings: Readings, part: Part): readonly Abnormal[] => {
  const reading = readings[rule.metric];
  const base = baseOf(readings, rule.metric, rule.versus);
  if (typeof reading?.value !== 'number' || base <= 0) return [];
  if (rule.min && baseOf(readings, 'orders', rule.versus) < rule.min.orders) return [];
  if (!exceeds(rule, reading.value, base)) return [];
  const { label, unit } = metrics[rule.metric];
  const { text } = compare(rule.metric, reading, rule.versus);
  return [
    {
      level: rule.level,
      text: `${part.words}${label} ${inUnit(unit, reading.value)}，${rule.versus} ${text}`,
      key: [rule.when, rule.metric, rule.versus, part.name],
      query: part.query,
    },
  ];
};

const channelsIn = ({ channels }: Facts): readonly string[] =>
  [...new Set(channels.map(({ channel }) => channel))].sort();

const changes = (rule: ChangeRule, facts: Facts, day: Day): readonly Abnormal[] => {
  const { query } = metrics[rule.metric];
  if (rule.by === undefined) return changed(rule, facts.readings, { name: '', words: '', query });
  return channelsIn(facts).flatMap((channel) => {
    const rows = facts.channels.filter((row) => row.channel === channel);
    return changed(rule, salesReadings(rows, day, [rule.versus]), {
      name: channel,
      words: `${clip(channel, 12)} `,
      query: 'sales.channels',
    });
  });
};

const above = (rule: Of<'above'>, { readings }: Facts): readonly Abnormal[] => {
  const reading = readings[rule.metric];
  if (!reading || (reading.value ?? rule.value) <= rule.value) return [];
  const { label, query } = metrics[rule.metric];
  const text = `${label} ${valueText(rule.metric, reading)}`;
  return [{ level: rule.level, text, key: [rule.when, rule.metric], query }];
};

const runningOut = (rule: Of<'runsOutBeforeRestock'>, { risks }: Facts): readonly Abnormal[] =>
  risks
    .filter(({ daysOfStock, leadDays }) => daysOfStock < leadDays)
    .sort((a, b) => a.daysOfStock - b.daysOfStock)
    .map(({ product, daysOfStock, leadDays }) => ({
      level: rule.level,
      text: `${product} 可售 ${count(Math.floor(daysOfStock))} 天，补货需 ${count(leadDays)} 天`,
      key: [rule.when, product],
      query: 'stock.risks',
    }));

/** 鸡胸肉 批次20260510 剩 29%（79 天），2,140 件 4.1万，建议：停止入京东仓. */
const expiringText = (lot: Facts['expiring'][number]): string =>
  [
    `${lot.product} 批次${lot.batch} 剩 ${percent(lot.remainingRatio)}（${count(lot.remainingDays)} 天）`,
    `${count(lot.qty)} 件 ${money(lot.costFen)}`,
    ...(lot.advice ? [`建议：${lot.advice}`] : []),
  ].join('，');

const expiring = (rule: Of<'expiring'>, facts: Facts): readonly Abnormal[] =>
  facts.expiring
    .filter(({ remainingRatio }) => remainingRatio <= rule.remainingRatioAtMost)
    .sort((a, b) => a.remainingRatio - b.remainingRatio)
    .map((lot) => ({
      level: rule.level,
      text: expiringText(lot),
      key: [rule.when, lot.product, lot.batch],
      query: 'stock.expiring',
    }));

const check = (rule: AbnormalRule, facts: Facts, day: Day): readonly Abnormal[] => {
  switch (rule.when) {
    case 'falls':
    case 'rises':
      return changes(rule, facts, day);
    case 'above':
      return above(rule, facts);
    case 'beyond':
      return pastLine(rule, facts.readings);
    case 'runsOutBeforeRestock':
      return runningOut(rule, facts);
    case 'expiring':
      return expiring(rule, facts);
  }
};

/** Every rule of the digest against the facts about `day`, red before orange. */
export const abnormalOf = ({ abnormal }: Digest, facts: Facts, day: Day): readonly Abnormal[] => {
  const found = abnormal.flatMap((rule) => check(rule, facts, day));
  return [
    ...found.filter(({ level }) => level === 'red'),
    ...found.filter(({ level }) => level === 'orange'),
  ];
};

export type DetailLine = {
  readonly text: string;
  readonly comparison?: Comparison;
  /** Where it can be looked at. */
  readonly url?: string;
};

/** A list behind the headline: 渠道, 单品前五. Plain text; the comparison gets its colour on the card. */
export type Detail = {
  readonly title: string;
  readonly lines: readonly DetailLine[];
  /** So many are shown, five unless it says more. */
  readonly most?: number;
};

/** The comparison to speak about: the same weekday says more than the day before. */
export const leadingName = (reading: Reading, names: readonly ComparisonName[]): ComparisonName | undefined =>
  [...names]
    .sort((a, b) => Number(b === '较上周同日') - Number(a === '较上周同日'))
    .find((name) => (reading.bases[name] ?? 0) > 0);

type ChannelChange = { readonly channel: string; readonly reading: Reading };

const channelReadings = (
  facts: Facts,
  day: Day,
  names: readonly ComparisonName[],
): readonly ChannelChange[] =>
  channelsIn(facts)
    .map((channel) => {
      const rows = facts.channels.filter((row) => row.channel === channel);
      return { channel, reading: salesReadings(rows, day, names).paidAmount };
    })
    .sort((a, b) => (b.reading.value ?? 0) - (a.reading.value ?? 0));

const signed = (fen: number): string => `${fen > 0 ? '+' : ''}${money(fen)}`;

const largestIn = (
  direction: number,
  changesFen: readonly { readonly channel: string; readonly fen: number }[],
): string => {
  const [largest] = changesFen
    .filter(({ fen }) => fen * direction > 0)
    .sort((a, b) => Math.abs(b.fen) - Math.abs(a.fen));
  if (largest === undefined) return '';
  return `，${direction > 0 ? '增长' : '下滑'}主要来自 ${clip(largest.channel, 12)} ${signed(largest.fen)}`;
};

/** 支付金额较上周同日 ▼1.8%，下滑主要来自 抖音 −12.6万. */
export const conclusionOf = ({ compare: names }: Digest, facts: Facts, day: Day): string | undefined => {
  const paid = facts.readings.paidAmount;
  const versus = paid && leadingName(paid, names);
  if (!paid || versus === undefined || paid.value === null) return undefined;
  const total = paid.value - (paid.bases[versus] ?? 0);
  const parts = channelReadings(facts, day, [versus]).map(({ channel, reading }) => ({
    channel,
    fen: (reading.value ?? 0) - (reading.bases[versus] ?? 0),
  }));
  return `支付金额${versus} ${compare('paidAmount', paid, versus).text}${total === 0 ? '' : largestIn(Math.sign(total), parts)}`;
};

const channelDetail = ({ compare: names }: Digest, facts: Facts, day: Day): Detail => {
  const near = names.filter((name) => name === '较上周同日');
  return {
    title: '渠道',
    lines: channelReadings(facts, day, near).map(({ channel, reading }) => ({
      text: `${clip(channel, 12)} ${money(reading.value ?? 0)}`,
      ...(near[0] && { comparison: compare('paidAmount', reading, near[0]) }),
    })),
  };
};

const productDetail = ({ products }: Facts): Detail => ({
  title: '单品前五',
  lines: [...products]
    .sort((a, b) => b.paidFen - a.paidFen)
    .slice(0, 5)
    .map(({ product, paidFen, quantity }) => ({
      text: `${product} ${money(paidFen)} · ${count(quantity)} 件`,
    })),
});

const lotDetail = (facts: Facts): Detail => ({
  title: '临期批次',
  lines: [...facts.expiring]
    .sort((a, b) => a.remainingRatio - b.remainingRatio)
    .slice(0, 5)
    .map((lot) => ({ text: expiringText(lot) })),
});

/** The lists that have lines. */
export const detailsOf = (digest: Digest, facts: Facts, day: Day): readonly Detail[] =>
  [channelDetail(digest, facts, day), productDetail(facts), lotDetail(facts), ...ownDetails(facts)].filter(
    ({ lines }) => lines.length > 0,
  );
