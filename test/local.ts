import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { startDynamoDb } from '../simulator/dynamodb.ts';
import { createTables, readTables } from '../simulator/tables.ts';

const environment = (endpoint: string) => ({
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_REGION: 'ap-southeast-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
});

export type LocalTables = {
  /** Known from `beforeAll` on, like `documents`. */
  readonly endpoint: () => string;
  readonly documents: () => DynamoDBDocumentClient;
  /** The full name of a table, e.g. `name('inbox')` is `zhida-test-inbox`. Known at once. */
  readonly name: (table: string) => string;
};

/**
 * A fresh DynamoDB with all tables for the test file that calls this at its top level; it ends with the file. The
 * environment names it, so the stores of shared/store find it too. An engine named by AWS_ENDPOINT_URL_DYNAMODB
 * outlives the file, so its tables belong to a stage of their own.
 */
export const localTables = (): LocalTables => {
  const stage = process.env['AWS_ENDPOINT_URL_DYNAMODB'] ? `test-${randomUUID().slice(0, 8)}` : 'test';
  const names = readTables(stage).map(({ TableName }) => TableName);
  const before = { ...process.env };
  let local: { endpoint: string; documents: DynamoDBDocumentClient; close: () => Promise<void> } | undefined;
  const started = () => {
    if (!local) throw new Error('the database starts in beforeAll: use it in a test or a later hook');
    return local;
  };
  beforeAll(async () => {
    const { endpoint, close } = await startDynamoDb();
    Object.assign(process.env, environment(endpoint));
    await createTables(endpoint, stage);
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
      marshallOptions: { removeUndefinedValues: true },
    });
    local = { endpoint, documents, close };
  });
  afterAll(async () => {
    for (const key of Object.keys(environment(''))) {
      if (before[key] === undefined) Reflect.deleteProperty(process.env, key);
      else process.env[key] = before[key];
    }
    local?.documents.destroy();
    await local?.close();
  });
  return {
    endpoint: () => started().endpoint,
    documents: () => started().documents,
    name: (table) => {
      const name = `zhida-${stage}-${table}`;
      if (!names.includes(name)) throw new Error(`serverless.yml has no table ${name}`);
      return name;
    },
  };
};
