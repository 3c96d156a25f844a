import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { vi } from 'vitest';
import { type GatewayEvent, gatewayEvent, signBody } from '../../events/sign.ts';
import type { LocalTables } from '../local.ts';

export const zhida = {
  sender: 'zhida',
  appId: 'cli_a1zhida00000001',
  encryptKeys: ['dev-encrypt-key-zhida'],
  verificationTokens: ['dev-token-zhida'],
};
export const legal = {
  sender: 'legal',
  appId: 'cli_a1legal00000002',
  encryptKeys: ['dev-encrypt-key-legal'],
  verificationTokens: ['dev-token-legal'],
};

export const sealKey = Buffer.from('zhida-dev-seal-key-32-bytes-long').toString('base64');

/** Everything that must never stand in a log. */
export const secrets = [
  ...zhida.encryptKeys,
  ...zhida.verificationTokens,
  ...legal.encryptKeys,
  ...legal.verificationTokens,
  sealKey,
  'dev-next-encrypt-key',
];

type Handler = (event: GatewayEvent) => Promise<{ status: number; json: Record<string, unknown> }>;

/** The deployed handler as Lambda loads it: environment first, then the module. */
export const loadHandler = async (
  tables: LocalTables,
  senders: unknown = [zhida, legal],
  environment: Readonly<Record<string, string>> = {},
): Promise<Handler> => {
  Object.assign(process.env, {
    FEISHU_CALLBACK_KEYS: JSON.stringify(senders),
    SEAL_KEYS: JSON.stringify([sealKey]),
    INBOX_TABLE: tables.name('inbox'),
    ...environment,
  });
  vi.resetModules();
  const { handler } = await import('../../functions/feishu-events/handler.ts');
  return async (event) => {
    const reply: APIGatewayProxyStructuredResultV2 = await handler(
      event as unknown as APIGatewayProxyEventV2,
      {} as Context,
    );
    return { status: reply.statusCode ?? 0, json: JSON.parse(reply.body ?? '') as Record<string, unknown> };
  };
};

export type Keys = { readonly encryptKey: string; readonly at?: Date };
const zhidaKey: Keys = { encryptKey: 'dev-encrypt-key-zhida' };

/** A call as Feishu makes it: `text` encrypted and signed. */
export const callWith = (text: string, { encryptKey, at }: Keys = zhidaKey): GatewayEvent =>
  gatewayEvent(signBody(text, encryptKey, at));

export const base64 = (event: GatewayEvent): GatewayEvent => ({
  ...event,
  body: Buffer.from(event.body, 'utf8').toString('base64'),
  isBase64Encoded: true,
});

type Fields = Readonly<Record<string, unknown>>;
export type Recorded = {
  readonly header: Readonly<Record<string, string>>;
  readonly event: Fields;
  readonly uuid?: string;
};

export const plain = (name: string): Recorded => {
  const file = new URL(`../../events/feishu-events/plain/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Recorded;
};

/** A read event with other header fields. */
export const readEvent = (header: Fields = {}, event: Fields = {}): string => {
  const recorded = plain('message-read');
  return JSON.stringify({
    ...recorded,
    header: { ...recorded.header, ...header },
    event: { ...recorded.event, ...event },
  });
};
