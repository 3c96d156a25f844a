import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  developmentTexts,
  functionNames,
  functionYaml,
  secretParams,
  secretVariables,
} from './definitions.ts';
import { copyProject, root, runNode } from './project.ts';
import {
  type DynamoTable,
  type LambdaFunction,
  list,
  type Packaged,
  packageProject,
  type Role,
  type Target,
  targetOf,
} from './template.ts';

const project = copyProject();
let packaged: Packaged;
let functions: ReadonlyMap<string, LambdaFunction>;
let tables: ReadonlyMap<string, DynamoTable>;

beforeAll(async () => {
  packaged = await packageProject(project);
  functions = new Map(
    [...packaged.ofType<LambdaFunction>('AWS::Lambda::Function').values()].map((each) => [
      each.FunctionName.replace('zhida-prod-', ''),
      each,
    ]),
  );
  tables = packaged.ofType<DynamoTable>('AWS::DynamoDB::Table');
}, 180_000);

const functionOf = (name: string): LambdaFunction => {
  const found = functions.get(name);
  if (!found) throw new Error(`the template has no function ${name}`);
  return found;
};
const roleId = (name: string): string => functionOf(name).Role['Fn::GetAtt'][0];

type Grant = { readonly actions: readonly string[]; readonly targets: readonly Target[] };
const grantsOf = (name: string): readonly Grant[] => {
  const role = packaged.ofType<Role>('AWS::IAM::Role').get(roleId(name));
  if (!role) throw new Error(`the template has no role ${roleId(name)}`);
  expect(role.ManagedPolicyArns).toEqual([]);
  return role.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).map(
    ({ Effect, Action, Resource }) => {
      expect(Effect).toBe('Allow');
      return { actions: list(Action), targets: list(Resource).map(targetOf) };
    },
  );
};
const targetsOf = (name: string): readonly Target[] => grantsOf(name).flatMap(({ targets }) => targets);

type Mapping = {
  readonly FunctionName: { readonly 'Fn::GetAtt': readonly [string, string] };
  readonly EventSourceArn: unknown;
  readonly FilterCriteria: { readonly Filters: readonly { readonly Pattern: string }[] };
};
const mappingsOf = (name: string): readonly Mapping[] => {
  const ids = Object.entries(packaged.resources);
  const own = ids.find(([, { Properties }]) => Properties === (functionOf(name) as object))?.[0];
  return [...packaged.ofType<Mapping>('AWS::Lambda::EventSourceMapping').values()].filter(
    ({ FunctionName }) => FunctionName['Fn::GetAtt'][0] === own,
  );
};
const tableOf = (id: string): DynamoTable => {
  const found = tables.get(id);
  if (!found) throw new Error(`the template has no table ${id}`);
  return found;
};
const indexesOf = ({ GlobalSecondaryIndexes = [] }: DynamoTable) => GlobalSecondaryIndexes;
const handlerIn = (name: string): Buffer => {
  const code = packaged.zip(name).get(`functions/${name}/handler.js`);
  if (!code) throw new Error(`the artifact of ${name} has no handler`);
  return code;
};
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
type Alarm = Readonly<Record<'Namespace' | 'MetricName' | 'TreatMissingData', string>> & {
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly AlarmActions: unknown;
};
/** What only CloudFormation knows, made up. */
const filled = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'Fn::Sub' in value
    ? String(value['Fn::Sub']).replaceAll(/\$\{[^}]*\}/g, 'x')
    : value;
/** What Lambda itself adds to the environment. */
const fromLambda = { AWS_REGION: 'ap-southeast-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' };
type LogGroup = { readonly LogGroupName: string; readonly RetentionInDays: number };

