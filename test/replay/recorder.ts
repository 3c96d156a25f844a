import { createServer, request, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { Statement } from '../template/definitions.ts';
import { list, targetOf } from '../template/template.ts';

/** One request of a function to DynamoDB, as IAM sees it. */
export type Need = { readonly action: string; readonly table: string; readonly index?: string | undefined };

const oneSchema = z.object({ TableName: z.string(), IndexName: z.string().optional() });
const togetherSchema = z.object({ TransactItems: z.array(z.record(z.string(), oneSchema)) });
// A transaction needs what each of its parts would need alone:
// docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
const actionOfPart: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

const needsIn = (action: string, body: unknown): readonly Need[] => {
  const together = togetherSchema.safeParse(body);
  if (together.success) {
    return together.data.TransactItems.flatMap((parts) =>
      Object.entries(parts).map(([part, { TableName }]) => ({
        action: `dynamodb:${actionOfPart[part] ?? part}`,
        table: TableName,
      })),
    );
  }
  const { TableName, IndexName } = oneSchema.parse(body);
  return [{ action: `dynamodb:${action}`, table: TableName, index: IndexName }];
};

/** Whether a statement of a role lets a function do it. */
export const allows =
  ({ action, table, index }: Need) =>
  ({ Action, Resource }: Statement): boolean => {
    const id = `${(table.split('-').at(-1) ?? '').replace(/^./, (first) => first.toUpperCase())}Table`;
    const wanted = JSON.stringify(index ? { kind: 'index', id, index } : { kind: 'table', id });
    return (
      list(Action).includes(action) &&
      list(Resource).some((each) => JSON.stringify(targetOf(each)) === wanted)
    );
  };

/**
 * Stands between a function and the local DynamoDB and writes down what IAM would have to allow: the local engine allows
 * everything, so a forgotten permission would first be seen on AWS.
 */
export const recordNeeds = async (
  endpoint: string,
): Promise<{ url: string; needs: () => readonly Need[]; close: () => void }> => {
  const needs: Need[] = [];
  const { hostname, port } = new URL(endpoint);
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      // Only a look at the clock: it asks for nothing.
      if (incoming.method === 'HEAD') return void outgoing.end();
      const [, action = ''] = String(incoming.headers['x-amz-target']).split('.');
      needs.push(...needsIn(action, JSON.parse(body.toString('utf8'))));
      const { method = 'POST', headers } = incoming;
      const forwarded = request({ hostname, port, path: '/', method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      forwarded.on('error', (error) => outgoing.destroy(error));
      forwarded.end(body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    needs: () => needs.splice(0),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
