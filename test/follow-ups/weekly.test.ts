import { describe, expect, it } from 'vitest';
import { followUpsWeekly } from '../../config/digests/follow-ups-weekly.ts';
import { buildDigestCard } from '../../functions/digest/card.ts';
import { followUpRows } from '../../functions/digest/local-rows.ts';
import { sectionFor } from '../../functions/digest/section.ts';
import { releasesOf } from '../../shared/digests/bundle.ts';
import { queriesFor } from '../../shared/digests/queries.ts';
import { periodOf, windowOn } from '../../shared/digests/window.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { preflight } from '../../shared/feishu/preflight.ts';
import type { FollowUp } from '../../shared/follow-ups/follow-up.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { localTables } from '../local.ts';
import { lin, openLine, zhou } from './golden.ts';

const tables = localTables();
const store = () => followUps({ digests: tables.name('digests') });

/** Monday 30 November, 14:02 in Shanghai. */
const now = new Date('2026-11-30T06:02:00Z');
const day = '2026-11-30';
// Wednesday off, as a holiday would be; Sunday 29 November worked in exchange.
const isWorkday = (one: string): boolean =>
  one === '2026-11-29' || (new Date(`${one}T00:00:00Z`).getUTCDay() % 6 !== 0 && one !== '2026-11-25');

const hours = (n: number): string => new Date(now.getTime() - n * 3_600_000).toISOString();
const followed = (name: string, ageHours: number, more: Partial<FollowUp> = {}): FollowUp => ({
  ...openLine,
  item: `digest:morning:${name}`,
  since: '2026-11-20',
  line: `🔴 ${name}`,
  state: 'assigned',
  assigned: { to: zhou, by: lin, at: hours(ageHours) },
  followedSince: hours(ageHours),
  ...more,
});
const closedAfter = (name: string, tookHours: number, agoHours: number): FollowUp =>
  followed(name, agoHours + tookHours, {
    state: 'closed',
    closed: { by: zhou, at: hours(agoHours), cause: '供应商延期', measure: '空运' },
  });

const section = async (reader: string) => {
  const person = { unionId: reader, roles: ['总经理'], departments: [] };
  const wanted = periodOf(followUpsWeekly, day, { isWorkday });
  const read = followUpRows({ followUps: store(), now: () => now });
  const replies = new Map(
    await Promise.all(
      queriesFor(followUpsWeekly, person, wanted).map(
        async ({ key, params }) => [key, await read(params)] as const,
      ),
    ),
  );
  return sectionFor(followUpsWeekly, { person, day, now, wanted, shown: wanted, replies });
};

describe('the weekly card of follow-ups', () => {
  it('leaves on the first workday of a week at 14:02, and on no other day', () => {
    const [release] = releasesOf([], [followUpsWeekly]);
    if (!release) throw new Error('there is no release');
    const days = Array.from({ length: 14 }, (_, n) => `2026-11-${String(16 + n)}`);
    const windows = days.flatMap((one) => windowOn(release, one, isWorkday) ?? []);
    expect(windows.map((window) => window.plannedAt)).toEqual([
      '2026-11-16T06:02:00.000Z',
      '2026-11-23T06:02:00.000Z',
    ]);
    const shifted = (one: string): boolean => isWorkday(one) && one !== '2026-11-23';
    expect(windowOn(release, '2026-11-24', shifted)?.plannedAt).toBe('2026-11-24T06:02:00.000Z');
  });

  it('says what is open for how long, the oldest first, and what was closed last week, with medians', async () => {
    for (const row of [
      openLine,
      followed('缺货', 30),
      followed('毛利率', 100),
      closedAfter('退款率', 2, 40),
      closedAfter('逾期', 6, 60),
      closedAfter('上上周办结', 1, 24 * 9),
      { ...closedAfter('别人的', 1, 40), people: [{ person: 'on_other', name: '旁人' }] },
    ])
      await store().open(row);
    const found = await section(lin.person);
    if ('skipped' in found) throw new Error(found.skipped);
    expect(found.figures.map(({ label, text }) => `${label} ${text}`)).toEqual([
      '未办结 2项',
      '已跟进（中位） 2天17小时',
      '上周办结 2项',
      '办结用时（中位） 4小时0分',
    ]);
    const [open, closed] = found.details;
    expect(open?.lines.map(({ text }) => text)).toEqual([
      '周明 · 自 11-26 10:02 · 4天4小时 · 🔴 毛利率',
      '周明 · 自 11-29 08:02 · 1天6小时 · 🔴 缺货',
    ]);
    expect(closed?.lines).toHaveLength(2);
    const card = buildDigestCard({
      id: deliveryElementId(`digest:follow-ups-weekly:${day}`, lin.person),
      name: '跟进周报',
      day,
      person: { name: lin.name, why: '总经理' },
      sections: [found],
      colours: '红涨绿跌',
    });
    expect(preflight(card)).toMatchObject({ ok: true });
    expect(card.config.summary.content).toBe('未办结2项 · 上周办结2项');
    expect(JSON.stringify(card)).toContain('"expanded":true');
    // Nobody says what would be abnormal about them.
    expect(JSON.stringify(card)).not.toContain('正常');
  });

  it('shows nobody what doesn’t stand on their own cards, and is no card for who has nothing', async () => {
    const other = await section('on_other');
    expect(JSON.stringify(other)).toContain('别人的');
    expect(JSON.stringify(other)).not.toContain('毛利率');
    expect(await section('on_nobody')).toEqual({ skipped: 'nothing_to_show' });
  });
});
