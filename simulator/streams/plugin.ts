import { resolve } from 'node:path';
import Lambda from 'serverless-offline/lambda';
import * as z from 'zod';
import { InvalidConfigError } from '../../shared/errors.ts';
import { createMissingTables, tablesIn } from '../tables.ts';
import { type MappingSettings, readMapping } from './settings.ts';
import { type Manners, startMapping } from './start-mapping.ts';
import { callDynamoDb } from './wire.ts';

type FunctionDefinition = {
  readonly name: string;
  readonly events?: readonly { readonly stream?: unknown }[];
};
/** The part of the framework's `serverless` object that we use. */
export type Serverless = {
  readonly serviceDir: string;
  readonly service: {
    readonly provider: { readonly environment?: unknown };
    readonly custom?: Readonly<Record<string, unknown>>;
    readonly resources?: unknown;
    readonly getAllFunctions: () => readonly string[];
    readonly getFunction: (key: string) => FunctionDefinition;
  };
};

// Each setting may stand in `custom.localStreams`; the environment wins, for one run.
const mannersSchema = z.strictObject({
  directory: z.string().default('.zhida'),
  pollMs: z.coerce.number().min(1).default(10),
  retryMs: z.coerce.number().min(1).default(100),
  duplicates: z.coerce.number().int().min(1).default(1),
  delayMs: z.coerce.number().min(0).default(0),
  mostLanes: z.coerce.number().int().min(1).max(10).default(10),
});

const defined = (values: Readonly<Record<string, string | undefined>>): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const readManners = ({ serviceDir, service }: Serverless): Manners => {
  const fromEnvironment = defined({
    directory: process.env['ZHIDA_STREAMS_DIRECTORY'],
    pollMs: process.env['ZHIDA_STREAMS_POLL_MS'],
    duplicates: process.env['ZHIDA_STREAMS_DUPLICATES'],
    delayMs: process.env['ZHIDA_STREAMS_DELAY_MS'],
    mostLanes: process.env['ZHIDA_STREAMS_LANES'],
  });
  const custom = z.looseObject({}).parse(service.custom?.['localStreams'] ?? {});
  const manners = mannersSchema.safeParse({ ...custom, ...fromEnvironment });
  if (!manners.success)
    throw new InvalidConfigError('invalid_config', `localStreams: ${manners.error.message}`);
  return { ...manners.data, directory: resolve(serviceDir, manners.data.directory) };
};

/** Where the functions themselves find DynamoDB, so that both always mean the same one. */
const endpointOf = ({ service }: Serverless): string => {
  const named = z.object({ AWS_ENDPOINT_URL_DYNAMODB: z.url() }).safeParse(service.provider.environment);
  if (named.success) return named.data.AWS_ENDPOINT_URL_DYNAMODB;
  const port = process.env['ZHIDA_DYNAMODB_PORT'] ?? '4510';
  return process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? `http://127.0.0.1:${port}`;
};

const readMappings = ({ service }: Serverless): readonly MappingSettings[] => {
  const tables = tablesIn(service.resources);
  return service.getAllFunctions().flatMap((key) =>
    (service.getFunction(key).events ?? []).flatMap(({ stream }) => {
      const mapping = stream === undefined ? undefined : readMapping(key, stream, tables);
      return mapping ? [mapping] : [];
    }),
  );
};

const createTables = async (serverless: Serverless, endpoint: string): Promise<void> => {
  try {
    const created = await createMissingTables(endpoint, tablesIn(serverless.service.resources).values());
    if (created.length > 0) print(`created ${created.length} table(s) at ${endpoint}`);
  } catch (cause) {
    if (!(cause instanceof Error) || !('syscall' in cause)) throw cause;
    const message = `no DynamoDB answers at ${endpoint}: use npm start, or name one in AWS_ENDPOINT_URL_DYNAMODB`;
    throw new InvalidConfigError('no_local_dynamodb', message, { cause });
  }
};

const print = (line: string): void => {
  console.log(`streams: ${line}`);
};

/** Functions run as serverless-offline runs them, but always with Lambda's own timeout: a hung batch must come back. */
const startLambda = (serverless: Serverless, cliOptions: object): Lambda => {
  const { service } = serverless;
  const offline = z.looseObject({}).parse(service.custom?.['serverless-offline'] ?? {});
  const lambda = new Lambda(serverless, { ...offline, ...cliOptions, noTimeout: false });
  lambda.create(
    service
      .getAllFunctions()
      .map((functionKey) => ({ functionKey, functionDefinition: service.getFunction(functionKey) })),
  );
  return lambda;
};

/** Creates missing tables and starts every DynamoDB stream mapping of the service; answers how to stop them. */
export const startStreams = async (
  serverless: Serverless,
  cliOptions: object,
): Promise<() => Promise<void>> => {
  const manners = readManners(serverless);
  const mappings = readMappings(serverless);
  const endpoint = endpointOf(serverless);
  await createTables(serverless, endpoint);
  const lambda = startLambda(serverless, cliOptions);
  const stop = new AbortController();
  const call = callDynamoDb(endpoint);
  for (const mapping of mappings) {
    const invoke = (event: object): Promise<unknown> => {
      const instance = lambda.get(mapping.functionKey);
      instance.setEvent(event);
      return instance.runHandler();
    };
    const functionName = serverless.service.getFunction(mapping.functionKey).name;
    await startMapping({ call, manners, functionName, invoke, print, signal: stop.signal }, mapping);
    print(`${mapping.functionKey} follows ${mapping.tableName}`);
  }
  return async () => {
    stop.abort();
    await lambda.cleanup();
  };
};
