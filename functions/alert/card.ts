import type { Alert, Condition, Hold } from '../../shared/alerts/definition.ts';
import { clockTime, dayOf } from '../../shared/calendar/day.ts';
import type { Unit } from '../../shared/digests/metrics.ts';
import { grouped, inUnit } from '../../shared/digests/wording.ts';
import type { Card, CardElement } from '../../shared/feishu/card-json.ts';
import { card, coloured, figureGrid, markdown } from '../../shared/feishu/cards.ts';
import { clip, escapeMarkdown } from '../../shared/feishu/markdown.ts';
import { spanOf } from '../../shared/follow-ups/span.ts';
import type { AlertRow } from '../../shared/store/alerts.ts';
import { changeOf } from './reading.ts';

export type Face = NonNullable<AlertRow['face']>;

export type AlertCardInput = {
  /** `deliveryElementId(subject, recipient)`. */
  readonly id: string;
  readonly alert: Alert;
  readonly row: AlertRow;
  readonly face: Face;
  readonly why: string;
  /** 指派跟进, 已知晓, 稍后 2 小时. */
  readonly followUp: readonly CardElement[];
};

const notation = { size: 'notation' } as const;
const plain = (text: string, longest = 40): string => escapeMarkdown(clip(text, longest));

/** 11-23 10:05, or 11-23 for a figure of a whole day. */
const momentWords = (at: string): string =>
  at.length === 10 ? at.slice(5) : `${dayOf(new Date(at)).slice(5)} ${clockTime(new Date(at))}`;

const valueText = (unit: Unit, value: number | null): string => inUnit(unit, value);

/** ▲3.1pt */
const changeText = ({ metric }: Alert, value: number | null, base: number | undefined): string => {
  const word = metric.unit === 'ratio' ? 'pt' : '%';
  const change = value === null ? undefined : changeOf(value, base, word);
  if (change === undefined) return '—';
  const tenths = Math.round(change * 10);
  if (tenths === 0) return '持平';
  return `${tenths > 0 ? '▲' : '▼'}${grouped(Math.abs(tenths) / 10, 1)}${word}`;
};

const versusOf = ({ condition, compare }: Alert): string | undefined =>
  'versus' in condition ? condition.versus : compare;

/** ≥ 8.0%, 升幅 ≥ 3pt. */
const limitText = (is: Condition, unit: Unit, which: 'fire' | 'recover'): string => {
  const isFire = which === 'fire';
  if (is.when === 'above') return isFire ? `≥ ${inUnit(unit, is.value)}` : `≤ ${inUnit(unit, is.recover)}`;
  if (is.when === 'below') return isFire ? `≤ ${inUnit(unit, is.value)}` : `≥ ${inUnit(unit, is.recover)}`;
  const word = is.when === 'rises' ? '升幅' : '降幅';
  return isFire ? `${word} ≥ ${is.by}${is.in}` : `${word} ≤ ${is.recover}${is.in}`;
};

const holdWords = (hold: Hold): string => {
  if ('minutes' in hold) return `，持续 ${hold.minutes} 分钟后预警`;
  return hold.points > 1 ? `，连续 ${hold.points} 次后预警` : '';
};

/** 抖音; 蛋白棒 · 20261012; in the order of the definition. */
const dimsWords = ({ by }: Alert, dims: AlertRow['dims']): string =>
  by.map((name) => clip(dims[name] ?? '', 16)).join(' · ');

const titled = (text: string, words: string): string => (words === '' ? text : `${text} · ${words}`);

const headerOf = ({ alert, row, face }: AlertCardInput) => {
  const tags = {
    firing: { text: '未恢复', colour: alert.level },
    silent: { text: '数据中断', colour: 'neutral' },
    recovered: { text: '已恢复', colour: 'green' },
  } as const;
  return {
    title: titled(alert.name, dimsWords(alert, row.dims)),
    colour: face === 'recovered' ? ('green' as const) : alert.level,
    tags: [tags[face]],
  };
};

