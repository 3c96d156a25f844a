import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Statement } from './definitions.ts';
import { readZip, serverless } from './project.ts';

export type Resource = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
};
export type LambdaFunction = {
  readonly FunctionName: string;
  readonly Handler: string;
  readonly Runtime: string;
  readonly Architectures: readonly string[];
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly Code: { readonly S3Key: string };
  readonly Role: { readonly 'Fn::GetAtt': readonly [string, string] };
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
  readonly TracingConfig?: unknown;
};
export type Role = {
  readonly ManagedPolicyArns: readonly unknown[];
  readonly Policies: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
};
type Index = { readonly IndexName: string; readonly Projection: { readonly ProjectionType: string } };
export type DynamoTable = {
  readonly TableName: string;
  readonly BillingMode: string;
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly StreamSpecification?: unknown;
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled: boolean };
};

export type Packaged = {
  /** What CloudFormation gets, both templates, as text. */
  readonly templates: string;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly ofType: <T>(type: string) => ReadonlyMap<string, T>;
  readonly zip: (name: string) => ReadonlyMap<string, Buffer>;
};

/** `serverless package --stage prod` of the project in a folder, on a machine without credentials. */
export const packageProject = async (project: string): Promise<Packaged> => {
  const { code, output } = await serverless(project, ['package', '--stage', 'prod', '--package', 'packaged']);
  if (code !== 0) throw new Error(output);
  const directory = join(project, 'packaged');
  const texts = ['create', 'update'].map((kind) =>
    readFileSync(join(directory, `cloudformation-template-${kind}-stack.json`), 'utf8'),
  );
  const { Resources } = JSON.parse(texts[1] ?? '') as { Resources: Record<string, Resource> };
  return {
    templates: texts.join('\n'),
    resources: Resources,
    ofType: <T>(type: string) =>
      new Map(
        Object.entries(Resources).flatMap(([id, { Type, Properties }]) =>
          Type === type ? [[id, Properties as T]] : [],
        ),
      ),
    zip: (name) => readZip(join(directory, `${name}.zip`)),
  };
};

export const list = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? value : [value as T];

export type Target =
  | { readonly kind: 'table' | 'stream' | 'queue'; readonly id: string }
  | { readonly kind: 'index'; readonly id: string; readonly index: string }
  | { readonly kind: 'log'; readonly group: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'other'; readonly text: string };

const logGroup =
  'arn:\\$\\{AWS::Partition\\}:logs:\\$\\{AWS::Region\\}:\\$\\{AWS::AccountId\\}:log-group:([\\w/-]+):\\*:\\*';
const patterns: readonly (readonly [RegExp, (first: string, second: string) => Target])[] = [
  [/^\{"Fn::GetAtt":\["(\w+Queue)","Arn"\]\}$/, (id) => ({ kind: 'queue', id })],
  [/^\{"Fn::GetAtt":\["(\w+Table)","Arn"\]\}$/, (id) => ({ kind: 'table', id })],
  [/^\{"Fn::GetAtt":\["(\w+Table)","StreamArn"\]\}$/, (id) => ({ kind: 'stream', id })],
  [
    /^\{"Fn::Sub":"\$\{(\w+Table)\.Arn\}\/index\/([a-z-]+)"\}$/,
    (id, index) => ({ kind: 'index', id, index }),
  ],
  [new RegExp(`^\\{"Fn::Sub":"${logGroup}"\\}$`), (group) => ({ kind: 'log', group })],
  [
    /^\{"Fn::Sub":"arn:\$\{AWS::Partition\}:lambda:\$\{AWS::Region\}:\$\{AWS::AccountId\}:function:zhida-prod-([a-z-]+)"\}$/,
    (name) => ({ kind: 'function', name }),
  ],
];

/** What a statement's resource names; anything that isn't one exact thing of ours is `other`. */
export const targetOf = (resource: unknown): Target => {
  const text = JSON.stringify(resource);
  for (const [pattern, make] of patterns) {
    const match = pattern.exec(text);
    if (match) return make(String(match[1]), String(match[2]));
  }
  return { kind: 'other', text };
};
