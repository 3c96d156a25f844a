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

type Kind = { readonly folder: string; readonly one: string };
type Listed = readonly { readonly id: string }[];

/** A digest or alert that stands in no list would never be sent and nobody would notice. */
const checkListed = async ({ folder, one }: Kind, readAll: () => Promise<Listed>): Promise<void> => {
  const files = readdirSync(join(import.meta.dirname, folder)).filter((file) => file !== 'all.ts');
  for (const file of files) {
    const path = `config/${folder}/${file}`;
    const ids = Object.values(await load(path)).map(idOf);
    if (ids.join() !== file.replace('.ts', '')) {
      refuse(path, `id: is ${ids.join()}, ${one} is called like its file`);
    }
  }
  const listed = new Set((await readAll()).map(({ id }) => `${id}.ts`));
  const forgotten = files.find((file) => !listed.has(file));
  if (forgotten) refuse(`config/${folder}/${forgotten}`, `is missing in config/${folder}/all.ts`);
};

const digests: Kind = { folder: 'digests', one: 'a digest' };
const alerts: Kind = { folder: 'alerts', one: 'an alert' };

/** A morning card that is called otherwise would be held with the rest at the end of a month. */
const checkBudget = async (): Promise<void> => {
  const [{ budget }, { releases }] = await Promise.all([import('./budget.ts'), import('./bundles.ts')]);
  const unknown = budget.morning.find((id) => !releases.some((release) => release.id === id));
  if (unknown !== undefined) refuse('config/budget.ts', `morning: ${unknown} is no release`);
};

/**
 * Loads every file of config/ as the functions will. Throws `invalid_config` that names the file and the field, so that
 * a slip stops `npm start` and `serverless package`, not tomorrow's morning card.
 */
export const checkConfig = async (): Promise<void> => {
  await checkListed(digests, async () => {
    await load('config/bundles.ts');
    return (await import('./bundles.ts')).releases.flatMap((release) => release.digests);
  });
  await checkListed(alerts, async () => (await import('./alerts/all.ts')).allAlerts);
  await checkBudget();
  const files = [
    'admins.ts',
    'budget.ts',
    'bundles.ts',
    'links.ts',
    'queries/bi.ts',
    'roles.ts',
    'senders.ts',
  ];
  for (const file of files) await load(`config/${file}`);
};
