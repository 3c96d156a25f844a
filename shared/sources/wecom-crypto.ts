import { createDecipheriv, createHash } from 'node:crypto';
import { UnauthenticatedError } from '../errors.ts';

const blockBytes = 32;
const randomBytes = 16;
const lengthBytes = 4;

/** developer.work.weixin.qq.com/document/path/90968: sha1 over the four texts, sorted and joined. */
export const wecomSignature = (parts: readonly [string, string, string, string]): string =>
  createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');

const undecryptable = (): UnauthenticatedError =>
  new UnauthenticatedError('body_undecryptable', 'no EncodingAESKey opens the message');

/** AES-256-CBC, whose padding counts to 32 and so is taken off by hand. */
const decryptedBytes = (encrypted: string, aesKey: Buffer): Buffer => {
  try {
    const decipher = createDecipheriv('aes-256-cbc', aesKey, aesKey.subarray(0, 16)).setAutoPadding(false);
    return Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]);
  } catch {
    throw undecryptable();
  }
};

/**
 * 16 random bytes ‖ length ‖ message ‖ receiver. Throws `body_undecryptable` when the key or the receiver is another's:
 * a message for another company under the same key is a forgery.
 */
export const decryptWecom = (encrypted: string, aesKey: Buffer, corpId: string): string => {
  const bytes = decryptedBytes(encrypted, aesKey);
  const padding = bytes.at(-1) ?? 0;
  const end = bytes.length - padding;
  const start = randomBytes + lengthBytes;
  if (padding < 1 || padding > blockBytes || end < start) throw undecryptable();
  const messageEnd = start + bytes.readUInt32BE(randomBytes);
  if (messageEnd > end || bytes.subarray(messageEnd, end).toString('utf8') !== corpId) throw undecryptable();
  return bytes.subarray(start, messageEnd).toString('utf8');
};
