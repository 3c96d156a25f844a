import { grouped, inUnit, nothing, percent } from '../../shared/digests/wording.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { card, figureGrid, markdown } from '../../shared/feishu/cards.ts';
import { escapeMarkdown } from '../../shared/feishu/markdown.ts';
import type { Days } from '../../shared/tickets/numbers.ts';
import type { Ratios, Side } from './impact-weeks.ts';

export type Impact = {
  readonly before: Side;
  readonly after: Side;
  readonly ratios: Ratios;
  readonly days: Days;
};

const known = (value: number | null, words: (value: number) => string): string =>
  value === null ? nothing : words(value);

/** 1.42 → ▲42%, 0.3 → ▼70%. */
const changeWords = (ratio: number | null): string =>
  known(ratio, (value) => {
    const change = Math.round((value - 1) * 100);
    if (change === 0) return '持平';
    return `${change > 0 ? '▲' : '▼'}${grouped(Math.abs(change))}%`;
  });

const pointWords = (pt: number | null): string =>
  known(pt, (value) => (value === 0 ? '持平' : `${value > 0 ? '▲' : '▼'}${grouped(Math.abs(value), 1)}pt`));

const perHour = (value: number | null): string => known(value, (each) => `${grouped(each, 2)}件/人时`);
const minutes = (value: number | null): string => inUnit('minutes', value);
const share = (value: number | null): string => known(value, percent);
const perWeek = (value: number | null): string => known(value, (each) => `${grouped(each, 1)}件/周`);

type Row = {
  readonly label: string;
  readonly words: (side: Side) => string;
  readonly change: (ratios: Ratios) => string;
};

const rows: readonly Row[] = [
  {
    label: '人效',
    words: ({ closedPerHour }) => perHour(closedPerHour),
    change: ({ closedPerHour }) => changeWords(closedPerHour),
  },
  {
    label: '首响（中位）',
    words: ({ firstResponseMinutes }) => minutes(firstResponseMinutes),
    change: ({ firstResponse }) => changeWords(firstResponse),
  },
  {
    label: '时效达成率',
    words: ({ inTimeRatio }) => share(inTimeRatio),
    change: ({ inTimePt }) => pointWords(inTimePt),
  },
  {
    label: '平台自动退款',
    words: ({ platformRefundsPerWeek }) => perWeek(platformRefundsPerWeek),
    change: ({ platformRefunds }) => changeWords(platformRefunds),
  },
];

const summaryOf = ({ ratios }: Impact): string => {
  const changes = rows.map(({ label, change }) => `${label.replace('（中位）', '')}${change(ratios)}`);
  return changes.slice(0, 3).join(' · ');
};

/** 上线成效: the weeks before against the weeks after, four figures. */
export const buildImpactCard = (impact: Impact, { id, why }: { id: string; why: string }): Card => {
  const { before, after, ratios, days } = impact;
  return card({
    id,
    summary: summaryOf(impact),
    header: { title: '上线成效 · 售后', subtitle: `${days.from} 至 ${days.to}`, colour: 'blue' },
    elements: [
      markdown(`上线后 ${after.weeks} 周，与上线前 ${before.weeks} 周相比：`),
      ...figureGrid(
        rows.map(({ label, words, change }) => ({
          label,
          value: words(after),
          notes: [`上线前 ${words(before)}`, `变化 ${change(ratios)}`],
        })),
      ),
      markdown(
        '人效＝结案数÷坐席人时；首响为各周中位数的中位；时效达成率按各周结案数加权；平台自动退款为每周平均。',
        { size: 'notation' },
      ),
    ],
    footer: [`来源：上线前 人工统计 · 上线后 直达工单`, `为什么收到：${escapeMarkdown(why)}`],
  });
};
