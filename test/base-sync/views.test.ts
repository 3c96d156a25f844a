import { describe, expect, it } from 'vitest';
import { rowsPassing } from '../../simulator/feishu/bitable/filter.ts';
import { baseWorld, must } from './world.ts';

const world = baseWorld();
const source = (caseId: string, deadlineAt?: string) =>
  ({
    source: 'youzan',
    caseId,
    kind: 'refund',
    version: 1,
    ended: false,
    ...(deadlineAt && { deadlineAt }),
  }) as const;

/** Numbers that a view shows. */
const shownBy = async (name: string): Promise<readonly unknown[]> => {
  const base = must(world.tenant().bases.all()[0]);
  const table = must(base.tables.get(await world.tableId()));
  const view = must(table.views.find((each) => each.name === name));
  const number = must(table.fields.find((field) => field.name === '工单号')).id;
  const sight = { now: world.tenant().clock.now(), unionOf: (id: string) => id };
  return rowsPassing(table, view.filter, sight).map(({ cells }) => cells.get(number));
};

describe('a view', () => {
  it('shows what it is called', async () => {
    const owner = world.whoIs('潘小雨');
    const nobodys = await world.open();
    const mine = await world.open();
    await world.act(mine, { do: 'assigned', to: owner, how: 'claim' });
    const soon = await world.open();
    const deadlineAt = new Date(Date.now() + 3 * 3_600_000).toISOString();
    await world.act(soon, { do: 'source_changed', source: source('R-soon', deadlineAt) });
    const food = await world.open({ category: { group: '食品安全', name: '异物' } });
    const child = await world.open({
      kind: 'child',
      parent: mine,
      ask: 'warehouse',
      team: 'warehouse',
      awaitsReply: false,
    });
    const done = await world.open();
    const resolution = { at: new Date().toISOString(), by: 'source' } as const;
    await world.act(done, { do: 'resolved', resolution });
    await world.sync();
    expect((await shownBy('全部工单')).toSorted()).toEqual(
      [nobodys, mine, soon, food, child, done].toSorted(),
    );
    expect(await shownBy('我的待办')).toEqual([mine]);
    expect(await shownBy('仓库待核实')).toEqual([child]);
    expect(await shownBy('食品安全')).toEqual([food]);
    expect(await shownBy('平台倒计时 < 4 小时')).toEqual([soon]);
    expect(await shownBy('本周已结')).toEqual([done]);
    expect(await shownBy('今日超时')).toEqual([]);
    world.later(2 * 24 * 3_600_000);
    await world.sync();
    expect(await shownBy('今日超时')).toEqual(expect.arrayContaining([nobodys, mine]));
    expect(await shownBy('今日超时')).not.toContain(done);
    expect(await world.drift()).toEqual([]);
  });
});

describe('what somebody says about a body', () => {
  it('stands in no column', async () => {
    const id = await world.open({
      content: '吃完肚子疼还去了医院',
      health: ['身体不适', '就医'],
      category: { group: '食品安全', name: '身体不适' },
    });
    await world.act(
      id,
      { do: 'child_opened', child: `${id}-1`, ask: 'qa', team: 'qa' },
      { do: 'child_ended', child: `${id}-1`, finding: '疑似过敏' },
      {
        do: 'resolved',
        resolution: { at: new Date().toISOString(), by: 'person', cause: '身体不适', note: '已陪同就医' },
      },
    );
    await world.sync();
    const cells = await world.cellsFor(id);
    expect(JSON.stringify(cells)).not.toMatch(/肚子疼|医院|过敏|身体不适|就医/u);
    expect(cells).toMatchObject({
      客户原话: '（涉及健康描述，仅处理人、品控、法务可见）',
      一级类别: '食品安全',
      二级类别: '健康相关',
    });
  });
});
