import { describe, expect, it } from 'vitest';
import { settingsBase } from './settings-world.ts';

const { make, edit, row, settle, version, review, world } = settingsBase();

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
