import { expect, it } from 'vitest';
import { defaultDesk } from '../../config/tickets/desk.ts';
import { sheetCommand } from '../../functions/ops/sheet-commands.ts';
import { editQueue } from '../../shared/store/edit-queue.ts';
import { leases } from '../../shared/store/leases.ts';
import { recounts } from '../../shared/store/recounts.ts';
import { reviews } from '../../shared/store/reviews.ts';
import { settingsBase } from './settings-world.ts';
import { must } from './world.ts';

const { make, edit, add, remove, row, records, settle, version, review, bitable, world } = settingsBase();

const run = (input: object) =>
  sheetCommand({
    settings: world.settings,
    people: world.people,
    reviews: reviews({ settings: world.name('settings') }),
    recounts: recounts(world.name('ops')),
    leases: leases(world.name('ops')),
    edits: editQueue(world.name('tickets')),
    bitable,
  }).run({ do: 'settings', ...input }, new Date());

const late = String(must(defaultDesk.routing.find(({ category }) => category.group === '物流')).order);
const rule = {
  ...{ 顺序: 5, '关键词（任一）': '少勺子', 优先级: 'P3', 方式: '轮流', 启用: true },
  ...{ 一级类别: '仓储发货', 二级类别: '赠品缺失', 团队: '客诉组' },
};

it('an older version comes back into force and into Base', async () => {
  await make();
  add('沈南乔', '分派规则', rule);
  await settle();
  await edit('沈南乔', '分派规则', ['10', { 二级类别: '改过的' }]);
  await settle();
  await remove('沈南乔', '分派规则', late);
  await settle();
  expect(await version('routing')).toBe(4);
  expect(await run({ act: 'rollback', table: '分派规则', to: 1 })).toMatchObject({
    dryRun: true,
    from: 4,
    lines: expect.arrayContaining([expect.stringContaining('停用 规则5')]) as unknown,
  });
  expect(await version('routing')).toBe(4);
  const done = await run({ act: 'rollback', table: 'routing', to: 1, confirm: true });
  expect(done).toMatchObject({ version: 5 });
  expect(await row('分派规则', '10')).toMatchObject({ 生效状态: '已生效 v5', 说明: '已回退到 v1' });
  expect((await row('分派规则', '10'))['二级类别']).not.toBe('改过的');
  const spare = await row('分派规则', '5');
  expect(spare['启用'] ?? false).toBe(false);
  expect(spare).toMatchObject({ 生效状态: '已停用 v5' });
  expect(await row('分派规则', late)).toMatchObject({ 生效状态: '已生效 v5' });
  await settle();
  expect(await version('routing')).toBe(5);
  expect(await run({ act: 'rollback', table: 'routing', to: 1, confirm: true })).toMatchObject({
    hint: 'nothing differs',
  });
});

it('takes back what waited for a second person', async () => {
  await edit('沈南乔', '时效与升级', ['P3', { '首响（分）': 45 }]);
  await settle();
  await edit('沈南乔', '时效与升级', ['P0', { '首响（分）': 45 }]);
  await settle();
  expect((await review('sla'))?.review.state).toBe('open');
  await run({ act: 'rollback', table: 'sla', to: 1, confirm: true });
  await settle();
  expect((await review('sla'))?.review.state).toBe('withdrawn');
  expect(await row('时效与升级', 'P0')).toMatchObject({ '首响（分）': 10 });
  expect((await records('时效与升级')).length).toBe(5);
});
