import { z } from 'zod';
import { roleOf } from '../bitable/call.ts';
import { type Call, type Endpoint, pageOf, wholeNumber } from '../endpoint.ts';
import { Refusal } from '../refusal.ts';
import { appRole, mayApp } from './access.ts';
import { pageOf as rootOf, titleContent } from './documents.ts';
import type { Space, WikiNode } from './model.ts';
import { refuseWiki } from './refuse.ts';
import { docOf, nodeShown, readWiki } from './wiki-node.ts';

/** 131006 for a space in which the app isn't a member. */
const requireSpace = ({ tenant, app, path }: Call): Space => {
  const id = path['space_id'] ?? '';
  if (!/^\d+$/.test(id)) throw refuseWiki(131002);
  const space = tenant.spaces.get(id);
  if (!space) throw refuseWiki(131005);
  if (!space.apps.has(app.appId)) throw refuseWiki(131006);
  return space;
};

const pageSchema = z.object({
  page_size: z._default(wholeNumber(1, 50), 20),
  page_token: z.optional(z.string()),
});

const paged = (all: readonly object[], size: number, token: string | undefined): object => {
  try {
    return pageOf(all, size, token);
  } catch (error) {
    throw error instanceof Refusal ? refuseWiki(131002) : error;
  }
};

const spaceShown = ({ id, name, description, isPublic }: Space): object => ({
  space_id: id,
  name,
  description,
  space_type: 'team',
  visibility: isPublic ? 'public' : 'private',
  open_sharing: 'closed',
});

/** …/wiki-v2/space/list: those in which the app is an admin or a member; else an empty list. */
const listSpaces = (call: Call): object => {
  const { page_size: size, page_token: token } = readWiki(pageSchema, Object.fromEntries(call.query));
  const own = call.tenant.spaces.all().filter(({ apps }) => apps.has(call.app.appId));
  return paged(own.map(spaceShown), size, token);
};

const mayRead = (call: Call, node: WikiNode): boolean => {
  const { tenant, app } = call;
  const base = tenant.bases.get(node.objToken);
  const role = base ? roleOf(base, app.appId) : appRole(tenant, docOf(call, node), app.appId);
  return role !== undefined;
};

const getSchema = z.object({
  token: z.string().min(1),
  obj_type: z._default(
    z.enum(['doc', 'docx', 'sheet', 'mindnote', 'bitable', 'file', 'slides', 'wiki']),
    'wiki',
  ),
});

/** …/wiki-v2/space/get_node: by the node's token, or by the document's with its obj_type. */
const getNode = (call: Call): object => {
  const { token, obj_type: type } = readWiki(getSchema, Object.fromEntries(call.query));
  const { spaces } = call.tenant;
  const node = type === 'wiki' ? spaces.node(token) : spaces.nodeOf(token);
  if (!node || (type !== 'wiki' && type !== 'docx')) throw refuseWiki(131005);
  if (!mayRead(call, node)) throw refuseWiki(131006);
  return { node: nodeShown(call, node) };
};

const requireParent = ({ tenant }: Call, space: Space, token: string): void => {
  if (token === '') return;
  if (tenant.spaces.node(token)?.spaceId !== space.id) throw refuseWiki(131005);
};

/** …/wiki-v2/space-node/list */
const listNodes = (call: Call): object => {
  const schema = z.object({ ...pageSchema.shape, parent_node_token: z._default(z.string(), '') });
  const {
    page_size: size,
    page_token: token,
    parent_node_token: parent,
  } = readWiki(schema, Object.fromEntries(call.query));
  const space = requireSpace(call);
  requireParent(call, space, parent);
  const nodes = call.tenant.spaces.childrenOf(space, parent);
  return paged(
    nodes.map((node) => nodeShown(call, node)),
    size,
    token,
  );
};

const createSchema = z.object({
  obj_type: z.enum(['doc', 'docx']),
  node_type: z.literal('origin'),
  parent_node_token: z._default(z.string(), ''),
  title: z._default(z.string(), ''),
});

