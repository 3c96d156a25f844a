import { InvalidInputError } from '../errors.ts';
import type { Converted } from '../feishu/docx.ts';
import { blockTypes, type DocxBlock, inOrder } from '../feishu/docx-blocks.ts';
import { imageAddress } from './article-markdown.ts';

/** Blocks that one call inserts. */
export type Batch = { readonly blocks: readonly DocxBlock[]; readonly topIds: readonly string[] };

/** open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document-block-descendant/create */
const MOST_BLOCKS = 1000;
/** 1770035: images of one call. */
export const MOST_IMAGES = 20;

const imagesIn = (blocks: readonly DocxBlock[]): number =>
  blocks.filter(({ block_type }) => block_type === blockTypes.image).length;

const fits = (blocks: readonly DocxBlock[]): boolean =>
  blocks.length <= MOST_BLOCKS && imagesIn(blocks) <= MOST_IMAGES;

/**
 * The calls that insert an article, as few as its limits allow; a top block and what is below it stay together. Throws
 * `article_too_large` for one that no call can take.
 */
export const planBatches = ({ blocks, topIds }: Pick<Converted, 'blocks' | 'topIds'>): readonly Batch[] => {
  const batches: Batch[] = [];
  for (const topId of topIds) {
    const family = inOrder({ blocks, topIds: [topId] });
    if (!fits(family))
      throw new InvalidInputError('article_too_large', '有一段列表或表格太长：请拆成几段', {
        details: { blocks: family.length, images: imagesIn(family) },
      });
    const last = batches.at(-1);
    const joined = [...(last?.blocks ?? []), ...family];
    if (last && fits(joined)) batches.splice(-1, 1, { blocks: joined, topIds: [...last.topIds, topId] });
    else batches.push({ blocks: family, topIds: [topId] });
  }
  return batches;
};

/** Which image of the Markdown stands in which block, in the order of reading. */
export const imagesOf = (
  converted: Converted,
): readonly { readonly temporaryId: string; readonly image: number }[] =>
  inOrder(converted)
    .filter(({ block_type }) => block_type === blockTypes.image)
    .map(({ block_id: temporaryId }) => {
      const address = converted.imageUrls.get(temporaryId) ?? '';
      return { temporaryId, image: Number(address.slice(imageAddress(0).length - 1)) };
    });
