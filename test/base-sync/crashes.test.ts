import { describe, expect, it } from 'vitest';
import { dayOf } from '../../shared/calendar/day.ts';
import { dieEverywhere, recover } from './crash.ts';
import { baseName, baseWorld } from './world.ts';

const world = baseWorld();

const inStep = async (...ids: readonly string[]) => {
  expect(await world.drift({}, ids)).toEqual([]);
};

describe('a crash between any two calls', () => {
  it('keeps one row per ticket: new, changed and merged ones', async () => {
    let ids: readonly string[] = [];
    const prepare = async (): Promise<void> => {
      const [changed, merged, into] = [await world.open(), await world.open(), await world.open()];
      await world.sync();
      ids = [changed, merged, into, await world.open()];
      await world.act(changed, { do: 'priority', to: 'P1', because: '' });
      await world.act(merged, { do: 'merged_into', into, because: '同一订单' });
      await world.act(into, { do: 'absorbed', ticket: merged, sources: [], because: '同一订单' });
    };
    await prepare();
    await recover(world);
    expect(await dieEverywhere(world, { prepare, check: () => inStep(...ids) })).toBeGreaterThan(10);
  }, 240_000);

  it('does an edit once, and restores a deleted row once', async () => {
    let [edited, deleted] = ['', ''];
    const prepare = async (): Promise<void> => {
      [edited, deleted] = [await world.open(), await world.open()];
      await world.sync();
      const table = await world.tableId();
      await world.edit('林知夏', edited, { 优先级: 'P0', 状态: '已关闭', 商品: '别的' });
      await world.edit('潘小雨', edited, { 备注: '已联系' });
      world.person('林知夏').deleteRecord(baseName, table, await world.recordFor(deleted));
      await world.arrive();
    };
    const check = async (): Promise<void> => {
      await inStep(edited, deleted);
      expect((await world.history(edited)).map(({ change }) => change.do)).toEqual([
        'opened',
        'priority',
        'resolved',
        'closed',
        'note_set',
      ]);
      expect((await world.history(deleted)).map(({ change }) => change.do)).toEqual([
        'opened',
        'row_restored',
      ]);
      expect((await world.cellsFor(edited))['提示']).toContain('由系统维护');
      expect(await world.edits()).toEqual([]);
    };
    expect(await dieEverywhere(world, { prepare, check })).toBeGreaterThan(10);
  }, 240_000);

  it('moves a row to the archive and back: never two, never none', async () => {
    let [old, again] = ['', ''];
    const day = 24 * 3_600_000;
    const closed = async (): Promise<string> => {
      const id = await world.open();
      const resolution = { at: new Date().toISOString(), by: 'rule' } as const;
      await world.act(id, { do: 'resolved', resolution }, { do: 'closed', because: '' });
      return id;
    };
    const prepare = async (): Promise<void> => {
      again = await closed();
      await world.sync();
      world.later(61 * day);
      await world.sync();
      old = await closed();
      await world.sync();
      world.later(61 * day);
      await world.act(again, { do: 'reopened', because: '' });
    };
    const check = async (): Promise<void> => {
      const year = dayOf(Date.parse((await world.ticket(old)).changedAt)).slice(0, 4);
      expect(await world.drift({ [old]: year }, [old, again])).toEqual([]);
    };
    expect(await dieEverywhere(world, { prepare, check })).toBeGreaterThan(10);
  }, 240_000);
});
