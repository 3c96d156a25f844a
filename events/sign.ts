import { readFileSync } from 'node:fs';
import { sealText } from '../simulator/feishu/envelope.ts';

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

/** A body as Feishu sends it: encrypted, with the three signature headers. */
export const signBody = (
  text: string,
  encryptKey: string,
  at = new Date(),
): Pick<GatewayEvent, 'headers' | 'body'> => sealText(text, encryptKey, at.getTime());

/** The event that API Gateway (HTTP API, payload 2.0) hands to a Lambda. */
export const gatewayEvent = (
  part: Pick<GatewayEvent, 'headers' | 'body'>,
  path = '/feishu/events',
): GatewayEvent => ({
  version: '2.0',
  routeKey: `POST ${path}`,
  rawPath: path,
  rawQueryString: '',
  requestContext: { http: { method: 'POST', path }, stage: '$default' },
  isBase64Encoded: false,
  ...part,
});

/**
 * Signs `plain/<name>.json` now: a signature is good for five minutes, so a recorded one could not be replayed.
 * Replay one with `npx serverless invoke local -f feishu-events -p events/feishu-events/message-read.js`; twice is a duplicate.
 * The address check comes without signature headers, as Feishu sends it.
 */
export const signed = (
  name: string,
  to: 'feishu-events' | 'feishu-cards' = 'feishu-events',
): GatewayEvent => {
  const file = new URL(`${to}/plain/${name}.json`, import.meta.url);
  const text = readFileSync(file, 'utf8');
  const sender = Object.keys(encryptKeys).find((token) => text.includes(`"${token}"`)) ?? '';
  const part = signBody(text, encryptKeys[sender] ?? '');
  return gatewayEvent(
    name === 'url-verification' ? { ...part, headers: {} } : part,
    `/${to.replace('-', '/')}`,
  );
};
