/**
 * The same job in the usual way: the official SDK's EventDispatcher verifies and decrypts, client-dynamodb puts.
 * It has less to do than ours: no timestamp window, no verification token, no schema, one sender.
 */
import { createCipheriv, randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventDispatcher, generateChallenge, LoggerLevel } from '@larksuiteoapi/node-sdk';

const { FEISHU_CALLBACK_KEYS = '[]', SEAL_KEYS = '[]', INBOX_TABLE = '' } = process.env;
const [sender] = JSON.parse(FEISHU_CALLBACK_KEYS) as { encryptKeys: string[]; appId: string }[];
const encryptKey = sender?.encryptKeys[0] ?? '';
const [sealKey = ''] = JSON.parse(SEAL_KEYS) as string[];
const client = new DynamoDBClient({});

const seal = (text: string): string => {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(sealKey, 'base64'), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
};

type Event = { event_id: string; event_type: string; create_time: string };

const put = async (event: Event): Promise<string> => {
  const now = Date.now();
  const item = {
    id: { S: `feishu:${sender?.appId ?? ''}#${event.event_id}` },
    source: { S: 'feishu' },
    sender: { S: 'zhida' },
    eventType: { S: event.event_type },
    receivedAt: { S: new Date(now).toISOString() },
    eventAt: { S: new Date(Number(event.create_time)).toISOString() },
    state: { S: 'received' },
    work: { S: 'event' },
    body: { S: seal(JSON.stringify(event)) },
    dueShard: { S: 'event' },
    dueAt: { S: new Date(now + 60_000).toISOString() },
    expiresAt: { N: String(Math.floor(now / 1000) + 14 * 86_400) },
  };
  const ConditionExpression = 'attribute_not_exists(id)';
  try {
    await client.send(new PutItemCommand({ TableName: INBOX_TABLE, Item: item, ConditionExpression }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
  return 'stored';
};

const dispatcher = new EventDispatcher({ encryptKey, loggerLevel: LoggerLevel.error }).register({
  'im.message.message_read_v1': (data) => put(data as unknown as Event),
});

type Call = { readonly headers: Record<string, string>; readonly body: string };

export const handler = async ({ headers, body }: Call): Promise<{ statusCode: number; body: string }> => {
  const data = JSON.parse(body) as Record<string, unknown>;
  const { isChallenge, challenge } = generateChallenge(data, { encryptKey });
  if (isChallenge) return { statusCode: 200, body: JSON.stringify(challenge) };
  const request = Object.assign(Object.create({ headers }) as Record<string, unknown>, data);
  const result: unknown = await dispatcher.invoke(request);
  return { statusCode: result === 'stored' ? 200 : 401, body: '{}' };
};
