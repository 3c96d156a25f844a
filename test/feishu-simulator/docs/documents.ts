import { type Answer, startWorld, type World, ZHIDA } from '../world.ts';

export type Block = Readonly<Record<string, unknown>> & {
  readonly block_id: string;
  readonly block_type: number;
  readonly parent_id: string;
  readonly children?: readonly string[];
};

/** A world where each call comes a second after the last: the limits of documents are low. */
export const startDocs = async (options: Parameters<typeof startWorld>[0] = {}): Promise<World> => {
  const world = await startWorld({ switches: { wikiWriteMs: 0 }, ...options });
  return {
    ...world,
    api: async (...call) => {
      await world.clock.advance(1000);
      return world.api(...call);
    },
  };
};

export const text = (content: string, type = 2, name = 'text'): object => ({
  block_type: type,
  [name]: { elements: [{ text_run: { content } }] },
});

export const createDoc = async (world: World, title = '报销制度', appId = ZHIDA): Promise<string> => {
  const { data } = await world.api('POST /docx/v1/documents', { title }, appId);
  return (data['document'] as { document_id: string }).document_id;
};

export const blocksOf = ({ data }: Answer, key = 'items'): readonly Block[] => data[key] as Block[];

export const readBlocks = async (world: World, id: string): Promise<readonly Block[]> =>
  blocksOf(await world.api(`GET /docx/v1/documents/${id}/blocks`));

export const add = (
  [world, id]: readonly [World, string],
  children: readonly object[],
  index = -1,
): Promise<Answer> => world.api(`POST /docx/v1/documents/${id}/blocks/${id}/children`, { children, index });

type Converted = {
  readonly first_level_block_ids: readonly string[];
  readonly blocks: readonly Block[];
  readonly block_id_to_image_urls: readonly { readonly block_id: string; readonly image_url: string }[];
};

export const convert = async (world: World, content: string, kind = 'markdown'): Promise<Converted> => {
  const answer = await world.api('POST /docx/v1/documents/blocks/convert', { content_type: kind, content });
  return answer.data as unknown as Converted;
};

const without = (value: object, ...names: readonly string[]): object =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));

/** As the page asks: without `merge_info`, and without the empty `parent_id`. */
const plain = (blocks: readonly Block[]): readonly object[] =>
  blocks.map((block) => {
    const table = block['table'] as { property: object } | undefined;
    const rest = without(block, 'parent_id');
    return table ? { ...rest, table: { property: without(table.property, 'merge_info') } } : rest;
  });

export const insert = (
  world: World,
  id: string,
  { first_level_block_ids: ids, blocks }: Converted,
): Promise<Answer> =>
  world.api(`POST /docx/v1/documents/${id}/blocks/${id}/descendant`, {
    children_id: ids,
    descendants: plain(blocks),
    index: 0,
  });

/** Uploads a picture to a block, as a form. */
export const uploadTo = async (world: World, blockId: string, bytes: Uint8Array): Promise<Answer> => {
  const form = new FormData();
  form.set('file_name', '流程.png');
  form.set('parent_type', 'docx_image');
  form.set('parent_node', blockId);
  form.set('size', String(bytes.length));
  form.set('file', new Blob([new Uint8Array(bytes)]), '流程.png');
  const response = await fetch(`${world.feishu.url}/open-apis/drive/v1/medias/upload_all`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await world.token()}` },
    body: form,
  });
  const body = (await response.json()) as { code: number; msg: string; data?: Record<string, unknown> };
  const { code, msg, data = {} } = body;
  return { status: response.status, code, msg, data, body, headers: response.headers };
};
