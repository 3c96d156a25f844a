import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import * as z from 'zod';

/** An empty cluster, kept because `initdb` takes about 3 s of every start and loading one takes 0.5 s. */
const cacheFile = (): string => {
  const require = createRequire(import.meta.url);
  const manifest = join(dirname(require.resolve('@electric-sql/pglite')), '..', 'package.json');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8')));
  return join(import.meta.dirname, '../../node_modules/.cache/zhida', `pglite-${version}.tar.gz`);
};

const readCache = (file: string): File | undefined => {
  try {
    return new File([readFileSync(file)], 'cluster.tar.gz', { type: 'application/x-gzip' });
  } catch {
    return undefined;
  }
};

const keep = async (database: PGlite, file: string): Promise<void> => {
  const dump = await database.dumpDataDir('gzip');
  const mine = `${file}.${process.pid}.${Date.now()}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(mine, Buffer.from(await dump.arrayBuffer()));
    renameSync(mine, file);
  } catch {
    // A read-only checkout starts more slowly, that is all.
    rmSync(mine, { force: true });
  }
};

/** An empty PostgreSQL in memory. */
export const newCluster = async (): Promise<PGlite> => {
  const file = cacheFile();
  const cached = readCache(file);
  if (cached) {
    try {
      return await PGlite.create({ loadDataDir: cached });
    } catch {
      rmSync(file, { force: true });
    }
  }
  const database = await PGlite.create();
  await keep(database, file);
  return database;
};
