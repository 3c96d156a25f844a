import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import * as z from 'zod';

/** A cluster with our empty tables, kept because `initdb` takes about 3 s and loading one takes 0.5 s. */
const cacheFile = (schema: string): string => {
  const require = createRequire(import.meta.url);
  const manifest = join(dirname(require.resolve('@electric-sql/pglite')), '..', 'package.json');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8')));
  const key = createHash('sha256').update(schema).digest('hex').slice(0, 8);
  return join(import.meta.dirname, '../../node_modules/.cache/zhida', `pglite-${version}-${key}.tar.gz`);
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

/** A PostgreSQL in memory that has this schema and no rows. */
export const newCluster = async (schema: string): Promise<PGlite> => {
  const file = cacheFile(schema);
  const cached = readCache(file);
  if (cached) {
    try {
      return await PGlite.create({ loadDataDir: cached });
    } catch {
      rmSync(file, { force: true });
    }
  }
  const database = await PGlite.create();
  await database.exec(schema);
  await keep(database, file);
  return database;
};
