import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import {
  collectEvidence,
  type EvidenceDeps,
  signEvidence,
} from '../../shared/broadcasts/collect-evidence.ts';
import { sumLine } from '../../shared/broadcasts/report.ts';
import { rateLine, timesLine } from '../../shared/broadcasts/report-words.ts';
import { rosterCsv } from '../../shared/broadcasts/roster-csv.ts';
import { NotFoundError, TooLargeError } from '../../shared/errors.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import { mostReplyBytes } from '../../shared/lambda/compress.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import { reportNow } from './report.ts';

export type ProofDeps = EvidenceDeps & {
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  /** The first signs. */
  readonly evidenceKeys: readonly KeyObject[];
  /** `https://…/workbench`: what doesn't fit a reply is downloaded there. */
  readonly workbenchUrl: string;
};

const post = z.string().regex(/^[a-z][a-z0-9]*-\d+$/u, 'is not an issue like legal-42');
const ofPostSchema = z.strictObject({ do: z.string(), post });

/** What the report card says, and every department. */
const report = (deps: ProofDeps): Command =>
  command(ofPostSchema, async ({ post: id }): Promise<CommandReply> => {
    const found = await deps.broadcasts.find(id);
    if (!found) throw new NotFoundError('unknown_broadcast', `找不到 ${id}`);
    const rows = await deps.deliveries.listOfSubject(personalSubject(found));
    const broadcast = (await deps.broadcasts.find(id)) ?? found;
    const facts = await reportNow(deps)(broadcast, rows);
    return {
      post: id,
      state: broadcast.state,
      lines: [
        sumLine(facts.sum, facts.mustConfirm),
        rateLine(facts.rate),
        timesLine('已读用时', facts.times.read),
        timesLine('确认用时', facts.times.confirmed),
      ],
      ...facts,
    };
  });

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** Pages are compressed, a command's reply isn't. Throws `evidence_too_large`, which says where the file is. */
const fitting = (reply: CommandReply, page: string): CommandReply => {
  const bytes = Buffer.byteLength(JSON.stringify(reply));
  if (bytes <= mostReplyBytes) return reply;
  const message = `文件 ${megabytes(bytes)}，命令最多返回 ${megabytes(mostReplyBytes)}：请在浏览器登录工作台后下载 ${page}`;
  throw new TooLargeError('evidence_too_large', message, { details: { bytes, page } });
};

const pageOf = ({ workbenchUrl }: ProofDeps, id: string, file: 'evidence' | 'names.csv'): string =>
  `${workbenchUrl.replace(/\/$/u, '')}/reports/${id}/${file}`;

/** `{"do":"report"|"evidence"|"export","post":"legal-42"}`: what a post has reached, the proof of it, the names as CSV. */
export const evidenceCommands = (deps: ProofDeps): Readonly<Record<string, Command>> => ({
  report: report(deps),
  evidence: command(ofPostSchema, async ({ post: id }, now): Promise<CommandReply> => {
    const evidence = signEvidence(deps.evidenceKeys, await collectEvidence(deps)(id, now));
    return fitting({ evidence }, pageOf(deps, id, 'evidence'));
  }),
  export: command(ofPostSchema, async ({ post: id }, now): Promise<CommandReply> => {
    const csv = rosterCsv(await collectEvidence(deps)(id, now));
    return fitting({ csv }, pageOf(deps, id, 'names.csv'));
  }),
});
