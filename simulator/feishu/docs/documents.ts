import { createHash } from 'node:crypto';
import type { Sender } from '../chats.ts';
import { type Block, type Doc, TYPE } from './model.ts';
import { plainText } from './rich-text.ts';

type Draft = { readonly title: string; readonly owner: Sender; readonly isOpen: boolean };

export type Documents = {
  readonly all: () => readonly Doc[];
  readonly get: (token: string) => Doc | undefined;
  readonly create: (draft: Draft) => Doc;
  readonly newId: () => string;
  /** The document that a block stands in: files are uploaded to a block. */
  readonly byBlock: (blockId: string) => Doc | undefined;
  readonly place: (doc: Doc, block: Block) => void;
  readonly remove: (doc: Doc, blockId: string) => void;
};

/** 27 letters and digits, as tokens of documents, blocks and wiki nodes have. */
export const tokenOf = (text: string): string =>
  createHash('sha512')
    .update(text)
    .digest('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 27);

export const pageOf = ({ token, blocks }: Doc): Block => {
  const page = blocks.get(token);
  if (!page) throw new Error(`document ${token} has no page`);
  return page;
};

/** A document's title is the text of its page block. */
export const titleOf = (doc: Doc): string => plainText(pageOf(doc).content);

const newDoc = (token: string, { owner, isOpen }: Draft, now: number): Doc => ({
  token,
  owner,
  isOpen,
  roles: new Map(),
  readers: new Set(),
  createdAt: now,
  editedAt: now,
  revision: 1,
  source: undefined,
  blocks: new Map(),
  subscribers: new Set(),
  views: new Map(),
  reads: { all: 0, day: '', today: 0, people: new Set() },
  done: new Map(),
});

export const titleContent = (title: string): Block['content'] => ({
  elements: [{ text_run: { content: title, text_element_style: {} } }],
  style: { align: 1 },
});

/** Every docx of one tenant. */
export const createDocuments = (seed: string, now: () => number): Documents => {
  const docs = new Map<string, Doc>();
  const homeOf = new Map<string, Doc>();
  let count = 0;
  const newId = (): string => {
    count += 1;
    return tokenOf(`docx:${seed}:${count}`);
  };
  const place: Documents['place'] = (doc, block) => {
    doc.blocks.set(block.id, block);
    homeOf.set(block.id, doc);
  };
  return {
    all: () => [...docs.values()],
    get: (token) => docs.get(token),
    create: (draft) => {
      const doc = newDoc(newId(), draft, now());
      const content = titleContent(draft.title);
      place(doc, { id: doc.token, type: TYPE.page, parentId: '', content, children: [] });
      docs.set(doc.token, doc);
      return doc;
    },
    newId,
    byBlock: (blockId) => homeOf.get(blockId),
    place,
    remove: (doc, blockId) => {
      doc.blocks.delete(blockId);
      homeOf.delete(blockId);
    },
  };
};
