import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { evidenceSchema } from '../../shared/broadcasts/evidence.ts';
import { evidenceKeysSchema, publicKeysOf } from '../../shared/broadcasts/evidence-keys.ts';
import { verifyEvidence as check } from '../../shared/broadcasts/verify-evidence.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import { parse } from '../../shared/parse.ts';
import type { RawSecrets } from './secret-checks.ts';

export type VerifyEvidenceDeps = { readonly secrets: Pick<RawSecrets, 'EVIDENCE_KEYS'> };

/** More would fill a screen and say nothing new. */
const shown = 100;

/** A file beside whoever runs `invoke local`, or the text itself: on AWS there are no files. */
const textOf = async (evidence: string): Promise<string> => {
  if (evidence.trimStart().startsWith('{')) return evidence;
  try {
    return await readFile(evidence, 'utf8');
  } catch (cause) {
    throw new InvalidInputError('file_unreadable', `there is no file ${evidence} that can be read here`, {
      cause,
    });
  }
};

const jsonOf = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (cause) {
    throw new InvalidInputError('not_json', 'the evidence is not JSON', { cause });
  }
};

const replySchema = z.looseObject({ evidence: z.unknown() });

/** The file itself, or the whole reply of the command that made it. */
const fileIn = (content: unknown): unknown => {
  const reply = replySchema.safeParse(content);
  return reply.success && reply.data.evidence !== undefined ? reply.data.evidence : content;
};

const ownKeys = ({ secrets }: VerifyEvidenceDeps): readonly string[] =>
  publicKeysOf(z.safeParse(evidenceKeysSchema, secrets.EVIDENCE_KEYS).data ?? []);

/**
 * Whether an evidence file is one of ours and unchanged, without any table or Feishu: `evidence` is its path, its text or
 * its content; `keys` are public keys (SPKI, base64) that count beside our own.
 */
export const verifyEvidence = (deps: VerifyEvidenceDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      evidence: z.union([z.string().min(1), z.record(z.string(), z.unknown())]),
      keys: z.array(z.string().min(1)).default([]),
    }),
    async ({ evidence, keys }): Promise<CommandReply> => {
      const content = typeof evidence === 'string' ? jsonOf(await textOf(evidence)) : evidence;
      const file = parse(evidenceSchema, fileIn(content));
      const { holds, problems } = check(file, [...ownKeys(deps), ...keys]);
      const { post, generatedAt, people } = file.body;
      return {
        holds,
        post: post.broadcast,
        version: post.version,
        title: post.title,
        generatedAt,
        people: people.length,
        signedBy: file.signature.keyId,
        problems: { count: problems.length, first: problems.slice(0, shown) },
      };
    },
  );
