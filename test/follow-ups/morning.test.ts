import { beforeAll, describe, expect, it } from 'vitest';
import { releaseNow } from '../../functions/digest/due.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import type { FollowUp } from '../../shared/follow-ups/follow-up.ts';
import { localMorning } from '../digest-flow/morning.ts';

const today = '2026-11-24';
const tomorrow = '2026-11-25';

/** The follow-ups that a card carries, by the buttons on it. */
const itemsOn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/"item":"([^"]+)"/gu)].map(([, item = '']) => item)),
];

describe('the abnormal lines of a morning', () => {
  const morning = localMorning(today);
  let release: Bundle;
  let rows: readonly FollowUp[] = [];
  beforeAll(async () => {
    release = morning.release();
    morning.clock.set(`${today}T08:50:00+08:00`);
    expect(await releaseNow(morning.invocation([release]), release, today)).toBe('sent');
    rows = await morning.invocation([release]).followUps.listMonth('2026-11');
  }, 60_000);
  const shownTo = (name: string, day = today): Promise<string> =>
    morning.shownTo(`digest:${release.id}:${day}`, name);

  it('are one follow-up each for all who share them, with the people of the scope to choose from', async () => {
    const [chief, deputy] = [itemsOn(await shownTo('林知夏')), itemsOn(await shownTo('周以安'))];
    expect(chief.length).toBeGreaterThan(0);
    expect(chief.filter((item) => deputy.includes(item)).length).toBeGreaterThan(0);
    const known = rows.map(({ item }) => item);
    for (const item of [...chief, ...deputy]) expect(known).toContain(item);
    const shared = rows.find(({ item }) => chief.includes(item) && deputy.includes(item));
    expect(shared?.people.map(({ name }) => name)).toEqual(expect.arrayContaining(['林知夏', '周以安']));
  });

  it('are offered to nobody who may not see their figures', () => {
    expect(rows.length).toBeGreaterThan(0);
    const finance = rows.filter(({ line }) => line.includes('逾期应收'));
    for (const { people } of finance) {
      expect(people.map(({ name }) => name).sort()).toEqual(['林知夏', '钱正清'].sort());
    }
    const regional = rows.filter(({ people }) => people.some(({ name }) => name === '蒲海棠'));
    for (const { people } of regional) expect(people.map(({ name }) => name)).not.toContain('林知夏');
  });

  it('go on the next day under whoever follows them up since the first', async () => {
    const { followUps } = morning.invocation([release]);
    const chief = itemsOn(await shownTo('林知夏'));
    const first = rows.find(({ item }) => chief.includes(item));
    if (!first) throw new Error('the chief has no line');
    const [to] = first.people;
    if (!to) throw new Error('the line has no people');
    const at = morning.clock.now().toISOString();
    const assigned = {
      ...first,
      state: 'assigned' as const,
      assigned: { to, by: to, at },
      followedSince: at,
    };
    expect(await followUps.change(first, assigned, [])).toBe(true);
    morning.clock.set(`${tomorrow}T08:50:00+08:00`);
    await releaseNow(morning.invocation([release]), release, tomorrow);
    const row = await followUps.find(first);
    expect(row?.subjects).toEqual([`digest:${release.id}:${today}`, `digest:${release.id}:${tomorrow}`]);
    expect(await shownTo('林知夏', tomorrow)).toContain(`${to.name} 跟进中，自 11-24`);
  });
});
