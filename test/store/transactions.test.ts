import { beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { table, type Write, writeTogether } from '../../shared/store/table.ts';
import { localTables } from '../local.ts';

const tables = localTables();
const rowSchema = z.object({ id: z.string(), version: z.number() });

let rows: ReturnType<typeof table<typeof rowSchema>>;
beforeAll(() => {
  rows = table(tables.name('inbox'), rowSchema);
});

const next = (id: string, before: number): Write => ({
  TableName: tables.name('inbox'),
  Item: { id, version: before + 1 },
  ConditionExpression: 'version = :before',
  ExpressionAttributeValues: { ':before': before },
});
const fresh = (id: string): Write => ({
  TableName: tables.name('inbox'),
  Item: { id, version: 1 },
  ConditionExpression: 'attribute_not_exists(id)',
});

it('of transactions over one row at the same moment one wins, and only its other row is there', async () => {
  await rows.put({ id: 'shared', version: 1 });
  const tries = [1, 2, 3, 4, 5].map((one) => `told-${one}`);
  const won = await Promise.all(tries.map((told) => writeTogether([next('shared', 1), fresh(told)])));
  expect(won.filter(Boolean)).toHaveLength(1);
  expect((await rows.get({ id: 'shared' }))?.version).toBe(2);
  const told = await Promise.all(tries.map((id) => rows.get({ id })));
  expect(told.map((row) => row !== undefined)).toEqual(won);
});

it('a transaction and a put over one row both end, and neither half is lost', async () => {
  await rows.put({ id: 'both', version: 1 });
  const [together, alone] = await Promise.all([
    writeTogether([next('both', 1), fresh('both-told')]),
    rows.put(
      { id: 'both', version: 9 },
      { ConditionExpression: 'version = :before', ExpressionAttributeValues: { ':before': 1 } },
    ),
  ]);
  expect([together, alone].filter(Boolean)).toHaveLength(1);
  expect((await rows.get({ id: 'both' }))?.version).toBe(together ? 2 : 9);
  expect((await rows.get({ id: 'both-told' })) !== undefined).toBe(together);
});
