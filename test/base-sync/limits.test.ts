import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { dayOf, monthOf } from '../../shared/calendar/day.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import { budgetRows } from '../../shared/store/budget.ts';
import { leases } from '../../shared/store/leases.ts';
import { baseWorld, must } from './world.ts';

const world = baseWorld();
const records = '/open-apis/bitable/v1/apps/:app_token/tables/:table_id/records';
const verbs = (mark: number) => world.calls(mark).map(({ api }) => api.split('/').at(-1));
const day = 24 * 3_600_000;

const openMany = (count: number): Promise<readonly string[]> => {
  return someAtOnce(Array.from({ length: count }), () => world.open());
};
const closed = async (): Promise<string> => {
  const id = await world.open();
  const resolution = { at: new Date().toISOString(), by: 'rule' } as const;
  await world.act(id, { do: 'resolved', resolution }, { do: 'closed', because: '测试' });
  return id;
};

describe('a burst', () => {
  it('of 500 tickets costs three calls, and 500 changes three more', async () => {
    await world.open();
    await world.sync();
    const ids = await openMany(500);
    let mark = world.mark();
    expect((await world.sync()).rows).toBe(500);
    expect(verbs(mark)).toEqual(['batch_create', 'batch_create', 'batch_create']);
    await someAtOnce(ids, (id) => world.act(id, { do: 'priority', to: 'P1', because: '' }));
    mark = world.mark();
    await world.sync();
    expect(verbs(mark)).toEqual(['batch_update', 'batch_update', 'batch_update']);
    expect(await world.drift()).toEqual([]);
    // What Feishu tells of it fits into a receipt each, and is known as our own.
    await world.arrive();
    expect(await world.edits()).toEqual([]);
  }, 120_000);
});

