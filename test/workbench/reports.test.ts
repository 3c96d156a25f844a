import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { hashJson } from '../../shared/broadcasts/canonical.ts';
import { evidenceSchema } from '../../shared/broadcasts/evidence.ts';
import { isSigned } from '../../shared/broadcasts/evidence-keys.ts';
import { keepSnapshot } from '../../shared/broadcasts/snapshot.ts';
import { parse } from '../../shared/parse.ts';
import { contents } from '../../shared/store/contents.ts';
import { people } from '../../shared/store/people.ts';
import { localTables } from '../local.ts';
import { postOf, rowFor, storesIn } from './posts.ts';
import { enter, fieldIn, startWorkbench, type Workbench } from './world.ts';

const tables = localTables();
const editor = '许念';
const admin = '高远';
const reader = '林知夏';
let workbench: Workbench;
beforeAll(async () => {
  workbench = await startWorkbench(tables);
  await place(editor, { departments: ['法务'] });
  await place(admin, { roles: ['直达管理员'] });
  await report();
}, 60_000);
afterAll(() => workbench.close());
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

const place = (name: string, more: { departments?: string[]; roles?: string[] }) =>
  people(tables.name('people')).record({
    person: workbench.person(name).unionId,
    name,
    jobTitle: '',
    departments: [],
    roles: [],
    syncedAt: new Date().toISOString(),
    ...more,
  });

const members = [
  { person: 'on_a', name: '甲', departments: ['直播运营'] },
  { person: 'on_b', name: '=乙,"特"', departments: ['直播运营'] },
  { person: 'on_c', name: '丙', departments: ['仓储'] },
  { person: 'on_d', name: '丁', departments: ['仓储'], unreachable: 'not_activated' },
];
const report = async (): Promise<void> => {
  const { broadcasts, deliveries } = storesIn(tables);
  const snapshots = await keepSnapshot(contents(tables.name('contents')))(postOf(), members, new Date());
  const post = postOf({ target: 4, snapshots: [...snapshots] });
  await broadcasts.open(post, { step: 'start', now: new Date(), wakes: false });
  const at = '2026-11-23T02:12:00.000Z';
  await deliveries.put(
    rowFor(post, 'on_a', {
      state: 'confirmed',
      readAt: at,
      openedAt: at,
      confirmed: { at, version: 1, via: 'card' },
    }),
  );
  await deliveries.put(rowFor(post, 'on_b'));
  await deliveries.put(rowFor(post, 'on_c', { state: 'read', readAt: at }));
  await deliveries.put(
    rowFor(post, 'on_d', { state: 'excluded', reason: 'not_activated', messageId: undefined }),
  );
};
const path = '/workbench/reports/legal-42';

