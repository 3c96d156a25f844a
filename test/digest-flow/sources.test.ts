import { afterEach, describe, expect, it } from 'vitest';
import { biQueries } from '../../config/queries/bi.ts';
import { releaseDue, releaseNow } from '../../functions/digest/due.ts';
import type { MetricSource } from '../../shared/connectors/metric-source.ts';
import { sqlSource } from '../../shared/connectors/sql.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { money } from '../../shared/digests/wording.ts';
import { localMorning } from './morning.ts';

const today = '2026-11-24';
const yesterday = '2026-11-23';
const regions = ['华东', '华南', '华北', '西部'];
const morning = localMorning(today);
const { clock, bi, release, invocation, endingsOf, shownTo, windows, source } = morning;
const subjectOf = ({ id }: Bundle): string => `digest:${id}:${today}`;
const at = (time: string): void => {
  clock.set(`${today}T${time}+08:00`);
};

afterEach(async () => {
  await bi().setDown(false);
  await bi().setDelay(0);
});

const paidOn = async (day: string): Promise<number> => {
  const { rows } = await source().run('sales.days', { from: day, to: day, regions });
  return (rows[0] as { paidFen: number }).paidFen;
};

/** Any amount, count or rate with its unit; dates and clock times are not figures. */
const figures = /\d[\d,.]*\s?(万|亿|元|单|件|人|笔|批|个|天|%|pt)/u;
const wordsOf = (text: string): string => {
  const card = JSON.parse(text) as {
    header: unknown;
    body: { elements: { tag: string }[] };
    config: unknown;
  };
  // 口径 explains what figures mean: 近30天 is no figure.
  const elements = card.body.elements.filter(({ tag }) => tag !== 'collapsible_panel');
  return JSON.stringify([card.header, card.config, elements]);
};

describe('a source that is down', () => {
  it('keeps the window waiting until notAfter, then every card says so and shows no figure', async () => {
    const bundle = release();
    const tick = () => releaseDue(invocation([bundle]))(clock.now());
    await bi().setDown(true);
    at('08:47:01');
    expect(await tick()).toEqual({ sent: 0, skipped: 0, waiting: 1 });
    at('09:20:01');
    expect(await tick()).toEqual({ sent: 1, skipped: 0, waiting: 0 });
    expect((await endingsOf(subjectOf(bundle)))['accepted']).toHaveLength(16);
    for (const name of ['林知夏', '沈南乔', '冯知秋', '戴明薇']) {
      const text = await shownTo(subjectOf(bundle), name);
      expect(text).toContain('BI 暂时没有完整的数据，本节不显示数字');
      expect(wordsOf(text)).not.toMatch(figures);
    }
  });

  it('that skips what is stale leaves everybody out with that reason', async () => {
    const digests = release().digests.map((digest) => ({
      ...digest,
      freshness: { ...digest.freshness, onStale: 'skip' as const },
    }));
    const bundle = release({ digests });
    await bi().setDown(true);
    at('09:20:01');
    await releaseNow(invocation([bundle]), bundle, today);
    const endings = await endingsOf(subjectOf(bundle));
    expect(Object.keys(endings)).toEqual(['excluded:source_stale']);
    expect(endings['excluded:source_stale']).toHaveLength(16);
  });

  it('in the middle of a run gives the sections it has not answered no figure', async () => {
    const bundle = release();
    let asked = 0;
    const failing: MetricSource = {
      ...source(),
      run: async (query, params) => {
        asked += 1;
        if (asked === 4) await bi().setDown(true);
        return source().run(query, params);
      },
    };
    at('08:50:00');
    expect(await releaseNow(invocation([bundle], { source: failing }), bundle, today)).toBe('sent');
    const texts = await Promise.all(
      ['林知夏', '戴明薇', '冯知秋', '蒲海棠'].map((name) => shownTo(subjectOf(bundle), name)),
    );
    const gaps = texts.filter((text) => text.includes('数据暂缺'));
    expect(gaps.length).toBeGreaterThan(0);
    for (const text of gaps) expect(text).toContain('暂时连不上');
    expect((await endingsOf(subjectOf(bundle)))['accepted']).toHaveLength(16);
  });
});