describe.each(functionNames)('%s', (name) => {
  it('runs on Node 24, arm64, with its own timeout and memory, without X-Ray', () => {
    const { Runtime, Architectures, Timeout, MemorySize, TracingConfig } = functionOf(name);
    expect({ Runtime, Architectures, TracingConfig }).toEqual({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: undefined,
    });
    expect(functionYaml(name)).toMatchObject({ timeout: Timeout, memorySize: MemorySize });
  });

  it('is an artifact of its own that holds its handler and no other file', () => {
    const { Code, Handler } = functionOf(name);
    expect(Code.S3Key).toMatch(new RegExp(`/${name}\\.zip$`));
    expect([...packaged.zip(name).keys()]).toEqual([`functions/${name}/handler.js`]);
    expect(Handler).toBe(`functions/${name}/handler.handler`);
  });

  it('loads from its artifact alone, and without its environment names what is missing', async () => {
    const directory = join(project, 'artifacts', name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{}');
    const file = join(directory, 'handler.js');
    writeFileSync(file, handlerIn(name));
    const script = `let said;
      try { said = typeof require(${JSON.stringify(file)}).handler; } catch (error) { said = error.message; }
      console.log(said);`;
    const load = async (environment: object) =>
      (await runNode(directory, ['-e', script], environment)).output;
    const secrets = secretVariables(name);
    const variables = Object.fromEntries(
      Object.entries(functionOf(name).Environment.Variables).map(([key, value]) => [key, filled(value)]),
    );
    for (const [variable, param] of Object.entries(secrets)) variables[variable] = secretParams[param];
    expect(await load({ ...variables, ...fromLambda })).toBe('function\n');
    expect(await load(fromLambda)).toMatch(/^environment: [A-Z_]+: /);
  });

  it('has a role of its own, with exact actions on exact things', () => {
    const others = functionNames.filter((other) => other !== name).map(roleId);
    expect(others).not.toContain(roleId(name));
    for (const { actions } of grantsOf(name)) {
      for (const action of actions) expect(action).toMatch(/^(dynamodb|sqs|logs|lambda):[A-Za-z]+$/);
    }
    const targets = targetsOf(name);
    expect(targets.filter(({ kind }) => kind === 'other')).toEqual([]);
    const groups = targets.flatMap((target) => (target.kind === 'log' ? [target.group] : []));
    expect(groups).toEqual([`/aws/lambda/zhida-prod-${name}`]);
    const woken = targets.flatMap((target) =>
      target.kind === 'function' ? [`zhida-prod-${target.name}`] : [],
    );
    const variables = Object.entries(functionOf(name).Environment.Variables);
    const named = variables.filter(([variable]) => variable.endsWith('_FUNCTION')).map(([, value]) => value);
    expect(woken).toEqual(named);
  });

  it('may touch exactly the tables that its environment names, and only indexes that exist', () => {
    const named = Object.entries(functionOf(name).Environment.Variables)
      .filter(([variable]) => variable.endsWith('_TABLE'))
      .map(([, value]) => value);
    const granted = targetsOf(name).flatMap((target) =>
      target.kind === 'table' || target.kind === 'index' ? [tableOf(target.id).TableName] : [],
    );
    expect([...new Set(granted)].sort()).toEqual([...named].sort());
    for (const target of targetsOf(name)) {
      if (target.kind !== 'index') continue;
      expect(indexesOf(tableOf(target.id)).map(({ IndexName }) => IndexName)).toContain(target.index);
    }
  });

  it('reads every secret from Secrets Manager when CloudFormation deploys it', () => {
    const variables = functionOf(name).Environment.Variables;
    const secrets = Object.keys(secretVariables(name));
    for (const variable of secrets) {
      expect(variables[variable]).toMatch(/^\{\{resolve:secretsmanager:zhida\/prod\/[a-z-]+\}\}$/);
    }
    const rest = Object.keys(variables).filter(
      (variable) => !secrets.includes(variable) && !variable.endsWith('_TABLE'),
    );
    // What is neither a table nor a secret: a new variable is looked at before it joins this list.
    const known = [
      'CARD_ANSWER',
      'DELIVER_BULK_FUNCTION',
      'FEISHU_DOMAIN',
      'STACK',
      'STAGE',
      'STORE_TIMEOUT_MS',
      'WECOM_URL',
      'FEISHU_ACCOUNTS',
      'WORKBENCH_URL',
      'WORKBENCH_FRAMES',
      'H5_SDK_URL',
    ];
    expect(known).toEqual(expect.arrayContaining(rest));
  });

  it('keeps its variables when it is deployed alone, because one of them is a reference', () => {
    // osls pushes the variables of `deploy function` itself unless one is an object, and a secret would be its `{{resolve:…}}`.
    const values = Object.values(functionOf(name).Environment.Variables);
    expect(values).toContainEqual({ Ref: 'AWS::StackName' });
  });

  it('carries no development value', () => {
    const code = handlerIn(name).toString('utf8');
    for (const text of developmentTexts) expect(code).not.toContain(text);
  });

  it('states everything about each of its stream mappings and may report what failed', () => {
    const grants = grantsOf(name);
    for (const mapping of mappingsOf(name)) {
      expect(mapping).toMatchObject({
        BatchSize: expect.any(Number) as number,
        StartingPosition: 'TRIM_HORIZON',
        MaximumRetryAttempts: 3,
        MaximumRecordAgeInSeconds: 3600,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['OnFailureQueue', 'Arn'] } } },
      });
      const patterns = mapping.FilterCriteria.Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown);
      const works = z.array(z.string()).min(1);
      const onlyWork = z.strictObject({
        dynamodb: z.strictObject({ NewImage: z.strictObject({ work: z.strictObject({ S: works }) }) }),
      });
      expect(z.tuple([onlyWork]).safeParse(patterns).error).toBeUndefined();
      const stream = targetOf(mapping.EventSourceArn);
      expect(stream.kind).toBe('stream');
      const mayRead = grants.find(({ targets }) => targets.some((each) => isDeepStrictEqual(each, stream)));
      expect(mayRead?.actions).toContain('dynamodb:GetRecords');
    }
    const mayReport = grants.some(({ actions, targets }) => {
      const queue = targets.find(({ kind }) => kind === 'queue');
      return queue !== undefined && actions.includes('sqs:SendMessage');
    });
    expect(mayReport).toBe(mappingsOf(name).length > 0);
  });
});

