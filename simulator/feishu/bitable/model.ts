import type { Sender } from '../chats.ts';

/**
 * What a cell holds: text, phone, one option, a number, a moment (milliseconds since 1970), a tick, or a list of
 * option names, union_ids or file tokens.
 */
export type Cell = string | number | boolean | readonly string[] | Link;
export type Link = { readonly text: string; readonly link: string };

export type Option = { readonly id: string; name: string; color: number };

/** `type` as in open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-field/guide. */
export type Field = {
  readonly id: string;
  name: string;
  readonly type: number;
  uiType: string;
  description: string;
  readonly isPrimary: boolean;
  /** Of 单选 and 多选. */
  options: Option[];
  /** The rest of `property` as given: formatter, date_formatter, multiple. */
  property: Readonly<Record<string, unknown>> | null;
};

export type Row = {
  readonly id: string;
  /** 自动编号. */
  readonly serial: number;
  /** By field id. */
  readonly cells: Map<string, Cell>;
  readonly createdAt: number;
  readonly createdBy: Sender;
  changedAt: number;
  changedBy: Sender;
};

export type Condition = {
  readonly fieldId: string;
  readonly operator: string;
  readonly value: readonly string[];
};
export type Filter = {
  readonly conjunction: 'and' | 'or';
  readonly conditions: readonly Condition[];
  readonly children?: readonly Filter[];
};

export type View = {
  readonly id: string;
  name: string;
  readonly type: string;
  filter: Filter | undefined;
  hiddenFields: readonly string[];
};

export type Table = {
  readonly id: string;
  name: string;
  readonly fields: Field[];
  readonly views: View[];
  readonly rows: Map<string, Row>;
  /** Grows with each change. */
  revision: number;
  serial: number;
};

export type Role = 'view' | 'edit' | 'full_access';

export type Base = {
  readonly token: string;
  name: string;
  /** The app that created it: its owner. */
  readonly ownerAppId: string;
  /** Other apps that were added as 文档应用. */
  readonly roles: Map<string, Role>;
  readonly tables: Map<string, Table>;
  /** Apps that subscribed to its events. */
  readonly subscribers: Set<string>;
};

export const TYPE = {
  text: 1,
  number: 2,
  select: 3,
  multiSelect: 4,
  date: 5,
  checkbox: 7,
  user: 11,
  phone: 13,
  url: 15,
  attachment: 17,
  formula: 20,
  createdTime: 1001,
  changedTime: 1002,
  createdBy: 1003,
  changedBy: 1004,
  serial: 1005,
} as const;
