import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod/mini';
import { jsonText } from '../config.ts';
import { InvalidInputError } from '../errors.ts';

const privateKey = (base64: string): KeyObject | undefined => {
  try {
    const key = createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' });
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
};

const keySchema = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const key = privateKey(text);
    if (key) return key;
    context.issues.push({ code: 'custom', message: 'is not an Ed25519 key (PKCS8, base64)', input: '' });
    return z.NEVER;
  }),
);

/** `EVIDENCE_KEYS`: a JSON array of one or two private keys. The first signs; files of all of them are known (rotation). */
export const evidenceKeysSchema = jsonText(z.array(keySchema).check(z.minLength(1), z.maxLength(2)));

const spki = (key: KeyObject): string =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');

/** A public key by its name: the first 8 bytes of its SHA-256. */
export const keyIdOf = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 16);

export type Signature = {
  readonly algorithm: 'Ed25519';
  readonly keyId: string;
  readonly publicKey: string;
  readonly digest: string;
  readonly value: string;
};

/** Signs a SHA-256 (hex). Throws `no_evidence_key`. */
export const signDigest = (keys: readonly KeyObject[], digest: string): Signature => {
  const [key] = keys;
  if (!key) throw new InvalidInputError('no_evidence_key', 'there is no key to sign with');
  const publicKey = spki(key);
  const value = sign(null, Buffer.from(digest, 'hex'), key).toString('base64');
  return { algorithm: 'Ed25519', keyId: keyIdOf(publicKey), publicKey, digest, value };
};

/** SPKI, base64: what whoever checks a file has to know. */
export const publicKeysOf = (keys: readonly KeyObject[]): readonly string[] => keys.map(spki);

/** Whether the key of this file has signed its digest; whose key it is, is another question. */
export const isSigned = ({ publicKey, digest, value }: Signature): boolean => {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return (
      key.asymmetricKeyType === 'ed25519' &&
      verify(null, Buffer.from(digest, 'hex'), key, Buffer.from(value, 'base64'))
    );
  } catch {
    return false;
  }
};
