import { NoSuchThing } from '../no-such-thing.ts';
import type { Tenant } from '../tenant.ts';
import { sketchText } from './convert.ts';
import { pageOf, titleContent } from './documents.ts';
import { addFamily, changeBlocks, type Page, removeChildren } from './edit.ts';
import { flatten } from './flatten.ts';
import type { Doc, Role, SpaceRole } from './model.ts';
import { refuse } from './refuse.ts';
import { docBehind } from './spaces.ts';
import { recordView } from './views.ts';

/** A document that a person writes. */
export type Written = {
  readonly title: string;
  readonly markdown: string;
  /** 组织内获得链接的人可阅读; else only who wrote it and who was added. */
  readonly isOpen?: boolean | undefined;
  /** 添加文档应用. */
  readonly apps?: Readonly<Record<string, Role>> | undefined;
  /** The space that it becomes a page of. */
  readonly spaceId?: string | undefined;
};

const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new NoSuchThing(`no such ${what}`);
  return value;
};

/** A docx by its own token or by that of its wiki page. */
export const docNamed = ({ documents, spaces }: Tenant, token: string): Doc =>
  must(docBehind(documents, spaces, token), 'document');

const DATA_URL = /^data:(image\/[a-z+]+);base64,(.+)$/u;

/** A picture that came with the text is in the document; one that stands elsewhere on the web stays an empty frame. */
const putPicture = (page: Page, blockId: string, url: string): void => {
  const [, mediaType, data] = DATA_URL.exec(url) ?? [];
  const block = page.doc.blocks.get(blockId);
  if (mediaType === undefined || data === undefined || !block) return;
  const bytes = Buffer.from(data, 'base64');
  const token = page.tenant.medias.put({ name: 'image', mediaType, bytes, parentNode: blockId });
  block.content = { ...block.content, token };
};

const fill = (page: Page, markdown: string): void => {
  const { ids, blocks, images } = flatten(sketchText('markdown', markdown));
  if (ids.length === 0) return;
  const spot = { parentId: page.doc.token, index: -1 };
  const { realIds } = addFamily(page, spot, { childrenId: ids, descendants: blocks });
  for (const { block_id: id, image_url: url } of images) putPicture(page, realIds.get(id) ?? '', url);
};

export const isAuthor = ({ owner }: Doc, unionId: string): boolean =>
  owner.kind === 'user' && owner.unionId === unionId;

const mayRead = ({ spaces }: Tenant, doc: Doc, unionId: string): boolean =>
  doc.isOpen ||
  doc.readers.has(unionId) ||
  isAuthor(doc, unionId) ||
  spaces.homeOf(doc.token)?.people.has(unionId) === true;

/** Throws before anything is written when one of them isn't there. */
const rolesOf = (tenant: Tenant, { apps = {} }: Written): readonly (readonly [string, Role])[] => {
  const roles = Object.entries(apps);
  for (const [appId] of roles) must(tenant.apps.get(appId), 'app');
  return roles;
};

const write = (tenant: Tenant, unionId: string, written: Written): Doc => {
  const { spaceId, title, markdown } = written;
  const space = spaceId === undefined ? undefined : must(tenant.spaces.get(spaceId), 'space');
  const roles = rolesOf(tenant, written);
  const owner = { kind: 'user', unionId } as const;
  const doc = tenant.documents.create({ title, owner, isOpen: written.isOpen ?? space?.isPublic ?? true });
  for (const [appId, role] of roles) doc.roles.set(appId, role);
  if (space) tenant.spaces.addNode({ space, objToken: doc.token, parent: '', creator: owner });
  fill({ tenant, doc }, markdown);
  doc.source = markdown;
  return doc;
};

/** Everything is new but the document itself: its readers, its link and its views stay. */
const rewrite = (page: Page, { title, markdown }: Pick<Written, 'title' | 'markdown'>): void => {
  const { doc } = page;
  const root = pageOf(doc);
  if (root.children.length > 0) removeChildren(page, root.id, [0, root.children.length]);
  fill(page, markdown);
  changeBlocks(page, [[root, titleContent(title)]]);
  doc.source = markdown;
};

export type DocActs = {
  readonly write: (written: Written) => Doc;
  /** Its author changes a document; a Refusal (1770032) for anybody else. */
  readonly rewrite: (token: string, written: Pick<Written, 'title' | 'markdown'>) => Doc;
  /** Opens a document, which counts as a view; a Refusal (1770032) when the person may not read it. Cheap. */
  readonly open: (token: string) => Doc;
  /** The same without being seen. */
  readonly peek: (token: string) => Doc;
};

/** What a person does with documents; `token` is a docx or a wiki page. Throws NoSuchThing for what isn't there. */
export const docActsOf = (tenant: Tenant, unionId: string): DocActs => {
  must(tenant.directory.byUnion(unionId), 'person');
  const peek = (token: string): Doc => {
    const doc = docNamed(tenant, token);
    if (!mayRead(tenant, doc, unionId)) throw refuse(1770032);
    return doc;
  };
  return {
    write: (written) => write(tenant, unionId, written),
    rewrite: (token, written) => {
      const doc = docNamed(tenant, token);
      if (!isAuthor(doc, unionId)) throw refuse(1770032);
      rewrite({ tenant, doc }, written);
      return doc;
    },
    open: (token) => {
      const doc = peek(token);
      recordView(tenant, doc, unionId);
      return doc;
    },
    peek,
  };
};

/** 添加文档应用: lets an app into a document. */
export const shareDoc = (tenant: Tenant, token: string, [appId, role]: readonly [string, Role]): void => {
  must(tenant.apps.get(appId), 'app');
  docNamed(tenant, token).roles.set(appId, role);
};

/** 知识库设置 → 成员设置: an app as admin or member of a space. */
export const joinSpace = (
  tenant: Tenant,
  spaceId: string,
  [appId, role]: readonly [string, SpaceRole],
): void => {
  must(tenant.apps.get(appId), 'app');
  must(tenant.spaces.get(spaceId), 'space').apps.set(appId, role);
};
