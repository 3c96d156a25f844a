import { clockTime, dayOf } from '../calendar/day.ts';
import type { Button, Card, CardElement, ChartSpec, HeaderColour } from '../feishu/card-json.ts';
import {
  buttonRows,
  callbackButton,
  card,
  chart,
  deliveryElementId,
  figureGrid,
  markdown,
  urlButton,
} from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';
import type { Account } from './account.ts';
import { type Broadcast, issueWords } from './broadcast.ts';
import { postValue } from './card-values.ts';
import { type Report, rateOf, rateWords, sumLine } from './report.ts';
import { departmentLine, openedNote, rateLine, reasonsLines, timesLine } from './report-words.ts';
import { stateNames, stepsFrom } from './steps.ts';

export type ReportKind = 'live' | 'hour' | 'day' | 'close';

export type ReportFacts = {
  readonly account: Account;
  readonly broadcast: Broadcast;
  readonly report: Report;
  readonly kind: ReportKind;
  readonly asOf: Date;
  /** Where the pages are: `https://…/workbench`; absent: there are none. */
  readonly workbenchUrl?: string | undefined;
};
type Place = { readonly subject: string; readonly recipient: string };

const titles: Readonly<Record<ReportKind, string>> = {
  live: '发送报告',
  hour: '1 小时报告',
  day: '1 天报告',
  close: '结束报告',
};
const endWords: Readonly<Record<NonNullable<Broadcast['closedBecause']>, string>> = {
  complete: '全员已完成',
  deadline: '已到截止时间',
  quiet: '14 天，已自动结束',
  by_hand: '已手动结束',
};

const mostDepartments = 8;
const small = { size: 'notation' } as const;

const colourOf = ({ state, closedBecause }: Broadcast): HeaderColour => {
  if (state === 'paused') return 'orange';
  if (state === 'closed') return closedBecause === 'complete' ? 'green' : 'grey';
  return state === 'recalled' ? 'grey' : 'blue';
};

/** A deadline ends a post that is paused, too. */
const endOf = ({ paused, closedBecause }: Broadcast): string | undefined => {
  if (closedBecause === undefined) return undefined;
  return endWords[closedBecause] + (paused ? `，结束时仍在暂停（${paused.reason}）` : '');
};

const stateWords = (broadcast: Broadcast): string => {
  const { state, paused } = broadcast;
  const why = state === 'paused' ? paused?.reason : endOf(broadcast);
  return why === undefined ? stateNames[state] : `${stateNames[state]}：${why}`;
};

const levelFigures = ({ report, broadcast }: ReportFacts): readonly CardElement[] => {
  const { levels, mustConfirm, sum } = report;
  return figureGrid(
    [
      { label: '已送达', value: levels.delivered },
      { label: '已读卡片', value: levels.readCard },
      { label: '打开文章', value: levels.opened, note: openedNote(broadcast) },
      ...(mustConfirm ? [{ label: '已确认', value: levels.confirmed }] : []),
    ].map(({ label, value, note }) => ({
      label,
      value: `${value} 人`,
      notes: [`共 ${sum.target} 人`, ...(note === undefined ? [] : [note])],
    })),
  );
};

const departmentLines = ({ departments }: Report): readonly CardElement[] => {
  const open = departments.filter(({ missing }) => missing.length > 0);
  const done = departments.length - open.length;
  const rest = open.length - mostDepartments;
  const lines = [
    ...open.slice(0, mostDepartments).map((each) => escapeMarkdown(departmentLine(each))),
    ...(rest > 0 ? [`另有 ${rest} 个部门未完成`] : []),
    ...(done > 0 ? [`✔ ${done} 个部门已全部完成`] : []),
  ];
  return lines.length === 0 ? [] : [markdown(['**各部门**', ...lines].join('\n'))];
};

const timeLines = ({ times, mustConfirm }: Report): CardElement =>
  markdown(
    [
      timesLine('已读用时', times.read),
      ...(mustConfirm ? [timesLine('确认用时', times.confirmed)] : []),
    ].join('\n'),
    small,
  );

const reasonLines = (report: Report): readonly CardElement[] => {
  const lines = reasonsLines(report);
  return lines.length === 0 ? [] : [markdown(escapeMarkdown(lines.join('；')), small)];
};

