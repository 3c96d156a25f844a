import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Verification token → Encrypt Key of the local stage's apps: development values that open nothing elsewhere. */
const encryptKeys: Readonly<Record<string, string>> = {
  'dev-token-zhida': 'dev-encrypt-key-zhida',
  'dev-token-legal': 'dev-encrypt-key-legal',
};

export type GatewayEvent = {
  readonly version: '2.0';
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestContext: object;
  readonly body: string;
  readonly isBase64Encoded: boolean;
};

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

const encrypt = (text: string, encryptKey: string): string => {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', sha256(encryptKey), iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
};

/** A body as Feishu sends it: encrypted, with the three signature headers. */
export const signBody = (
  text: string,
  encryptKey: string,
  at = new Date(),
): Pick<GatewayEvent, 'headers' | 'body'> => {
  const body = JSON.stringify({ encrypt: encrypt(text, encryptKey) });
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const nonce = randomBytes(5).toString('hex');
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

/** The event that API Gateway (HTTP API, payload 2.0) hands to a Lambda. */
export const gatewayEvent = (part: Pick<GatewayEvent, 'headers' | 'body'>): GatewayEvent => ({
  version: '2.0',
  routeKey: 'POST /feishu/events',
  rawPath: '/feishu/events',
  rawQueryString: '',
  requestContext: { http: { method: 'POST', path: '/feishu/events' }, stage: '$default' },
  isBase64Encoded: false,
  ...part,
});

/**
 * Signs `plain/<name>.json` now: a signature is good for five minutes, so a recorded one could not be replayed.
 * Replay one with `npx serverless invoke local -f feishu-events -p events/feishu-events/message-read.js`; twice is a duplicate.
 * The address check comes without signature headers, as Feishu sends it.
 */
export const signed = (name: string): GatewayEvent => {
  const file = new URL(`feishu-events/plain/${name}.json`, import.meta.url);
  const text = readFileSync(file, 'utf8');
  const sender = Object.keys(encryptKeys).find((token) => text.includes(`"${token}"`)) ?? '';
  const part = signBody(text, encryptKeys[sender] ?? '');
  return gatewayEvent(name === 'url-verification' ? { ...part, headers: {} } : part);
};
