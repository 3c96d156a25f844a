import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

const reads = new Set(['Query', 'GetItem']);
const answerSchema = z.object({ ConsumedCapacity: z.object({ CapacityUnits: z.number() }) });

export type ReadMeter = {
  readonly url: string;
  /** Read units since the last time somebody asked. */
  readonly take: () => number;
  readonly close: () => void;
};

/** Stands between the stores and a DynamoDB and asks every read what it consumed. */
export const meterReads = async (endpoint: string): Promise<ReadMeter> => {
  let units = 0;
  const { hostname, port } = new URL(endpoint);
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const [, action = ''] = String(incoming.headers['x-amz-target']).split('.');
      const isRead = reads.has(action);
      const asked = JSON.parse(Buffer.concat(chunks).toString('utf8')) as object;
      const body = JSON.stringify(isRead ? { ...asked, ReturnConsumedCapacity: 'TOTAL' } : asked);
      const headers = { ...incoming.headers, 'content-length': Buffer.byteLength(body) };
      const forwarded = request({ hostname, port, path: '/', method: 'POST', headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          const said = Buffer.concat(parts);
          if (isRead && answer.statusCode === 200) {
            units += answerSchema.parse(JSON.parse(said.toString('utf8'))).ConsumedCapacity.CapacityUnits;
          }
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          outgoing.end(said);
        });
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
    take: () => {
      const taken = units;
      units = 0;
      return taken;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