/** Two changes of one space at once are 131009, as long as the first isn't answered. */
const alone = <T>({ tenant }: Call, space: Space, work: () => T): T => {
  const key = `wiki ${space.id}`;
  if (tenant.bases.isBusy(key)) throw refuseWiki(131009);
  const result = work();
  tenant.bases.occupy(key, tenant.switches().wikiWriteMs);
  return result;
};

/** …/wiki-v2/space-node/create: a page with a new docx that the app owns. Only docx, and no shortcuts, are simulated. */
const createNode = (call: Call): object => {
  const { obj_type: type, title, parent_node_token: parent } = readWiki(createSchema, call.body);
  if (type === 'doc') throw refuseWiki(131010);
  const { tenant, app } = call;
  const space = requireSpace(call);
  requireParent(call, space, parent);
  return alone(call, space, () => {
    const creator = { kind: 'app', appId: app.appId } as const;
    const doc = tenant.documents.create({ title, owner: creator, isOpen: space.isPublic });
    const node = tenant.spaces.addNode({ space, objToken: doc.token, parent, creator });
    return { node: nodeShown(call, node) };
  });
};

/** …/wiki-v2/space-node/update_title */
const updateTitle = (call: Call): object => {
  const { title } = readWiki(z.object({ title: z.string() }), call.body);
  const { tenant, app, path } = call;
  const space = requireSpace(call);
  const node = tenant.spaces.node(path['node_token'] ?? '');
  if (node?.spaceId !== space.id) throw refuseWiki(131005);
  const doc = docOf(call, node);
  if (!mayApp(tenant, doc, [app.appId, 'edit'])) throw refuseWiki(131006);
  return alone(call, space, () => {
    rootOf(doc).content = titleContent(title);
    doc.revision += 1;
    doc.editedAt = tenant.clock.now();
    return {};
  });
};

const moveSchema = z.object({
  parent_wiki_token: z._default(z.string(), ''),
  obj_type: z.literal('docx'),
  obj_token: z.string().min(1),
});

/** …/wiki-v2/task/move_docs_to_wiki: needs the right to manage the document. It is done at once, without a task. */
const moveIn = (call: Call): object => {
  const { parent_wiki_token: parent, obj_token: objToken } = readWiki(moveSchema, call.body);
  const { tenant, app } = call;
  const space = requireSpace(call);
  requireParent(call, space, parent);
  const doc = tenant.documents.get(objToken);
  if (!doc) throw refuseWiki(131005);
  if (!mayApp(tenant, doc, [app.appId, 'full_access'])) throw refuseWiki(131006);
  return alone(call, space, () => {
    const creator = { kind: 'app', appId: app.appId } as const;
    const there = tenant.spaces.nodeOf(objToken);
    return { wiki_token: (there ?? tenant.spaces.addNode({ space, objToken, parent, creator })).token };
  });
};

const spaces = '/open-apis/wiki/v2/spaces';
const nodes = `${spaces}/:space_id/nodes`;

type Own = Pick<Endpoint, 'method' | 'path' | 'handle'>;

/** 100/min each, as the pages say. */
const wiki = (own: Own, scope: string): Endpoint => ({
  ...own,
  scopes: own.method === 'GET' ? [scope, 'wiki:wiki', 'wiki:wiki:readonly'] : [scope, 'wiki:wiki'],
  isMetered: true,
  rate: { perMinute: 100 },
  holdMs: (tenant) => (own.method === 'GET' ? 0 : tenant.switches().wikiWriteMs),
});

export const wikiEndpoints: readonly Endpoint[] = [
  wiki({ method: 'GET', path: spaces, handle: listSpaces }, 'wiki:space:retrieve'),
  wiki({ method: 'GET', path: `${spaces}/get_node`, handle: getNode }, 'wiki:node:read'),
  wiki({ method: 'GET', path: nodes, handle: listNodes }, 'wiki:node:retrieve'),
  wiki({ method: 'POST', path: nodes, handle: createNode }, 'wiki:node:create'),
  wiki({ method: 'POST', path: `${nodes}/move_docs_to_wiki`, handle: moveIn }, 'wiki:node:move'),
  wiki(
    { method: 'POST', path: `${nodes}/:node_token/update_title`, handle: updateTitle },
    'wiki:node:update',
  ),
];
