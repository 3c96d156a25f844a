import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export type WebFile = {
  readonly body: string | Uint8Array;
  readonly type: string;
  readonly isFixed: boolean;
};
/** `undefined` for a path that isn't part of the client. */
export type WebClient = (path: string) => Promise<WebFile | undefined>;

const CLIENT = join(dirname(fileURLToPath(import.meta.url)), 'client');
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

const require = createRequire(import.meta.url);
const fontFolder = (): string => dirname(require.resolve('@fontsource/noto-sans-sc/package.json'));
/** The ready-made browser build; the package's own entry would have to be bundled first. */
const chartLibrary = (): string =>
  join(dirname(require.resolve('@visactor/vchart/package.json')), 'build', 'index.min.js');

const typeOf = (path: string): string =>
  TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

/** What pages inside the client load; Feishu's is on a network of its own. */
const SDK = '/lark/h5-js-sdk.js';

/** Bundles the client in memory: nothing built is committed or left behind. */
const bundle = async (): Promise<ReadonlyMap<string, string>> => {
  const common = { bundle: true, write: false, minify: true, target: 'es2022' } as const;
  const [client, sdk] = await Promise.all([
    build({
      ...common,
      entryPoints: [join(CLIENT, 'main.ts'), join(CLIENT, 'main.css')],
      format: 'esm',
      outdir: '/assets',
    }),
    build({ ...common, entryPoints: [join(CLIENT, 'h5-sdk.ts')], format: 'iife' }),
  ]);
  return new Map([
    ...client.outputFiles.map(({ path, text }): [string, string] => [
      path.replaceAll('\\', '/').slice(path.lastIndexOf('/assets')),
      text,
    ]),
    ...sdk.outputFiles.map(({ text }): [string, string] => [SDK, text]),
  ]);
};

const FONT_SHEET = /^\/assets\/font\/(400|600)\.css$/;
const FONT_FILE = /^\/assets\/font\/files\/(noto-sans-sc-[a-z0-9-]+\.woff2)$/;

/** The file on disk behind a path; only names that a pattern here allows, so no path leads anywhere else. */
const fileOf = (path: string): string | undefined => {
  if (path === '/assets/icon.svg') return join(CLIENT, 'icon.svg');
  if (path === '/assets/vchart.js') return chartLibrary();
  const sheet = FONT_SHEET.exec(path)?.[1];
  if (sheet !== undefined) return join(fontFolder(), `${sheet}.css`);
  const font = FONT_FILE.exec(path)?.[1];
  return font === undefined ? undefined : join(fontFolder(), 'files', font);
};

/** The web client of the simulator: page, bundle, VChart and the Chinese font, all from this machine. */
export const webClient = async (): Promise<WebClient> => {
  const [built, page] = await Promise.all([bundle(), readFile(join(CLIENT, 'index.html'), 'utf8')]);
  return async (path) => {
    if (path === '/') return { body: page, type: typeOf('.html'), isFixed: false };
    const own = built.get(path);
    if (own !== undefined) return { body: own, type: typeOf(path), isFixed: false };
    const file = fileOf(path);
    if (file === undefined) return undefined;
    const body = await readFile(file).catch(() => undefined);
    return body && { body, type: typeOf(path), isFixed: true };
  };
};
