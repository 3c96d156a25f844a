import { describe, expect, it } from 'vitest';
import type { ChangeInput } from '../../shared/tickets/event.ts';
import { baseName, baseWorld, must } from './world.ts';

const world = baseWorld();
const editor = '林知夏';

const taken = (): ChangeInput => ({ do: 'assigned', to: world.whoIs('潘小雨'), how: 'claim' });
const opened = async (...changes: readonly ChangeInput[]): Promise<string> => {
  const id = await world.open();
  if (changes.length > 0) await world.act(id, ...changes);
  await world.sync();
  return id;
};
/** Somebody edits the row, and everything that follows from it happens. */
const edited = async (id: string, fields: Readonly<Record<string, unknown>>, called = editor) => {
  await world.edit(called, id, fields);
  await world.arrive();
  await world.sync();
  return world.ticket(id);
};
const hintOf = async (id: string) => (await world.cellsFor(id))['提示'];

describe('an edit of 状态', () => {
  it.each<{ word: string; changes: readonly ChangeInput[]; from: string; to: string }>([
    { word: '处理中', changes: [], from: 'assigned', to: 'in_progress' },
    {
      word: '等客户回复',
      changes: [{ do: 'state', to: 'in_progress' }],
      from: 'in_progress',
      to: 'waiting_customer',
    },
    {
      word: '处理中',
      changes: [{ do: 'state', to: 'waiting_customer' }],
      from: 'waiting_customer',
      to: 'in_progress',
    },
    { word: '待领取', changes: [], from: 'assigned', to: 'triaged' },
    { word: '已解决', changes: [], from: 'assigned', to: 'resolved' },
    { word: '已关闭', changes: [], from: 'assigned', to: 'closed' },
  ])('to $word of what is $from is an act on the ticket', async ({ word, changes, from, to }) => {
    const id = await opened(taken(), ...changes);
    expect((await world.ticket(id)).state).toBe(from);
    expect((await edited(id, { 状态: word })).state).toBe(to);
    expect(await hintOf(id)).toBeUndefined();
    expect(await world.drift()).toEqual([]);
  });

  it('to 处理中 begins another cycle of what was resolved', async () => {
    const id = await opened(taken());
    await edited(id, { 状态: '已解决' });
    expect(await edited(id, { 状态: '处理中' })).toMatchObject({ state: 'in_progress', cycle: 2 });
    expect(await world.drift()).toEqual([]);
  });

  it('says who resolved it', async () => {
    const id = await opened(taken());
    const { resolution } = await edited(id, { 状态: '已解决' }, '潘小雨');
    expect(resolution).toMatchObject({ by: 'person', who: world.whoIs('潘小雨') });
  });

  it('with the owner that it needs is both', async () => {
    const id = await opened();
    const { person } = world.whoIs('潘小雨');
    expect(await edited(id, { 状态: '处理中', 处理人: [{ id: person }] })).toMatchObject({
      state: 'in_progress',
      owner: { person },
    });
    expect(await hintOf(id)).toBeUndefined();
  });

  it.each([
    ['处理中', '还没有处理人，请先填「处理人」'],
    ['等协办', '「等协办」请在工单卡片上用「请仓储核实」等按钮发起'],
    ['待分类', '不能退回「待分类」'],
    ['随便写的', '没有这个状态，请从下拉选项中选择'],
    [null, '状态不能为空'],
  ])('to %s that can not be is answered in the row and put back', async (word, why) => {
    const id = await opened();
    expect((await edited(id, { 状态: word })).version).toBe(1);
    expect(await hintOf(id)).toBe(`「状态」未生效：${why}`);
    expect((await world.cellsFor(id))['状态']).toBe('待领取');
    expect(await world.drift()).toEqual([]);
  });

  it('does not close over an open child', async () => {
    const child = {
      do: 'child_opened',
      child: 'T-20261123-9999-1',
      ask: 'warehouse',
      team: 'warehouse',
    } as const;
    const id = await opened(taken(), child);
    expect((await edited(id, { 状态: '已关闭' })).state).toBe('waiting_internal');
    expect(await hintOf(id)).toBe('「状态」未生效：还不能解决：仓储 待核实（…9999-1），请等协办答复');
    expect((await world.cellsFor(id))['状态']).toBe('等协办');
  });
});

