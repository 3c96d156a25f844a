import type { AppRegistration } from '../apps.ts';
import type { Sender } from '../chats.ts';
import { idOf, idsOf } from '../directory.ts';
import type { Tenant } from '../tenant.ts';
import { type Cell, type Field, type Row, type Table, TYPE } from './model.ts';

export type IdType = 'open_id' | 'union_id' | 'user_id';

/** Who looks: an app sees people by its own ids. */
export type Viewer = { readonly tenant: Tenant; readonly app: AppRegistration; readonly idType: IdType };

/** A bot's own ids; what an app writes is signed with them. */
const botIdOf = (appId: string): string => `ou_${appId.slice(4)}`;

const personShown = ({ tenant, app, idType }: Viewer, unionId: string): object => {
  const person = tenant.directory.byUnion(unionId);
  if (!person) return { id: unionId, name: '', en_name: '', email: '', avatar_url: '' };
  const { name, email } = person;
  return { id: idOf(app.appId, idType, person), name, en_name: name, email, avatar_url: '' };
};

const authorShown = (viewer: Viewer, author: Sender): object => {
  if (author.kind === 'user') return personShown(viewer, author.unionId);
  const name = viewer.tenant.apps.get(author.appId)?.name ?? '';
  return { id: botIdOf(author.appId), name, en_name: name, email: '', avatar_url: '' };
};

const MEDIAS = 'https://open.feishu.cn/open-apis/drive/v1/medias';

const fileShown = ({ tenant }: Viewer, token: string): object => {
  const file = tenant.medias.get(token);
  return {
    file_token: token,
    name: file?.name ?? '',
    size: file?.bytes.length ?? 0,
    type: file?.mediaType ?? 'application/octet-stream',
    url: `${MEDIAS}/${token}/download`,
    tmp_url: `${MEDIAS}/batch_get_tmp_download_url?file_tokens=${token}`,
  };
};

const isList = (cell: Cell): cell is readonly string[] => Array.isArray(cell);

const listShown = (viewer: Viewer, type: number, cell: readonly string[]): unknown => {
  if (type === TYPE.user) return cell.map((unionId) => personShown(viewer, unionId));
  if (type === TYPE.attachment) return cell.map((token) => fileShown(viewer, token));
  return cell;
};

/** A stored cell in the form that searches and events have: 文本 is a list of segments. */
export const cellShown = (viewer: Viewer, { type }: Field, cell: Cell): unknown => {
  if (isList(cell)) return listShown(viewer, type, cell);
  return type === TYPE.text ? [{ text: cell, type: 'text' }] : cell;
};

const COMPUTED: Readonly<Record<number, (viewer: Viewer, row: Row) => unknown>> = {
  [TYPE.createdTime]: (_, row) => row.createdAt,
  [TYPE.changedTime]: (_, row) => row.changedAt,
  [TYPE.createdBy]: (viewer, row) => [authorShown(viewer, row.createdBy)],
  [TYPE.changedBy]: (viewer, row) => [authorShown(viewer, row.changedBy)],
  [TYPE.serial]: (_, row) => String(row.serial),
};

const shownIn = (viewer: Viewer, field: Field, row: Row): unknown => {
  const cell = row.cells.get(field.id);
  return cell === undefined ? COMPUTED[field.type]?.(viewer, row) : cellShown(viewer, field, cell);
};

type RowForm = { readonly fields: readonly Field[]; readonly isAutomatic: boolean };

/** A row as a search answers it; empty cells are absent. */
export const rowShown = (viewer: Viewer, row: Row, { fields, isAutomatic }: RowForm): object => ({
  record_id: row.id,
  fields: Object.fromEntries(
    fields.flatMap((field) => {
      const value = shownIn(viewer, field, row);
      return value === undefined ? [] : [[field.name, value] as const];
    }),
  ),
  ...(isAutomatic
    ? {
        created_by: authorShown(viewer, row.createdBy),
        created_time: row.createdAt,
        last_modified_by: authorShown(viewer, row.changedBy),
        last_modified_time: row.changedAt,
      }
    : {}),
});

const propertyShown = ({ type, options, property }: Field): object | null =>
  type === TYPE.select || type === TYPE.multiSelect
    ? { ...property, options: options.map(({ id, name, color }) => ({ id, name, color })) }
    : property;

/** As 列出字段 answers it. */
export const fieldShown = (field: Field): object => ({
  field_id: field.id,
  field_name: field.name,
  type: field.type,
  ui_type: field.uiType,
  is_primary: field.isPrimary,
  is_hidden: false,
  description: field.description,
  property: propertyShown(field),
});

/** Ids of whoever changed something, as events carry them. */
export const operatorIds = ({ tenant, app }: Omit<Viewer, 'idType'>, author: Sender): object => {
  const person = author.kind === 'user' ? tenant.directory.byUnion(author.unionId) : undefined;
  if (person) return idsOf(app, person);
  const appId = author.kind === 'app' ? author.appId : '';
  return { open_id: botIdOf(appId), union_id: `on_${appId.slice(4)}`, user_id: '' };
};

export const tableShown = ({ id, name, revision }: Table): object => ({ table_id: id, name, revision });
