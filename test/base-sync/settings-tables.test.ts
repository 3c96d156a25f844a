import { describe, expect, it } from 'vitest';
import { allAlerts } from '../../config/alerts/all.ts';
import { alertsInForce } from '../../shared/settings/alerts-in-force.ts';
import { releasesInForce } from '../../shared/settings/releases-in-force.ts';
import { settingsBase } from './settings-world.ts';
import { must } from './world.ts';

const { make, edit, add, remove, row, records, settle, version, world } = settingsBase();
const now = () => new Date();
const releases = () => releasesInForce(world.settings, now)();
const path = '/open-apis/bitable/v1/apps/:app_token/tables/:table_id/records';

describe('推送', () => {
  it('moves the morning card: the next release leaves at the new time and names its version', async () => {
    await make();
    await settle();
    expect(must((await releases())[0]).at).toBe('08:47');
    await edit('沈南乔', '推送', ['晨报', { 最早时间: '09:05' }]);
    const mark = world.mark();
    await settle();
    // One search reads the whole table and one write answers it.
    expect(world.calls(mark).map(({ api }) => api.split('/').at(-1))).toEqual(['search', 'batch_update']);
    expect(await row('推送', '晨报')).toMatchObject({
      生效状态: '已生效 v2',
      最后修改: '2026-11-23 10:00 · 沈南乔',
    });
    expect(must((await releases())[0])).toMatchObject({ at: '09:05', settings: 'push@2+targets@1' });
  });

  it('with a wrong time says so with an example, and the card leaves as before', async () => {
    await edit('沈南乔', '推送', ['晨报', { 最早时间: '九点' }]);
    await settle();
    expect(await row('推送', '晨报')).toMatchObject({
      生效状态: '未生效',
      说明: '「最早时间」要写成 时:分，例：08:30。原来的值仍然有效',
    });
    expect(must((await releases())[0]).at).toBe('09:05');
    await edit('沈南乔', '推送', ['晨报', { 最早时间: '09:05' }]);
    await settle();
    expect(await row('推送', '晨报')).toMatchObject({ 生效状态: '已生效 v2', 说明: '' });
  });

  it('leaves out who is named, and what is switched off', async () => {
    const person = world.whoIs('陆鸣').person;
    await edit('沈南乔', '推送', ['经营日报', { 排除人员: [{ id: person }], 仅异常推送: true }]);
    await edit('沈南乔', '推送', ['人财日报', { 启用: false }]);
    await settle();
    const sent = (await releases()).flatMap(({ digests }) => digests);
    expect(sent.find(({ id }) => id === 'sales-daily')).toMatchObject({
      onlyAbnormal: true,
      audience: { except: [person] },
    });
    expect(sent.map(({ id }) => id)).not.toContain('people-finance');
  });
});

describe('目标与阈值', () => {
  it('moves the line of an alert', async () => {
    await edit('沈南乔', '目标与阈值', ['退款率过高预警（%）', { 红线: 12, 黄线: 9 }]);
    await settle();
    const [refunds] = await alertsInForce(world.settings, now)();
    expect(refunds).toMatchObject({ id: 'refund-rate', condition: { value: 0.12, recover: 0.09 } });
  });

  it('a row that is deleted gives the alert back the line of the code', async () => {
    await remove('沈南乔', '目标与阈值', '退款率过高预警（%）');
    await settle();
    const [refunds] = await alertsInForce(world.settings, now)();
    expect(refunds).toEqual(allAlerts[0]);
  });

  it('a table that looks empty changes nothing: permissions can take a table out of sight', async () => {
    const before = await version('targets');
    for (const { fields } of await records('目标与阈值'))
      await remove('沈南乔', '目标与阈值', must([fields['指标']].flat()[0] as { text: string }).text);
    await settle();
    expect(await version('targets')).toBe(before);
    expect(world.logged()).toContain('settings_table_empty');
  });
});

describe('值班与坐席', () => {
  it('a shift that is added counts, with the agent’s number at the source', async () => {
    const { person } = world.whoIs('陆鸣');
    const cells = {
      ...{ 日期: Date.parse('2026-11-24T00:00:00+08:00'), 团队: '客诉组', 班次: '8:30-16:30' },
      ...{ 值班人: [{ id: person }], 上限: 20, 来源坐席号: '七鱼客服:143', 值班: true, 启用: true },
    };
    add('沈南乔', '值班与坐席', cells);
    await settle();
    world.later(61_000);
    expect((await world.rules()).desk.rota).toEqual([
      {
        ...{ day: '2026-11-24', team: 'care', person, name: '陆鸣', from: '08:30', to: '16:30' },
        ...{ cap: 20, sourceAgents: ['qiyu:143'], isDuty: true },
      },
    ]);
  });

  it('a row that is not filled yet asks for nothing until it is switched on', async () => {
    const id = add('沈南乔', '值班与坐席', { 班次: '08:30–16:30' });
    await settle();
    const found = must((await records('值班与坐席')).find(({ recordId }) => recordId === id));
    expect(JSON.stringify(found.fields)).toContain('填好后勾选「启用」');
  });
});

describe('a Base that does not take the answer', () => {
  it('gets it a minute later: the value counts meanwhile, and tickets go on', async () => {
    const before = await version('push');
    world.tenant().faults.set([{ api: `POST ${path}/batch_update`, kind: '500' }]);
    await edit('沈南乔', '推送', ['晨报', { 最早时间: '09:20' }]);
    const id = await world.open();
    await settle();
    expect(await version('push')).toBe(before + 1);
    expect(world.logged()).toContain('settings_not_read');
    expect(must((await releases())[0]).at).toBe('09:20');
    expect((await world.cellsFor(id))['工单号']).toBe(id);
    world.tenant().faults.set([]);
    world.later(61_000);
    await settle();
    expect(await row('推送', '晨报')).toMatchObject({ 生效状态: `已生效 v${before + 1}` });
  });
});

it('an edit whose event is lost counts after the next night', async () => {
  const before = await version('push');
  await edit('沈南乔', '推送', ['晨报', { 最早时间: '09:30' }]);
  await world.sync();
  expect(await version('push')).toBe(before);
  world.later(20 * 3_600_000);
  await world.sync();
  expect(await version('push')).toBe(before + 1);
  expect(await row('推送', '晨报')).toMatchObject({ 生效状态: `已生效 v${before + 1}` });
});
