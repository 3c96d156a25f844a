import { z } from 'zod';
import { type Call, type Endpoint, pageOf, wholeNumber } from '../endpoint.ts';
import { Refusal } from '../refusal.ts';
import type { Base, Role, Table } from './model.ts';
import { refuse } from './refuse.ts';
import type { Place } from './write.ts';

const RANK: Readonly<Record<Role, number>> = { view: 0, edit: 1, full_access: 2 };

/** The role of an app in a Base: the one that created it owns it. */
export const roleOf = ({ ownerAppId, roles }: Base, appId: string): Role | undefined =>
  ownerAppId === appId ? 'full_access' : roles.get(appId);

/** Throws 1254040 for a Base that isn't there, 1254302 for one that this app may not `need`. */
export const requireBase = ({ tenant, app, path }: Call, need: Role): Base => {
  const base = tenant.bases.get(path['app_token'] ?? '');
  if (!base) throw refuse(1254040);
  const role = roleOf(base, app.appId);
  if (role === undefined || RANK[role] < RANK[need]) throw refuse(1254302);
  return base;
};

export const requirePlace = (call: Call, need: Role): Place => {
  const base = requireBase(call, need);
  const table = base.tables.get(call.path['table_id'] ?? '');
  if (!table) throw refuse(1254041);
  return { tenant: call.tenant, base, table, author: { kind: 'app', appId: call.app.appId } };
};

/**
 * 同一个数据表不支持并发调用写接口: while one write is on its way to being answered, another is refused with 1254291.
 * What was refused doesn't occupy the table.
 */
export const alone = <T>(
  { tenant }: Call,
  key: Pick<Table, 'id'> | Pick<Base, 'token'>,
  work: () => T,
): T => {
  const name = 'id' in key ? key.id : key.token;
  tenant.bases.requireFree(name);
  const result = work();
  tenant.bases.occupy(name, tenant.switches().baseWriteMs);
  return result;
};

/** Query of the lists of tables, fields and views. */
export const pageSchema = z.object({
  page_size: z._default(wholeNumber(1, 100), 20),
  page_token: z.optional(z.string()),
});

/** A page with `total`; an unreadable token is 1254030. */
export const totalPage = <T>(all: readonly T[], size: number, token: string | undefined): Paged<T> => {
  try {
    return { ...pageOf(all, size, token), total: all.length };
  } catch (error) {
    throw error instanceof Refusal ? refuse(1254030) : error;
  }
};

type Paged<T> = ReturnType<typeof pageOf<T>> & { readonly total: number };

export const READ_SCOPES = ['bitable:app', 'bitable:app:readonly'];
export const tablesPath = '/open-apis/bitable/v1/apps/:app_token/tables';
export const tablePath = `${tablesPath}/:table_id`;

type Rated = Pick<Endpoint, 'method' | 'path' | 'handle' | 'scopes' | 'rate'>;

export const reading = (endpoint: Rated): Endpoint => ({ ...endpoint, isMetered: true });

/** A write is answered after `baseWriteMs`, and its table takes no other until then. */
export const writing = (endpoint: Rated): Endpoint => ({
  ...endpoint,
  isMetered: true,
  holdMs: ({ switches }) => switches().baseWriteMs,
});
