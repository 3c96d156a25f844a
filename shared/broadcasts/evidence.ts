import * as z from 'zod';
import type { Delivery } from '../store/delivery.ts';
import type { Account } from './account.ts';
import type { Broadcast } from './broadcast.ts';
import { hashJson, hashText } from './canonical.ts';
import { identityOf, levelsOf } from './reach.ts';
import { standingOf, standings, sumOf } from './report.ts';
import type { SnapshotMember } from './snapshot.ts';

const optionalText = z.string().optional();
const whoSchema = z.strictObject({ person: z.string(), name: z.string() });
const counts = z.record(z.string(), z.int());

/** One person, as the ledger has them. Times are UTC. */
const evidentPersonSchema = z.strictObject({
  /** union_id. */
  person: z.string(),
  name: z.string(),
  departments: z.array(z.string()),
  state: z.enum(standings),
  deliveredAt: optionalText,
  readAt: optionalText,
  openedAt: optionalText,
  confirmedAt: optionalText,
  /** Which version they said that of, and where. */
  confirmedVersion: z.int().optional(),
  via: z.enum(['card', 'page']).optional(),
  reason: optionalText,
  /** SHA-256 of the card that they see. */
  card: optionalText,
  /** SHA-256 of all of the above. */
  hash: z.string(),
});
export type EvidentPerson = z.output<typeof evidentPersonSchema>;

const evidentStepSchema = z.strictObject({
  step: z.string(),
  at: z.string(),
  by: whoSchema.optional(),
  reason: optionalText,
  /** SHA-256 of the step and of the hash before it: none can be taken out of the middle. */
  hash: z.string(),
});
export type EvidentStep = z.output<typeof evidentStepSchema>;

const bodySchema = z.strictObject({
  generatedAt: z.string(),
  account: z.strictObject({ id: z.string(), name: z.string() }),
  post: z.strictObject({
    broadcast: z.string(),
    issue: z.int(),
    version: z.int(),
    title: z.string(),
    state: z.string(),
    mustConfirm: z.boolean(),
    deadlineAt: optionalText,
    startedAt: optionalText,
    openedAt: optionalText,
    closedAt: optionalText,
    closedBecause: optionalText,
    editors: z.array(whoSchema),
    approvedBy: whoSchema.optional(),
    approvedAt: optionalText,
  }),
  /** `text`, where it was kept, is what `hash` is the SHA-256 of. */
  content: z.strictObject({ hash: optionalText, url: optionalText, text: optionalText }),
  /** Distinct cards that are seen, by SHA-256. */
  cards: z.array(z.string()),
  /** Who was meant, part by part as it was kept: the text is what its hash is of. */
  audience: z.array(z.strictObject({ hash: z.string(), text: z.string() })),
  sum: counts,
  identity: counts,
  levels: counts,
  people: z.array(evidentPersonSchema),
  steps: z.array(evidentStepSchema),
});
export type EvidenceBody = z.output<typeof bodySchema>;

export const evidenceFormat = 'zhida-evidence/1';

export const evidenceSchema = z.strictObject({
  format: z.literal(evidenceFormat),
  body: bodySchema,
  signature: z.strictObject({
    algorithm: z.literal('Ed25519'),
    keyId: z.string(),
    /** SPKI, base64. */
    publicKey: z.string(),
    /** SHA-256 (hex) of the body's canonical JSON: what is signed. */
    digest: z.string(),
    /** base64. */
    value: z.string(),
  }),
});
export type Evidence = z.output<typeof evidenceSchema>;

type StepRow = Omit<EvidentStep, 'hash'>;

export type Evident = {
  readonly account: Pick<Account, 'id' | 'name'>;
  /** Read after the rows. */
  readonly broadcast: Broadcast;
  readonly rows: readonly Delivery[];
  readonly members: readonly SnapshotMember[];
  readonly audience: EvidenceBody['audience'];
  readonly steps: readonly StepRow[];
  /** The canonical text of the article, if it was kept. */
  readonly contentText: string | undefined;
  readonly generatedAt: Date;
};

const confirmationOf = ({ confirmed }: Delivery) => ({
  confirmedAt: confirmed?.at,
  confirmedVersion: confirmed?.version,
  via: confirmed?.via,
});

const whoOf = (person: string, member: SnapshotMember | undefined) => ({
  person,
  name: member?.name ?? '',
  departments: [...(member?.departments ?? [])],
});

const personOf = (row: Delivery, member: SnapshotMember | undefined): EvidentPerson => {
  const { acceptedAt, readAt, openedAt, reason, code, shown } = row;
  const facts = {
    ...whoOf(row.recipient, member),
    state: standingOf(row),
    ...{ deliveredAt: acceptedAt, readAt, openedAt, ...confirmationOf(row) },
    reason: reason ?? code,
    card: shown?.hash,
  };
  return { ...facts, hash: hashJson(facts) };
};

/** Those who are meant and have no row yet wait for theirs: nobody is left out. */
const peopleOf = ({ rows, members }: Evident): readonly EvidentPerson[] => {
  const byId = new Map(members.map((member) => [member.person, member]));
  const planned = new Set(rows.map(({ recipient }) => recipient));
  const unsent = members
    .filter(({ person }) => !planned.has(person))
    .map(({ person, name, departments }) => {
      const facts = { person, name, departments: [...departments], state: 'waiting' as const };
      return { ...facts, hash: hashJson(facts) };
    });
  return [...rows.map((row) => personOf(row, byId.get(row.recipient))), ...unsent].toSorted((a, b) =>
    a.person < b.person ? -1 : 1,
  );
};

/** Each step's hash names the one before: what `verifyEvidence` walks along. */
export const chain = (steps: readonly StepRow[]): readonly EvidentStep[] => {
  let before = hashText('');
  return steps.map(({ step, at, by, reason }) => {
    before = hashJson({ before, step, at, by, reason });
    return { step, at, by, reason, hash: before };
  });
};

const postOf = (broadcast: Broadcast): EvidenceBody['post'] => {
  const { broadcast: id, issue, version, title, state, mustConfirm, editors, approved } = broadcast;
  const { deadlineAt, startedAt, openedAt, closedAt, closedBecause } = broadcast;
  const times = { deadlineAt, startedAt, openedAt, closedAt, closedBecause };
  const who = { editors, approvedBy: approved?.by, approvedAt: approved?.at };
  return { broadcast: id, issue, version, title, state, mustConfirm, ...times, ...who };
};

/** Everything that proves who was to read what, and who did; unsigned. The same facts make the same body. */
export const buildEvidence = (evident: Evident): EvidenceBody => {
  const { account, broadcast, rows, audience, contentText, generatedAt } = evident;
  const { page, target } = broadcast;
  const cards = [...new Set(rows.flatMap(({ shown }) => (shown ? [shown.hash] : [])))];
  return {
    generatedAt: generatedAt.toISOString(),
    account: { id: account.id, name: account.name },
    post: postOf(broadcast),
    content: { hash: page?.contentHash, url: page?.url, text: contentText },
    cards: cards.toSorted(),
    audience: [...audience],
    sum: sumOf(target, rows),
    identity: identityOf(target, rows),
    levels: levelsOf(rows),
    people: [...peopleOf(evident)],
    steps: [...chain(evident.steps)],
  };
};
