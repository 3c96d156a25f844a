import { Agent, request } from 'node:http';
import * as z from 'zod';
import { AppError } from '../../shared/errors.ts';

/** The engine refused a call; `code` is DynamoDB's own error name, such as `ResourceInUseException`. */
export class DynamoDbRefusal extends AppError {
  override readonly name = 'DynamoDbRefusal';
  override readonly status = 400;
}

export type Call = <T extends z.ZodType>(operation: string, input: object, schema: T) => Promise<z.output<T>>;

const refusalSchema = z.object({
  __type: z.string(),
  message: z.string().optional(),
  Message: z.string().optional(),
});

// Local engines want the form of a signature, not a valid one. DynamoDB Local keeps one database per key and region,
// so both are those of config/environment.yml.
const authorization =
  'AWS4-HMAC-SHA256 Credential=local/20260101/ap-southeast-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local';

const send = (agent: Agent, endpoint: string, call: { operation: string; body: string }): Promise<string> =>
  new Promise((resolve, reject) => {
    const outgoing = request(endpoint, {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(call.body),
        'x-amz-target': call.operation,
        'x-amz-date': '20260101T000000Z',
        authorization,
      },
    });
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        resolve(Buffer.concat(chunks).toString());
      });
    });
    outgoing.once('error', reject);
    outgoing.end(call.body);
  });

/**
 * DynamoDB's JSON protocol without the SDK: a function must see records exactly as they stand on the wire (binary as
 * base64, times as seconds), as Lambda hands them over, and polling costs a third of the SDK's time.
 */
export const callDynamoDb = (endpoint: string): Call => {
  const agent = new Agent({ keepAlive: true });
  return async (operation, input, schema) => {
    const reply: unknown = JSON.parse(
      await send(agent, endpoint, { operation, body: JSON.stringify(input) }),
    );
    const refusal = refusalSchema.safeParse(reply);
    if (!refusal.success) return schema.parse(reply);
    const { __type: type, message, Message } = refusal.data;
    throw new DynamoDbRefusal(type.split('#').at(-1) ?? type, message ?? Message ?? type);
  };
};