/** One line for whoever should look after it: 🟠 抖音 退款率 9.8%（阈值 ≥ 8.0%）. */
export const alertLine = (alert: Alert, { dims, firing }: AlertRow): string => {
  const { metric, condition, level } = alert;
  const where = dimsWords(alert, dims);
  const text = `${where} ${metric.label} ${valueText(metric.unit, firing?.value ?? null)}`.trim();
  const limit = limitText(condition, metric.unit, 'fire');
  return `${level === 'red' ? '🔴' : '🟠'} ${plain(text, 80)}（阈值 ${limit}）`;
};

const figureOf = ({ row, face }: AlertCardInput): AlertRow['recovery'] =>
  face === 'recovered' ? row.recovery : row.firing;

/** After a recovery also what it was. */
const valueNotes = (
  { alert, row, face }: AlertCardInput,
  figure: AlertRow['recovery'],
): readonly string[] => {
  const versus = versusOf(alert);
  const fired = valueText(alert.metric.unit, row.firing?.value ?? null);
  return [
    ...(face === 'recovered' ? [`预警时 ${fired}`] : []),
    ...(versus ? [`${versus} ${changeText(alert, figure?.value ?? null, figure?.base)}`] : []),
  ];
};

const figures = (input: AlertCardInput): readonly CardElement[] => {
  const { metric, condition } = input.alert;
  const figure = figureOf(input);
  return figureGrid([
    {
      label: metric.label,
      value: valueText(metric.unit, figure?.value ?? null),
      notes: valueNotes(input, figure),
    },
    {
      label: '阈值',
      value: limitText(condition, metric.unit, 'fire'),
      notes: [`恢复线 ${limitText(condition, metric.unit, 'recover')}`],
    },
  ]);
};

const sinceLine = ({ alert, row: { firing } }: AlertCardInput): string =>
  firing ? `自 ${momentWords(firing.since)} 起${holdWords(alert.hold)}` : '';

const stateLine = ({ alert, row, face }: AlertCardInput): readonly string[] => {
  const { firing, recovery, state } = row;
  if (face === 'recovered' && recovery && firing) {
    const took = spanOf(firing.since, state.recoveredAt ?? recovery.asOf);
    const now = valueText(alert.metric.unit, recovery.value);
    return [
      coloured(`✔ ${momentWords(state.recoveredAt ?? recovery.asOf)} 已恢复：${now}，历时 ${took}`, 'green'),
    ];
  }
  if (face !== 'silent') return [];
  const last = state.seen ? momentWords(state.seen.moment) : '—';
  return [coloured(`⚠ ${last} 之后没有新数据，不能确认是否恢复`, 'orange')];
};

const summaryOf = (input: AlertCardInput): string => {
  const { alert, row, face } = input;
  const { metric, condition } = alert;
  const words = `${metric.label} ${valueText(metric.unit, figureOf(input)?.value ?? null)}`;
  const limit = limitText(condition, metric.unit, 'fire');
  const text = face === 'recovered' ? `已恢复：${words}` : `${words}，阈值 ${limit}`;
  return clip(titled(text, dimsWords(alert, row.dims)), 38);
};

/** One firing of an alert for one person: the number first, since when, what would be well, and why it is shown. */
export const buildAlertCard = (input: AlertCardInput): Card => {
  const { alert, why } = input;
  const asOf = figureOf(input)?.asOf;
  return card({
    id: input.id,
    summary: summaryOf(input),
    header: headerOf(input),
    elements: [
      ...figures(input),
      markdown([sinceLine(input), ...stateLine(input)].join('\n')),
      ...input.followUp,
      markdown(coloured(plain(alert.definition, 120), 'grey'), notation),
    ],
    footer: [
      `数据截至 ${asOf ? momentWords(asOf) : '—'} · 来源 ${plain(alert.source.name)}`,
      `为什么收到：${plain(why)} · 负责人：${plain(alert.owner, 20)}`,
    ],
  });
};
