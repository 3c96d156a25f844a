import { clockTime, dayOf } from '../calendar/day.ts';
import { reasonInWords } from '../digests/reason-words.ts';
import { spanWords } from '../follow-ups/span.ts';
import { unreachableWords } from './approval-card.ts';
import type { Broadcast } from './broadcast.ts';
import { type Rate, type Reason, type Report, rateWords } from './report.ts';
import type { DepartmentReach } from './report-departments.ts';
import type { Times } from './report-times.ts';

/** Of somebody else: `reasonInWords` speaks to the person themselves. */
const ofOthers: Readonly<Record<string, string>> = {
  ...unreachableWords,
  left_company: '已离职',
  frozen: '账号已冻结',
  on_leave: '休假中',
  quiet_hours: '休息时间',
  own_quiet_hours: '本人设置的免打扰',
  off_shift: '不在班次内',
  expired: '已过截止时间',
  post_closed: '结束前未发出',
  post_recalled: '撤回前未发出',
  '230013': '不在应用可用范围',
  '230029': '已离职',
  '230053': '屏蔽了机器人',
};

export const reasonWords = (reason: string): string =>
  ofOthers[reason] ?? reasonInWords(reason === '' ? undefined : reason);

/** Two codes for one thing are one reason to whoever reads it. */
const reasonsLine = (reasons: readonly Reason[]): string => {
  const people = new Map<string, number>();
  for (const { reason, people: count } of reasons)
    people.set(reasonWords(reason), (people.get(reasonWords(reason)) ?? 0) + count);
  return [...people].map(([words, count]) => `${words} ${count}`).join('、');
};

/** 不可触达, 已豁免 and 未发送, each with its reasons and numbers; absent: nobody. */
export const reasonsLines = ({ unreachable, exempt, unsent }: Report): readonly string[] =>
  Object.entries({ 不可触达: unreachable, 已豁免: exempt, 未发送: unsent }).flatMap(([what, reasons]) =>
    reasons.length === 0 ? [] : [`${what}：${reasonsLine(reasons)}`],
  );

export const rateLine = (rate: Rate): string => `触达率 ${rate.reached}/${rate.of} = ${rateWords(rate)}`;

const mostNames = 3;

const namesOf = (missing: readonly string[]): string => {
  const names = missing.slice(0, mostNames).join('、');
  return missing.length > mostNames ? `${names} 等 ${missing.length} 人` : names;
};

/** 直播运营, 12/20 60.0%, 还差 张三、李四、王五 等 8 人. Plain text. */
export const departmentLine = ({ department, done, of, missing }: DepartmentReach): string => {
  const share = `${done}/${of} ${rateWords({ reached: done, of })}`;
  return [department, share, ...(missing.length > 0 ? [`还差 ${namesOf(missing)}`] : [])].join('　');
};

const onlyOurs = '仅含从工作台打开的';

/** How old 打开文章 is: of a page that the app owns Feishu tells at once, of a person's document it is asked at times. */
export const openedNote = ({ article, views }: Pick<Broadcast, 'article' | 'views'>): string | undefined => {
  if (article.kind === 'markdown') return undefined;
  if (!views) return '尚未统计';
  if (views.refused === 'document_forbidden') return `${onlyOurs}：机器人无管理权限`;
  if (views.refused !== undefined) return onlyOurs;
  const at = new Date(views.at);
  return `截至 ${dayOf(at).slice(5)} ${clockTime(at)}`;
};

const timeWords = (ms: number | undefined): string => (ms === undefined ? '未达到' : spanWords(ms));

/** 已读：50% 12分 · 90% 2小时5分 · 100% 未达到. */
export const timesLine = (what: string, { half, most, all }: Times): string =>
  `${what}：50% ${timeWords(half)} · 90% ${timeWords(most)} · 100% ${timeWords(all)}`;
