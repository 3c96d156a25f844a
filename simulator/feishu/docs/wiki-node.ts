import { z } from 'zod';
import type { Base } from '../bitable/model.ts';
import type { Sender } from '../chats.ts';
import { openIdOf } from '../directory.ts';
import type { Call } from '../endpoint.ts';
import { titleOf } from './documents.ts';
import type { Doc, WikiNode } from './model.ts';
import { refuseWiki } from './refuse.ts';

/** Throws 131002 for what isn't as it must be. */
export const readWiki = <T extends z.ZodType>(schema: T, value: unknown): z.output<T> => {
  const parsed = schema.safeParse(value ?? {});
  if (!parsed.success) throw refuseWiki(131002);
  return parsed.data;
};

const idOf = (appId: string, who: Sender): string =>
  who.kind === 'user' ? openIdOf(appId, who.unionId) : openIdOf(appId, who.appId);

const seconds = (ms: number): string => String(Math.floor(ms / 1000));

/** The document behind a page. */
export const docOf = ({ tenant }: Call, { objToken }: WikiNode): Doc => {
  const doc = tenant.documents.get(objToken);
  if (!doc) throw refuseWiki(131005);
  return doc;
};

/** A page may stand for a Base; documents are the only other kind that is simulated. */
const baseShown = ({ name }: Base, { spaceId, token, objToken, parent }: WikiNode): object => ({
  space_id: spaceId,
  node_token: token,
  obj_token: objToken,
  obj_type: 'bitable',
  parent_node_token: parent,
  node_type: 'origin',
  has_child: false,
  title: name,
});

/** A page as the API gives it. */
export const nodeShown = (call: Call, node: WikiNode): object => {
  const { tenant, app } = call;
  const base = tenant.bases.get(node.objToken);
  if (base) return baseShown(base, node);
  const doc = docOf(call, node);
  const space = tenant.spaces.get(node.spaceId);
  return {
    space_id: node.spaceId,
    node_token: node.token,
    obj_token: node.objToken,
    obj_type: 'docx',
    parent_node_token: node.parent,
    node_type: 'origin',
    origin_node_token: node.token,
    origin_space_id: node.spaceId,
    has_child: space !== undefined && tenant.spaces.childrenOf(space, node.token).length > 0,
    title: titleOf(doc),
    obj_create_time: seconds(doc.createdAt),
    obj_edit_time: seconds(doc.editedAt),
    node_create_time: seconds(node.createdAt),
    creator: idOf(app.appId, doc.owner),
    owner: idOf(app.appId, doc.owner),
    node_creator: idOf(app.appId, node.creator),
  };
};
