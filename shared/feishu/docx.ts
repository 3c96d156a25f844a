import * as z from 'zod/mini';
import type { FeishuClient, FeishuRequest } from './client.ts';
import { blockSchema, type DocxBlock } from './docx-blocks.ts';
import { mapOk, type Outcome } from './outcome.ts';
import { allPages, pageFields } from './paging.ts';

export type Converted = {
  readonly blocks: readonly DocxBlock[];
  /** The order of the top blocks; that of `blocks` means nothing. */
  readonly topIds: readonly string[];
  /** The address that stands in the Markdown, by the id of the image block. */
  readonly imageUrls: ReadonlyMap<string, string>;
};

/** `clientToken` (a UUID): a write that is repeated with it is done once. */
type Write = { readonly docToken: string; readonly clientToken: string };
type Insert = Pick<Converted, 'blocks' | 'topIds'> & { readonly index: number };
type Range = { readonly from: number; readonly to: number };
type Picture = { readonly blockId: string; readonly name: string; readonly bytes: Uint8Array };
type Placed = { readonly blockId: string; readonly fileToken: string };

/**
 * Documents (docx): open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-overview. Writes 3/s for the
 * app and 3/s for one document, reads 5/s, uploads 5/s one after the other.
 */
export type Docx = {
  readonly readDocument: (
    docToken: string,
  ) => Promise<Outcome<{ readonly title: string; readonly revision: number }>>;
  /** All blocks, the page block among them; 500 a call. */
  readonly listBlocks: (docToken: string) => Promise<Outcome<readonly DocxBlock[]>>;
  /** Markdown ≤ 10,485,760 characters → blocks that no document has yet. Images come without their pictures. */
  readonly convertMarkdown: (content: string) => Promise<Outcome<Converted>>;
  /** ≤ 1000 blocks, ≤ 20 images, below the page. Answers the real ids by the temporary ones. */
  readonly insertBlocks: (write: Write, insert: Insert) => Promise<Outcome<ReadonlyMap<string, string>>>;
  /** Children of the page from `from` (included) to `to` (not included). */
  readonly deleteBlocks: (write: Write, range: Range) => Promise<Outcome<object>>;
  /** ≤ 20 MB; belongs to its image block and is shown once `placeImages` has bound it. */
  readonly uploadImage: (docToken: string, picture: Picture) => Promise<Outcome<string>>;
  readonly placeImages: (write: Write, images: readonly Placed[]) => Promise<Outcome<object>>;
};

const DOCUMENTS = '/open-apis/docx/v1/documents';
const WRITE_TIMEOUT_MS = 20_000;
const UPLOAD_TIMEOUT_MS = 60_000;
const anything = z.looseObject({});

const documentSchema = z.object({
  document: z.object({ title: z._default(z.string(), ''), revision_id: z.number() }),
});
const listSchema = z.object({ ...pageFields, items: z._default(z.array(blockSchema), []) });
const convertedSchema = z.object({
  blocks: z._default(z.array(blockSchema), []),
  first_level_block_ids: z._default(z.array(z.string()), []),
  block_id_to_image_urls: z._default(
    z.nullable(z.array(z.object({ block_id: z.string(), image_url: z.string() }))),
    [],
  ),
});
const insertedSchema = z.object({
  block_id_relations: z._default(
    z.array(z.object({ block_id: z.string(), temporary_block_id: z.string() })),
    [],
  ),
});

const write = (
  { docToken, clientToken }: Write,
  request: Pick<FeishuRequest, 'method' | 'path' | 'body'>,
): FeishuRequest => ({
  ...request,
  path: `${DOCUMENTS}/${docToken}/blocks/${request.path}`,
  query: { document_revision_id: -1, client_token: clientToken },
  timeoutMs: WRITE_TIMEOUT_MS,
});

const tableSchema = z.object({ property: z.looseObject({}) });

const without = (value: object, names: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));

/** What converting adds and inserting refuses: a parent, comments, and merge_info and cells of tables. */
const forInsert = (block: DocxBlock): Readonly<Record<string, unknown>> => {
  const bare = without(block, ['parent_id', 'comment_ids']);
  const table = z.safeParse(tableSchema, block['table']);
  return table.success
    ? { ...bare, table: { property: without(table.data.property, ['merge_info']) } }
    : bare;
};

const reads = (client: FeishuClient): Pick<Docx, 'readDocument' | 'listBlocks' | 'convertMarkdown'> => ({
  readDocument: async (docToken) =>
    mapOk(
      await client.call({ method: 'GET', path: `${DOCUMENTS}/${docToken}` }, documentSchema),
      ({ document }) => ({ title: document.title, revision: document.revision_id }),
    ),
  listBlocks: async (docToken) => {
    const query = { page_size: 500, document_revision_id: -1 };
    const pages = await allPages(client, { path: `${DOCUMENTS}/${docToken}/blocks`, query }, listSchema);
    return mapOk(pages, (found) => found.flatMap(({ items }) => items));
  },
  convertMarkdown: async (content) => {
    const body = { content_type: 'markdown', content };
    const path = `${DOCUMENTS}/blocks/convert`;
    const request = { method: 'POST', path, body, timeoutMs: WRITE_TIMEOUT_MS } as const;
    return mapOk(await client.call(request, convertedSchema), (found) => ({
      blocks: found.blocks,
      topIds: found.first_level_block_ids,
      imageUrls: new Map(
        (found.block_id_to_image_urls ?? []).map((image) => [image.block_id, image.image_url]),
      ),
    }));
  },
});

const writes = (client: FeishuClient): Pick<Docx, 'insertBlocks' | 'deleteBlocks' | 'placeImages'> => ({
  insertBlocks: async (to, { blocks, topIds, index }) => {
    const body = { index, children_id: topIds, descendants: blocks.map(forInsert) };
    const request = write(to, { method: 'POST', path: `${to.docToken}/descendant`, body });
    return mapOk(
      await client.call(request, insertedSchema),
      ({ block_id_relations: pairs }) =>
        new Map(pairs.map((pair) => [pair.temporary_block_id, pair.block_id])),
    );
  },
  deleteBlocks: (to, { from, to: end }) => {
    const path = `${to.docToken}/children/batch_delete`;
    const body = { start_index: from, end_index: end };
    return client.call(write(to, { method: 'DELETE', path, body }), anything);
  },
  placeImages: (to, images) => {
    const requests = images.map(({ blockId, fileToken }) => ({
      block_id: blockId,
      replace_image: { token: fileToken },
    }));
    return client.call(write(to, { method: 'PATCH', path: 'batch_update', body: { requests } }), anything);
  },
});

export const feishuDocx = (client: FeishuClient): Docx => ({
  ...reads(client),
  ...writes(client),
  /** open.feishu.cn/document/server-docs/docs/drive-v1/media/upload_all: to the image block, routed by its document. */
  uploadImage: async (docToken, { blockId, name, bytes }) => {
    const form = {
      file_name: name,
      parent_type: 'docx_image',
      parent_node: blockId,
      size: bytes.length,
      extra: JSON.stringify({ drive_route_token: docToken }),
      file: Buffer.from(bytes),
    };
    const path = '/open-apis/drive/v1/medias/upload_all';
    const request = { method: 'POST', path, form, timeoutMs: UPLOAD_TIMEOUT_MS } as const;
    return mapOk(await client.call(request, z.object({ file_token: z.string() })), (file) => file.file_token);
  },
});
