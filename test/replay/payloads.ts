import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionYaml, localParam } from '../template/definitions.ts';

export const events = join(import.meta.dirname, '../../events');

/** A recorded payload below `events/`; a `.js` file makes one that is signed now. */
export const payload = async (file: string): Promise<unknown> => {
  const path = join(events, file);
  if (path.endsWith('.json')) return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  const { 'module.exports': event } = (await import(path)) as { 'module.exports': unknown };
  return event;
};

type Stack = {
  readonly table: (name: string) => string;
  readonly feishu: { readonly url: string };
  readonly bi: { readonly url: string };
};

/** The environment of a function as its function.yml states it, filled for this stack. */
export const filledEnvironment = (
  name: string,
  { table, feishu, bi }: Stack,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(functionYaml(name).environment).map(([variable, value]) => {
      const wanted = /^zhida-\$\{sls:stage\}-(\w+)$/.exec(value)?.[1];
      const param = /^\$\{param:(\w+)\}$/.exec(value)?.[1];
      // No payload pulls from WeCom.
      const ours: Readonly<Record<string, string>> = {
        feishuDomain: feishu.url,
        biUrl: bi.url,
        wecomUrl: feishu.url,
        feishuAccounts: feishu.url,
        workbenchFrames: feishu.url,
        h5SdkUrl: `${feishu.url}/lark/h5-js-sdk.js`,
      };
      if (wanted) return [variable, table(wanted)];
      return [variable, param ? (ours[param] ?? localParam(param)) : value];
    }),
  );
