import type { Answer, World } from './world.ts';

export type Sheet = {
  readonly appToken: string;
  readonly tableId: string;
  readonly path: string;
  /** Field ids by name. */
  readonly fields: ReadonlyMap<string, string>;
};

const FIELDS = [
  { field_name: '单号', type: 1 },
  { field_name: '金额', type: 2 },
  { field_name: '状态', type: 3, property: { options: [{ name: '待处理' }, { name: '处理中' }] } },
  { field_name: '标签', type: 4 },
  { field_name: '截止', type: 5 },
  { field_name: '食品安全', type: 7 },
  { field_name: '负责人', type: 11 },
  { field_name: '电话', type: 13 },
  { field_name: '链接', type: 15 },
  { field_name: '附件', type: 17 },
  { field_name: '创建于', type: 1001 },
  { field_name: '更新于', type: 1002 },
];

/** A Base of 直达 with one table that has a field of each kind. */
export const createSheet = async (world: World): Promise<Sheet> => {
  const made = await world.api('POST /bitable/v1/apps', { name: '售后' });
  const appToken = (made.data['app'] as { app_token: string }).app_token;
  const tables = `/bitable/v1/apps/${appToken}/tables`;
  const answer = await world.api(`POST ${tables}`, {
    table: { name: '工单', default_view_name: '全部', fields: FIELDS },
  });
  const ids = answer.data['field_id_list'] as string[];
  const tableId = String(answer.data['table_id']);
  const fields = new Map(FIELDS.map(({ field_name: name }, at) => [name, ids[at] ?? '']));
  return { appToken, tableId, path: `${tables}/${tableId}`, fields };
};

type Row = { readonly record_id: string; readonly fields: Record<string, unknown> };

export const rowsOf = ({ data }: Answer, key = 'items'): readonly Row[] => data[key] as Row[];
export const recordIdOf = ({ data }: Answer): string => (data['record'] as Row).record_id;

export const add = async (world: World, { path }: Sheet, fields: Record<string, unknown>): Promise<string> =>
  recordIdOf(await world.api(`POST ${path}/records`, { fields }));

export const addMany = async (
  world: World,
  { path }: Sheet,
  rows: readonly Record<string, unknown>[],
): Promise<readonly string[]> => {
  const records = rows.map((fields) => ({ fields }));
  const answer = await world.api(`POST ${path}/records/batch_create`, { records });
  return rowsOf(answer, 'records').map(({ record_id: id }) => id);
};