describe('an edit of 处理人', () => {
  it('gives the ticket to somebody, and an empty cell gives it back', async () => {
    const id = await opened();
    const { person } = world.whoIs('潘小雨');
    expect(await edited(id, { 处理人: [{ id: person }] })).toMatchObject({
      owner: { person },
      ownedBy: 'base',
    });
    expect(await edited(id, { 处理人: null })).toMatchObject({ state: 'triaged' });
    expect((await world.ticket(id)).owner).toBeUndefined();
    expect(await world.drift()).toEqual([]);
  });

  it('with somebody who has left is answered and put back', async () => {
    const id = await opened(taken());
    const gone = world.whoIs('许念');
    await world.people.recordLeft(gone.person, { at: new Date(), reason: 'left_company' });
    expect((await edited(id, { 处理人: [{ id: gone.person }] })).owner).toEqual(world.whoIs('潘小雨'));
    expect(await hintOf(id)).toBe('「处理人」未生效：这位同事已离职，或不在直达的可用范围内');
    expect(await world.drift()).toEqual([]);
  });

  it('with two people is answered and put back', async () => {
    const id = await opened(taken());
    const two = ['潘小雨', '林知夏'].map((called) => ({ id: world.whoIs(called).person }));
    await edited(id, { 处理人: two });
    expect(await hintOf(id)).toBe('「处理人」未生效：只能有一位处理人');
    expect((await world.cellsFor(id))['处理人']).toEqual([world.whoIs('潘小雨').person]);
  });
});

describe('an edit of 优先级 and 备注', () => {
  it('is field by field: what can be is done, the rest is answered', async () => {
    const id = await opened();
    expect(await edited(id, { 优先级: null, 备注: '已电话联系，13812345678 周三前补发' })).toMatchObject({
      priority: 'P2',
      note: '已电话联系，138****5678 周三前补发',
    });
    expect(await hintOf(id)).toBe('「优先级」未生效：优先级只能是 P0、P1、P2、P3');
    expect((await world.cellsFor(id))['备注']).toBe('已电话联系，138****5678 周三前补发');
    expect(await world.drift()).toEqual([]);
  });

  it('takes the answer away with the next edit that can be, and after a day', async () => {
    const id = await opened();
    await edited(id, { 优先级: null });
    expect(await hintOf(id)).toContain('未生效');
    await edited(id, { 优先级: 'P1' });
    expect(await hintOf(id)).toBeUndefined();
    await edited(id, { 优先级: null });
    world.later(24 * 3_600_000);
    await world.sync();
    expect(await hintOf(id)).toBeUndefined();
    expect(await world.drift()).toEqual([]);
  });
});

describe('what nobody may edit', () => {
  it('is put back and said', async () => {
    const id = await opened();
    await edited(id, { 商品: '别的', 超时: true, 工单号: 'T-1', 链接: null });
    expect(await world.cellsFor(id)).toMatchObject({ 商品: '代餐奶昔·香草', 工单号: id });
    expect(await hintOf(id)).toBe('「工单号」「商品」「超时」「链接」由系统维护，已恢复');
    expect((await world.ticket(id)).version).toBe(1);
    expect(await world.drift()).toEqual([]);
  });

  it('is a column of their own: theirs alone', async () => {
    const id = await opened();
    const { appToken = '' } = await world.home();
    const place = { appToken, tableId: await world.tableId() };
    await world.bitable().createField(place, { name: '我的标记', type: 1 });
    const mark = world.mark();
    await edited(id, { 我的标记: '周五跟进' });
    expect(await hintOf(id)).toBeUndefined();
    expect(world.calls(mark).filter(({ api }) => api.includes('batch_update'))).toEqual([]);
  });
});

