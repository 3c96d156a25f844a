import { describe, expect, it } from 'vitest';
import { baseTable } from '../../functions/ops/base-table.ts';
import { baseWorld, must, ZHIDA } from './world.ts';

const world = baseWorld();
const run = (input: object = {}) => {
  const { name, homes, rows, queue, tickets, rules, bitable } = world;
  expect(name('ops')).toContain('ops');
  const deps = {
    ...{ homes, tickets, rules, bitable },
    baseRows: rows,
    edits: queue,
    mainAppId: () => ZHIDA,
    standing: () => Promise.resolve({ level: 'normal' as const }),
  };
  return baseTable(deps).run({ do: 'base', ...input }, new Date());
};
const tableNow = async () => {
  const id = await world.tableId();
  return must(must(world.tenant().bases.all()[0]).tables.get(id));
};

describe('ops base', () => {
  it('says that there is none yet', async () => {
    expect(await run()).toMatchObject({ link: null, tables: [], held: null });
    await expect(run({ check: true })).rejects.toMatchObject({ code: 'no_base' });
  });

  it('shows the link, what waits and what Base refused', async () => {
    await world.open();
    const bad = await world.open();
    await world.act(bad, { do: 'note_set', text: '长'.repeat(100_001) });
    expect(await run()).toMatchObject({ waiting: { tickets: 2, edits: 0 } });
    await world.sync();
    expect(await run()).toMatchObject({
      link: expect.stringMatching(/^https:\/\/feishu\.cn\/base\/bas/) as string,
      tables: ['live'],
      subscribed: true,
      managers: [world.whoIs('林知夏').person],
      waiting: { tickets: 0 },
      refused: [{ ticket: bad, code: '1254130', reason: 'base_cell_too_large' }],
    });
    await world.act(bad, { do: 'note_set', text: '短' });
    await world.sync();
  });

  it('says why nothing is written, and how to mend it', async () => {
    world.tenant().setSwitches({ baseRecordLimit: 1 });
    await world.open();
    await world.sync();
    world.tenant().setSwitches({ baseRecordLimit: 20_000 });
    expect(await run()).toMatchObject({
      held: { reason: 'base_full', fix: 'the Base has reached its number of rows: archive old ones' },
    });
    world.later(6 * 60_000);
    await world.sync();
  });

  it('finds what is out of step, and has it mended only when it is told to', async () => {
    const [differs, missing] = [await world.open(), await world.open()];
    await world.sync();
    expect(await run({ check: true })).toMatchObject({ drift: 0, waiting: 0 });
    // As if Feishu had lost an event: nobody hears of these.
    const table = await tableNow();
    const records = new Map((await world.standing()).map(({ number, recordId }) => [number, recordId]));
    const note = must(table.fields.find(({ name }) => name === '备注'));
    must(table.rows.get(must(records.get(differs)))).cells.set(note.id, '没人听见');
    table.rows.delete(must(records.get(missing)));
    const found = {
      drift: 2,
      rows: [
        { ticket: differs, kind: 'differs', fields: ['备注'] },
        { ticket: missing, kind: 'missing' },
      ],
    };
    expect(await run({ check: true })).toMatchObject(found);
    expect(await run({ repair: true })).toMatchObject({ dryRun: true, ...found });
    await world.sync();
    expect(await run({ check: true })).toMatchObject({ drift: 2 });
    expect(await run({ repair: true, confirm: true })).toMatchObject({ repairing: 2 });
    await world.sync();
    expect(await run({ check: true })).toMatchObject({ drift: 0 });
    expect((await world.ticket(differs)).version).toBe(1);
    expect(await world.drift()).toEqual([]);
  });
});