describe('the template', () => {
  it('holds every folder of functions/ and nothing else', () => {
    expect([...functions.keys()].sort()).toEqual(functionNames);
    expect(functionNames.length).toBeGreaterThanOrEqual(7);
  });

  it('has one role per function and no shared one', () => {
    const roles = [...packaged.ofType('AWS::IAM::Role').keys()].sort();
    expect(roles).toEqual(functionNames.map(roleId).sort());
  });

  it('refers to nothing that it does not hold', () => {
    const referred = [...packaged.templates.matchAll(/"Ref": ?"([^"]+)"|"Fn::GetAtt": ?\[\s*"([^"]+)"/g)].map(
      ([, ref, att]) => ref ?? att ?? '',
    );
    const needed = Object.values(packaged.resources).flatMap(({ DependsOn = [] }) => list(DependsOn));
    expect(referred.length).toBeGreaterThan(50);
    const known = Object.keys(packaged.resources);
    for (const id of [...referred, ...needed]) if (!id.startsWith('AWS::')) expect(known).toContain(id);
  });

  it('feeds at most two functions by one stream', () => {
    const streams = functionNames.flatMap((name) =>
      mappingsOf(name).map(({ EventSourceArn }) => JSON.stringify(EventSourceArn)),
    );
    expect(streams.length).toBeGreaterThanOrEqual(3);
    for (const stream of streams) expect(streams.filter((each) => each === stream).length).toBeLessThan(3);
  });

  it('carries no development value', () => {
    expect(developmentTexts.length).toBeGreaterThanOrEqual(8);
    for (const text of developmentTexts) expect(packaged.templates).not.toContain(text);
  });

  it('bills tables on demand and recovers each to a point in time, except for the inbox', () => {
    const facts = [...tables.values()].map(({ TableName, BillingMode, PointInTimeRecoverySpecification }) => [
      TableName.replace('zhida-prod-', ''),
      BillingMode,
      PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false,
    ]);
    const names = [
      'broadcasts',
      'contents',
      'deliveries',
      'digests',
      'inbox',
      'metrics',
      'ops',
      'people',
      'settings',
      'tickets',
    ];
    expect(facts.sort()).toEqual(names.map((name) => [name, 'PAY_PER_REQUEST', name !== 'inbox']));
  });

  it('projects only keys into the indexes of the ledger, the inbox and the metrics', () => {
    const projected = (id: string) =>
      indexesOf(tableOf(id)).map(({ IndexName, Projection }) => [IndexName, Projection.ProjectionType]);
    expect(projected('DeliveriesTable').sort()).toEqual([
      ['due', 'KEYS_ONLY'],
      ['message', 'KEYS_ONLY'],
      ['person', 'KEYS_ONLY'],
    ]);
    expect(projected('InboxTable')).toEqual([['due', 'KEYS_ONLY']]);
    expect(projected('MetricsTable')).toEqual([['due', 'KEYS_ONLY']]);
  });

  it('has every index that a store queries', () => {
    const stores = readdirSync(join(root, 'shared/store'));
    const queried = stores.flatMap((file) => {
      const text = readFileSync(join(root, 'shared/store', file), 'utf8');
      return [...text.matchAll(/IndexName: '([\w-]+)'/g)].map(([, index]) => ({ file, index }));
    });
    expect(queried.length).toBeGreaterThan(0);
    for (const { file, index } of queried) {
      const table = tableOf(`${capital(file.replace('.ts', ''))}Table`);
      expect(indexesOf(table).map(({ IndexName }) => IndexName)).toContain(index);
    }
  });

  it('raises an alarm for given-up records, ingress errors, failing functions, silence, skipped windows, late deliveries and a budget that runs out', () => {
    const alarms = [...packaged.ofType<Alarm>('AWS::CloudWatch::Alarm').values()];
    const watched = alarms.map(({ Namespace, MetricName, Dimensions = [], TreatMissingData }) => {
      const of = Dimensions.flatMap(({ Name, Value }) => (Name === 'FunctionName' ? [String(Value)] : []));
      return [[Namespace, MetricName, ...of].join(' '), TreatMissingData];
    });
    expect(watched.sort()).toEqual([
      ['AWS/ApiGateway 5xx', 'notBreaching'],
      ['AWS/Lambda Errors zhida-prod-alert', 'notBreaching'],
      ['AWS/Lambda Errors zhida-prod-base-sync', 'notBreaching'],
      ['AWS/Lambda Errors zhida-prod-broadcast', 'notBreaching'],
      ['AWS/Lambda Errors zhida-prod-deliver', 'notBreaching'],
      ['AWS/Lambda Errors zhida-prod-deliver-bulk', 'notBreaching'],
      ['AWS/Lambda Errors zhida-prod-digest', 'notBreaching'],
      ['AWS/Lambda Errors zhida-prod-event-worker', 'notBreaching'],
      ['AWS/Lambda Errors zhida-prod-people-sync', 'notBreaching'],
      ['AWS/Lambda Errors zhida-prod-ticket-sla', 'notBreaching'],
      ['AWS/Lambda Errors zhida-prod-ticket-worker', 'notBreaching'],
      ['AWS/Lambda Invocations zhida-prod-digest', 'breaching'],
      ['AWS/SQS ApproximateNumberOfMessagesVisible', 'notBreaching'],
      ['Zhida budget-used-percent-prod', 'notBreaching'],
      ['Zhida oldest-due-seconds-prod', 'notBreaching'],
      ['Zhida window-skipped-prod', 'notBreaching'],
    ]);
    for (const { AlarmActions } of alarms) expect(AlarmActions).toEqual([{ Ref: 'AlarmTopic' }]);
    // What a filter counts is a word that the code really logs.
    const filters = [...packaged.ofType<{ FilterPattern: string }>('AWS::Logs::MetricFilter').values()];
    const words = filters.map(({ FilterPattern }) => /event = "(\w+)"/.exec(FilterPattern)?.[1] ?? '-');
    const code = `${handlerIn('digest').toString('utf8')}${handlerIn('deliver').toString('utf8')}`;
    expect(words.sort()).toEqual(['digests_released', 'due_deliveries_swept', 'window_skipped']);
    for (const word of words) expect(code).toContain(word);
    expect(handlerIn('deliver').toString('utf8')).toContain('oldestDueSeconds');
    expect(handlerIn('digest').toString('utf8')).toContain('budgetUsedPercent');
  });

  it('keeps the log of each function for a month', () => {
    const groups = [...packaged.ofType<LogGroup>('AWS::Logs::LogGroup').values()];
    expect(groups.map(({ LogGroupName, RetentionInDays }) => [LogGroupName, RetentionInDays]).sort()).toEqual(
      functionNames.map((name) => [`/aws/lambda/zhida-prod-${name}`, 30]),
    );
  });
});
