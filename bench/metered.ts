import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems']);
const unitsSchema = z.object({ CapacityUnits: z.number() });
const capacitySchema = z.object({
  TableName: z.string(),
  Table: unitsSchema.optional(),
  GlobalSecondaryIndexes: z.record(z.string(), unitsSchema).optional(),
});
const answerSchema = z.object({
  ConsumedCapacity: z.union([capacitySchema.transform((one) => [one]), z.array(capacitySchema)]).optional(),
});

/** Write units of one request on one table, and of them those of its indexes. */
export type Consumed = {
  readonly table: string;
  readonly action: string;
  readonly units: number;
  readonly indexes: Readonly<Record<string, number>>;
};
export type Meter = {
  readonly url: string;
  /** What was written since the last time somebody asked. */
  readonly take: () => readonly Consumed[];
  readonly close: () => void;
};

const consumedIn = (action: string, answer: string): readonly Consumed[] =>
  (answerSchema.parse(JSON.parse(answer)).ConsumedCapacity ?? []).map((one) => {
    const indexes = Object.entries(one.GlobalSecondaryIndexes ?? {}).map(
      ([name, { CapacityUnits }]) => [name, CapacityUnits] as const,
    );
    const inIndexes = indexes.reduce((sum, [, units]) => sum + units, 0);
    const units = (one.Table?.CapacityUnits ?? 0) + inIndexes;
    return { table: one.TableName, action, units, indexes: Object.fromEntries(indexes) };
  });

/**
 * Stands between the stores and a DynamoDB and asks every write what it consumed, index by index: the engine counts 1 KB
 * steps, and an index entry that is put, removed or moved (moved: two), as AWS does. A write whose condition fails is not
 * counted here; none of the flows that are measured makes one.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export const meterWrites = async (endpoint: string): Promise<Meter> => {
  const consumed: Consumed[] = [];
  const { hostname, port } = new URL(endpoint);
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const [, action = ''] = String(incoming.headers['x-amz-target']).split('.');
      const isWrite = writes.has(action);
      const sent = Buffer.concat(chunks);
      const asked: unknown = JSON.parse(sent.toString('utf8'));
      const body = isWrite
        ? Buffer.from(JSON.stringify(Object.assign({}, asked, { ReturnConsumedCapacity: 'INDEXES' })))
        : sent;
      const headers = { ...incoming.headers, 'content-length': body.byteLength };
      const forwarded = request({ hostname, port, path: '/', method: 'POST', headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => parts.push(chunk));
        answer.on('end', () => {
          const said = Buffer.concat(parts);
          if (isWrite && answer.statusCode === 200)
            consumed.push(...consumedIn(action, said.toString('utf8')));
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
    take: () => consumed.splice(0),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
