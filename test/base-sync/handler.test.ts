import { describe, expect, it } from 'vitest';
import { baseWorld } from './world.ts';

const world = baseWorld();
const record = (work: string) => ({
  Records: [{ dynamodb: { NewImage: { work: { S: work } }, SequenceNumber: '1' } }],
});

describe('the deployed handler', () => {
  it('is woken by a ticket, and by an edit within ten seconds of it', async () => {
    const handler = await world.handler();
    const id = await world.open();
    expect(await handler(record('flow'))).toEqual({ batchItemFailures: [] });
    expect(await world.cellsFor(id)).toMatchObject({ 工单号: id });
    const editedAt = performance.now();
    await world.edit('林知夏', id, { 优先级: 'P0' });
    await world.arrive();
    expect(await handler(record('base'))).toEqual({ batchItemFailures: [] });
    expect((await world.ticket(id)).priority).toBe('P0');
    expect(performance.now() - editedAt).toBeLessThan(10_000);
    expect(await world.drift()).toEqual([]);
  }, 30_000);

  it('goes on with the minute, and says what it did', async () => {
    const handler = await world.handler();
    await world.open();
    expect(await handler({ 'detail-type': 'Scheduled Event' })).toMatchObject({ rows: 1, held: 0 });
    expect(world.logged()).toContain('"event":"base_synced"');
    expect(await handler({ 'detail-type': 'Scheduled Event' })).toMatchObject({ rows: 0, edits: 0 });
  }, 30_000);

  it('fails no batch because Feishu refuses: the rows wait', async () => {
    const handler = await world.handler();
    const api = 'POST /open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/batch_create';
    world.tenant().faults.set([{ api, kind: '429' }]);
    const id = await world.open();
    expect(await handler(record('flow'))).toEqual({ batchItemFailures: [] });
    expect((await world.home()).held).toMatchObject({ reason: 'rate_limited' });
    world.tenant().faults.set([]);
    world.later(6 * 60_000);
    await handler({ 'detail-type': 'Scheduled Event' });
    expect(await world.cellsFor(id)).toMatchObject({ 工单号: id });
  }, 60_000);

  it('counts its calls under their topic', async () => {
    const { budgetRows } = await import('../../shared/store/budget.ts');
    const month = await budgetRows(world.name('ops')).find('2026-11');
    expect(month?.byTopic['base']).toBeGreaterThan(10);
  });
});
