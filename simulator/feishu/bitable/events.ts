import type { AppRegistration } from '../apps.ts';
import type { Sender } from '../chats.ts';
import { idsOf } from '../directory.ts';
import type { Tenant } from '../tenant.ts';
import { type Base, type Cell, type Field, type Table, TYPE } from './model.ts';
import { cellShown, operatorIds } from './show.ts';

type Values = readonly (readonly [Field, Cell | undefined])[];

export type RowChange = {
  readonly rowId: string;
  readonly action: 'record_added' | 'record_edited' | 'record_deleted';
  readonly before: Values;
  readonly after: Values;
};

type Where = {
  readonly tenant: Tenant;
  readonly base: Base;
  readonly table: Table;
  readonly author: Sender;
};

type Reader = { readonly tenant: Tenant; readonly app: AppRegistration };

const identities = ({ tenant, app }: Reader, cell: Cell | undefined): object => ({
  users: (Array.isArray(cell) ? cell.map(String) : []).flatMap((unionId) => {
    const person = tenant.directory.byUnion(unionId);
    return person
      ? [{ user_id: idsOf(app, person), name: person.name, en_name: person.name, avatar_url: '' }]
      : [];
  }),
});

const valueShown = (reader: Reader, field: Field, cell: Cell | undefined): object => ({
  field_id: field.id,
  field_value:
    cell === undefined ? '' : JSON.stringify(cellShown({ ...reader, idType: 'open_id' }, field, cell)),
  ...(field.type === TYPE.user ? { field_identity_value: identities(reader, cell) } : {}),
});

/** 事件体中不含公式字段的值; what computes itself is never stored, so it never stands here. */
const changeShown = (reader: Reader, { rowId, action, before, after }: RowChange): object => ({
  record_id: rowId,
  action,
  before_value: before.map(([field, cell]) => valueShown(reader, field, cell)),
  after_value: after.map(([field, cell]) => valueShown(reader, field, cell)),
});

const EVENT_SCOPES = ['base:record:read', 'bitable:app', 'drive:drive'];

/**
 * Pushes drive.file.bitable_record_changed_v1 to every app that subscribed to the Base, its own writes included:
 * open.feishu.cn/document/server-docs/docs/drive-v1/event/list/bitable-record-changed.
 */
export const announceRows = (where: Where, changes: readonly RowChange[]): void => {
  const { tenant, base, table, author } = where;
  for (const appId of base.subscribers) {
    const app = tenant.apps.get(appId);
    if (!app || !EVENT_SCOPES.some((scope) => app.scopes.includes(scope))) continue;
    const reader = { tenant, app };
    tenant.pushes.push(app, {
      type: 'drive.file.bitable_record_changed_v1',
      event: {
        file_type: 'bitable',
        file_token: base.token,
        table_id: table.id,
        revision: table.revision,
        operator_id: operatorIds(reader, author),
        action_list: changes.map((change) => changeShown(reader, change)),
        subscriber_id_list: [operatorIds(reader, { kind: 'app', appId })],
        update_time: Math.floor(tenant.clock.now() / 1000),
      },
    });
  }
  announceTable(where);
};

/** Tells screens that a table looks different. */
export const announceTable = ({ tenant, base, table }: Pick<Where, 'tenant' | 'base' | 'table'>): void => {
  tenant.changes.publish({ type: 'base', appToken: base.token, tableId: table.id });
};
