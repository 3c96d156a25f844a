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
import { NotFoundError } from '../../shared/errors.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import { reportNow } from './report.ts';

export type ProofDeps = EvidenceDeps & {
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  /** The first signs. */
  readonly evidenceKeys: readonly KeyObject[];
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

/** `{"do":"report"|"evidence"|"export","post":"legal-42"}`: what a post has reached, the proof of it, the names as CSV. */
export const evidenceCommands = (deps: ProofDeps): Readonly<Record<string, Command>> => ({
  report: report(deps),
  evidence: command(
    ofPostSchema,
    async ({ post: id }, now): Promise<CommandReply> => ({
      evidence: signEvidence(deps.evidenceKeys, await collectEvidence(deps)(id, now)),
    }),
  ),
  export: command(
    ofPostSchema,
    async ({ post: id }, now): Promise<CommandReply> => ({
      csv: rosterCsv(await collectEvidence(deps)(id, now)),
    }),
  ),
});
