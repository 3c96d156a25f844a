import { createServer, request, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

/** One request of a function to DynamoDB, as IAM sees it. */
export type Need = { readonly action: string; readonly table: string; readonly index?: string | undefined };

const bodySchema = z.object({ TableName: z.string(), IndexName: z.string().optional() });

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
      const { TableName, IndexName } = bodySchema.parse(JSON.parse(body.toString('utf8')));
      needs.push({ action: `dynamodb:${action}`, table: TableName, index: IndexName });
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