describe('a source that is slow', () => {
  it('does not hold the card: what did not come in time is said, and it is not asked thirty times', async () => {
    const bundle = release();
    const slow = sqlSource({ id: 'bi', url: bi().url, queries: biQueries, timeoutMs: 300 });
    let asked = 0;
    const counting: MetricSource = {
      ...slow,
      run: async (query, params) => {
        asked += 1;
        if (asked === 2) await bi().setDelay(2_000);
        return slow.run(query, params);
      },
    };
    at('08:50:00');
    const began = Date.now();
    expect(await releaseNow(invocation([bundle], { source: counting }), bundle, today)).toBe('sent');
    // Feishu's pace alone takes a second.
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(asked).toBe(3);
    await slow.close();
    const text = await shownTo(subjectOf(bundle), '沈南乔');
    expect(text).toContain('数据暂缺（BI 查询超时）');
    expect(wordsOf(text)).not.toMatch(figures);
  });
});

describe('a source whose day is empty', () => {
  it('though its watermark has passed holds the window, then the card shows the day before and says so', async () => {
    const bundle = release();
    const tick = () => releaseDue(invocation([bundle]))(clock.now());
    await bi().dropSales(yesterday);
    at('08:47:01');
    expect(await tick()).toEqual({ sent: 0, skipped: 0, waiting: 1 });
    at('09:20:01');
    expect(await tick()).toEqual({ sent: 1, skipped: 0, waiting: 0 });
    await bi().load(today);
    for (const name of ['林知夏', '沈南乔']) {
      const text = await shownTo(subjectOf(bundle), name);
      expect(text).toContain('数据只到 11-22，11-23 尚未到齐，以下为 11-22 的数据');
      expect(text).not.toContain('昨日支付');
    }
    expect(await shownTo(subjectOf(bundle), '林知夏')).toContain(money(await paidOn('2026-11-22')));
  });

  it('like the week before shows no figure', async () => {
    const bundle = release();
    await bi().dropSales('2026-11-10');
    at('08:50:00');
    await releaseNow(invocation([bundle]), bundle, today);
    await bi().load(today);
    expect(wordsOf(await shownTo(subjectOf(bundle), '沈南乔'))).not.toMatch(figures);
  });
});

describe('a source that is stale', () => {
  it('by days shows the last complete day and names it on the card', async () => {
    const bundle = release();
    await bi().setWatermark({ completeThrough: '2026-11-21' });
    at('08:50:00');
    await releaseNow(invocation([bundle]), bundle, today);
    await bi().setWatermark({ completeThrough: yesterday });
    const text = await shownTo(subjectOf(bundle), '蒲海棠');
    const { rows } = await source().run('sales.days', {
      from: '2026-11-21',
      to: '2026-11-21',
      regions: ['西部'],
    });
    expect(text).toContain(money((rows[0] as { paidFen: number }).paidFen));
    expect(text).toContain('数据只到 11-21，11-23 尚未到齐，以下为 11-21 的数据');
    expect(text).not.toContain('昨日支付');
  });

  it('by weeks shows no figure', async () => {
    const bundle = release();
    await bi().setWatermark({ completeThrough: '2026-11-01' });
    at('08:50:00');
    await releaseNow(invocation([bundle]), bundle, today);
    await bi().setWatermark({ completeThrough: yesterday });
    const text = await shownTo(subjectOf(bundle), '蒲海棠');
    expect(wordsOf(text)).not.toMatch(figures);
  });

  it('by hours says until when it was updated', async () => {
    const bundle = release();
    await bi().setWatermark({ asOf: '2026-11-23T05:10:00.000Z' });
    at('08:50:00');
    await releaseNow(invocation([bundle]), bundle, today);
    await bi().setWatermark({ asOf: `${yesterday}T22:10:00.000Z` });
    const text = await shownTo(subjectOf(bundle), '沈南乔');
    expect(text).toContain('BI 数据停在 11-23 13:10，之后没有更新');
  });
});

describe('a Monday', () => {
  it('shows Friday to Sunday', async () => {
    const monday = '2026-11-23';
    const bundle = release();
    clock.set(`${monday}T08:50:00+08:00`);
    await releaseNow(invocation([bundle]), bundle, monday);
    const text = await shownTo(`digest:${bundle.id}:${monday}`, '林知夏');
    const { rows } = await source().run('sales.days', { from: '2026-11-20', to: '2026-11-22', regions });
    const amounts = (rows as unknown as readonly { paidFen: number }[]).map(({ paidFen }) => paidFen);
    const [friday = 0, saturday = 0, sunday = 0] = amounts;
    const total = friday + saturday + sunday;
    expect(text).toContain(
      `周五 ${money(friday)} · 周六 ${money(saturday)} · 周日 ${money(sunday)}，合计 ${money(total)}`,
    );
    expect(await windows().find('sales-daily', monday)).toMatchObject({
      from: '2026-11-20',
      to: '2026-11-22',
    });
    expect(await windows().find('stock-daily', monday)).toMatchObject({
      from: '2026-11-22',
      to: '2026-11-22',
    });
  });
});
