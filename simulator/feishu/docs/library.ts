import { createMedias, type Medias } from '../medias.ts';
import { createDocuments, type Documents } from './documents.ts';
import { createSpaces, type Spaces } from './spaces.ts';

/** What a company writes: documents, the spaces that hold some of them, and the files in them. */
export type Library = {
  /** Every docx, wiki pages included. */
  readonly documents: Documents;
  readonly spaces: Spaces;
  /** Files of documents and Bases. */
  readonly medias: Medias;
};

export const createLibrary = (seed: string, now: () => number): Library => ({
  documents: createDocuments(seed, now),
  spaces: createSpaces(seed, now),
  medias: createMedias(seed),
});
