import { z } from 'zod';
import { type Call, type Endpoint, readFields } from '../endpoint.ts';
import { editing, writing } from './access.ts';
import { blockShown, sentBlockSchema } from './blocks.ts';
import { documents } from './document-endpoints.ts';
import {
  addChildren,
  addFamily,
  blockOf,
  changeBlocks,
  type Page,
  removeChildren,
  requireFew,
} from './edit.ts';
import { type Block, type Content, TYPE } from './model.ts';
import { refuse } from './refuse.ts';
import { elementsSchema, readRichText } from './rich-text.ts';

const parentOf = ({ path }: Call): string => path['block_id'] ?? '';
const indexSchema = z._default(z.int(), -1);

const childrenSchema = z.object({ children: z.array(sentBlockSchema).min(1).max(50), index: indexSchema });

/** …/docx-v1/document-block-children/create: ≤ 50 blocks. */
const create = (call: Call): object => {
  const { children, index } = readFields(childrenSchema, call.body);
  return editing(call, (page) => ({
    children: addChildren(page, { parentId: parentOf(call), index }, children).map(blockShown),
  }));
};

const familySchema = z.object({
  children_id: z.array(z.string()).min(1).max(1000),
  descendants: z.array(sentBlockSchema).min(1).max(1000),
  index: indexSchema,
});

/** …/docx-v1/document-block-descendant/create: ≤ 1000 blocks by temporary ids. */
const createFamily = (call: Call): object => {
  const { children_id: childrenId, descendants, index } = readFields(familySchema, call.body);
  return editing(call, (page) => {
    requireFew(descendants);
    const spot = { parentId: parentOf(call), index };
    const { blocks, realIds } = addFamily(page, spot, { childrenId, descendants });
    return {
      children: blocks.map(blockShown),
      block_id_relations: [...realIds].map(([temporary, real]) => ({
        temporary_block_id: temporary,
        block_id: real,
      })),
    };
  });
};

const rangeSchema = z.object({ start_index: z.int().min(0), end_index: z.int().min(1) });

/** …/docx-v1/document-block-children/batch_delete: from start_index up to, not including, end_index. */
const remove = (call: Call): object => {
  const { start_index: start, end_index: end } = readFields(rangeSchema, call.body);
  return editing(call, (page) => {
    removeChildren(page, parentOf(call), [start, end]);
    return {};
  });
};

const changeSchema = z.object({
  update_text_elements: z.optional(z.object({ elements: elementsSchema })),
  replace_image: z.optional(
    z.object({
      token: z.string().min(1),
      width: z.optional(z.int().positive()),
      height: z.optional(z.int().positive()),
      align: z.optional(z.int().min(1).max(3)),
      caption: z.optional(z.object({ content: z.optional(z.string()) })),
    }),
  ),
});
type Change = z.infer<typeof changeSchema>;

/** The picture must have been uploaded to this very block: 1770013. */
const withImage = ({ tenant }: Page, block: Block, image: NonNullable<Change['replace_image']>): Content => {
  if (block.type !== TYPE.image) throw refuse(1770025);
  if (tenant.medias.get(image.token)?.parentNode !== block.id) throw refuse(1770013);
  return { ...block.content, ...image };
};

/** One kind of change at a time; others than these two are not simulated. */
const changedContent = (page: Page, block: Block, change: Change): Content => {
  const { update_text_elements: text, replace_image: image } = change;
  if (image && !text) return withImage(page, block, image);
  if (!text || image) throw refuse(1770001);
  if (!('elements' in block.content)) throw refuse(1770025);
  return { ...block.content, elements: readRichText(text)['elements'] };
};

/** …/docx-v1/document-block/patch */
const patch = (call: Call): object => {
  const change = readFields(changeSchema, call.body);
  return editing(call, (page) => {
    const block = blockOf(page, parentOf(call));
    changeBlocks(page, [[block, changedContent(page, block, change)]]);
    return { block: blockShown(block) };
  });
};

const manySchema = z.object({
  requests: z
    .array(z.object({ ...changeSchema.shape, block_id: z.string().min(1) }))
    .min(1)
    .max(200),
});

/** …/docx-v1/document-block/batch_update: ≤ 200 changes, each block once, all or nothing. */
const patchMany = (call: Call): object => {
  const { requests } = readFields(manySchema, call.body);
  return editing(call, (page) => {
    if (new Set(requests.map(({ block_id: id }) => id)).size < requests.length) throw refuse(1770019);
    const changes = requests.map(({ block_id: id, ...change }) => {
      const block = blockOf(page, id);
      return [block, changedContent(page, block, change)] as const;
    });
    changeBlocks(page, changes);
    return { blocks: changes.map(([block]) => blockShown(block)) };
  });
};

const blocks = `${documents}/:document_id/blocks`;

export const blockEndpoints: readonly Endpoint[] = [
  writing({ method: 'POST', path: `${blocks}/:block_id/children`, handle: create }),
  writing({ method: 'POST', path: `${blocks}/:block_id/descendant`, handle: createFamily }),
  writing({ method: 'DELETE', path: `${blocks}/:block_id/children/batch_delete`, handle: remove }),
  writing({ method: 'PATCH', path: `${blocks}/batch_update`, handle: patchMany }),
  writing({ method: 'PATCH', path: `${blocks}/:block_id`, handle: patch }),
];
