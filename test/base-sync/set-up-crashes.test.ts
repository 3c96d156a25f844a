import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { dieEverywhere } from './crash.ts';
import { baseWorld, must } from './world.ts';

const world = baseWorld();

describe('a crash between any two calls', () => {
  it('of the set-up makes no second Base', async () => {
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    let bases = world.tenant().bases.all().length;
    const places = await dieEverywhere(world, {
      prepare: async () => {
        for (const base of world.tenant().bases.all()) base.name = '以前的';
        await documents.send(
          new DeleteCommand({ TableName: world.name('ops'), Key: { id: 'base#tickets' } }),
        );
        await world.open();
      },
      check: () => {
        bases += 1;
        expect(world.tenant().bases.all()).toHaveLength(bases);
        const made = must(world.tenant().bases.all().at(-1));
        expect(must([...made.tables.values()][0]).views).toHaveLength(7);
        return Promise.resolve();
      },
    });
    documents.destroy();
    expect(places).toBeGreaterThan(15);
  }, 120_000);
});
