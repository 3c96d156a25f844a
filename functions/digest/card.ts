import { clockTime, type Day, dayOf, weekday } from '../../shared/calendar/day.ts';
import type { DayAmount } from '../../shared/digests/readings.ts';
import type { Card, CardElement, ChartSpec, ColumnSet } from '../../shared/feishu/card-json.ts';
import {
  appLink,
  buttonRows,
  card,
  chart,
  collapsible,
  coloured,
  figureGrid,
  hr,
  markdown,
  urlButton,
} from '../../shared/feishu/cards.ts';
import { clip, escapeMarkdown } from '../../shared/feishu/markdown.ts';
import { type ColourStyle, type Comparison, type Figure, toneColour } from './figures.ts';
import type { Detail } from './findings.ts';
import type { Section } from './section.ts';

export type DigestCardInput = {
  /** `deliveryElementId(subject, recipient)`. */
  readonly id: string;
  /** 晨报. */
  readonly name: string;
  readonly day: Day;
  readonly person: { readonly name: string; readonly region?: string | undefined; readonly why: string };
  /** In the order of the bundle; at least one. */
  readonly sections: readonly Section[];
  /** Said before everything else: a year whose holidays aren't loaded, a release that is late. */
  readonly notes?: readonly string[];
  readonly colours: ColourStyle;
  readonly links?: { readonly details?: string | undefined };
};

const notation = { size: 'notation' } as const;

/** Foreign text as markdown, cut so that a card stays far below Feishu's 30 KB whatever the source delivers. */
const plain = (text: string, longest = 100): string => escapeMarkdown(clip(text, longest));

const comparisonText = ({ name, text, tone }: Comparison, style: ColourStyle): string =>
  `${name} ${coloured(text, toneColour(tone, style))}`;

const notesOf = (figure: Figure, style: ColourStyle): readonly string[] => [
  ...(figure.extra ? [plain(figure.extra, 40)] : []),
  ...figure.comparisons.map((comparison) => comparisonText(comparison, style)),
];

const fullGrid = (figures: readonly Figure[], style: ColourStyle): readonly ColumnSet[] =>
  figureGrid(
    figures.map((figure) => ({ label: figure.label, value: figure.text, notes: notesOf(figure, style) })),
  );

/** One element per figure instead of three, so that three abnormal sections stay below 60 elements. */
const compactGrid = (figures: readonly Figure[], style: ColourStyle): ColumnSet => ({
  tag: 'column_set',
  flex_mode: 'bisect',
  horizontal_spacing: 'medium',
  columns: figures.map((figure) => ({
    tag: 'column',
    width: 'weighted',
    weight: 1,
    elements: [
      markdown(
        [coloured(figure.label, 'grey'), `**${plain(figure.text)}**`, ...notesOf(figure, style)].join('\n'),
      ),
    ],
  })),
});

const chartSpec = (days: readonly DayAmount[]): ChartSpec => ({
  type: 'bar',
  title: { visible: true, text: `近 ${days.length} 天支付金额（万元）` },
  data: {
    values: days.map(({ day, paidFen }) => ({
      day: day.slice(5),
      value: Math.round(paidFen / 10_000) / 100,
    })),
  },
  xField: 'day',
  yField: 'value',
});

const detailText = ({ title, lines }: Detail, style: ColourStyle): string =>
  [
    `**${title}**`,
    ...lines
      .slice(0, 8)
      .map(({ text, comparison }) =>
        comparison ? `${plain(text, 60)}　${comparisonText(comparison, style)}` : plain(text, 60),
      ),
  ].join('\n');

const detailPanel = ({ details }: Section, style: ColourStyle): readonly CardElement[] => {
  if (details.length === 0) return [];
  const titles = details.map(({ title }) => title).join('与');
  return [
    collapsible(
      titles,
      details.map((detail) => markdown(detailText(detail, style))),
    ),
  ];
};

const noteLines = ({ note }: Section): readonly CardElement[] =>
  note ? [markdown(coloured(`⚠ ${plain(note, 120)}`, 'orange'), notation)] : [];

const oneLine = (section: Section): readonly CardElement[] => [
  markdown(`**${section.title}**：${plain(section.line)}`),
  ...noteLines(section),
];

const shortLines = (section: Section): readonly CardElement[] =>
  [section.days, section.progress?.text, section.others]
    .filter((text) => text !== undefined)
    .map((text) => markdown(plain(text, 120), notation));

/** 经营: the figures stand open every day. */
const leading = (section: Section, style: ColourStyle): readonly CardElement[] => [
  markdown(
    section.conclusion ? `**${section.title}**：${plain(section.conclusion)}` : `**${section.title}**`,
  ),
  ...noteLines(section),
  ...fullGrid(section.figures, style),
  ...shortLines(section),
  ...(section.chart ? [chart(chartSpec(section.chart))] : []),
  ...detailPanel(section, style),
];

