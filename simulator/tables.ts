import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { InvalidConfigError } from '../shared/errors.ts';
import { describeIssues } from '../shared/parse.ts';
import { type Call, callDynamoDb, DynamoDbRefusal } from './streams/wire.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});

// What CloudFormation understands and a local engine doesn't need (backups, encryption, tags) is left out by zod.
const propertiesSchema = z.object({
  TableName: z.string().regex(/^[\w.-]{3,255}$/, 'is not a table name (an unresolved variable?)'),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(indexSchema).optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) })
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
});
const resourcesSchema = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown() })),
});

export type TableDefinition = z.output<typeof propertiesSchema>;

/** The DynamoDB tables among CloudFormation resources, by logical id. Throws `invalid_config` naming table and field. */
export const tablesIn = (resources: unknown): ReadonlyMap<string, TableDefinition> => {
  const tables = new Map<string, TableDefinition>();
  const parsed = resourcesSchema.safeParse(resources);
  if (!parsed.success) return tables;
  for (const [id, { Type, Properties }] of Object.entries(parsed.data.Resources)) {
    if (Type !== 'AWS::DynamoDB::Table') continue;
    const table = propertiesSchema.safeParse(Properties);
    if (!table.success) {
      throw new InvalidConfigError('invalid_config', `resource ${id}: ${describeIssues(table.error.issues)}`);
    }
    tables.set(id, table.data);
  }
  return tables;
};

const serviceFile = join(import.meta.dirname, '..', 'serverless.yml');

/** The tables of serverless.yml as they are called in `stage`. */
export const readTables = (stage: string, file = serviceFile): readonly TableDefinition[] => {
  const text = readFileSync(file, 'utf8').replaceAll('${sls:stage}', stage);
  const { resources } = z.object({ resources: z.unknown() }).parse(parseYaml(text, { logLevel: 'silent' }));
  return [...tablesIn(resources).values()];
};

const createTable = async (call: Call, definition: TableDefinition): Promise<boolean> => {
  const { TimeToLiveSpecification, StreamSpecification, ...table } = definition;
  const StreamSpecificationInput = StreamSpecification && { StreamEnabled: true, ...StreamSpecification };
  const input = { ...table, StreamSpecification: StreamSpecificationInput };
  try {
    await call('DynamoDB_20120810.CreateTable', input, z.unknown());
  } catch (error) {
    if (error instanceof DynamoDbRefusal && error.code === 'ResourceInUseException') return false;
    throw error;
  }
  if (TimeToLiveSpecification) {
    const change = { TableName: table.TableName, TimeToLiveSpecification };
    await call('DynamoDB_20120810.UpdateTimeToLive', change, z.unknown());
  }
  return true;
};

/** Creates what is missing; returns the names of the tables it created. */
export const createMissingTables = async (
  endpoint: string,
  definitions: Iterable<TableDefinition>,
): Promise<readonly string[]> => {
  const call = callDynamoDb(endpoint);
  const created: string[] = [];
  for (const definition of definitions) {
    if (await createTable(call, definition)) created.push(definition.TableName);
  }
  return created;
};

/** The tables of serverless.yml for `stage`; those that exist stay as they are. */
export const createTables = (endpoint: string, stage: string): Promise<readonly string[]> =>
  createMissingTables(endpoint, readTables(stage));
