import { clockTime, type Day, dayOf } from '../../shared/calendar/day.ts';
import type { DayAmount } from '../../shared/digests/readings.ts';
import { weekdayWord } from '../../shared/digests/wording.ts';
import type { Card, CardElement, ChartSpec } from '../../shared/feishu/card-json.ts';
import {
  appLink,
  buttonRows,
  card,
  chart,
  collapsible,
  coloured,
  link,
  markdown,
  urlButton,
} from '../../shared/feishu/cards.ts';
import { clip } from '../../shared/feishu/markdown.ts';
import type { BlockPlace } from '../../shared/follow-ups/block.ts';
import { abnormalCount, abnormalElements, withRest, worstOf } from './abnormal-lines.ts';
import { type ColourStyle, comparisonText, figureLines, fullGrid, plain } from './figures.ts';
import type { Detail, DetailLine } from './findings.ts';
import type { OwnPosts } from './own-posts.ts';
import { toDoElements, unreadElements } from './post-lines.ts';
import type { Section } from './section.ts';

export type DigestCardInput = {
  /** `deliveryElementId(subject, recipient)`. */
  readonly id: string;
  /** The delivery whose buttons these are; without it the lines of what is wrong have none. */
  readonly place?: BlockPlace;
  /** 晨报. */
  readonly name: string;
  readonly day: Day;
  readonly person: { readonly name: string; readonly region?: string | undefined; readonly why: string };
  /** In the order of the bundle; at least one. */
  readonly sections: readonly Section[];
  /** Said before everything else: a year whose holidays aren't loaded, a release that is late. */
  readonly notes?: readonly string[];
  /** Other messages that waited for this card. */
  readonly carried?: readonly string[];
  /** What its reader has to confirm, and hasn't read; `pages` is where it can be done. */
  readonly posts?: { readonly own: OwnPosts; readonly pages: string };
  readonly colours: ColourStyle;
  readonly links?: { readonly details?: string | undefined };
};

const notation = { size: 'notation' } as const;

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

const shownLines = 5;

const detailLine = ({ text, comparison, url }: DetailLine, style: ColourStyle): string => {
  const words = url === undefined ? plain(text, 60) : link(clip(text, 60), url);
  return comparison ? `${words}　${comparisonText(comparison, style)}` : words;
};

const detailLines = ({ lines, most = shownLines }: Detail, style: ColourStyle): string =>
  lines
    .slice(0, most)
    .map((line) => detailLine(line, style))
    .join('\n');

const detailPanel = ({ title, details }: Section, style: ColourStyle): readonly CardElement[] => {
  if (details.length === 0) return [];
  const titles = details.map(({ title }) => title).join(details.length > 2 ? '、' : '与');
  // A list alone is named by its panel.
  const named = (detail: Detail): string =>
    details.length > 1 ? `**${detail.title}**\n${detailLines(detail, style)}` : detailLines(detail, style);
  const text = details.map(named).join('\n\n');
  return [collapsible(titles, [markdown(text)], title === '跟进')];
};

/** The first line of a section, below it what is wrong with its data. */
const headed = ({ title, note }: Section, words: string | undefined): CardElement => {
  const line = words ? `**${title}**：${plain(words)}` : `**${title}**`;
  return markdown(note ? `${line}\n${coloured(`⚠ ${plain(note, 120)}`, 'orange')}` : line);
};

const oneLine = (section: Section): CardElement => headed(section, section.line);

const shortLines = ({ days, progress, others }: Section): readonly CardElement[] => {
  const lines = [days, ...(progress?.text.split('\n') ?? []), others].filter((text) => text !== undefined);
  return lines.length > 0 ? [markdown(lines.map((text) => plain(text, 120)).join('\n'), notation)] : [];
};

/** 经营: the figures stand open every day. */
const leading = (section: Section, style: ColourStyle): readonly CardElement[] => [
  headed(section, section.conclusion),
  ...fullGrid(section.figures, style),
  ...shortLines(section),
  ...(section.chart ? [chart(chartSpec(section.chart))] : []),
  ...detailPanel(section, style),
];

const opened = (section: Section, style: ColourStyle, alone: boolean): readonly CardElement[] => [
  oneLine(section),
  ...(alone ? fullGrid(section.figures, style) : [figureLines(section.figures, style)]),
  ...shortLines(section),
  ...detailPanel(section, style),
];

const sectionElements = (section: Section, style: ColourStyle, alone: boolean): readonly CardElement[] => {
  if (section.figures.length === 0) return [oneLine(section)];
  if (section.title === '经营') return leading(section, style);
  // Somebody who gets one section only would otherwise open a card of one line.
  return alone || section.state === 'abnormal' ? opened(section, style, alone) : [oneLine(section)];
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

const dateWords = (day: Day): string =>
  `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日 ${weekdayWord(day)}`;

const regionWords = (region: string | undefined): string =>
  region === undefined ? '全公司' : `${region.replace(/大区$/u, '')}大区`;

const headerOf = ({ name, day, person, sections }: DigestCardInput) => {
  const abnormal = abnormalCount(sections);
  return {
    title: `${name} · ${dateWords(day)}`,
    subtitle: `${clip(person.name, 20)} · ${regionWords(person.region)}`,
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
    `为什么收到：${plain(person.why, 30)} · 不想再收：发送${plain(names)}`,
  ];
};

const definitions = (sections: readonly Section[]): CardElement =>
  collapsible('口径', [
    markdown(
      sections
        .map(
          ({ title, definition, owner }) =>
            `**${title}**：${plain(definition, 240)}负责人：${plain(owner, 20)}。`,
        )
        .join('\n'),
      notation,
    ),
  ]);

const carriedElements = (lines: readonly string[]): readonly CardElement[] => {
  if (lines.length === 0) return [];
  const title = `**另有 ${lines.length} 条消息已合并**　发送「合并消息」查看原文`;
  return [markdown([title, ...lines.map((line) => `- ${plain(line, 80)}`)].join('\n'), notation)];
};

/** One card per person: abnormal lines first, each normal section on one line, everything stamped. */
export const buildDigestCard = (input: DigestCardInput): Card => {
  const { sections, colours, notes = [], carried = [], links, posts } = input;
  const worst = worstOf(sections);
  const alone = sections.length === 1;
  return card({
    id: input.id,
    summary: summaryOf(sections),
    header: headerOf(input),
    elements: [
      ...(notes.length > 0
        ? [markdown(coloured(notes.map((note) => plain(note)).join('\n'), 'orange'), notation)]
        : []),
      ...(posts ? toDoElements(posts.own, posts.pages) : []),
      ...abnormalElements(sections, worst, input.place),
      ...sections.flatMap((section) => sectionElements(withRest(section, worst), colours, alone)),
      ...(links?.details ? buttonRows([urlButton({ text: '查看明细', url: appLink(links.details) })]) : []),
      ...(posts ? unreadElements(posts.own, posts.pages) : []),
      ...carriedElements(carried),
      definitions(sections),
    ],
    footer: footerOf(input),
    // What one of them keeps to its reader, the whole card keeps.
    forward: sections.every(({ forward }) => forward),
  });
};
