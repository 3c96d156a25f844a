import type { FieldKind } from '../feishu/bitable.ts';
import type { BaseCell, BaseCells } from '../store/base-rows.ts';
import type { Desk } from './desk.ts';
import { healthIn } from './health.ts';
import {
  clockKinds,
  isOpen,
  measures,
  priorities,
  responsibles,
  type Ticket,
  ticketStates,
} from './ticket.ts';
import { askedWords, askWords, sourceWords, stateWords } from './words.ts';

/** What a row needs beside its ticket. */
export type RowSight = {
  readonly now: Date;
  readonly teamName: (id: string) => string;
  /** Opens the bot. */
  readonly link: string;
  /** The answer to an edit that could not be. */
  readonly hint?: string | undefined;
  /** union_id of an owner whom Base doesn't take. */
  readonly unshown?: string | undefined;
};

/** open.feishu.cn/document/common-capabilities/applink-protocol/supported-protocol/open-a-bot */
const botLink = (appId: string): string => `https://applink.feishu.cn/client/bot/open?appId=${appId}`;

export const rowSightOf = ({ teams }: Pick<Desk, 'teams'>, appId: string, now: Date): RowSight => ({
  now,
  teamName: (id) => teams.find((team) => team.id === id)?.name ?? '',
  link: botLink(appId),
});

type Read = (ticket: Ticket, sight: RowSight) => BaseCell | undefined;
export type Column = {
  readonly name: string;
  readonly kind: FieldKind;
  readonly options?: readonly string[];
  /** People may change it; everything else is put back. */
  readonly isEditable?: true;
  /** Only views look at it. */
  readonly isHelper?: true;
  readonly read: Read;
};

const orNothing = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
const joined = (texts: readonly string[]): string | undefined => orNothing([...new Set(texts)].join('、'));
const moment = (iso: string | undefined): number | undefined =>
  iso === undefined ? undefined : Date.parse(iso);
const ticked = (isSo: boolean): true | undefined => (isSo ? true : undefined);

const hidden = '（涉及健康描述，仅处理人、品控、法务可见）';
/** Everybody who has the Base reads the row, so what somebody says about a body never stands in it. */
const general = (text: string): string => (healthIn(text).length > 0 ? hidden : text);

const longest = 500;
const words = ({ content, health }: Ticket): string =>
  (health.length > 0 ? hidden : general(content)).slice(0, longest);

const platformSoonMs = 4 * 3_600_000;

const runningDue = ({ clocks }: Ticket): readonly { readonly kind: string; readonly dueMs: number }[] =>
  clockKinds.flatMap((kind) => {
    const clock = clocks[kind];
    return clock?.dueAt === undefined || clock.stoppedAt !== undefined
      ? []
      : [{ kind, dueMs: Date.parse(clock.dueAt) }];
  });

const isLate = (ticket: Ticket, now: Date): boolean => {
  const wasLate = Object.keys(ticket.breaches).some((name) => name.startsWith(`${ticket.cycle}:`));
  return wasLate || (isOpen(ticket) && runningDue(ticket).some(({ dueMs }) => dueMs <= now.getTime()));
};

const isPlatformSoon = (ticket: Ticket, now: Date): boolean =>
  isOpen(ticket) &&
  runningDue(ticket).some(
    ({ kind, dueMs }) => kind === 'platform' && dueMs - platformSoonMs <= now.getTime(),
  );

const asks = ({ kind, ask, parent = '', children }: Ticket): string | undefined => {
  if (kind === 'child' && ask) return `${askWords[ask]}（${parent}）`;
  return orNothing(
    children
      .map((child) =>
        child.open ? askedWords[child.ask] : `${askWords[child.ask]} 已答复：${general(child.finding ?? '')}`,
      )
      .join('；'),
  );
};

const conclusion = ({ resolution }: Ticket): string | undefined => {
  if (!resolution) return undefined;
  if (resolution.by === 'source') return '平台已完结';
  return orNothing(
    [resolution.cause, resolution.note]
      .map((text) => general(text ?? ''))
      .filter(Boolean)
      .join('：'),
  );
};

const due =
  (kind: (typeof clockKinds)[number]): Read =>
  ({ clocks }) =>
    moment(clocks[kind]?.dueAt);

const shownStates = ticketStates.filter((state) => state !== 'merged').map((state) => stateWords[state]);

const isUnshown = ({ owner }: Ticket, { unshown }: RowSight): boolean =>
  unshown !== undefined && owner?.person === unshown;

const shownOwner: Read = (ticket, sight) =>
  ticket.owner && !isUnshown(ticket, sight) ? [ticket.owner.person] : undefined;

const hintOf: Read = (ticket, sight) =>
  sight.hint ??
  (isUnshown(ticket, sight)
    ? `处理人 ${ticket.owner?.name ?? ''} 已离职或不在可用范围内，无法显示，请改派`
    : undefined);

