import * as z from 'zod/mini';
import type { FeishuClient } from './client.ts';
import { mapOk, type Outcome } from './outcome.ts';
import { allPages, pageFields } from './paging.ts';

export type WikiNode = {
  readonly spaceId: string;
  readonly nodeToken: string;
  /** Of what stands behind the node: a docx's document_id. */
  readonly objToken: string;
  /** docx, sheet, bitable, mindnote, file, slides … */
  readonly objType: string;
  readonly title: string;
};

export type WikiSpace = { readonly spaceId: string; readonly name: string };

/** A place in a wiki: below a node, or at the top of the space. */
export type WikiPlace = { readonly spaceId: string; readonly parentNodeToken?: string | undefined };

/** open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/wiki-overview; every call 100/min. */
export type Wiki = {
  /** Those that the app is a member of, 50 a call. */
  readonly listSpaces: () => Promise<Outcome<readonly WikiSpace[]>>;
  /** Of a node, by the token in its address. 131005 unknown, 131006 no right to read. */
  readonly getNode: (token: string) => Promise<Outcome<WikiNode>>;
  /** Has no client_token: two calls make two pages. 131006 without the right to edit the parent. */
  readonly createPage: (place: WikiPlace, title: string) => Promise<Outcome<WikiNode>>;
  /** What stands directly below. 50 a call. */
  readonly listNodes: (place: WikiPlace) => Promise<Outcome<readonly WikiNode[]>>;
  readonly setTitle: (
    node: { readonly spaceId: string; readonly nodeToken: string },
    title: string,
  ) => Promise<Outcome<object>>;
};

const SPACES = '/open-apis/wiki/v2/spaces';

const nodeSchema = z.object({
  space_id: z.string(),
  node_token: z.string(),
  obj_token: z.string(),
  obj_type: z.string(),
  title: z._default(z.string(), ''),
});
const oneSchema = z.object({ node: nodeSchema });
const pageSchema = z.object({ ...pageFields, items: z._default(z.nullable(z.array(nodeSchema)), []) });

const spacesSchema = z.object({
  ...pageFields,
  items: z._default(
    z.nullable(z.array(z.object({ space_id: z.string(), name: z._default(z.string(), '') }))),
    [],
  ),
});

const toNode = (node: z.infer<typeof nodeSchema>): WikiNode => ({
  spaceId: node.space_id,
  nodeToken: node.node_token,
  objToken: node.obj_token,
  objType: node.obj_type,
  title: node.title,
});

export const feishuWiki = (client: FeishuClient): Wiki => ({
  listSpaces: async () => {
    const pages = await allPages(client, { path: SPACES, query: { page_size: 50 } }, spacesSchema);
    return mapOk(pages, (found) =>
      found.flatMap(({ items }) => items ?? []).map(({ space_id: spaceId, name }) => ({ spaceId, name })),
    );
  },
  getNode: async (token) =>
    mapOk(
      await client.call({ method: 'GET', path: `${SPACES}/get_node`, query: { token } }, oneSchema),
      ({ node }) => toNode(node),
    ),
  createPage: async ({ spaceId, parentNodeToken }, title) => {
    const parent = parentNodeToken === undefined ? {} : { parent_node_token: parentNodeToken };
    const body = { obj_type: 'docx', node_type: 'origin', title, ...parent };
    const request = { method: 'POST', path: `${SPACES}/${spaceId}/nodes`, body } as const;
    return mapOk(await client.call(request, oneSchema), ({ node }) => toNode(node));
  },
  listNodes: async ({ spaceId, parentNodeToken }) => {
    const query = { page_size: 50, parent_node_token: parentNodeToken };
    const pages = await allPages(client, { path: `${SPACES}/${spaceId}/nodes`, query }, pageSchema);
    return mapOk(pages, (found) => found.flatMap(({ items }) => items ?? []).map(toNode));
  },
  setTitle: ({ spaceId, nodeToken }, title) =>
    client.call(
      { method: 'POST', path: `${SPACES}/${spaceId}/nodes/${nodeToken}/update_title`, body: { title } },
      z.looseObject({}),
    ),
});