describe('a Base that does not take a write', () => {
  it('because somebody else writes (1254291) gets the same batch again, half a second later', async () => {
    const id = await world.open();
    world.tenant().bases.occupy(await world.tableId(), 700);
    const pauses: number[] = [];
    const mark = world.mark();
    await world.sync({
      sleep: async (ms) => {
        pauses.push(ms);
        await wait(ms);
      },
    });
    const codes = world.calls(mark).map(({ code }) => code);
    expect(codes.slice(0, 2)).toEqual([1254291, codes[1]]);
    expect(codes.at(-1)).toBe(0);
    expect(pauses.filter((ms) => ms >= 500 && ms < 1_000).length).toBeGreaterThanOrEqual(codes.length - 1);
    expect((await world.standing()).filter(({ number }) => number === id)).toHaveLength(1);
  });

  it.each(['lost_reply', 'timeout', '500', '429'] as const)(
    'and %s: the same call again, and one row',
    async (kind) => {
      const api = `POST ${records}/batch_create`;
      world.tenant().faults.set([{ api, kind, count: 2, delayMs: 1 }]);
      const id = await world.open();
      await world.sync();
      expect((await world.standing()).filter(({ number }) => number === id)).toHaveLength(1);
      expect(await world.drift()).toEqual([]);
    },
  );

  it('for longer than anybody waits: looks for the rows before it creates any', async () => {
    const api = `POST ${records}/batch_create`;
    const id = await world.open();
    world.tenant().faults.set([{ api, kind: 'lost_reply' }]);
    expect(await world.sync()).toMatchObject({ held: 1 });
    world.tenant().faults.set([]);
    expect(await world.sync()).toMatchObject({ rows: 0 });
    world.later(6 * 60_000);
    const mark = world.mark();
    await world.sync();
    expect(verbs(mark)).toEqual(['search']);
    expect((await world.standing()).filter(({ number }) => number === id)).toHaveLength(1);
    expect(await world.drift()).toEqual([]);
  });

  it('because of one row: marks it and keeps back no other', async () => {
    const good = await openMany(9);
    const bad = await world.open();
    await world.act(bad, { do: 'note_set', text: '长'.repeat(100_001) });
    await world.sync();
    const numbers = (await world.standing()).map(({ number }) => number);
    for (const id of good) expect(numbers).toContain(id);
    expect(numbers).not.toContain(bad);
    expect((await world.rows.find(bad))?.refused).toMatchObject({
      code: '1254130',
      reason: 'base_cell_too_large',
    });
    expect(await world.rows.listDue('refused', new Date(), 10)).toEqual([bad]);
    const mark = world.mark();
    await world.sync();
    expect(verbs(mark)).toEqual([]);
    await world.act(bad, { do: 'note_set', text: '短' });
    await world.sync();
    expect(await world.rows.listDue('refused', new Date(), 10)).toEqual([]);
    expect(await world.drift()).toEqual([]);
  });

  it('because of an owner who is gone: the row stands without, and says so', async () => {
    const id = await world.open();
    await world.act(id, { do: 'assigned', to: { person: 'on_nobody', name: '查无此人' }, how: 'claim' });
    await world.sync();
    expect(await world.cellsFor(id)).toMatchObject({
      状态: '待处理',
      提示: '处理人 查无此人 已离职或不在可用范围内，无法显示，请改派',
    });
    await world.act(id, { do: 'assigned', to: world.whoIs('潘小雨'), how: 'transfer' });
    await world.sync();
    expect((await world.cellsFor(id))['处理人']).toEqual([world.whoIs('潘小雨').person]);
    expect((await world.cellsFor(id))['提示']).toBeUndefined();
    expect(await world.drift()).toEqual([]);
  });

  it('because the table is full (1254103): what was closed first is archived early', async () => {
    const old = await closed();
    await world.sync();
    const standing = (await world.standing()).length;
    world.tenant().setSwitches({ baseRecordLimit: standing });
    const id = await world.open();
    await world.sync();
    world.tenant().setSwitches({ baseRecordLimit: 20_000 });
    expect((await world.standing()).map(({ number }) => number)).toContain(id);
    expect((await world.standing('2026')).map(({ number }) => number)).toContain(old);
    expect(await world.drift({ [old]: '2026' })).toEqual([]);
  });

  it('and nothing to archive: says why, and goes on when there is room', async () => {
    world.tenant().setSwitches({ baseRecordLimit: 1 });
    await world.open();
    expect(await world.sync()).toMatchObject({ held: 1 });
    expect((await world.home()).held).toMatchObject({ reason: 'base_full', code: '1254103' });
    world.tenant().setSwitches({ baseRecordLimit: 20_000 });
    world.later(6 * 60_000);
    await world.sync();
    expect((await world.drift()).filter(({ kind }) => kind === 'missing')).toEqual([]);
  });
});

describe('columns and tables', () => {
  it('that somebody renamed or deleted are there again, with what they hold', async () => {
    const id = await world.open();
    await world.sync();
    const base = must(world.tenant().bases.all()[0]);
    const table = must([...base.tables.values()].find(({ name }) => name === '售后工单'));
    must(table.fields.find(({ name }) => name === '商品')).name = '货品';
    table.fields.splice(
      table.fields.findIndex(({ name }) => name === '协办'),
      1,
    );
    await world.act(id, { do: 'source_changed', source: source(), skuIds: ['SKU-1'] });
    expect(await world.sync()).toMatchObject({ rows: expect.any(Number) as number });
    world.later(6 * 60_000);
    await world.act(id, {
      do: 'child_opened',
      child: `${id}-1`,
      ask: 'warehouse',
      team: 'warehouse',
    });
    await world.sync();
    world.later(6 * 60_000);
    await world.sync();
    const names = table.fields.map(({ name }) => name);
    expect(names).toContain('商品');
    expect(names).toContain('协办');
    expect((await world.cellsFor(id))['协办']).toBe('仓储 待核实');
  });
});

const source = () => ({ source: 'youzan', caseId: 'R1', kind: 'refund', version: 1, ended: false }) as const;

