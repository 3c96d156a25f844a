import { hexOf } from '../../company.ts';
import type { Sender } from '../chats.ts';
import { type Base, type Cell, type Field, type Row, type Table, TYPE, type View } from './model.ts';
import { refuse } from './refuse.ts';

type Done = { readonly print: string; readonly rowIds: readonly string[]; readonly busyUntil: number };

export type Bases = {
  readonly all: () => readonly Base[];
  readonly get: (token: string) => Base | undefined;
  readonly create: (name: string, ownerAppId: string) => Base;
  readonly newId: (prefix: 'tbl' | 'fld' | 'vew' | 'rec' | 'opt' | 'con') => string;
  /** Another write under this key is not answered yet. */
  readonly isBusy: (key: string) => boolean;
  /** Throws 1254291 while another write of the table is not answered yet. */
  readonly requireFree: (key: string) => void;
  /** `ms` are real milliseconds: two requests meet in real time, whatever the tenant's clock says. */
  readonly occupy: (key: string, ms: number) => void;
  /** What a client_token of this app did; undefined when it is new. */
  readonly doneBy: (appId: string, clientToken: string) => Done | undefined;
  readonly remember: (appId: string, clientToken: string, done: Done) => void;
};

type Named = { readonly name: string; readonly type: number; readonly uiType?: string };

const UI_TYPES: Readonly<Record<number, string>> = {
  [TYPE.text]: 'Text',
  [TYPE.number]: 'Number',
  [TYPE.select]: 'SingleSelect',
  [TYPE.multiSelect]: 'MultiSelect',
  [TYPE.date]: 'DateTime',
  [TYPE.checkbox]: 'Checkbox',
  [TYPE.user]: 'User',
  [TYPE.phone]: 'Phone',
  [TYPE.url]: 'Url',
  [TYPE.attachment]: 'Attachment',
  [TYPE.formula]: 'Formula',
  [TYPE.createdTime]: 'CreatedTime',
  [TYPE.changedTime]: 'ModifiedTime',
  [TYPE.createdBy]: 'CreatedUser',
  [TYPE.changedBy]: 'ModifiedUser',
  [TYPE.serial]: 'AutoNumber',
};

export const isKnownType = (type: number): boolean => type in UI_TYPES;

export const newField = (id: string, { name, type, uiType }: Named, isPrimary: boolean): Field => ({
  id,
  name,
  type,
  uiType: uiType ?? UI_TYPES[type] ?? 'Text',
  description: '',
  isPrimary,
  options: [],
  property: null,
});

export const newView = (id: string, name: string, type = 'grid'): View => ({
  id,
  name,
  type,
  filter: undefined,
  hiddenFields: [],
});

export const newTable = (
  id: string,
  name: string,
  { fields, views }: { readonly fields: Field[]; readonly views: View[] },
): Table => ({ id, name, fields, views, rows: new Map(), revision: 1, serial: 0 });

type Drafted = {
  readonly id: string;
  readonly cells: Map<string, Cell>;
  readonly at: number;
  readonly by: Sender;
};

export const newRow = (table: Table, { id, cells, at, by }: Drafted): Row => {
  table.serial += 1;
  return { id, serial: table.serial, cells, createdAt: at, createdBy: by, changedAt: at, changedBy: by };
};

const DEFAULT_FIELDS: readonly Named[] = [
  { name: '文本', type: TYPE.text },
  { name: '单选', type: TYPE.select },
  { name: '日期', type: TYPE.date },
  { name: '附件', type: TYPE.attachment },
];

/** Everything of 多维表格 in one tenant. */
export const createBases = (seed: string): Bases => {
  const bases = new Map<string, Base>();
  const busy = new Map<string, number>();
  const done = new Map<string, Done>();
  let count = 0;
  const isBusy = (key: string): boolean => (busy.get(key) ?? 0) > performance.now();
  const newId: Bases['newId'] = (prefix) => {
    count += 1;
    return `${prefix}${hexOf(`${prefix}:${seed}:${count}`, prefix === 'rec' ? 11 : 8)}`;
  };
  return {
    all: () => [...bases.values()],
    get: (token) => bases.get(token),
    create: (name, ownerAppId) => {
      const token = `bas${hexOf(`base:${seed}:${bases.size}`, 24)}`;
      const fields = DEFAULT_FIELDS.map((field, at) => newField(newId('fld'), field, at === 0));
      const table = newTable(newId('tbl'), '数据表', { fields, views: [newView(newId('vew'), '表格')] });
      const tables = new Map([[table.id, table]]);
      const base = { token, name, ownerAppId, roles: new Map(), tables, subscribers: new Set<string>() };
      bases.set(token, base);
      return base;
    },
    newId,
    isBusy,
    requireFree: (key) => {
      if (isBusy(key)) throw refuse(1254291);
    },
    occupy: (key, ms) => {
      if (ms > 0) busy.set(key, performance.now() + ms);
    },
    doneBy: (appId, clientToken) => done.get(`${appId} ${clientToken}`),
    remember: (appId, clientToken, entry) => {
      done.set(`${appId} ${clientToken}`, entry);
    },
  };
};