describe('our own writes', () => {
  it('come back as events and cause nothing', async () => {
    const id = await opened();
    await world.act(id, taken());
    await world.sync();
    await world.arrive();
    const mark = world.mark();
    expect(await world.edits()).toEqual([]);
    await world.sync();
    expect(world.calls(mark)).toEqual([]);
    expect((await world.ticket(id)).version).toBe(2);
  });

  it('that somebody repeats by hand are no edit', async () => {
    const id = await opened(taken());
    const { version } = await world.ticket(id);
    await world.edit(editor, id, { 备注: '改过' });
    await world.edit(editor, id, { 备注: null });
    await world.arrive();
    await world.sync();
    expect((await world.ticket(id)).version).toBe(version);
    expect(await world.edits()).toEqual([]);
  });
});

describe('both sides at once', () => {
  it('in different fields: both stay', async () => {
    const id = await opened(taken());
    await world.edit(editor, id, { 优先级: 'P0' });
    await world.act(id, { do: 'note_set', text: '卡片上的备注' });
    await world.arrive();
    await world.sync();
    expect(await world.ticket(id)).toMatchObject({ priority: 'P0', note: '卡片上的备注' });
    expect(await world.drift()).toEqual([]);
  });

  it('in the same field: the edit is an act on the ticket as it is then', async () => {
    const id = await opened(taken());
    await world.edit(editor, id, { 优先级: 'P0' });
    await world.act(id, { do: 'priority', to: 'P1', because: '卡片' });
    await world.arrive();
    await world.sync();
    expect(await world.ticket(id)).toMatchObject({ priority: 'P0' });
    expect(await world.drift()).toEqual([]);
  });

  it('does not take back an edit whose event is still on its way', async () => {
    const id = await opened(taken());
    await world.edit(editor, id, { 优先级: 'P0' });
    await world.arrive();
    await world.edit('潘小雨', id, { 备注: '路上的备注' });
    await world.sync();
    expect(await world.ticket(id)).toMatchObject({ priority: 'P0', note: '' });
    await world.arrive();
    await world.sync();
    expect(await world.ticket(id)).toMatchObject({ priority: 'P0', note: '路上的备注' });
    const whoDid = (await world.history(id))
      .slice(-2)
      .map(({ by }) => (by.kind === 'person' ? by.who.name : ''));
    expect(whoDid).toEqual([editor, '潘小雨']);
    expect(await world.drift()).toEqual([]);
  });
});

describe('rows by hand', () => {
  it('deleted: there again, with a note in the history', async () => {
    const id = await opened(taken());
    world.person(editor).deleteRecord(baseName, await world.tableId(), await world.recordFor(id));
    await world.arrive();
    await world.sync();
    expect(await world.cellsFor(id)).toMatchObject({ 工单号: id, 状态: '待处理' });
    const { by, change } = must((await world.history(id)).at(-1));
    expect(change).toEqual({ do: 'row_restored' });
    expect(by).toMatchObject({ who: world.whoIs(editor), via: 'base' });
    expect(await world.drift()).toEqual([]);
  });

  it('deleted before we heard of it: restored by the next change', async () => {
    const id = await opened();
    world.person(editor).deleteRecord(baseName, await world.tableId(), await world.recordFor(id));
    await world.act(id, taken());
    await world.sync();
    await world.arrive();
    await world.sync();
    expect((await world.history(id)).filter(({ change }) => change.do === 'row_restored')).toHaveLength(1);
    expect(await world.drift()).toEqual([]);
  });

  it('added: no ticket, and the row says what to do instead', async () => {
    await opened();
    const before = (await world.allStanding()).length;
    const recordId = world.person(editor).addRecord(baseName, await world.tableId(), { 备注: '客户来电' });
    await world.arrive();
    await world.sync();
    const row = must((await world.standing()).find((each) => each.recordId === recordId));
    expect(row.cells['提示']).toBe('手工新增的行不会成为工单：请在直达里发送「提交客诉」，或用表格导入');
    expect(await world.standing()).toHaveLength(before + 1);
    const mark = world.mark();
    world
      .person(editor)
      .editRecord(baseName, await world.tableId(), { recordId, fields: { 备注: '再来电' } });
    await world.arrive();
    await world.sync();
    expect(world.calls(mark).map(({ api }) => api.split('/').at(-1))).not.toContain('batch_update');
    expect(await world.edits()).toEqual([]);
  });
});