describe('time', () => {
  it('changes only the rows that it concerns', async () => {
    const soon = await world.open();
    const deadlineAt = new Date(Date.now() + 6 * 3_600_000).toISOString();
    await world.act(soon, { do: 'source_changed', source: { ...source(), caseId: 'R2', deadlineAt } });
    await world.sync();
    expect((await world.cellsFor(soon))['平台不足4小时']).toBeUndefined();
    world.later(2 * 3_600_000 + 1_000);
    await world.sync();
    expect((await world.cellsFor(soon))['平台不足4小时']).toBe(true);
    expect((await world.cellsFor(soon))['超时']).toBe(true);
    expect(await world.drift()).toEqual([]);
    const mark = world.mark();
    await world.sync();
    expect(verbs(mark)).toEqual([]);
  });
});

describe('the archive', () => {
  it('takes what was closed 60 days ago, and gives it back when it is reopened', async () => {
    const id = await closed();
    await world.sync();
    world.later(59 * day);
    await world.sync();
    expect((await world.standing('2026')).map(({ number }) => number)).not.toContain(id);
    world.later(day + 1_000);
    await world.sync();
    expect((await world.standing()).map(({ number }) => number)).not.toContain(id);
    expect((await world.standing('2026')).map(({ number }) => number)).toContain(id);
    await world.act(id, { do: 'reopened', because: '客户再次来信' });
    await world.sync();
    expect((await world.standing('2026')).map(({ number }) => number)).not.toContain(id);
    expect(await world.cellsFor(id)).toMatchObject({ 工单号: id, 状态: '待领取' });
  });
});

describe('two writers', () => {
  it('never meet: the second one leaves it to the first', async () => {
    await openMany(20);
    world.tenant().setSwitches({ baseWriteMs: 50 });
    const mark = world.mark();
    const both = await Promise.all([world.sync({ holder: 'a' }), world.sync({ holder: 'b' })]);
    world.tenant().setSwitches({ baseWriteMs: 1 });
    expect(both.map(({ elsewhere }) => elsewhere).sort()).toEqual([0, 1]);
    expect(world.calls(mark).filter(({ code }) => code === 1254291)).toEqual([]);
  });

  it('end when their lease is lost', async () => {
    await openMany(3);
    const own = leases(world.name('ops'));
    const mark = world.mark();
    await world.sync({
      sleep: async () => {
        world.later(61_000);
        await own.take({ task: 'base-sync', holder: 'another' }, new Date(), 60_000);
      },
    });
    expect(verbs(mark)).toEqual([]);
    world.later(61_000);
    await world.sync();
    expect((await world.drift()).filter(({ kind }) => kind === 'missing')).toEqual([]);
  });
});

describe('the month’s calls', () => {
  const useUp = async (calls: number): Promise<void> => {
    const counted = Array.from({ length: calls }, () => ({ sender: 'zhida', topic: 'test' }));
    await budgetRows(world.name('ops')).add(monthOf(dayOf(new Date())), { day: '01', calls: counted });
  };
  it('in economy: one round an hour, edits at once; in reserve: nothing', async () => {
    const id = await world.open();
    await world.sync();
    await useUp(8_600);
    await world.open();
    await world.sync();
    const mark = world.mark();
    const second = await world.open();
    await world.sync();
    expect(verbs(mark)).toEqual([]);
    await world.edit('林知夏', id, { 备注: '省着用' });
    await world.arrive();
    await world.sync();
    expect((await world.ticket(id)).note).toBe('省着用');
    world.later(3_601_000);
    await world.sync();
    expect((await world.standing()).map(({ number }) => number)).toContain(second);
    await useUp(1_000);
    await world.edit('林知夏', id, { 备注: '没有了' });
    await world.arrive();
    const later = world.mark();
    await world.sync();
    expect(verbs(later)).toEqual([]);
  });
});
