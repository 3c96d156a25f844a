import { createHash, createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod/mini';
import { readEnv } from '../config.ts';
import { UpstreamError } from '../errors.ts';
import { parse } from '../parse.ts';

/** Proof that we have what somebody sent us. Times are UTC ISO strings. */
export type Receipt = {
  /** `feishu:<appId>#<event id>`, `youzan:<client id>#<message id>`: the sender's own identity, so that a repeat meets the first. */
  readonly id: string;
  readonly source: string;
  readonly sender: string;
  readonly eventType: string;
  /** The worker that this row wakes. */
  readonly work: string;
  readonly receivedAt: string;
  readonly eventAt: string;
  readonly body: string;
};
/** `false` when the row was there already. Throws UpstreamError `store_unavailable` or `store_refused`. */
export type PutReceipt = (receipt: Receipt) => Promise<boolean>;

type Answer = { readonly status: number; readonly text: string };

/** The minute sweep takes what the stream has not delivered by then. */
const dueAfterMs = 60_000;
const keptMs = 14 * 86_400_000;
/** Three tries and both pauses stay below the 3 s after which Feishu hangs up. */
const tryTimeoutMs = 800;
const pausesMs = [50, 150];

/** The row as DynamoDB takes it. */
export const receiptRow = (receipt: Receipt): Record<string, { S: string } | { N: string }> => {
  const receivedMs = Date.parse(receipt.receivedAt);
  return {
    id: { S: receipt.id },
    source: { S: receipt.source },
    sender: { S: receipt.sender },
    eventType: { S: receipt.eventType },
    receivedAt: { S: receipt.receivedAt },
    eventAt: { S: receipt.eventAt },
    state: { S: 'received' },
    work: { S: receipt.work },
    body: { S: receipt.body },
    dueShard: { S: receipt.work },
    dueAt: { S: new Date(receivedMs + dueAfterMs).toISOString() },
    expiresAt: { N: String(Math.floor((receivedMs + keptMs) / 1000)) },
  };
};

const envShape = {
  AWS_REGION: z.string().check(z.minLength(1)),
  AWS_ENDPOINT_URL_DYNAMODB: z.optional(z.url()),
  AWS_ACCESS_KEY_ID: z.string().check(z.minLength(1)),
  AWS_SECRET_ACCESS_KEY: z.string().check(z.minLength(1)),
  AWS_SESSION_TOKEN: z.optional(z.string()),
};

type AwsEnv = z.output<z.ZodMiniObject<typeof envShape>>;

/** The regional endpoint unless the environment names another. AWS China has a domain of its own. */
export const dynamoDbEndpoint = (aws: Pick<AwsEnv, 'AWS_REGION' | 'AWS_ENDPOINT_URL_DYNAMODB'>): URL => {
  const domain = aws.AWS_REGION.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new URL(aws.AWS_ENDPOINT_URL_DYNAMODB ?? `https://dynamodb.${aws.AWS_REGION}.${domain}`);
};

type Secret = string | ArrayBuffer | ArrayBufferView;

const keyOf = (secret: Secret): string | Buffer => {
  if (typeof secret === 'string') return secret;
  if (secret instanceof ArrayBuffer) return Buffer.from(secret);
  return Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength);
};

/** What the signer asks of a hash, by OpenSSL: hashing in JavaScript costs a cold start milliseconds. */
class Sha256 {
  readonly #hash;
  constructor(secret?: Secret) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', keyOf(secret));
  }
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error('a hash of one request is never used again');
  }
}

type Post = (headers: Readonly<Record<string, string>>, body: string) => Promise<Answer>;

const postTo = (endpoint: URL): Post => {
  // Only the protocol in use is loaded: the other would cost every cold start milliseconds.
  const web =
    endpoint.protocol === 'http:'
      ? process.getBuiltinModule('node:http')
      : process.getBuiltinModule('node:https');
  const agent = new web.Agent({ keepAlive: true, maxSockets: 50 });
  return (headers, body) =>
    new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(tryTimeoutMs);
      const request = web.request(endpoint, { method: 'POST', agent, headers, signal }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
        });
      });
      request.on('error', reject);
      request.end(body);
    });
};

const errorSchema = z.object({ __type: z.string() });

/** `com.amazonaws.dynamodb.v20120810#ThrottlingException` → `ThrottlingException` */
const errorType = ({ text }: Answer): string => {
  try {
    return parse(errorSchema, JSON.parse(text)).__type.split('#').at(-1) ?? '';
  } catch {
    return 'unreadable';
  }
};

/** DynamoDB answers 400 for these too, and they pass: docs.aws.amazon.com/amazondynamodb, Error retries. */
const passing = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionConflictException',
]);

type Outcome = { readonly stored: boolean } | { readonly failed: UpstreamError };

const outcomeOf = (answer: Answer): Outcome => {
  if (answer.status === 200) return { stored: true };
  const type = errorType(answer);
  if (type === 'ConditionalCheckFailedException') return { stored: false };
  const details = { status: answer.status, type };
  if (answer.status < 500 && !passing.has(type)) {
    throw new UpstreamError('store_refused', `DynamoDB refused the receipt: ${type}`, { details });
  }
  return { failed: new UpstreamError('store_unavailable', `DynamoDB failed: ${type}`, { details }) };
};

type Sign = (body: string) => Promise<Readonly<Record<string, string>>>;

const signFor = (endpoint: URL, aws: AwsEnv): Sign => {
  const signer = new SignatureV4({
    service: 'dynamodb',
    region: aws.AWS_REGION,
    sha256: Sha256,
    credentials: {
      accessKeyId: aws.AWS_ACCESS_KEY_ID,
      secretAccessKey: aws.AWS_SECRET_ACCESS_KEY,
      ...(aws.AWS_SESSION_TOKEN ? { sessionToken: aws.AWS_SESSION_TOKEN } : {}),
    },
  });
  return async (body) => {
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path: '/',
      headers: {
        host: endpoint.host,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.PutItem',
      },
      body,
    });
    return headers;
  };
};

const tryWith =
  (sign: Sign, post: Post) =>
  async (body: string): Promise<Outcome> => {
    const headers = await sign(body);
    try {
      return outcomeOf(await post(headers, body));
    } catch (cause) {
      if (cause instanceof UpstreamError) throw cause;
      return { failed: new UpstreamError('store_unavailable', 'DynamoDB did not answer', { cause }) };
    }
  };

/**
 * Puts receipts by one signed request each: the whole SDK client would triple the cold start of a function that does
 * nothing else. Region, endpoint and credentials are those of the Lambda environment. A put that timed out but arrived
 * answers `false` on its second try: the row is there, which is all that a caller needs to know.
 */
export const putReceiptTo = (
  table: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): PutReceipt => {
  const aws = readEnv(envShape, env);
  const endpoint = dynamoDbEndpoint(aws);
  const put = tryWith(signFor(endpoint, aws), postTo(endpoint));
  return async (receipt) => {
    const body = JSON.stringify({
      TableName: table,
      Item: receiptRow(receipt),
      ConditionExpression: 'attribute_not_exists(id)',
    });
    let outcome = await put(body);
    for (const pauseMs of pausesMs) {
      if ('stored' in outcome) return outcome.stored;
      await sleep(pauseMs);
      outcome = await put(body);
    }
    if ('stored' in outcome) return outcome.stored;
    throw outcome.failed;
  };
};
