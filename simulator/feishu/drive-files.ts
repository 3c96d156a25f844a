import { z } from 'zod';
import type { Person } from '../company.ts';
import { roleOf } from './bitable/call.ts';
import { appRole } from './docs/access.ts';
import type { Role } from './docs/model.ts';
import { type Call, type Endpoint, readFields, readQuery, wholeNumber } from './endpoint.ts';
import { Refusal } from './refusal.ts';

const refuse = (code: number, message: string, status = 400): Refusal =>
  new Refusal(code, message, { status });

const listSchema = z.object({
  page_size: z._default(wholeNumber(1, 200), 200),
  direction: z._default(z.enum(['ASC', 'DESC']), 'DESC'),
});

/** open.feishu.cn/document/server-docs/docs/drive-v1/folder/list: without a folder, what the app itself has made. */
const list = (call: Call): object => {
  const { page_size: size, direction } = readQuery(listSchema, call);
  const own = call.tenant.bases.all().filter(({ ownerAppId }) => ownerAppId === call.app.appId);
  const ordered = direction === 'DESC' ? own.toReversed() : own;
  const files = ordered.slice(0, size).map(({ token, name }) => ({
    token,
    name,
    type: 'bitable',
    url: `https://feishu.cn/base/${token}`,
    parent_token: 'root',
  }));
  return { files, has_more: own.length > size };
};

const memberSchema = z.object({
  member_type: z.enum(['email', 'openid', 'unionid', 'openchat', 'opendepartmentid', 'userid']),
  member_id: z.string().min(1),
  perm: z.enum(['view', 'edit', 'full_access']),
});

type Member = z.infer<typeof memberSchema>;
/** What the app itself may do: undefined when the file isn't there. */
type Own = Role | 'none' | undefined;

const roleInBase = ({ tenant, app, path, query }: Call): Own => {
  const base = query.get('type') === 'bitable' ? tenant.bases.get(path['token'] ?? '') : undefined;
  return base && (roleOf(base, app.appId) ?? 'none');
};

const ID_TYPES = { openid: 'open_id', unionid: 'union_id', userid: 'user_id' } as const;

const personBy = ({ tenant, app }: Call, { member_type: type, member_id: id }: Member): Person | undefined =>
  type === 'openid' || type === 'unionid' || type === 'userid'
    ? tenant.directory.find(app.appId, ID_TYPES[type], id)
    : undefined;

/** People are let in to read; other kinds of members are taken and change nothing here. */
const shareDocx = (call: Call, member: Member): Own => {
  const doc = call.tenant.documents.get(call.path['token'] ?? '');
  const role = doc && (appRole(call.tenant, doc, call.app.appId) ?? 'none');
  const person = role === 'full_access' ? personBy(call, member) : undefined;
  if (doc && person) doc.readers.add(person.unionId);
  return role;
};

/** open.feishu.cn/document/server-docs/docs/permission/permission-member/create; again it only sets the role. */
const addMember = (call: Call): object => {
  const member = readFields(memberSchema, call.body);
  const role = call.query.get('type') === 'docx' ? shareDocx(call, member) : roleInBase(call);
  if (role === undefined) throw refuse(1063005, 'resource is deleted', 404);
  if (role !== 'full_access') throw refuse(1063002, 'Permission denied', 403);
  return { member };
};

export const driveFileEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/open-apis/drive/v1/files',
    scopes: [
      'drive:drive',
      'drive:drive:readonly',
      'drive:drive.metadata:readonly',
      'space:document:retrieve',
    ],
    isMetered: true,
    handle: list,
  },
  {
    method: 'POST',
    path: '/open-apis/drive/v1/permissions/:token/members',
    scopes: ['docs:doc', 'docs:permission.member:create', 'drive:drive'],
    isMetered: true,
    handle: addMember,
  },
];
