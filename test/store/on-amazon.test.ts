/**
 * The store tests once more, against Amazon's own DynamoDB Local: whatever test file of this folder opens the tables
 * registers its tests here a second time, and finds the engine by its environment.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasJava, startAmazonEngine } from './amazon-engine.ts';

const here = import.meta.dirname;
const storeTests = readdirSync(here)
  .filter(
    (file) =>
      file.endsWith('.test.ts') &&
      /^const tables = localTables\(\);$/m.test(readFileSync(join(here, file), 'utf8')),
  )
  .sort();

if (!hasJava()) {
  it('there is no Java here: the stores were checked against the local default only', () => {
    expect(hasJava()).toBe(false);
  });
} else {
  const engine = await startAmazonEngine();
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = engine.endpoint;
  afterAll(engine.close);

  describe.each(storeTests)("on Amazon's engine: %s", async (file) => {
    await import(join(here, file));
  });

  it('every kind of store was there', () => {
    expect(storeTests).toEqual(
      expect.arrayContaining(['deliveries.test.ts', 'entities.test.ts', 'inbox.test.ts']),
    );
  });
}
