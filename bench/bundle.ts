import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { parse } from 'yaml';
import * as z from 'zod';

const root = join(import.meta.dirname, '..');

/** The options that deploy the functions, so that a benchmark never measures another artifact. */
const optionsSchema = z.object({
  bundle: z.boolean(),
  minify: z.boolean(),
  platform: z.literal('node'),
  target: z.string(),
  format: z.enum(['cjs', 'esm']),
  charset: z.enum(['ascii', 'utf8']),
  mainFields: z.array(z.string()),
  exclude: z.array(z.string()),
});

/** Bundles `entry` (relative to the project) like a deployed function; returns the file. */
export const bundle = async (entry: string): Promise<string> => {
  const text = readFileSync(join(root, 'config/esbuild.yml'), 'utf8');
  const { exclude, ...options } = optionsSchema.parse(parse(text));
  const outfile = join(root, '.zhida/bench', `${entry.replaceAll('/', '-').replace(/\.ts$/, '')}.cjs`);
  await build({
    ...options,
    external: exclude,
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    logLevel: 'error',
  });
  return outfile;
};

export const bytesOf = (file: string): number => statSync(file).size;

/** Every function that has a handler. */
export const functionNames = (): readonly string[] =>
  readdirSync(join(root, 'functions')).filter((name) =>
    readdirSync(join(root, 'functions', name)).includes('handler.ts'),
  );
