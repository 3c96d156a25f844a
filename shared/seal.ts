import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { jsonText } from './config.ts';
import { InvalidInputError } from './errors.ts';

const keyBytes = 32;

const keySchema = z.pipe(
  z
    .string()
    .check(z.refine((text) => Buffer.from(text, 'base64').length === keyBytes, 'is not 32 bytes in base64')),
  z.transform((text) => Buffer.from(text, 'base64')),
);

/** `SEAL_KEYS`: a JSON array of base64 texts of 32 bytes each. The first seals, all open (rotation). */
export const sealKeysSchema = jsonText(z.array(keySchema).check(z.minLength(1)));

export type Seals = {
  readonly seal: (text: string) => string;
  /** Throws `seal_invalid` when no key fits or a byte was changed. */
  readonly open: (sealed: string) => string;
};

const ivBytes = 12;
const tagBytes = 16;

/** Says which key fits without telling anything about it. */
const keyId = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 8);

const sealWith = (key: Buffer, text: string): string => {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `${keyId(key)}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')}`;
};

const openWith = (key: Buffer, bytes: Buffer): string => {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  const sealed = bytes.subarray(ivBytes + tagBytes);
  return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
};

/** Personal information at rest: AES-256-GCM, `<key id>.<base64(IV ‖ tag ‖ ciphertext)>`. */
export const seals = (keys: readonly Buffer[]): Seals => ({
  seal: (text) => {
    const [key] = keys;
    if (!key) throw new InvalidInputError('seal_invalid', 'there is no key to seal with');
    return sealWith(key, text);
  },
  open: (sealed) => {
    const [id, data = ''] = sealed.split('.', 2);
    const key = keys.find((candidate) => keyId(candidate) === id);
    if (!key) throw new InvalidInputError('seal_invalid', 'no key fits this seal');
    try {
      return openWith(key, Buffer.from(data, 'base64'));
    } catch (cause) {
      throw new InvalidInputError('seal_invalid', 'the sealed text was changed', { cause });
    }
  },
});