const shareOf = (ratio: number): number => Math.round(ratio * 1000) / 10;
const momentOf = (iso: string): string => {
  const at = new Date(iso);
  return `${dayOf(at).slice(5)} ${clockTime(at)}`;
};

/** The axis names minutes: of two points in one the later one stands, or the line would go straight up. */
const byMinute = (timeline: Report['timeline']): Report['timeline'] =>
  timeline.filter(({ at }, index) => {
    const next = timeline[index + 1];
    return !next || momentOf(next.at) !== momentOf(at);
  });

const chartSpec = ({ timeline, mustConfirm }: Report): ChartSpec => ({
  type: 'line',
  title: { visible: true, text: '触达进度（%）' },
  data: {
    values: byMinute(timeline).flatMap(({ at, read, confirmed }) => [
      { time: momentOf(at), kind: '已读', value: shareOf(read) },
      ...(mustConfirm ? [{ time: momentOf(at), kind: '已确认', value: shareOf(confirmed) }] : []),
    ]),
  },
  xField: 'time',
  yField: 'value',
  seriesField: 'kind',
  legends: { visible: mustConfirm, orient: 'bottom' },
});

const chartOf = (report: Report): readonly CardElement[] =>
  byMinute(report.timeline).length < 2 ? [] : [chart(chartSpec(report))];

const controls = (broadcast: Broadcast, { subject }: Place): readonly Button[] => {
  const allowed = stepsFrom(broadcast.state);
  const value = (act: 'pausePost' | 'resumePost' | 'remindPost') =>
    postValue({ do: act, post: broadcast.broadcast, subject });
  const pause = { title: '暂停发送？', text: '未发出的消息会停下，已发出的不受影响，可随时继续。' };
  const remind = { title: '催未读？', text: '给还没完成的人各发一张新卡片。' };
  return [
    ...(allowed.includes('pause')
      ? [callbackButton({ text: '暂停', value: value('pausePost'), confirm: pause })]
      : []),
    ...(allowed.includes('resume')
      ? [callbackButton({ text: '继续', kind: 'primary', value: value('resumePost') })]
      : []),
    ...(allowed.includes('remind')
      ? [callbackButton({ text: '催未读', value: value('remindPost'), confirm: remind })]
      : []),
  ];
};

/** 名单 and 导出凭证 are pages: a card can't hold hundreds of names. */
const links = ({ broadcast, workbenchUrl }: ReportFacts): readonly Button[] => {
  if (workbenchUrl === undefined) return [];
  const page = `${workbenchUrl.replace(/\/$/u, '')}/reports/${broadcast.broadcast}`;
  return [urlButton({ text: '名单', url: page }), urlButton({ text: '导出凭证', url: `${page}/evidence` })];
};

const summaryOf = ({ broadcast, report, kind }: ReportFacts): string => {
  const { reached, of } = rateOf(report.sum);
  return clip(
    `${titles[kind]} ${issueWords(broadcast)} 触达率 ${rateWords({ reached, of })}（${reached}/${of}）`,
    38,
  );
};

/** 报告卡: the sum line first, then who is missing, how long it took, and what can be done about it. */
export const buildReportCard = (facts: ReportFacts, place: Place): Card => {
  const { account, broadcast, report, kind, asOf } = facts;
  return card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: summaryOf(facts),
    header: {
      title: `${account.name} ${issueWords(broadcast)} · ${titles[kind]}`,
      subtitle: clip(stateWords(broadcast), 40),
      colour: colourOf(broadcast),
    },
    elements: [
      markdown(`《${escapeMarkdown(broadcast.title)}》`),
      markdown(`**${sumLine(report.sum, report.mustConfirm)}**\n${rateLine(report.rate)}`),
      ...levelFigures(facts),
      ...departmentLines(report),
      timeLines(report),
      ...reasonLines(report),
      ...chartOf(report),
      ...buttonRows([...controls(broadcast, place), ...links(facts)]),
    ],
    footer: [`截至 ${momentOf(asOf.toISOString())} · 为什么收到：你是这一期的编辑或审批人`],
  });
};
