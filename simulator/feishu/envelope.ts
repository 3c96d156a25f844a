import { createCipheriv, createHash, randomBytes } from 'node:crypto';

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** base64(IV ‖ AES-256-CBC(SHA-256(encrypt key), PKCS7)): open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case. */
export const encrypt = (text: string, encryptKey: string): string => {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', sha256(encryptKey), iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
};

type SignedBody = { readonly body: string; readonly headers: Readonly<Record<string, string>> };

/** A body as Feishu sends it: encrypted, signed over the bytes that are sent. */
export const sealText = (text: string, encryptKey: string, nowMs: number): SignedBody => {
  const body = JSON.stringify({ encrypt: encrypt(text, encryptKey) });
  const timestamp = String(Math.floor(nowMs / 1000));
  const nonce = randomBytes(8).toString('hex');
  return {
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-lark-request-timestamp': timestamp,
      'x-lark-request-nonce': nonce,
      'x-lark-signature': sha256(timestamp + nonce + encryptKey + body).toString('hex'),
    },
  };
};

/** A push as it leaves Feishu: compact JSON. */
export const seal = (payload: object, encryptKey: string, nowMs: number): SignedBody =>
  sealText(JSON.stringify(payload), encryptKey, nowMs);
