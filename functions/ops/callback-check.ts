import { createCipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { CallbackKeys } from '../../shared/feishu/verify.ts';
import { broken, type Check, fine, unknown } from './check.ts';

/** Feishu waits one second for the challenge when the address is saved. */
const timeoutMs = 1_000;

const challengeSchema = z.object({ challenge: z.string() });

/** AES-256-CBC with the key's SHA-256, base64(IV ‖ ciphertext): how Feishu encrypts a callback. */
const encrypt = (text: string, encryptKey: string): string => {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(encryptKey).digest(), iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
};

const ask = async (url: string, { encryptKeys, verificationTokens }: CallbackKeys): Promise<boolean> => {
  const challenge = randomUUID();
  const token = verificationTokens[0] ?? '';
  const text = JSON.stringify({ challenge, token, type: 'url_verification' });
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ encrypt: encrypt(text, encryptKeys[0] ?? '') }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const answer: unknown = await response.json();
  return response.status === 200 && challengeSchema.safeParse(answer).data?.challenge === challenge;
};

const fix =
  'the address is the https://…/feishu/events that the deployment printed; read the log of feishu-events (In AWS China: ICP filing)';

/** Whether our own address answers Feishu's check, sent as Feishu sends it: encrypted, without a signature. */
export const callbackCheck = async (
  url: string | undefined,
  keys: CallbackKeys | undefined,
): Promise<Check> => {
  if (url === undefined)
    return unknown('callback.url', {
      detail: 'not asked: the address is known to nobody here',
      fix: 'add it: {"do":"doctor","url":"https://…/feishu/events"}',
    });
  if (!keys)
    return unknown('callback.url', {
      detail: 'no keys to ask with',
      fix: 'mend secret.feishu-callback-keys',
    });
  try {
    const answered = await ask(url, keys);
    return answered
      ? fine('callback.url', 'answers the challenge within 1 s')
      : broken('callback.url', { detail: 'another answer than the challenge', fix });
  } catch {
    return broken('callback.url', { detail: 'no readable answer within 1 s', fix });
  }
};
