import * as z from 'zod';
import { whoSchema } from '../tickets/ticket.ts';
import { audienceSchema } from './account.ts';

export const broadcastStates = [
  'draft',
  'in_review',
  'approved',
  'scheduled',
  'sending',
  'paused',
  'open',
  'closed',
  'cancelled',
  'recalled',
] as const;
export type BroadcastState = (typeof broadcastStates)[number];

/** What an article was read as or published as; `contentHash` is what every channel shows. */
export const pageSchema = z.object({
  url: z.string(),
  docToken: z.string(),
  nodeToken: z.string().optional(),
  title: z.string(),
  /** SHA-256 (hex) of the canonical content. */
  contentHash: z.string(),
  /** 约 N 分钟. */
  minutes: z.int(),
  readAt: z.string(),
});
export type Page = z.output<typeof pageSchema>;

const articleSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('document'),
    ref: z.object({ kind: z.enum(['docx', 'wiki']), token: z.string() }),
  }),
  /** `hash`: the text in `contents`. */
  z.object({ kind: z.literal('markdown'), hash: z.string() }),
]);
export type Article = z.output<typeof articleSchema>;

const actSchema = z.object({ by: whoSchema, at: z.string() });

/** One of the things that its editors or approvers have to be told; each is told once. */
const problemSchema = z.object({ code: z.string(), message: z.string(), at: z.string() });

/**
 * One issue of an account, from its draft to its report. `changeBroadcast` (steps.ts) and the function `broadcast` are
 * the only ones that change it, each under the revision that was read. Times are UTC ISO strings.
 */
export const broadcastSchema = z.object({
  /** `legal-42`; what stands on its cards is the issue: 第 42 期. */
  broadcast: z.string(),
  item: z.literal('broadcast'),
  /** Grows with every write; a write names the one that it read. */
  revision: z.int(),
  account: z.string(),
  issue: z.int(),
  /** Of the content, as the cards say: v1. */
  version: z.int(),
  state: z.enum(broadcastStates),
  createdAt: z.string(),
  changedAt: z.string(),
  /** Who drafted it, and everybody who has changed it since: none of them may approve it. */
  editors: z.array(whoSchema).min(1),
  article: articleSchema,
  /** Absent until it was read, or published. */
  page: pageSchema.optional(),
  title: z.string().default(''),
  /** ≤ 120 characters. */
  summary: z.string().default(''),
  /** What the article gave when it was read last: a title or summary that still equals it follows the next read. */
  offered: z.object({ title: z.string(), summary: z.string() }).optional(),
  /** 与你有关, ≤ 60 characters. */
  concerns: z.string().default(''),
  mustConfirm: z.boolean(),
  deadlineAt: z.string().optional(),
  audience: audienceSchema,
  submitted: actSchema.extend({ contentHash: z.string() }).optional(),
  approved: actSchema.optional(),
  sentBack: actSchema.extend({ reason: z.string() }).optional(),
  scheduledAt: z.string().optional(),
  startedAt: z.string().optional(),
  /** Everybody was planned. */
  plannedAt: z.string().optional(),
  /** Everybody was tried. */
  openedAt: z.string().optional(),
  closedAt: z.string().optional(),
  closedBecause: z.enum(['complete', 'deadline', 'quiet', 'by_hand']).optional(),
  paused: z
    .object({
      at: z.string(),
      from: z.enum(['sending', 'open']),
      reason: z.string(),
      by: whoSchema.optional(),
    })
    .optional(),
  recalled: actSchema.extend({ reason: z.string() }).optional(),
  /** Rows of the ledger that there are, or will be; it only grows, and it grows before they are planned. */
  target: z.int().default(0),
  /** Hashes in `contents` of who is meant: one part for the start, one for each time that joiners came. */
  snapshots: z.array(z.string()).default([]),
  /** What the publishing of a Markdown article has reached; its shape is article-publish's own. */
  publishing: z.record(z.string(), z.unknown()).optional(),
  problem: problemSchema.optional(),
  /** How often 催未读 was asked for: each is its own reminder. */
  reminded: z.int().default(0),
  /** When Feishu was last asked who has opened the article; `refused`: why it doesn't say. */
  views: z.object({ at: z.string(), refused: z.string().optional() }).optional(),
  /** Marks of what has been done once: `report-1h`, `remind-1`, `reconciled-3`. */
  done: z.array(z.string()).default([]),
});
export type Broadcast = z.output<typeof broadcastSchema>;

/** 第 42 期, v1. */
export const issueWords = ({ issue }: Pick<Broadcast, 'issue'>): string => `第 ${issue} 期`;

/** Its article, and nothing else, is what people confirm. */
export const personalSubject = ({ broadcast, version }: Pick<Broadcast, 'broadcast' | 'version'>): string =>
  `broadcast:${broadcast}:v${version}`;
export const groupSubject = (of: Pick<Broadcast, 'broadcast' | 'version'>): string =>
  `${personalSubject(of)}:groups`;
/** `which`: 1 and 2 of the ladder, `m3` the third time by hand. */
export const reminderSubject = (of: Pick<Broadcast, 'broadcast' | 'version'>, which: string): string =>
  `${personalSubject(of)}:remind-${which}`;
/** What editors, approvers and managers get: `form`, `preview-3`, `approval-4`, `report`, `managers`. */
export const workSubject = ({ broadcast }: Pick<Broadcast, 'broadcast'>, what: string): string =>
  `post:${broadcast}:${what}`;

/** An approver's question about a post. */
export const isApproval = (subject: string): boolean => /^post:[^:]+:approval-/u.test(subject);

export type SubjectOfBroadcast = {
  readonly broadcast: string;
  readonly version: number;
  readonly part: 'personal' | 'groups' | 'reminder';
};

/** The post that a delivery belongs to; `undefined` for everything else. */
export const broadcastOf = (subject: string): SubjectOfBroadcast | undefined => {
  const found = /^broadcast:([a-z0-9]+-\d+):v(\d+)(?::(groups|remind-\w+))?$/u.exec(subject);
  if (!found) return undefined;
  const [, broadcast = '', version = '', rest] = found;
  const part = rest === undefined ? 'personal' : rest === 'groups' ? 'groups' : 'reminder';
  return { broadcast, version: Number(version), part };
};

/** `legal` of `legal-42`. */
export const accountOf = (broadcast: string): string => broadcast.slice(0, broadcast.lastIndexOf('-'));
