import { generateKeyPairSync } from 'node:crypto';
import { allAccounts } from '../../config/accounts/all.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { collectEvidence, signEvidence } from '../../shared/broadcasts/collect-evidence.ts';
import { evidenceSchema } from '../../shared/broadcasts/evidence.ts';
import { publicKeysOf } from '../../shared/broadcasts/evidence-keys.ts';
import { verifyEvidence } from '../../shared/broadcasts/verify-evidence.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { contents } from '../../shared/store/contents.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import type { Finding } from './findings.ts';
import type { Diary } from './post-diary.ts';
import { tableName } from './world.ts';

const violation = (what: string): Finding => ({ kind: 'violation', what });

/** The file that proves this post, as somebody reads it who has only the file and the key. */
export const judgeEvidence = async (post: Broadcast, { confirmedAt }: Diary): Promise<readonly Finding[]> => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const deps = {
    broadcasts: broadcasts(tableName('broadcasts')),
    deliveries: deliveries(tableName('deliveries')),
    contents: contents(tableName('contents')),
    accounts: allAccounts,
  };
  const signed = signEvidence([privateKey], await collectEvidence(deps)(post.broadcast, new Date()));
  const file = evidenceSchema.parse(JSON.parse(JSON.stringify(signed)));
  const { problems } = verifyEvidence(file, publicKeysOf([privateKey]));
  const proven = new Set(
    file.body.people.flatMap(({ person, confirmedAt: at }) => (at === undefined ? [] : [person])),
  );
  return [
    ...problems.map(({ code, detail }) => violation(`evidence: ${code} ${detail}`)),
    ...[...confirmedAt.keys()]
      .filter((person) => !proven.has(person))
      .map((person) => violation(`evidence: ${person} has confirmed, and the file doesn't say so`)),
  ];
};
