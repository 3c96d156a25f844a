import { startDynamoDb } from '../simulator/dynamodb.ts';
import { createMissingTables, readTables } from '../simulator/tables.ts';

/** A fresh database. Without streams: the local engine's writes slow down with the length of one, AWS's don't. */
export const startTables = async (): Promise<{ endpoint: string; close: () => Promise<void> }> => {
  const { endpoint, close } = await startDynamoDb({}, {});
  const tables = readTables('bench').map((definition) => ({ ...definition, StreamSpecification: undefined }));
  await createMissingTables(endpoint, tables);
  return { endpoint, close };
};
