import { defaultDesk } from '../../config/tickets/desk.ts';
import { linesOf } from '../../shared/settings/changes.ts';
import { type Decision, decideTable } from '../../shared/settings/decide.ts';
import type { InForce } from '../../shared/settings/in-force.ts';
import type { Known } from '../../shared/settings/known.ts';
import type { Review } from '../../shared/settings/review.ts';
import type { BaseRecord, Sheet } from '../../shared/settings/sheet.ts';

const now = new Date('2026-11-23T02:41:00Z');

const person = (text: string) => {
  const [id = '', name = '', role = '', department = ''] = text.split(' ');
  return { person: id, name, roles: [role], departments: [department] };
};

export const known: Known = {
  desk: defaultDesk,
  now,
  people: [
    person('on_lin 林晓 客服组长 客服'),
    person('on_wang 王敏 副总经理 总经办'),
    person('on_zhao 赵强 直达管理员 信息部'),
    person('on_chen 陈静 客服专员 客服'),
    person('on_sun 孙磊 大区负责人 华东大区'),
  ],
};

const rowId = (index: number): string => `rec${String(index + 1).padStart(3, '0')}`;

/** The table as it is filled first: every row on, its cells as we write them. */
export const recordsOf = <Row>(sheet: Sheet<Row>, rows: readonly Row[] = sheet.defaults()): BaseRecord[] =>
  rows.map((row, index) => ({
    id: rowId(index),
    cells: {
      ...sheet.cells(row, known),
      启用: true,
      生效状态: '已生效 v1',
      说明: '',
      最后修改: '2026-11-20 09:00',
    },
  }));

export const inForceOf = <Row>(sheet: Sheet<Row>, rows: readonly Row[] = sheet.defaults()): InForce<Row> => ({
  rows: rows.map((row, index) => ({ id: rowId(index), row })),
  version: 1,
});

/** The records with some cells of one row written over. */
export const edited = (
  records: readonly BaseRecord[],
  isMeant: (record: BaseRecord) => boolean,
  cells: Readonly<Record<string, unknown>>,
): BaseRecord[] =>
  records.map((record) => (isMeant(record) ? { ...record, cells: { ...record.cells, ...cells } } : record));

type Beside = { inForce?: InForce; review?: Review; known?: Known };

export const decide = (sheet: Sheet, records: readonly BaseRecord[], beside: Beside = {}): Decision =>
  decideTable({ sheet, records, inForce: inForceOf(sheet), known, ...beside });

export const linesIn = (sheet: Sheet, { applied }: Decision): readonly string[] =>
  linesOf(sheet, { before: inForceOf(sheet).rows, changes: applied }, known);

export const must = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('it is not there');
  return value;
};