describe('a report', () => {
  it('says the sum, the four levels, who is missing where, and how long it took', async () => {
    const who = await enter(workbench, editor);
    expect((await who.get('/workbench')).html).toContain('href="/workbench/reports"');
    expect((await who.get('/workbench/reports')).html).toContain('广告法新规');
    const { html } = await who.get(path);
    for (const words of [
      '应触达 4 = 已确认 1 + 已读未确认 1 + 未读 1 + 不可触达 1 + 已豁免 0',
      '触达率 2/3 = 66.7%',
      '打开文章（尚未统计）</th><td class="number">1 / 4 人',
      '直播运营</th><td class="number">1/2',
      '还差 1 人</summary>=乙,&quot;特&quot;',
      '确认用时：50% 未达到',
      '不可触达：未激活',
    ])
      expect(html).toContain(words);
  });

  it('has a list of names that no table program takes for formulas', async () => {
    const file = await (await enter(workbench, editor)).get(`${path}/names.csv`);
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const done = '2026-11-23 09:02,2026-11-23 10:12,2026-11-23 10:12,2026-11-23 10:12,v1,卡片,,on_a';
    expect(file.html).toContain(`甲,直播运营,已确认,${done}\r\n`);
    expect(file.html).toContain(`"'=乙,""特""",直播运营,未读`);
    expect(file.html).toMatch(/丁,仓储,不可触达,[^\n]*未激活/u);
  });

  it('has a list of names that begins with its byte order mark, without which Excel reads it as GBK', async () => {
    const { cookies } = await enter(workbench, editor);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const file = await fetch(new URL(`${path}/names.csv`, workbench.url), { headers: { cookie } });
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    expect(bytes.subarray(3).toString()).toMatch(/^姓名,/u);
  });

  it('has evidence that proves itself', async () => {
    const file = await (await enter(workbench, editor)).get(`${path}/evidence`);
    const name = 'legal-42-v1-evidence.json';
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
    const { body, signature } = parse(evidenceSchema, JSON.parse(file.html));
    expect(body.sum).toMatchObject({ target: 4, confirmed: 1, unreachable: 1 });
    expect(signature.digest).toBe(hashJson(body));
    expect(isSigned(signature)).toBe(true);
  });

  it('is downloaded as evidence of a big company, too: compressed on its way, signed as ever', async () => {
    const crowd = Array.from({ length: 3_000 }, (_, at) => ({
      person: `on_${String(at).padStart(32, '0')}`,
      name: `同事${at}`,
      departments: [`直播运营${at % 20}部`, '薄荷生活'],
    }));
    const { broadcasts } = storesIn(tables);
    const snapshots = await keepSnapshot(contents(tables.name('contents')))(postOf(), crowd, new Date());
    const post = postOf({ broadcast: 'legal-43', target: crowd.length, snapshots: [...snapshots] });
    await broadcasts.open(post, { step: 'start', now: new Date(), wakes: false });
    const who = await enter(workbench, editor);
    const { html, headers } = await who.get('/workbench/reports/legal-43/evidence');
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(headers.get('vary')).toContain('accept-encoding');
    const { body, signature } = parse(evidenceSchema, JSON.parse(html));
    expect(body.people).toHaveLength(3_000);
    expect(signature.digest).toBe(hashJson(body));
    expect(isSigned(signature)).toBe(true);
  });

  it('is of nobody else, and does not say whether there is one', async () => {
    const who = await enter(workbench, reader);
    expect((await who.get('/workbench')).html).not.toContain('/workbench/reports');
    expect((await who.get('/workbench/reports')).status).toBe(403);
    const [known, unknown] = [await who.get(path), await who.get('/workbench/reports/legal-9999')];
    expect([known.status, unknown.status]).toEqual([404, 404]);
    for (const file of ['names.csv', 'evidence']) expect((await who.get(`${path}/${file}`)).status).toBe(404);
    const form = fieldIn((await who.get('/workbench/me')).html, 'form');
    expect(
      (await who.post(`${path}/steps`, { form, step: 'pause', reason: '试试', revision: '1' })).status,
    ).toBe(404);
  });

  it('is read by an administrator, who takes no steps', async () => {
    const who = await enter(workbench, admin);
    const { html } = await who.get(path);
    expect(html).toContain('应触达 4');
    expect(html).not.toContain('name="step"');
    const form = fieldIn((await who.get('/workbench/me')).html, 'form');
    const answer = await who.post(`${path}/steps`, { form, step: 'pause', reason: '试试', revision: '1' });
    expect(answer.status).toBe(400);
    expect(answer.html).toContain('无权限');
  });

  it('pauses with a reason, goes on, and reminds, each on the state that was seen', async () => {
    const who = await enter(workbench, editor);
    const find = () => storesIn(tables).broadcasts.find('legal-42');
    const take = async (fields: Record<string, string>) => {
      const { html } = await who.get(path);
      return who.post(`${path}/steps`, {
        form: fieldIn(html, 'form'),
        revision: fieldIn(html, 'revision'),
        ...fields,
      });
    };
    expect((await take({ step: 'pause', reason: ' ' })).html).toContain('请填写暂停原因');
    expect((await take({ step: 'recall', reason: 'x' })).status).toBe(400);
    expect((await take({ step: 'pause', reason: '第 3 条有误' })).status).toBe(303);
    expect(await find()).toMatchObject({
      state: 'paused',
      paused: { reason: '第 3 条有误', by: { name: editor } },
    });
    expect((await who.get(path)).html).toContain('已暂停：第 3 条有误');
    expect((await take({ step: 'remind' })).status).toBe(409);
    expect((await take({ step: 'resume' })).status).toBe(303);
    const seen = (await find())?.revision ?? 0;
    expect((await take({ step: 'remind', revision: String(seen) })).status).toBe(303);
    expect((await take({ step: 'remind', revision: String(seen) })).status).toBe(409);
    expect((await take({ step: 'remind', revision: 'x' })).status).toBe(409);
    expect(await find()).toMatchObject({ state: 'open', reminded: 1 });
  });
});
