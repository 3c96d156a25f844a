import { expect, it } from 'vitest';
import { metrics } from '../../shared/store/metrics.ts';
import { payload } from './payloads.ts';
import type { ReplayWorld } from './world.ts';

/** A point of a batch that crosses its threshold, and is over. */
export const replayAlert =
  ({ tables, replay, invoke, shownTo }: ReplayWorld) =>
  (): void => {
    const batch = { product: '蛋白棒', batch: '20261012' };
    const metric = 'bi:complaints.72h#batch=20261012&product=蛋白棒';
    const store = metrics(tables.name('metrics'));
    const report = async (value: string, at: string): Promise<void> => {
      const series = { source: 'bi', metric: 'complaints.72h', dims: batch };
      await store.recordPoint({ ...series, at, asOf: at, value, unit: 'COUNT' }, new Date());
    };
    /** The record of the payload, for a point of now. */
    const wake = async (at: string): Promise<unknown> => {
      const { Records } = (await payload('alert/point.json')) as {
        Records: { dynamodb: { NewImage: Record<string, { S: string }> } }[];
      };
      const [record] = Records;
      if (!record) throw new Error('the payload has no record');
      const dynamodb = { ...record.dynamodb, NewImage: { ...record.dynamodb.NewImage, at: { S: at } } };
      return invoke('alert', { Records: [{ ...record, dynamodb }] });
    };

    it('takes a point once', async () => {
      await report('4', '2026-11-20T02:00:00.000Z');
      expect(await replay('alert/point.json')).toEqual({ batchItemFailures: [] });
      const at = '2026-11-20T02:00:00.000Z';
      expect(await store.takePoint({ metric, at }, new Date(Date.now() + 86_400_000))).toBeUndefined();
    });

    it('tells whom it concerns at once, and changes the card when it is over', async () => {
      const before = shownTo('冯知秋').length;
      const at = new Date(Date.now() + 1_000).toISOString();
      await report('4', at);
      expect(await wake(at)).toEqual({ batchItemFailures: [] });
      expect(shownTo('冯知秋')).toHaveLength(before + 1);
      expect(shownTo('冯知秋').at(-1)).toContain('批次客诉集中 · 蛋白棒 · 20261012');
      const later = new Date(Date.now() + 2_000).toISOString();
      await report('1', later);
      await wake(later);
      expect(await replay('alert/tick.json')).toEqual({ points: 0, open: 0, fired: 0, recovered: 0 });
      expect(shownTo('冯知秋')).toHaveLength(before + 1);
    });
  };
