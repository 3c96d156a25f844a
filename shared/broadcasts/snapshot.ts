import * as z from 'zod';
import { parse } from '../parse.ts';
import type { Contents } from '../store/contents.ts';
import type { Meant } from './audience.ts';
import type { Broadcast } from './broadcast.ts';

const memberSchema = z.object({
  person: z.string(),
  name: z.string(),
  departments: z.array(z.string()),
  /** Why nothing can reach them. */
  unreachable: z.string().optional(),
});
export type SnapshotMember = z.output<typeof memberSchema>;

const snapshotSchema = z.object({
  broadcast: z.string(),
  version: z.int(),
  /** When they were found to be meant. */
  at: z.string(),
  people: z.array(memberSchema).min(1),
});
export type Snapshot = z.output<typeof snapshotSchema>;

/** People of one part: about 50 KB of the 400 KB that a row may hold. */
const partSize = 2_000;

/** Who is meant, the unreachable among them; each stands where they can be found again, by their union_id. */
export const membersOf = ({ reachable, unreachable }: Meant): readonly SnapshotMember[] =>
  [
    ...reachable.map(({ person, name, departments }) => ({ person, name, departments })),
    ...unreachable.map(({ reason, person, name, departments }) => ({
      ...{ person, name, departments: [...departments] },
      unreachable: reason,
    })),
  ].toSorted((a, b) => (a.person < b.person ? -1 : 1));

/** Keeps them in parts; the hashes, in order, are evidence of who was meant. */
export const keepSnapshot =
  (contents: Pick<Contents, 'keep'>) =>
  async (
    { broadcast, version }: Pick<Broadcast, 'broadcast' | 'version'>,
    members: readonly SnapshotMember[],
    now: Date,
  ): Promise<readonly string[]> => {
    const hashes: string[] = [];
    for (let from = 0; from < members.length; from += partSize) {
      const people = members.slice(from, from + partSize);
      hashes.push(await contents.keep(JSON.stringify({ broadcast, version, at: now.toISOString(), people })));
    }
    return hashes;
  };

/** One part. Throws when it isn't there: it was written before anything named it. */
export const readSnapshot =
  (contents: Pick<Contents, 'find'>) =>
  async (hash: string): Promise<Snapshot> => {
    const text = await contents.find(hash);
    if (text === undefined) throw new Error(`the snapshot ${hash} is gone`);
    return parse(snapshotSchema, JSON.parse(text));
  };

/** Everybody who is meant by a post, also those who came later. */
export const readMembers =
  (contents: Pick<Contents, 'find'>) =>
  async ({ snapshots }: Pick<Broadcast, 'snapshots'>): Promise<readonly SnapshotMember[]> => {
    const members: SnapshotMember[] = [];
    for (const hash of snapshots) members.push(...(await readSnapshot(contents)(hash)).people);
    return members;
  };
