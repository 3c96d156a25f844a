import { randomUUID } from 'node:crypto';
import type { SentBlock } from './blocks.ts';
import type { Sketch } from './convert.ts';
import { BLOCKS } from './model.ts';

export type FlatBlock = SentBlock;

type Flat = {
  /** The first level. */
  readonly ids: readonly string[];
  readonly blocks: readonly FlatBlock[];
  readonly images: readonly { readonly block_id: string; readonly image_url: string }[];
};

/** A tree as a list of blocks that name each other by temporary ids. */
export const flatten = (sketches: readonly Sketch[]): Flat => {
  const parts = sketches.map((sketch) => {
    const below = flatten(sketch.children);
    const id = randomUUID();
    const block: FlatBlock = {
      block_id: id,
      block_type: sketch.type,
      ...(below.ids.length > 0 ? { children: [...below.ids] } : {}),
      [BLOCKS.get(sketch.type) ?? '']: sketch.content,
    };
    const own = sketch.imageUrl === undefined ? [] : [{ block_id: id, image_url: sketch.imageUrl }];
    return { id, blocks: [...below.blocks, block], images: [...below.images, ...own] };
  });
  return {
    ids: parts.map(({ id }) => id),
    blocks: parts.flatMap(({ blocks }) => blocks),
    images: parts.flatMap(({ images }) => images),
  };
};