const opened = (section: Section, style: ColourStyle): readonly CardElement[] => [
  ...oneLine(section),
  compactGrid(section.figures, style),
  ...shortLines(section),
  ...detailPanel(section, style),
];

const sectionElements = (section: Section, style: ColourStyle): readonly CardElement[] => {
  if (section.figures.length === 0) return oneLine(section);
  if (section.title === '经营') return leading(section, style);
  return section.state === 'abnormal' ? opened(section, style) : oneLine(section);
};

const dots = { red: '🔴', orange: '🟠' } as const;
const shownAbnormal = 3;

const abnormalElements = (sections: readonly Section[]): readonly CardElement[] => {
  const all = sections.flatMap(({ abnormal }) => abnormal);
  const sorted = [...all].sort((a, b) => Number(b.level === 'red') - Number(a.level === 'red'));
  if (sorted.length === 0) return [];
  const lines = sorted.slice(0, shownAbnormal).map(({ level, text }) => `${dots[level]} ${plain(text)}`);
  const more =
    sorted.length > shownAbnormal ? [`另有 ${sorted.length - shownAbnormal} 项异常，见下方各节`] : [];
  return [markdown(['**异常**', ...lines, ...more].join('\n')), hr()];
};

const summaryLimit = 38;

/** What the phone shows: figures of the first section, then of the sections that need a look, then the rest, as far as they fit. */
const summaryOf = (sections: readonly Section[]): string => {
  const [first, ...rest] = sections;
  const urgent = rest.filter(({ state }) => state !== 'normal');
  const parts = [first, ...urgent, ...rest.filter(({ state }) => state === 'normal')].flatMap(
    (section) => section?.brief ?? [],
  );
  const fitting = parts.reduce((summary, part) => {
    const longer = summary ? `${summary} · ${part}` : part;
    return longer.length <= summaryLimit ? longer : summary;
  }, '');
  return fitting || clip(parts[0] ?? '', summaryLimit);
};

const weekdayWords = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'];

const dateWords = (day: Day): string =>
  `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日 ${weekdayWords[weekday(day) - 1] ?? ''}`;

const regionWords = (region: string | undefined): string =>
  region === undefined ? '全公司' : `${region.replace(/大区$/u, '')}大区`;

const headerOf = ({ name, day, person, sections }: DigestCardInput) => {
  const abnormal = sections.reduce((sum, section) => sum + section.abnormal.length, 0);
  return {
    title: `${name} · ${dateWords(day)}`,
    subtitle: `${person.name} · ${regionWords(person.region)}`,
    // Attention: somebody should know that figures are missing or old before they read them.
    colour: sections.some(({ note }) => note !== undefined) ? ('orange' as const) : ('blue' as const),
    ...(abnormal > 0 && { tags: [{ text: `异常 ${abnormal}`, colour: 'red' as const }] }),
  };
};

const stamp = (sections: readonly Section[]): string => {
  const [oldest] = sections.flatMap(({ asOf }) => asOf ?? []).sort();
  if (oldest === undefined) return '—';
  const at = Date.parse(oldest);
  return `${dayOf(at).slice(5)} ${clockTime(at)}`;
};

const footerOf = ({ sections, person }: DigestCardInput): readonly string[] => {
  const sources = [...new Set(sections.map(({ source }) => source))].join('/');
  const names = sections.map(({ name }) => `「退订 ${name}」`).join('或');
  return [
    `数据截至 ${stamp(sections)} · 来源 ${plain(sources)}`,
    `为什么收到：${plain(person.why)} · 不想再收：发送${plain(names)}`,
  ];
};

const definitions = (sections: readonly Section[]): CardElement =>
  collapsible('口径', [
    markdown(
      sections.map(({ title, definition }) => `**${title}**：${plain(definition, 120)}`).join('\n'),
      notation,
    ),
  ]);

/** One card per person: abnormal lines first, each normal section on one line, everything stamped. */
export const buildDigestCard = (input: DigestCardInput): Card => {
  const { sections, colours, notes = [], links } = input;
  return card({
    id: input.id,
    summary: summaryOf(sections),
    header: headerOf(input),
    elements: [
      ...notes.map((note) => markdown(coloured(plain(note), 'orange'), notation)),
      ...abnormalElements(sections),
      ...sections.flatMap((section) => sectionElements(section, colours)),
      ...(links?.details ? buttonRows([urlButton({ text: '查看明细', url: appLink(links.details) })]) : []),
      definitions(sections),
    ],
    footer: footerOf(input),
  });
};
