import { hexOf } from '../company.ts';
import type { Sender } from './chats.ts';

type StoredImage = { readonly bytes: Uint8Array; readonly owner: Sender; readonly mediaType: string };

export type Images = {
  readonly put: (image: StoredImage) => string;
  readonly get: (key: string) => StoredImage | undefined;
};

/** Uploaded pictures by image_key. */
export const createImages = (seed: string): Images => {
  const images = new Map<string, StoredImage>();
  return {
    put: (image) => {
      const key = `img_v3_${hexOf(`image:${seed}:${images.size}`, 24)}`;
      images.set(key, image);
      return key;
    },
    get: (key) => images.get(key),
  };
};
