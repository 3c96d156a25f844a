import * as z from 'zod';
import { type Broadcast, broadcastOf } from '../../shared/broadcasts/broadcast.ts';
import { identityOf, levelsOf } from '../../shared/broadcasts/reach.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import type { Alerts } from '../../shared/store/alerts.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { Windows } from '../../shared/store/windows.ts';
import { firingSubject } from './alert-steps.ts';
import { type CompareDeps, type Compared, compareWithFeishu } from './compare-with-feishu.ts';

export type VerifyDeps = CompareDeps & {
  readonly deliveries: Deliveries;
  readonly windows: Pick<Windows, 'find'>;
  readonly alerts: Pick<Alerts, 'listOf'>;
  readonly broadcasts: Pick<Broadcasts, 'find'>;
};

/** What the row of the subject itself says. */
type SubjectRow = {
  readonly state: string | null;
  readonly target: number | null;
  /** Of a post: whether some of its target may have no row yet. */
  readonly mayLack?: boolean;
};

/** Answers and notices have no row of their own: each is one delivery. */
const withoutRow: SubjectRow = { state: null, target: null };

const windowOf = async ({ windows }: VerifyDeps, id: string, day: string): Promise<SubjectRow> => {
  const row = await windows.find(id, day);
  if (!row) throw new NotFoundError('unknown_subject', 'no such window');
  return { state: row.state, target: row.target ?? null };
};

/** The row of an alert keeps the target of its latest firing. */
const firingOf = async ({ alerts }: VerifyDeps, id: string, subject: string): Promise<SubjectRow> => {
  const row = (await alerts.listOf(id)).find((each) => firingSubject(each) === subject);
  if (!row) return withoutRow;
  const state = row.planned ? 'planned' : 'planning';
  return { state, target: row.target ?? null };
};

/** It ends by itself when everybody has a row; somebody may end it earlier, and so does its deadline while it is paused. */
const mayLack = ({ state, closedBecause, paused }: Broadcast): boolean =>
  state !== 'closed' || closedBecause === 'by_hand' || paused !== undefined;

/** Of a post the target grows before rows are planned, also when people join; that of an older version is forgotten. */
const postOf = async ({ broadcasts }: VerifyDeps, subject: string): Promise<SubjectRow> => {
  const of = broadcastOf(subject);
  const post = of?.part === 'personal' ? await broadcasts.find(of.broadcast) : undefined;
  if (!post || post.version !== of?.version) return withoutRow;
  const { state, target } = post;
  return { state, target, mayLack: mayLack(post) };
};

const subjectRow = async (deps: VerifyDeps, subject: string): Promise<SubjectRow> => {
  const [kind, id = '', rest = ''] = subject.split(':');
  if (kind === 'digest') return windowOf(deps, id, rest);
  if (kind === 'broadcast') return postOf(deps, subject);
  return kind === 'alert' ? firingOf(deps, id, subject) : withoutRow;
};

const mustHave: Readonly<Record<Delivery['state'], readonly (keyof Delivery)[]>> = {
  planned: ['wanted'],
  claimed: ['leaseUntil', 'sending'],
  accepted: ['messageId', 'shown', 'acceptedAt'],
  read: ['messageId', 'shown', 'readAt'],
  confirmed: ['confirmed'],
  held: ['reason', 'dueAt'],
  failed: ['code'],
  suppressed: ['reason'],
  excluded: ['reason'],
};

/** A row that says one thing by its state and another by its facts. */
const contradictionsOf = (delivery: Delivery): readonly string[] =>
  mustHave[delivery.state]
    .filter((fact) => delivery[fact] === undefined)
    .map((fact) => `${delivery.recipient}: ${delivery.state} without ${fact}`);

const countStates = (rows: readonly Delivery[]): Readonly<Record<string, number>> => {
  const states: Record<string, number> = {};
  for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
  return states;
};

/** Nobody is missing, nobody is too many; whoever of a post has no row yet is counted as unsent. */
const isWhole = ({ state, target, mayLack: lacks }: SubjectRow, rows: readonly Delivery[]): boolean => {
  if (state === null) return true;
  return lacks ? rows.length <= (target ?? 0) : target === rows.length;
};

/** The sum line of a post, as its report says it, and its four levels. */
const sumOf = ({ target, mayLack: lacks }: SubjectRow, rows: readonly Delivery[]): CommandReply =>
  lacks === undefined ? {} : { identity: identityOf(target ?? 0, rows), levels: levelsOf(rows) };

const judge = (row: SubjectRow, rows: readonly Delivery[], compared: Compared | undefined): CommandReply => {
  const contradictions = rows.flatMap(contradictionsOf);
  const isShown = compared === undefined || compared.different.length === 0;
  const { state, target } = row;
  return {
    ...{ state, target },
    states: countStates(rows),
    ...sumOf(row, rows),
    holds: isWhole(row, rows) && contradictions.length === 0 && isShown,
    ...(contradictions.length > 0 && { contradictions }),
  };
};

/**
 * Recomputes target = Σ states of any subject from the rows themselves. `deep` also compares what the ledger says is
 * shown with what stands in Feishu, one call a person.
 */
export const verifySubject = (deps: VerifyDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      subject: z.string().regex(/^[a-z]+:./, 'is not a subject like digest:morning:2026-11-23'),
      deep: z.boolean().default(false),
      /** At most so many calls of the month's quota. */
      calls: z.int().min(1).max(1_000).default(50),
    }),
    async ({ subject, deep, calls }): Promise<CommandReply> => {
      // The target of a post only grows, and before its rows: read after them it is never too small.
      const rows = await deps.deliveries.listOfSubject(subject);
      const row = await subjectRow(deps, subject);
      if (rows.length === 0 && row.state === null)
        throw new NotFoundError('unknown_subject', 'nothing was planned under this subject');
      const compared = deep ? await compareWithFeishu(deps, rows, { calls }) : undefined;
      return { subject, ...judge(row, rows, compared), ...(compared && { compared }) };
    },
  );
