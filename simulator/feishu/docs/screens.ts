import type { Sender } from '../chats.ts';
import type { Tenant } from '../tenant.ts';
import { isAuthor } from './acts.ts';
import { blockShown, walk } from './blocks.ts';
import { titleOf } from './documents.ts';
import type { Doc } from './model.ts';

const nameOf = ({ directory, apps }: Tenant, who: Sender): string =>
  (who.kind === 'user' ? directory.byUnion(who.unionId)?.name : apps.get(who.appId)?.name) ?? '';

/** A link as people copy it: a page of a space goes by its node. */
const linkOf = ({ spaces }: Tenant, { token }: Doc): string => {
  const node = spaces.nodeOf(token);
  return node ? `https://bohe.feishu.cn/wiki/${node.token}` : `https://bohe.feishu.cn/docx/${token}`;
};

/** A document as a list shows it. */
export const docEntry = (tenant: Tenant, doc: Doc): object => ({
  documentId: doc.token,
  title: titleOf(doc),
  owner: nameOf(tenant, doc.owner),
  space: tenant.spaces.homeOf(doc.token)?.name ?? null,
  link: linkOf(tenant, doc),
  editedAt: new Date(doc.editedAt).toISOString(),
  views: { people: doc.views.size, reads: doc.reads.all },
});

/** A whole document, its blocks as the API gives them, in the order of reading. */
export const docScreen = (tenant: Tenant, doc: Doc, unionId: string): object => ({
  ...docEntry(tenant, doc),
  revision: doc.revision,
  // What its author may go on writing.
  source: (isAuthor(doc, unionId) ? doc.source : undefined) ?? null,
  blocks: walk(doc, doc.token).map(blockShown),
});

/** Who opened it, latest first. */
export const viewerScreens = ({ directory }: Tenant, { views }: Doc): readonly object[] =>
  [...views]
    .toSorted(([, one], [, other]) => other.at - one.at)
    .map(([unionId, { at }]) => ({
      unionId,
      name: directory.byUnion(unionId)?.name ?? '',
      at: new Date(at).toISOString(),
    }));
