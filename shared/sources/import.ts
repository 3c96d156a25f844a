import * as z from 'zod/mini';
import { InvalidInputError } from '../errors.ts';
import { parse, parseJson } from '../parse.ts';
import { cut, fenOfYuan, type RawEvent, shanghaiMoment } from './fields.ts';
import type { Letter } from './source.ts';

type Read = Partial<RawEvent> | { readonly problem: string };
type Column = {
  /** As people head it; the first is the one that we tell them. */
  readonly names: readonly [string, ...string[]];
  readonly read: (cell: string) => Read;
};

/** Excel shows a 19-digit order as 4.70529E+18 and has lost its digits for ever. */
const isMangled = (text: string): boolean => /^\d(?:\.\d+)?E\+\d+$/i.test(text);
const mangled = '被表格软件改成了科学计数法，请把这一列设为“文本”后重新导出';

const idList = (cell: string): string[] => cell.split(/[\s,，、;；]+/).filter((id) => id !== '');
const isId = (text: string): boolean => text.length <= 200;

const idsInto =
  (field: 'orderIds' | 'skuIds') =>
  (cell: string): Read => {
    const ids = idList(cell);
    if (ids.some(isMangled)) return { problem: mangled };
    return ids.every(isId) ? { [field]: ids } : { problem: '编号太长' };
  };

const textInto =
  (field: 'batchNo' | 'buyerId' | 'buyerPhone' | 'agentId' | 'caseId') =>
  (cell: string): Read => {
    if (isMangled(cell)) return { problem: mangled };
    return isId(cell) ? { [field]: cell } : { problem: '太长' };
  };

const wordsInto =
  (field: 'shopName' | 'productName' | 'reasonText' | 'content' | 'logistics', longest: number) =>
  (cell: string): Read => ({ [field]: cut(cell, longest) });

const momentInto =
  (field: 'occurredAt' | 'sourceDeadlineAt') =>
  (cell: string): Read => {
    const at = shanghaiMoment(cell);
    return at ? { [field]: at.toISOString() } : { problem: '不是时间，写成 2026-11-23 10:05' };
  };

const readExpiry = (cell: string): Read => {
  const at = shanghaiMoment(cell);
  if (!at) return { problem: '不是日期，写成 2027-10-11' };
  return { expiry: new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10) };
};

const readAmount = (cell: string): Read => {
  const amountFen = fenOfYuan(cell.replace(/^[¥￥]\s*/, '').replace(/\s*元$/, ''));
  return amountFen === undefined ? { problem: '不是金额（元），写成 132.00' } : { amountFen };
};

const kindWords: Readonly<Record<string, RawEvent['kind']>> = {
  退款: 'refund',
  仅退款: 'refund',
  退货: 'return',
  退货退款: 'return',
  换货: 'exchange',
  补发: 'exchange',
  投诉: 'complaint',
  客诉: 'complaint',
  咨询: 'consult',
  来电: 'call',
  电话: 'call',
  反馈: 'feedback',
  建议: 'feedback',
};

const readKind = (cell: string): Read => {
  const kind = kindWords[cell];
  return kind ? { kind } : { problem: `类型只能是：${Object.keys(kindWords).join('、')}` };
};

const columns: readonly Column[] = [
  { names: ['售后单号', '工单号', '退款单号', '编号'], read: textInto('caseId') },
  { names: ['渠道', '店铺', '店铺名称', '来源'], read: wordsInto('shopName', 60) },
  { names: ['订单号', '订单编号', '主订单号'], read: idsInto('orderIds') },
  { names: ['商品', '商品名称', '产品', '宝贝标题'], read: wordsInto('productName', 120) },
  { names: ['商品编码', 'SKU', '商家编码'], read: idsInto('skuIds') },
  { names: ['批次', '批次号', '生产批号'], read: textInto('batchNo') },
  { names: ['效期至', '效期', '有效期至', '保质期至'], read: readExpiry },
  { names: ['类型', '售后类型'], read: readKind },
  { names: ['原因', '退款原因', '售后原因'], read: wordsInto('reasonText', 200) },
  { names: ['内容', '问题描述', '客户原话', '反馈内容'], read: wordsInto('content', 4_000) },
  { names: ['金额', '退款金额', '金额(元)', '金额（元）'], read: readAmount },
  { names: ['联系电话', '手机号', '电话', '联系方式'], read: textInto('buyerPhone') },
  { names: ['买家', '买家ID', '买家昵称', '会员名'], read: textInto('buyerId') },
  { names: ['时间', '发生时间', '申请时间', '提交时间'], read: momentInto('occurredAt') },
  { names: ['平台截止时间', '截止时间'], read: momentInto('sourceDeadlineAt') },
  { names: ['物流', '物流单号', '快递单号'], read: wordsInto('logistics', 120) },
  { names: ['客服', '接待客服'], read: textInto('agentId') },
];

const columnOf: ReadonlyMap<string, Column> = new Map(
  columns.flatMap((column) => column.names.map((name): [string, Column] => [name, column])),
);

export const isImportColumn = (name: string): boolean => columnOf.has(name);

/** Every column that can be imported, by the name that we tell people. */
export const importColumnNames: readonly string[] = columns.map(({ names }) => names[0]);

/** Shops export ids as `="4705…"`, or behind a tab or an apostrophe, so that Excel keeps its hands off. */
const cleaned = (cell: string): string =>
  cell
    .trim()
    .replace(/^="(.*)"$/, '$1')
    .replace(/^'/, '')
    .trim();

export type ImportRow = Readonly<Record<string, string>>;
export type RowProblem = { readonly column: string; readonly problem: string };

const cellsOf = (row: ImportRow): readonly (readonly [string, Column, string])[] =>
  Object.entries(row).flatMap(([name, cell]) => {
    const column = columnOf.get(name.trim());
    const text = cleaned(cell);
    return column && text !== '' ? [[name, column, text] as const] : [];
  });

type Told = { readonly fields: Partial<RawEvent>; readonly problems: readonly RowProblem[] };

/** What the cells say, and which of them can't be read. A row that says nothing of what happened is no case. */
export const readRow = (row: ImportRow): Told => {
  const read = cellsOf(row).map(([name, column, text]) => ({ name, result: column.read(text) }));
  const problems = read.flatMap(({ name, result }) =>
    'problem' in result ? [{ column: name, problem: result.problem }] : [],
  );
  const fields = read.reduce<Partial<RawEvent>>(
    (all, { result }) => ('problem' in result ? all : { ...all, ...result }),
    {},
  );
  if (fields.content !== undefined || fields.reasonText !== undefined) return { fields, problems };
  return { fields, problems: [...problems, { column: '内容', problem: '内容和原因都是空的' }] };
};

const rowSchema = z.record(z.string(), z.string());

/** One row of an imported table. Throws `row_unreadable`. */
export const readImport = ({ id, body, receivedAt }: Letter): readonly RawEvent[] => {
  const { fields, problems } = readRow(parse(rowSchema, parseJson(body)));
  if (problems.length > 0) {
    throw new InvalidInputError('row_unreadable', problems.map(({ column }) => column).join(', '));
  }
  const at = fields.occurredAt ?? receivedAt.toISOString();
  return [
    {
      kind: 'complaint',
      ...fields,
      source: 'import',
      eventId: id,
      caseId: fields.caseId ?? id,
      version: Date.parse(at),
      what: 'opened',
      occurredAt: at,
    },
  ];
};
