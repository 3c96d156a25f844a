import { standingNames, standingOf } from '../../shared/broadcasts/report.ts';
import { reasonWords } from '../../shared/broadcasts/report-words.ts';
import { clockTime, dayOf } from '../../shared/calendar/day.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { Reported } from './report-facts.ts';

const head = ['姓名', '部门', '状态', '原因', '送达', '已读卡片', '打开文章', '确认', '确认版本'];

const moment = (iso: string | undefined): string =>
  iso === undefined ? '' : `${dayOf(new Date(iso))} ${clockTime(new Date(iso))}`;

/** A table program would take what begins so for a formula (CSV injection). */
const isFormula = /^[=+\-@\t\r]/u;

const cell = (value: string): string => {
  const text = isFormula.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const reasonOf = (row: Delivery): string => {
  const standing = standingOf(row);
  const why = row.reason ?? row.code;
  return ['unreachable', 'exempt', 'failed', 'waiting'].includes(standing) && why !== undefined
    ? reasonWords(why)
    : '';
};

const line =
  ({ members, broadcast }: Reported) =>
  (row: Delivery): readonly string[] => {
    const member = members.get(row.recipient);
    return [
      member?.name ?? row.recipient,
      member?.departments.join(' / ') ?? '',
      standingNames(broadcast.mustConfirm)[standingOf(row)],
      reasonOf(row),
      moment(row.messageId === undefined ? undefined : row.acceptedAt),
      moment(row.readAt),
      moment(row.openedAt),
      moment(row.confirmed?.at),
      row.confirmed ? `v${row.confirmed.version}` : '',
    ];
  };

/** 名单, one person a line, times in Asia/Shanghai; the mark at the start is how Excel knows UTF-8. */
export const namesCsv = (reported: Reported): string => {
  const lines = [head, ...reported.rows.map(line(reported))];
  return `\u{FEFF}${lines.map((cells) => cells.map(cell).join(',')).join('\r\n')}\r\n`;
};
