import { clockTime, dayOf } from '../calendar/day.ts';
import type { EvidenceBody, EvidentPerson } from './evidence.ts';
import type { Standing } from './report.ts';
import { reasonWords } from './report-words.ts';

const stateWords: Readonly<Record<Standing, string>> = {
  confirmed: '已确认',
  read: '已读',
  unread: '未读',
  unreachable: '不可触达',
  exempt: '已豁免',
  unsent: '未发送',
  waiting: '待发送',
  failed: '发送失败',
};
const viaWords = { card: '卡片', page: '网页' } as const;

const headers = [
  '姓名',
  '部门',
  '状态',
  '送达时间',
  '读卡片时间',
  '打开文章时间',
  '确认时间',
  '确认版本',
  '确认方式',
  '原因',
  'union_id',
];

/** Excel and WPS run what begins like a formula, also after a tab (owasp.org/www-community/attacks/CSV_Injection). */
const cell = (text: string): string => {
  const harmless = /^[=+\-@\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

const timeWords = (iso: string | undefined): string => {
  if (iso === undefined) return '';
  const at = new Date(iso);
  return `${dayOf(at)} ${clockTime(at)}`;
};

const isDone = ({ state }: EvidentPerson): boolean => state === 'confirmed' || state === 'read';

const lineOf = (one: EvidentPerson): readonly string[] => [
  one.name,
  one.departments[0] ?? '',
  stateWords[one.state],
  timeWords(one.deliveredAt),
  timeWords(one.readAt),
  timeWords(one.openedAt),
  timeWords(one.confirmedAt),
  one.confirmedVersion === undefined ? '' : `v${one.confirmedVersion}`,
  one.via === undefined ? '' : viaWords[one.via],
  one.reason === undefined || isDone(one) ? '' : reasonWords(one.reason),
  one.person,
];

/** 名单 as a table that Excel and WPS open in Chinese: UTF-8 with its mark, times of Asia/Shanghai. */
export const rosterCsv = ({ people }: Pick<EvidenceBody, 'people'>): string => {
  const lines = [headers, ...people.map(lineOf)].map((line) => line.map(cell).join(','));
  return `\ufeff${lines.join('\r\n')}\r\n`;
};
