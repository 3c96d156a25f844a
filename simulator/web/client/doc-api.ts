import * as z from 'zod/mini';
import { of, request, sendJson } from './api.ts';

const entrySchema = z.object({
  documentId: z.string(),
  title: z.string(),
  owner: z.string(),
  space: z.nullable(z.string()),
  link: z.string(),
  editedAt: z.string(),
  views: z.object({ people: z.number(), reads: z.number() }),
});
export type DocEntry = z.infer<typeof entrySchema>;

const blockSchema = z.looseObject({
  block_id: z.string(),
  block_type: z.number(),
  children: z.optional(z.array(z.string())),
});
export type DocBlock = z.infer<typeof blockSchema>;

const screenSchema = z.extend(entrySchema, {
  blocks: z.array(blockSchema),
  /** What its author may go on writing. */
  source: z.nullable(z.string()),
});
/** A document as it looks now; the first block is its page. */
export type DocScreen = z.infer<typeof screenSchema>;

export const listDocs = async (): Promise<readonly DocEntry[]> =>
  z.array(entrySchema).parse(await request('/sim/documents'));

const pathOf = (unionId: string, token: string): string =>
  `${of(unionId)}/documents/${encodeURIComponent(token)}`;

/** Opening is what counts as a view; reading again is not. */
export const openDoc = (unionId: string, token: string): Promise<unknown> =>
  sendJson('POST', `${pathOf(unionId, token)}/open`, {});

export const readDoc = async (unionId: string, token: string): Promise<DocScreen> =>
  screenSchema.parse(await request(pathOf(unionId, token)));

export type Draft = {
  readonly title: string;
  readonly markdown: string;
  readonly spaceId?: string;
  readonly apps: Readonly<Record<string, string>>;
};

export const writeDoc = async (unionId: string, draft: Draft): Promise<DocEntry> =>
  entrySchema.parse(await sendJson('POST', `${of(unionId)}/documents`, draft));

type Words = Pick<Draft, 'title' | 'markdown'>;

export const rewriteDoc = async (unionId: string, token: string, words: Words): Promise<DocEntry> =>
  entrySchema.parse(await sendJson('PUT', pathOf(unionId, token), words));

const spaceSchema = z.object({ spaceId: z.string(), name: z.string() });
export type WikiSpace = z.infer<typeof spaceSchema>;

export const listSpaces = async (): Promise<readonly WikiSpace[]> =>
  z.array(spaceSchema).parse(await request('/sim/spaces'));
