import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Call, type Endpoint, readQuery } from '../endpoint.ts';
import type { Tenant } from '../tenant.ts';
import type { Page } from './edit.ts';
import type { Doc, Role } from './model.ts';
import { refuse } from './refuse.ts';

const RANK: Readonly<Record<Role, number>> = { view: 0, edit: 1, full_access: 2 };

/** The role of an app: what it made it owns, what it was added to, and what a wiki space gives its admins and members. */
export const appRole = (tenant: Tenant, doc: Doc, appId: string): Role | undefined => {
  if (doc.owner.kind === 'app' && doc.owner.appId === appId) return 'full_access';
  const inSpace = tenant.spaces.homeOf(doc.token)?.apps.get(appId);
  if (inSpace === 'admin') return 'full_access';
  return doc.roles.get(appId) ?? (inSpace === 'member' ? 'edit' : undefined);
};

export const mayApp = (tenant: Tenant, doc: Doc, [appId, need]: readonly [string, Role]): boolean => {
  const role = appRole(tenant, doc, appId);
  return role !== undefined && RANK[role] >= RANK[need];
};

/** Throws 1770002 for a document that isn't there, 1770032 for one that this app may not `need`. */
export const requireDoc = ({ tenant, app, path }: Call, need: Role): Page => {
  const doc = tenant.documents.get(path['document_id'] ?? '');
  if (!doc) throw refuse(1770002);
  if (!mayApp(tenant, doc, [app.appId, need])) throw refuse(1770032);
  return { tenant, doc };
};

const editSchema = z.object({
  /** The version that positions are meant for; one that is old or still to come is no refusal. */
  document_revision_id: z._default(z.coerce.number().pipe(z.int().min(-1)), -1),
  client_token: z.optional(z.string().min(1)),
});

/**
 * One edit of a document: its right, 3/s a document over all edits (HTTP 429), and once per client_token, which a repeat
 * answers with what it answered first.
 */
export const editing = (call: Call, work: (page: Page) => object): object => {
  const page = requireDoc(call, 'edit');
  const { client_token: token = randomUUID() } = readQuery(editSchema, call);
  const key = `${call.app.appId} ${token}`;
  const before = page.doc.done.get(key);
  if (before) return before;
  call.tenant.rates.spendDocument(page.doc.token);
  const answer = { ...work(page), document_revision_id: page.doc.revision, client_token: token };
  page.doc.done.set(key, answer);
  return answer;
};

type Own = Pick<Endpoint, 'method' | 'path' | 'handle'>;

/** 应用频率限制 of the pages: 3/s for what writes, 5/s for what reads, HTTP 400 with 99991400 above it. */
export const writing = (own: Own): Endpoint => ({
  ...own,
  scopes: ['docx:document', 'docx:document:write_only'],
  isMetered: true,
  rate: { perSecond: 3, status: 400 },
});

export const reading = (own: Own): Endpoint => ({
  ...own,
  scopes: ['docx:document', 'docx:document:readonly'],
  isMetered: true,
  rate: { perSecond: 5, status: 400 },
});
