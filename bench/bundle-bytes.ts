import { bundle, bytesOf, functionNames } from './bundle.ts';
import { compare, type Line } from './line.ts';

/** What each function ships. */
export const bundleBytes = async (): Promise<readonly Line[]> => {
  const baseline = {
    name: 'SDK EventDispatcher + client-dynamodb',
    values: [bytesOf(await bundle('bench/baselines/sdk-dispatcher.ts'))],
  };
  const lines: Line[] = [];
  for (const name of functionNames()) {
    const values = [bytesOf(await bundle(`functions/${name}/handler.ts`))];
    lines.push(compare('bytes', { name: `bundle-bytes:${name}`, values }, baseline));
  }
  return lines;
};
