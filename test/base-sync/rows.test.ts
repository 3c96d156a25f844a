import { describe, expect, it } from 'vitest';
import { baseWorld } from './world.ts';

const world = baseWorld();

describe('the one table', () => {
  it('is made with the first ticket: Base, table, views and subscription', async () => {
    const id = await world.open();
    await world.sync();
    expect(
      world
        .tenant()
        .bases.all()
        .map(({ name }) => name),
    ).toEqual(['直达·售后工单']);
    const [base] = world.tenant().bases.all();
    expect([...(base?.tables.values() ?? [])].map(({ name }) => name)).toEqual(['售后工单']);
    const [table] = [...(base?.tables.values() ?? [])];
    expect(table?.views.map(({ name }) => name)).toEqual([
      '全部工单',
      '我的待办',
      '今日超时',
      '仓库待核实',
      '食品安全',
      '平台倒计时 < 4 小时',
      '本周已结',
    ]);
    expect([...(base?.subscribers ?? [])]).toEqual(['cli_a1zhida00000001']);
    expect(await world.cellsFor(id)).toMatchObject({
      工单号: id,
      状态: '待领取',
      优先级: 'P2',
      一级类别: '仓储发货',
      二级类别: '漏发/少发',
      负责团队: '客诉组',
      商品: '代餐奶昔·香草',
      客户原话: '少发了一袋，麻烦补发',
      版本: 1,
    });
    expect(await world.drift()).toEqual([]);
  });

  it('follows a ticket with one call for what changed', async () => {
    const id = await world.open();
    await world.sync();
    const mark = world.mark();
    await world.act(id, { do: 'assigned', to: world.whoIs('潘小雨'), how: 'claim' });
    await world.act(id, { do: 'priority', to: 'P1', because: '平台催办' });
    await world.sync();
    expect(world.calls(mark).map(({ api }) => api)).toEqual([
      'POST /open-apis/bitable/v1/apps/:app_token/tables/:table_id/records/batch_update',
    ]);
    expect(await world.cellsFor(id)).toMatchObject({
      状态: '待处理',
      优先级: 'P1',
      处理人: [world.whoIs('潘小雨').person],
      版本: 3,
    });
    expect(await world.drift()).toEqual([]);
  });
});

describe('an edit in Base', () => {
  it('changes priority and owner of the ticket, by whoever made it', async () => {
    const id = await world.open();
    await world.sync();
    await world.arrive();
    expect(await world.edits()).toEqual([]);
    const owner = world.whoIs('潘小雨');
    await world.edit('林知夏', id, { 优先级: 'P1', 处理人: [{ id: owner.person }] });
    await world.arrive();
    await world.sync();
    expect(await world.ticket(id)).toMatchObject({ priority: 'P1', owner, state: 'assigned' });
    const [last] = (await world.history(id)).slice(-1);
    expect(last?.by).toEqual({ kind: 'person', who: world.whoIs('林知夏'), via: 'base' });
    expect(await world.edits()).toEqual([]);
    expect(await world.drift()).toEqual([]);
  });
});
