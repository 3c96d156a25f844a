import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml, type ScalarTag } from 'yaml';
import { root } from './project.ts';

const asIntrinsic = (name: string): ScalarTag => ({
  tag: `!${name}`,
  resolve: (text: string) => ({ [`Fn::${name}`]: name === 'GetAtt' ? text.split('.') : text }),
});
const customTags = [
  ...['GetAtt', 'Sub'].map(asIntrinsic),
  { tag: '!Ref', resolve: (Ref: string) => ({ Ref }) },
];

export type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
};
export type FunctionYaml = {
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly iamRoleStatements?: readonly Statement[];
};

const readYaml = (file: string): unknown => parseYaml(readFileSync(join(root, file), 'utf8'), { customTags });

export const functionNames = readdirSync(join(root, 'functions')).sort();

/** functions/<name>/function.yml as it is written, variables unresolved. */
export const functionYaml = (name: string): FunctionYaml => {
  const found = (readYaml(`functions/${name}/function.yml`) as Partial<Record<string, FunctionYaml>>)[name];
  if (!found) throw new Error(`functions/${name}/function.yml does not define ${name}`);
  return found;
};

type Service = {
  readonly params: {
    /** An object is what only CloudFormation knows. */
    readonly default: Readonly<Record<string, string | object>>;
    readonly local: Readonly<Record<string, string>>;
  };
  readonly functions: readonly string[];
};
const service = readYaml('serverless.yml') as Service;

/** `${env:NAME, 'value'}` → value. */
const withoutVariable = (text: string): string => text.replaceAll(/\$\{env:\w+, '([^']*)'\}/g, '$1');

/** The development value of a param. */
export const localParam = (name: string): string => withoutVariable(service.params.local[name] ?? '');

/** The params whose deployed value only CloudFormation reads, with their development values. */
export const secretParams: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(service.params.default)
    .filter(([, value]) => typeof value === 'string' && value.includes('secretsmanager'))
    .map(([name]) => [name, localParam(name)]),
);

/** Variable of a function → the secret param that fills it. */
export const secretVariables = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(functionYaml(name).environment).flatMap(([variable, value]) => {
      const param = /^\$\{param:(\w+)\}$/.exec(value)?.[1] ?? '';
      return param in secretParams ? [[variable, param]] : [];
    }),
  );

const textsIn = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [String(value)];

/** Every text inside the development values that is long enough to be a secret or an address. */
export const developmentTexts: readonly string[] = Object.values(secretParams)
  .flatMap((value) => (value.startsWith('[') ? textsIn(JSON.parse(value)) : [value]))
  .filter((text) => text.length >= 8);
