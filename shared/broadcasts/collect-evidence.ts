import type { KeyObject } from 'node:crypto';
import { NotFoundError } from '../errors.ts';
import type { Broadcasts } from '../store/broadcasts.ts';
import type { Contents } from '../store/contents.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Account } from './account.ts';
import { personalSubject } from './broadcast.ts';
import { hashJson } from './canonical.ts';
import { buildEvidence, type Evidence, type EvidenceBody, evidenceFormat } from './evidence.ts';
import { signDigest } from './evidence-keys.ts';
import { readMembers } from './snapshot.ts';

export type EvidenceDeps = {
  readonly broadcasts: Pick<Broadcasts, 'find' | 'history'>;
  readonly deliveries: Pick<Deliveries, 'listOfSubject'>;
  readonly contents: Pick<Contents, 'find'>;
  readonly accounts: readonly Account[];
};

const findPost = async ({ broadcasts, accounts }: EvidenceDeps, id: string) => {
  const broadcast = await broadcasts.find(id);
  const account = accounts.find((each) => each.id === broadcast?.account);
  if (!broadcast || !account) throw new NotFoundError('unknown_broadcast', `找不到 ${id}`);
  return { broadcast, account };
};

/** Throws when a part is gone: evidence without who was meant proves nothing. */
const readAudience = async ({ contents }: EvidenceDeps, hashes: readonly string[]) => {
  const parts: { hash: string; text: string }[] = [];
  for (const hash of hashes) {
    const text = await contents.find(hash);
    if (text === undefined) throw new NotFoundError('snapshot_missing', `找不到应触达名单 ${hash}`);
    parts.push({ hash, text });
  }
  return parts;
};

/** Everything that proves a post as it is now, unsigned. Throws `unknown_broadcast`. */
export const collectEvidence =
  (deps: EvidenceDeps) =>
  async (id: string, now: Date): Promise<EvidenceBody> => {
    const rows = await deps.deliveries.listOfSubject(personalSubject((await findPost(deps, id)).broadcast));
    // Read after the rows: the target only grows.
    const { broadcast, account } = await findPost(deps, id);
    const contentHash = broadcast.page?.contentHash;
    const [members, audience, steps, contentText] = await Promise.all([
      readMembers(deps.contents)(broadcast),
      readAudience(deps, broadcast.snapshots),
      deps.broadcasts.history(id),
      contentHash === undefined ? undefined : deps.contents.find(contentHash),
    ]);
    const evident = { account, broadcast, rows, members, audience, steps, contentText, generatedAt: now };
    return buildEvidence(evident);
  };

/** 凭证: the body and who vouches for it. */
export const signEvidence = (keys: readonly KeyObject[], body: EvidenceBody): Evidence => ({
  format: evidenceFormat,
  body,
  signature: signDigest(keys, hashJson(body)),
});
