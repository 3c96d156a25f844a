import { describe, expect, it } from 'vitest';
import { reviewSubject } from '../../shared/settings/review.ts';
import { settingsBase } from './settings-world.ts';
import { must } from './world.ts';

const { make, edit, remove, row, settle, version, review, click, deliveries, shown, world } = settingsBase();

describe('an edit in 「直达·设置」', () => {
  it('counts at once, and its row says so', async () => {
    await make();
    await edit('沈南乔', '时效与升级', ['P2', { '首响（分）': 20 }]);
    await settle();
    expect(await row('时效与升级', 'P2')).toMatchObject({ 生效状态: '已生效 v2', '首响（分）': 20 });
    expect(await row('时效与升级', 'P3')).toMatchObject({ 生效状态: '已生效 v1' });
    const rules = await world.rules();
    expect(rules.desk.version).toContain('sla@');
  });

  it('that is wrong changes nothing, and its row says why with an example', async () => {
    const before = await version('sla');
    await edit('沈南乔', '时效与升级', ['P3', { '首响（分）': -3 }]);
    await settle();
    expect(await row('时效与升级', 'P3')).toMatchObject({
      生效状态: '未生效',
      说明: '「首响（分）」要填 1–10000 的数字，例：15。原来的值仍然有效',
    });
    expect(await version('sla')).toBe(before);
  });

  it('that is risky waits for a second person', async () => {
    const before = await version('sla');
    await edit('沈南乔', '时效与升级', ['P0', { '首响（分）': 60 }]);
    await settle();
    expect(await row('时效与升级', 'P0')).toMatchObject({ 生效状态: '待复核' });
    expect(await version('sla')).toBe(before);
    expect((await review('sla'))?.review).toMatchObject({
      state: 'open',
      lines: ['P0 · 全部类别：首响（分） 10 → 60'],
      reasons: ['放宽了P0 · 全部类别的时效'],
    });
  });
});

describe('a risky change', () => {
  it('asks the second person by one card, who may approve it and then it counts', async () => {
    const before = await version('sla');
    const found = must(await review('sla'));
    const [admin] = found.review.asked;
    expect(admin?.name).toBe('林知夏');
    const subject = reviewSubject(found.review);
    const card = must(await deliveries().find({ subject, recipient: must(admin).person }));
    expect(card).toMatchObject({ state: 'accepted', generation: 1 });
    expect(await shown(card)).toContain('P0 · 全部类别：首响（分） 10 → 60');
    const toast = await click(must(admin).person, 'approveSetting', subject);
    expect(toast).toEqual({ type: 'success', content: '已同意，10 秒内生效' });
    await settle();
    expect(await version('sla')).toBe(before + 1);
    expect(await row('时效与升级', 'P0')).toMatchObject({ 生效状态: `已生效 v${before + 1}`, 说明: '' });
    expect(await shown(must(await deliveries().find(card)))).toContain('已同意，修改随即生效');
    expect(await click(must(admin).person, 'approveSetting', subject)).toMatchObject({ content: '已同意' });
  });

  it('that is sent back stays out of force, and its row names who did it', async () => {
    const before = await version('sla');
    await edit('沈南乔', '时效与升级', ['P1', { '用时150% 通知谁': null }]);
    await settle();
    const found = must(await review('sla'));
    const subject = reviewSubject(found.review);
    expect(await click(world.whoIs('沈南乔').person, 'approveSetting', subject)).toEqual({
      type: 'warning',
      content: '无权限：不能复核自己的修改',
    });
    expect(await click(world.whoIs('陆鸣').person, 'approveSetting', subject)).toEqual({
      type: 'warning',
      content: '无权限：仅复核人可以操作',
    });
    await click(must(found.review.asked[0]).person, 'returnSetting', subject);
    await settle();
    expect(await version('sla')).toBe(before);
    expect((await row('时效与升级', 'P1'))['说明']).toContain('林知夏 退回了这次修改');
  });

  it('keeps no harmless change of another row waiting', async () => {
    await edit('沈南乔', '时效与升级', ['P1', { '用时100% 通知谁': null, 渠道: null }]);
    await settle();
    const before = await version('sla');
    expect((await review('sla'))?.review.state).toBe('open');
    await edit('陆鸣', '时效与升级', ['P3', { '首响（分）': 45 }]);
    await settle();
    expect(await row('时效与升级', 'P3')).toMatchObject({ 生效状态: `已生效 v${before + 1}` });
    expect(await row('时效与升级', 'P1')).toMatchObject({ 生效状态: '待复核' });
  });

  it('that is undone needs nobody any more', async () => {
    const subject = reviewSubject(must(await review('sla')).review);
    await edit('沈南乔', '时效与升级', [
      'P1',
      { '用时150% 通知谁': ['总监'], '用时100% 通知谁': ['主管'], 渠道: ['用时100% 加急'] },
    ]);
    await settle();
    expect((await review('sla'))?.review.state).toBe('withdrawn');
    expect(await row('时效与升级', 'P1')).toMatchObject({ 说明: '' });
    const admin = world.whoIs('林知夏').person;
    expect(await shown(must(await deliveries().find({ subject, recipient: admin })))).toContain('无需处理');
  });

  it('of the only one who may approve is told to be without a second person', async () => {
    await edit('林知夏', '时效与升级', ['P0', { '处理（小时）': 100 }]);
    await settle();
    expect((await row('时效与升级', 'P0'))['说明']).toContain('没有可以复核的人');
  });
});

describe('a row that may not go', () => {
  it('stands there again when it was deleted', async () => {
    await remove('沈南乔', '时效与升级', 'P2');
    await settle();
    expect(await row('时效与升级', 'P2')).toMatchObject({ 说明: '这一行不能删除，已恢复', '首响（分）': 20 });
    await edit('沈南乔', '时效与升级', ['P2', { '首响（分）': 25 }]);
    await settle();
    expect(await row('时效与升级', 'P2')).toMatchObject({ '首响（分）': 25, 说明: '' });
  });
});
