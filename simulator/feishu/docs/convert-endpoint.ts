import { z } from 'zod';
import { type Call, type Endpoint, readFields } from '../endpoint.ts';
import { sketchText } from './convert.ts';
import { type FlatBlock, flatten } from './flatten.ts';
import { TYPE } from './model.ts';
import { refuse } from './refuse.ts';

const MOST_CHARACTERS = 10_485_760;

const convertSchema = z.object({
  content_type: z.enum(['markdown', 'html']),
  content: z.string().min(1),
});

/** A table as it is answered: with `merge_info`, which no other call takes back. */
const blockAnswered = (block: FlatBlock): object => {
  const { children = [], block_type: type } = block;
  if (type !== TYPE.table) return { parent_id: '', ...block };
  const { property } = z.object({ property: z.looseObject({}) }).parse(block['table']);
  const merge = children.map(() => ({ row_span: 1, col_span: 1 }));
  return {
    parent_id: '',
    ...block,
    table: { cells: children, property: { ...property, merge_info: merge } },
  };
};

/**
 * …/docx-v1/document/convert. The blocks don't come in the order of reading (observed): first_level_block_ids and children
 * say it.
 */
const convert = ({ body }: Call): object => {
  const { content_type: kind, content } = readFields(convertSchema, body);
  if (content.length > MOST_CHARACTERS) throw refuse(1770033);
  const { ids, blocks, images } = flatten(sketchText(kind, content));
  return {
    first_level_block_ids: ids,
    blocks: blocks.toReversed().map(blockAnswered),
    block_id_to_image_urls: images,
  };
};

export const convertEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/open-apis/docx/v1/documents/blocks/convert',
    scopes: ['docx:document.block:convert'],
    isMetered: true,
    handle: convert,
  },
];
