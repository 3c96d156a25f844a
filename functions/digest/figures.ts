import type { Day } from '../../shared/calendar/day.ts';
import type { ComparisonName } from '../../shared/digests/definition.ts';
import { type MetricName, metrics, type Unit } from '../../shared/digests/metrics.ts';
import { daysInMonth } from '../../shared/digests/queries.ts';
import type { Reading } from '../../shared/digests/readings.ts';
import { grouped, inUnit, money, nothing, percent } from '../../shared/digests/wording.ts';
import type { CardElement, ColumnSet } from '../../shared/feishu/card-json.ts';
import { coloured, figureGrid, markdown } from '../../shared/feishu/cards.ts';
import { clip, escapeMarkdown } from '../../shared/feishu/markdown.ts';

/** Good or bad for us; `flat` is neither, `none` could not be compared. */
export type Tone = 'good' | 'bad' | 'flat' | 'none';
export type Comparison = { readonly name: ComparisonName; readonly text: string; readonly tone: Tone };
export type Figure = {
  readonly metric: MetricName;
  readonly label: string;
  readonly text: string;
  readonly extra?: string;
  readonly comparisons: readonly Comparison[];
};

/** 38.0万（1 笔，最长 45 天）. */
export const valueText = (metric: MetricName, { value, extra }: Reading): string =>
  `${inUnit(metrics[metric].unit, value)}${extra ? `（${extra}）` : ''}`;

/** Rates change in points, days in days, everything else in per cent; all in tenths, as they are shown. */
const changeOf = (unit: Unit, value: number, base: number): { tenths: number; word: string } => {
  if (unit === 'ratio') return { tenths: Math.round((value - base) * 1000), word: 'pt' };
  if (unit === 'days') return { tenths: Math.round(value) * 10 - Math.round(base) * 10, word: '天' };
  return { tenths: Math.round(((value - base) / base) * 1000), word: '%' };
};

const digitsFor = (word: string, tenths: number): number =>
  word === '天' || Math.abs(tenths) >= 10_000 ? 0 : 1;

const toneOf = (metric: MetricName, tenths: number): Tone => {
  const { good } = metrics[metric];
  if (good === 'neutral') return 'flat';
  return tenths > 0 === (good === 'up') ? 'good' : 'bad';
};

/** Per cent of a loss means nothing; points between two rates always do. */
const isUsable = (unit: Unit, base: number): boolean => base > 0 || (base < 0 && unit === 'ratio');

/** `reading` against its base of that name. A missing or zero base can't carry a change. */
export const compare = (metric: MetricName, reading: Reading, name: ComparisonName): Comparison => {
  const base = reading.bases[name] ?? null;
  const { value } = reading;
  const incomparable = { name, text: nothing, tone: 'none' } as const;
  const { unit } = metrics[metric];
  if (value === null || base === null || !isUsable(unit, base)) return incomparable;
  const { tenths, word } = changeOf(unit, value, base);
  if (!Number.isFinite(tenths)) return incomparable;
  if (tenths === 0) return { name, text: '持平', tone: 'flat' };
  const size = grouped(Math.abs(tenths) / 10, digitsFor(word, tenths));
  return { name, text: `${tenths > 0 ? '▲' : '▼'}${size}${word}`, tone: toneOf(metric, tenths) };
};

/** Only comparisons that the source can answer in principle are listed; those it can't answer today print 「—」. */
export const figureOf = (metric: MetricName, reading: Reading, names: readonly ComparisonName[]): Figure => ({
  metric,
  label: metrics[metric].label,
  text: inUnit(metrics[metric].unit, reading.value),
  ...(reading.extra && { extra: reading.extra }),
  comparisons: names.filter((name) => name in reading.bases).map((name) => compare(metric, reading, name)),
});

/** Which colour is good news: 红涨绿跌 as Chinese markets print it, or the other way round. */
export type ColourStyle = '红涨绿跌' | '绿涨红跌';

/** The one place where a tone becomes a colour; the arrow and the name of the comparison say the same without it. */
export const toneColour = (tone: Tone, style: ColourStyle): 'red' | 'green' | 'grey' => {
  if (tone === 'flat' || tone === 'none') return 'grey';
  return (tone === 'good') === (style === '红涨绿跌') ? 'red' : 'green';
};

/** 达成 against 时间进度, all in tenths of a per cent as shown; `ahead` is their difference. */
export type Progress = { readonly text: string; readonly tone: Tone };

const aheadText = (tenths: number): string => {
  if (tenths === 0) return '与时间进度持平';
  return `${tenths > 0 ? '领先' : '落后'} ${grouped(Math.abs(tenths) / 10, 1)}pt`;
};

/** An ideographic space sets the parts of a line apart without punctuation. */
const wide = '\u3000';

/** The month up to and including `day` against the month's target. */
export const progressOf = (doneFen: number, targetFen: number | null, day: Day): Progress => {
  if (targetFen === null || targetFen <= 0) {
    return { text: `本月 ${money(doneFen)}${wide}目标未设置`, tone: 'none' };
  }
  const reached = Math.round((doneFen / targetFen) * 1000);
  const time = Math.round((Number(day.slice(8, 10)) / daysInMonth(day)) * 1000);
  const ahead = reached - time;
  const shares = [`达成 ${percent(reached / 1000)}`, `时间进度 ${percent(time / 1000)}`, aheadText(ahead)];
  // Two lines: as one a phone breaks it within 「落后」.
  const text = `本月 ${money(doneFen)} / ${money(targetFen)}\n${shares.join(wide)}`;
  return { text, tone: ahead === 0 ? 'flat' : ahead > 0 ? 'good' : 'bad' };
};

/** Foreign text as markdown, cut so that a card stays far below Feishu's 30 KB whatever the source delivers. */
export const plain = (text: string, longest = 100): string => escapeMarkdown(clip(text, longest));

/** 较昨日 ▲6.2%, coloured. */
export const comparisonText = ({ name, text, tone }: Comparison, style: ColourStyle): string =>
  `${name} ${coloured(text, toneColour(tone, style))}`;

const notesOf = (figure: Figure, style: ColourStyle): readonly string[] => [
  ...(figure.extra ? [plain(figure.extra, 40)] : []),
  ...figure.comparisons.map((comparison) => comparisonText(comparison, style)),
];

/** The figures of the leading section, large. */
export const fullGrid = (figures: readonly Figure[], style: ColourStyle): readonly ColumnSet[] =>
  figureGrid(
    figures.map((figure) => ({ label: figure.label, value: figure.text, notes: notesOf(figure, style) })),
  );

/** One figure a line: columns of different height would stand askew on a phone. */
export const figureLines = (figures: readonly Figure[], style: ColourStyle): CardElement =>
  markdown(
    figures
      .map((figure) =>
        [coloured(figure.label, 'grey'), `**${figure.text}**`, ...notesOf(figure, style)].join(wide),
      )
      .join('\n'),
  );
