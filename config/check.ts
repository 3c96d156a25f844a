import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { AppError, InvalidConfigError } from '../shared/errors.ts';

const refuse = (file: string, problem: string, cause?: unknown): never => {
  throw new InvalidConfigError('invalid_config', `${file}: ${problem}`, { cause });
};

/** Loads one config file; whatever breaks names it. */
const load = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    const loaded: unknown = await import(join(import.meta.dirname, '..', file));
    return z.record(z.string(), z.unknown()).parse(loaded);
  } catch (error) {
    if (error instanceof AppError && error.message.startsWith('config/')) throw error;
    return refuse(file, error instanceof Error ? error.message : String(error), error);
  }
};

const idOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;

/** A digest that stands in no list would never be sent and nobody would notice. */
const checkDigests = async (): Promise<void> => {
  const files = readdirSync(join(import.meta.dirname, 'digests')).filter((file) => file !== 'all.ts');
  for (const file of files) {
    const path = `config/digests/${file}`;
    const ids = Object.values(await load(path)).map(idOf);
    if (ids.join() !== file.replace('.ts', '')) {
      refuse(path, `id: is ${ids.join()}, a digest is called like its file`);
    }
  }
  const { allDigests } = await import('./digests/all.ts');
  const listed = new Set(allDigests.map(({ id }) => `${id}.ts`));
  const forgotten = files.find((file) => !listed.has(file));
  if (forgotten) refuse(`config/digests/${forgotten}`, 'is missing in config/digests/all.ts');
};

/**
 * Loads every file of config/ as the functions will. Throws `invalid_config` that names the file and the field, so that
 * a slip stops `npm start` and `serverless package`, not tomorrow's morning card.
 */
export const checkConfig = async (): Promise<void> => {
  await checkDigests();
  const files = ['admins.ts', 'bundles.ts', 'links.ts', 'queries/bi.ts', 'roles.ts', 'senders.ts'];
  for (const file of files) await load(`config/${file}`);
};
