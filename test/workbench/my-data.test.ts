import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { addDays, dayOf } from '../../shared/calendar/day.ts';
import { people } from '../../shared/store/people.ts';
import { localTables } from '../local.ts';
import { postOf, rowFor, storesIn } from './posts.ts';
import { enter, startWorkbench, type Workbench } from './world.ts';

const tables = localTables();
const reader = '林知夏';
let workbench: Workbench;
beforeAll(async () => {
  workbench = await startWorkbench(tables);
}, 60_000);
afterAll(() => workbench.close());
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

const putFor =
  (name: string) =>
  (subject: string, daysAgo: number, more: Parameters<typeof rowFor>[2] = {}) => {
    const { unionId } = workbench.person(name);
    const day = addDays(dayOf(Date.now()), -daysAgo);
    const at = new Date(`${day}T02:10:00.000Z`).toISOString();
    const row = {
      subject,
      plannedAt: at,
      acceptedAt: at,
      daySubject: `${day}#${subject}`,
      messageId: `om_${subject}`,
    };
    return storesIn(tables).deliveries.put(rowFor(postOf(), unionId, { ...row, ...more }));
  };

const put = (...row: Parameters<ReturnType<typeof putFor>>) => putFor(reader)(...row);

describe('我的数据', () => {
  it('tells whoever looks what is recorded about them, and nothing about others', async () => {
    const { unionId } = workbench.person(reader);
    await people(tables.name('people')).recordQuiet(unionId, {
      spans: [{ from: '20:00', to: '09:00' }],
      setAt: '2026-11-20T00:00:00.000Z',
    });
    await put('digest:morning:2026-11-23', 1, { state: 'read', readAt: new Date().toISOString() });
    await put('broadcast:legal-7:v1', 2, {
      state: 'confirmed',
      confirmed: { at: new Date().toISOString(), version: 1, via: 'page' },
    });
    await put('broadcast:legal-7:v1:remind-1', 1);
    await storesIn(tables).deliveries.put({
      ...rowFor(postOf(), unionId),
      subject: 'ticket:T-9',
      state: 'held',
      reason: 'own_quiet_hours',
      plannedAt: new Date().toISOString(),
      daySubject: `${dayOf(Date.now())}#ticket:T-9`,
      acceptedAt: undefined,
      messageId: undefined,
    });
    await put('digest:morning:2026-09-01', 60);
    await putFor('周以安')('alert:refund-rate:x', 1);
    const who = await enter(workbench, reader);
    const { html } = await who.get('/workbench/me');
    for (const words of [
      reader,
      '20:00–09:00（你自己设置的）',
      '晨报',
      '薄荷法讯 第 7 期',
      '薄荷法讯 第 7 期（催办）',
      '未发送：当时在你设置的免打扰时段',
      '已送达 3 条，读了 1 条卡片，打开 0 篇文章，确认 1 次；未发送 1 条',
    ])
      expect(html).toContain(words);
    expect(html).not.toContain('退款');
    expect(html).not.toContain('周以安');
  });

  it('can be kept as a file', async () => {
    const who = await enter(workbench, reader);
    const file = await who.get('/workbench/me.json');
    expect(file.headers.get('content-disposition')).toMatch(
      /^attachment; filename="zhida-my-data-[\d-]+\.json"$/u,
    );
    expect(JSON.parse(file.html)).toMatchObject({
      person: { name: reader },
      counts: { delivered: 3, unsent: 1 },
      deliveries: expect.arrayContaining([
        expect.objectContaining({ subject: 'broadcast:legal-7:v1', state: 'confirmed' }),
      ]) as object[],
    });
  });
});
