import { z } from 'zod';
import { type Call, type Endpoint, pageOf, readFields, wholeNumber } from '../endpoint.ts';
import { Refusal } from '../refusal.ts';
import { reading, requireDoc, writing } from './access.ts';
import { blockShown, walk } from './blocks.ts';
import { titleOf } from './documents.ts';
import { blockOf } from './edit.ts';
import type { Doc } from './model.ts';
import { refuse } from './refuse.ts';
import { plainText } from './rich-text.ts';

const about = (doc: Doc): object => ({
  document: { document_id: doc.token, revision_id: doc.revision, title: titleOf(doc) },
});

const createSchema = z.object({
  title: z._default(z.string().max(800), ''),
  folder_token: z.optional(z.string()),
});

/** …/docx-v1/document/create: the app owns what it makes, and nobody else may read it. No folders are simulated. */
const create = ({ tenant, app, body }: Call): object => {
  const { title, folder_token: folder = '' } = readFields(createSchema, body);
  if (folder !== '') throw refuse(1770039);
  return about(tenant.documents.create({ title, owner: { kind: 'app', appId: app.appId }, isOpen: false }));
};

/** …/docx-v1/document/get */
const get = (call: Call): object => about(requireDoc(call, 'view').doc);

/** …/docx-v1/document/raw_content: the words of each block, a line each. */
const rawContent = (call: Call): object => {
  const { doc } = requireDoc(call, 'view');
  const lines = walk(doc, doc.token).map(({ content }) => plainText(content));
  return { content: `${lines.join('\n')}\n` };
};

const listSchema = z.object({
  page_size: z._default(wholeNumber(1, 500), 500),
  page_token: z.optional(z.string()),
  document_revision_id: z._default(z.coerce.number().pipe(z.int().min(-1)), -1),
});

const parseQuery = <T extends z.ZodType>(schema: T, { query }: Call): z.output<T> => {
  const parsed = schema.safeParse(Object.fromEntries(query));
  if (!parsed.success) throw refuse(1770001);
  return parsed.data;
};

/** An unreadable page token is 1770022. */
const paged = (all: readonly object[], size: number, token: string | undefined): object => {
  try {
    return pageOf(all, size, token);
  } catch (error) {
    throw error instanceof Refusal ? refuse(1770022) : error;
  }
};

/** …/docx-v1/document-block/list: every block in the order of reading, ≤ 500 a page. Only the latest version is kept. */
const list = (call: Call): object => {
  const { doc } = requireDoc(call, 'view');
  const { page_size: size, page_token: token } = parseQuery(listSchema, call);
  return paged(walk(doc, doc.token).map(blockShown), size, token);
};

/** …/docx-v1/document-block/get */
const getBlock = (call: Call): object => ({
  block: blockShown(blockOf(requireDoc(call, 'view'), call.path['block_id'] ?? '')),
});

const childrenSchema = z.object({ ...listSchema.shape, with_descendants: z._default(z.stringbool(), false) });

/** …/docx-v1/document-block-children/get */
const listChildren = (call: Call): object => {
  const page = requireDoc(call, 'view');
  const { page_size: size, page_token: token, with_descendants: isDeep } = parseQuery(childrenSchema, call);
  const { id, children } = blockOf(page, call.path['block_id'] ?? '');
  const found = isDeep ? walk(page.doc, id).slice(1) : children.map((child) => blockOf(page, child));
  return paged(found.map(blockShown), size, token);
};

export const documents = '/open-apis/docx/v1/documents';
const one = `${documents}/:document_id`;

export const documentEndpoints: readonly Endpoint[] = [
  {
    ...writing({ method: 'POST', path: documents, handle: create }),
    scopes: ['docx:document', 'docx:document:create'],
  },
  reading({ method: 'GET', path: one, handle: get }),
  reading({ method: 'GET', path: `${one}/raw_content`, handle: rawContent }),
  reading({ method: 'GET', path: `${one}/blocks`, handle: list }),
  reading({ method: 'GET', path: `${one}/blocks/:block_id`, handle: getBlock }),
  reading({ method: 'GET', path: `${one}/blocks/:block_id/children`, handle: listChildren }),
];
