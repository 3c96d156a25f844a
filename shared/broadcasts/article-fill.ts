import { createHash } from 'node:crypto';
import { UpstreamError } from '../errors.ts';
import type { Converted, Docx } from '../feishu/docx.ts';
import type { Picture } from './article-images.ts';
import { type Batch, imagesOf, MOST_IMAGES } from './article-plan.ts';
import { articleData } from './article-refusal.ts';

/** What has to stand on a page. */
export type Draft = {
  readonly converted: Converted;
  readonly batches: readonly Batch[];
  readonly pictures: readonly Picture[];
};

export type Desk = {
  readonly docx: Docx;
  readonly docToken: string;
  /** The same step of the same attempt gets the same token, so that a repeated call is done once. */
  readonly tokenFor: (step: string) => string;
};

/** A UUID of version 4 in form, as Feishu's examples of client_token are. */
export const clientTokens =
  (key: string, attempt: number) =>
  (step: string): string => {
    const hex = createHash('sha256')
      .update(JSON.stringify([key, attempt, step]))
      .digest('hex');
    const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
    return [...parts, hex.slice(20, 32)].join('-');
  };

export const removeBlocks = async (
  { docx, docToken, tokenFor }: Desk,
  range: { readonly from: number; readonly to: number },
): Promise<void> => {
  if (range.from >= range.to) return;
  const write = { docToken, clientToken: tokenFor(`remove ${range.from}`) };
  articleData(await docx.deleteBlocks(write, range), 'document');
};

const insertAll = async (
  { docx, docToken, tokenFor }: Desk,
  batches: readonly Batch[],
  from: number,
): Promise<ReadonlyMap<string, string>> => {
  const realIds = new Map<string, string>();
  let index = from;
  for (const [number, batch] of batches.entries()) {
    const write = { docToken, clientToken: tokenFor(`insert ${number}`) };
    const ids = articleData(await docx.insertBlocks(write, { ...batch, index }), 'document');
    for (const [temporary, real] of ids) realIds.set(temporary, real);
    index += batch.topIds.length;
  }
  return realIds;
};

type Placed = { readonly blockId: string; readonly fileToken: string };

/** One after the other: uploads of one app that overlap are refused. */
const uploadAll = async (
  { docx, docToken }: Desk,
  { converted, pictures }: Draft,
  realIds: ReadonlyMap<string, string>,
): Promise<readonly Placed[]> => {
  const placed: Placed[] = [];
  for (const { temporaryId, image } of imagesOf(converted)) {
    const blockId = realIds.get(temporaryId);
    const picture = pictures[image];
    if (blockId === undefined || picture === undefined)
      throw new UpstreamError('document_differs', 'an image has lost its place', { details: { image } });
    const fileToken = articleData(await docx.uploadImage(docToken, { blockId, ...picture }), 'document');
    placed.push({ blockId, fileToken });
  }
  return placed;
};

/** Blocks behind the first `from` of the page, with their pictures. Answers the pictures' tokens in order. */
export const fillPage = async (desk: Desk, draft: Draft, from: number): Promise<readonly string[]> => {
  const realIds = await insertAll(desk, draft.batches, from);
  const placed = await uploadAll(desk, draft, realIds);
  for (let at = 0; at < placed.length; at += MOST_IMAGES) {
    const write = { docToken: desk.docToken, clientToken: desk.tokenFor(`place ${at}`) };
    articleData(await desk.docx.placeImages(write, placed.slice(at, at + MOST_IMAGES)), 'document');
  }
  return placed.map(({ fileToken }) => fileToken);
};
