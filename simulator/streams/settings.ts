import * as z from 'zod';
import { InvalidConfigError } from '../../shared/errors.ts';
import { describeIssues } from '../../shared/parse.ts';
import type { TableDefinition } from '../tables.ts';
import { compileFilter } from './filter.ts';
import type { BatchRules } from './mapping.ts';
import type { StreamRecord } from './stream.ts';

const unlimited = (limit: number): number => (limit === -1 ? Infinity : limit);

// Lambda's own defaults, except batchSize, where the framework's 10 reaches CloudFormation.
const eventSchema = z.strictObject({
  type: z.literal('dynamodb'),
  arn: z.union([z.string(), z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('StreamArn')]) })]),
  enabled: z.boolean().default(true),
  batchSize: z.int().min(1).max(10_000).default(10),
  batchWindow: z.literal(0, "isn't emulated here").default(0),
  parallelizationFactor: z.int().min(1).max(10).default(1),
  startingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).default('TRIM_HORIZON'),
  maximumRetryAttempts: z.int().min(-1).max(10_000).default(-1),
  maximumRecordAgeInSeconds: z.union([z.literal(-1), z.int().min(60).max(604_800)]).default(-1),
  bisectBatchOnFunctionError: z.boolean().default(false),
  functionResponseType: z.literal('ReportBatchItemFailures').optional(),
  destinations: z.object({ onFailure: z.unknown() }).optional(),
  filterPatterns: z.array(z.unknown()).default([]),
});

export type MappingSettings = BatchRules & {
  /** `<function>.<table>`: names files and log lines. */
  readonly id: string;
  readonly functionKey: string;
  readonly tableName: string;
  readonly batchSize: number;
  readonly parallelizationFactor: number;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly hasOnFailure: boolean;
  readonly keep: (record: StreamRecord) => boolean;
};

type Arn = z.output<typeof eventSchema>['arn'];

const tableNameOf = (arn: Arn, tables: ReadonlyMap<string, TableDefinition>): string | undefined =>
  typeof arn === 'string' ? arn.split('/')[1] : tables.get(arn['Fn::GetAtt'][0])?.TableName;

/**
 * The mapping that one `stream` event describes, or undefined when it is disabled or no DynamoDB stream.
 * Throws `invalid_config` that names the function and the field; what isn't emulated is refused, not ignored.
 */
export const readMapping = (
  functionKey: string,
  stream: unknown,
  tables: ReadonlyMap<string, TableDefinition>,
): MappingSettings | undefined => {
  if (z.object({ type: z.literal('kinesis') }).safeParse(stream).success) return undefined;
  const parsed = eventSchema.safeParse(
    typeof stream === 'string' ? { type: 'dynamodb', arn: stream } : stream,
  );
  const fail = (what: string): never => {
    throw new InvalidConfigError('invalid_config', `function ${functionKey}, stream: ${what}`);
  };
  if (!parsed.success) return fail(describeIssues(parsed.error.issues));
  const { arn, enabled, functionResponseType, destinations, filterPatterns, ...event } = parsed.data;
  if (!enabled) return undefined;
  const tableName = tableNameOf(arn, tables) ?? fail(`arn: no such table in resources`);
  return {
    ...event,
    id: `${functionKey}.${tableName}`,
    functionKey,
    tableName,
    maximumRetryAttempts: unlimited(event.maximumRetryAttempts),
    maximumRecordAgeInSeconds: unlimited(event.maximumRecordAgeInSeconds),
    reportBatchItemFailures: functionResponseType !== undefined,
    hasOnFailure: destinations !== undefined,
    keep: compileFilter(filterPatterns),
  };
};
