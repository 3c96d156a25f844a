import { expect, it } from 'vitest';
import { baseHomes } from '../../shared/store/base-home.ts';
import { baseRows } from '../../shared/store/base-rows.ts';
import { editQueue } from '../../shared/store/edit-queue.ts';
import type { ReplayWorld } from './world.ts';

/** The tickets that are there become rows; an edit goes the other way. */
export const replayBaseSync =
  ({ tables, replay, receipt }: ReplayWorld) =>
  (): void => {
    const edits = () => editQueue(tables.name('tickets')).list(new Date(Date.now() + 1_000), 10);

    it('makes a Base and a row of each ticket', async () => {
      expect(await replay('base-sync/ticket.json')).toEqual({ batchItemFailures: [] });
      const home = await baseHomes(tables.name('ops')).find();
      expect(home).toMatchObject({ subscribed: true, appToken: expect.stringMatching(/^bas/) as string });
      const row = await baseRows(tables.name('tickets')).find('T-20261123-0901');
      expect(row?.place?.tableId).toBe(home.tables['live']?.tableId);
      expect(await replay('ops/base-table.json')).toMatchObject({ ok: true, link: home.url, held: null });
    }, 60_000);

    it('hears of an edit, which waits without its cells until it is looked at', async () => {
      expect(await replay('feishu-events/base-record-changed.js')).toMatchObject({ statusCode: 200 });
      expect(await replay('event-worker/base-changed.json')).toEqual({ batchItemFailures: [] });
      expect(await receipt('5e3702a84e847582be8db7fb73283c77')).toMatchObject({
        state: 'done',
        reason: 'edits_queued',
      });
      expect(await edits()).toMatchObject([
        { recordId: 'recdev0000001', touches: [{ fields: ['flddev0002'] }] },
      ]);
      expect(await replay('base-sync/edit.json')).toEqual({ batchItemFailures: [] });
      expect(await edits()).toEqual([]);
    }, 30_000);

    it('finds nothing to do on its tick', async () => {
      expect(await replay('base-sync/tick.json')).toEqual({ rows: 0, edits: 0, elsewhere: 0, held: 0 });
    }, 30_000);
  };
