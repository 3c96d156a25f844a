import { hexOf } from '../company.ts';

type Media = {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** The Base or the block of a document that it was uploaded to. */
  readonly parentNode?: string;
};

export type Medias = {
  readonly put: (media: Media) => string;
  readonly get: (fileToken: string) => Media | undefined;
};

/** 素材: files that were uploaded into a Base or a document, by file_token. */
export const createMedias = (seed: string): Medias => {
  const medias = new Map<string, Media>();
  return {
    put: (media) => {
      const token = `box${hexOf(`media:${seed}:${medias.size}`, 24)}`;
      medias.set(token, media);
      return token;
    },
    get: (token) => medias.get(token),
  };
};