/** The columns of the one table, in their order; the first one names the row. */
export const columns: readonly Column[] = [
  { name: '工单号', kind: 'text', read: ({ ticket }) => ticket },
  {
    name: '状态',
    kind: 'choice',
    options: shownStates,
    isEditable: true,
    read: ({ state }) => stateWords[state],
  },
  { name: '优先级', kind: 'choice', options: priorities, isEditable: true, read: ({ priority }) => priority },
  { name: '一级类别', kind: 'choice', read: ({ category }) => category && general(category.group) },
  {
    name: '二级类别',
    kind: 'choice',
    read: ({ category }) => category && (healthIn(category.name).length > 0 ? '健康相关' : category.name),
  },
  { name: '负责团队', kind: 'choice', read: ({ team }, { teamName }) => orNothing(teamName(team)) },
  { name: '处理人', kind: 'people', isEditable: true, read: shownOwner },
  { name: '来源', kind: 'text', read: (ticket) => orNothing(sourceWords(ticket)) },
  {
    name: '店铺',
    kind: 'text',
    read: ({ sources }) => joined(sources.flatMap(({ shopName }) => shopName ?? [])),
  },
  { name: '订单号', kind: 'text', read: ({ orderIds }) => joined(orderIds) },
  { name: '商品', kind: 'text', read: ({ productName, skuIds }) => productName ?? joined(skuIds) },
  { name: '批次号', kind: 'text', read: ({ batchNo }) => batchNo },
  { name: '金额(元)', kind: 'number', read: ({ amountFen }) => amountFen && amountFen / 100 },
  { name: '客户原话', kind: 'text', read: (ticket) => orNothing(words(ticket)) },
  { name: '首响截止', kind: 'date', read: due('firstResponse') },
  { name: '处理截止', kind: 'date', read: due('resolution') },
  { name: '平台截止', kind: 'date', read: due('platform') },
  { name: '超时', kind: 'checkbox', read: (ticket, { now }) => ticked(isLate(ticket, now)) },
  { name: '协办', kind: 'text', read: asks },
  { name: '结论', kind: 'text', read: conclusion },
  { name: '处理方式', kind: 'choice', options: measures, read: ({ resolution }) => resolution?.measure },
  {
    name: '责任方',
    kind: 'choice',
    options: responsibles,
    read: ({ resolution }) => resolution?.responsible,
  },
  { name: '备注', kind: 'text', isEditable: true, read: ({ note }) => orNothing(note) },
  { name: '创建时间', kind: 'date', read: ({ openedAt }) => moment(openedAt) },
  { name: '更新时间', kind: 'date', read: ({ changedAt }) => moment(changedAt) },
  { name: '解决时间', kind: 'date', read: ({ resolution }) => moment(resolution?.at) },
  { name: '合并自', kind: 'text', read: ({ merged }) => joined(merged) },
  { name: '批次事件', kind: 'text', read: ({ batch }) => batch },
  { name: '链接', kind: 'url', read: (_, { link }) => ({ text: '在直达中打开', link }) },
  { name: '提示', kind: 'text', read: hintOf },
  { name: '版本', kind: 'number', isHelper: true, read: ({ version }) => version },
  { name: '未结', kind: 'checkbox', isHelper: true, read: (ticket) => ticked(isOpen(ticket)) },
  {
    name: '待仓库核实',
    kind: 'checkbox',
    isHelper: true,
    read: (ticket) => ticked(ticket.ask === 'warehouse' && isOpen(ticket)),
  },
  {
    name: '属食品安全',
    kind: 'checkbox',
    isHelper: true,
    read: ({ category }) => ticked(category?.group === '食品安全'),
  },
  {
    name: '平台不足4小时',
    kind: 'checkbox',
    isHelper: true,
    read: (ticket, { now }) => ticked(isPlatformSoon(ticket, now)),
  },
];

export const numberColumn = '工单号';
export const hintColumn = '提示';

/** The row of a ticket as Base should show it. */
export const cellsOf = (ticket: Ticket, sight: RowSight): BaseCells =>
  Object.fromEntries(
    columns.flatMap(({ name, read }) => {
      const cell = read(ticket, sight);
      return cell === undefined ? [] : [[name, cell] as const];
    }),
  );

/** The next moment at which time alone changes an open ticket's row. */
export const nextMoment = (ticket: Ticket, now: Date): Date | undefined => {
  if (!isOpen(ticket)) return undefined;
  const moments = runningDue(ticket).flatMap(({ kind, dueMs }) =>
    kind === 'platform' ? [dueMs - platformSoonMs, dueMs] : [dueMs],
  );
  const next = Math.min(...moments.filter((ms) => ms > now.getTime()));
  return Number.isFinite(next) ? new Date(next) : undefined;
};
