import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { releaseDue, releaseNow, releaseReady } from '../../functions/digest/due.ts';
import type { DigestDeps } from '../../functions/digest/release.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { localMorning, withTrigger } from './morning.ts';

const today = '2026-11-24';
const yesterday = '2026-11-23';
const morning = localMorning(today);
const { clock, bi, release, invocation, rowsOf, endingsOf, windows, sweep } = morning;
const subjectOf = ({ id }: Bundle): string => `digest:${id}:${today}`;
const tick = (deps: DigestDeps) => releaseDue(deps)(deps.now());
const at = (time: string): void => {
  clock.set(`${today}T${time}+08:00`);
};
const windowOf = async ({ id }: Bundle) => {
  const window = await windows().find(id, today);
  if (!window) throw new Error(`${id} has no window`);
  return window;
};
const behind = () => bi().setWatermark({ completeThrough: '2026-11-22' });
const complete = () => bi().setWatermark({ completeThrough: yesterday });
const sent = { sent: 1, skipped: 0, waiting: 0 };
const skipped = { sent: 0, skipped: 1, waiting: 0 };
const waiting = { sent: 0, skipped: 0, waiting: 1 };
const nothing = { sent: 0, skipped: 0, waiting: 0 };

describe('a window', () => {
  it('that is taken 5 s before its T leaves at T ± 1 s, and two ticks at once make one row and one card each', async () => {
    const bundle = release();
    const before = morning.messagesOnAllScreens();
    at('08:46:55');
    const ticks = await Promise.all([tick(invocation([bundle])), tick(invocation([bundle]))]);
    expect(ticks.map((counts) => counts['sent'])).toContain(1);
    const acceptedAt = (await rowsOf(subjectOf(bundle)))
      .map((row) => Date.parse(row.acceptedAt ?? ''))
      .sort();
    const lateMs = (acceptedAt[0] ?? 0) - Date.parse(`${today}T08:47:00+08:00`);
    expect(Math.abs(lateMs)).toBeLessThanOrEqual(1000);
    expect((acceptedAt.at(-1) ?? 0) - (acceptedAt[0] ?? 0)).toBeLessThanOrEqual(3000);
    expect(acceptedAt).toHaveLength(16);
    expect(morning.messagesOnAllScreens()).toBe(before + 16);
    expect(await windows().listRecent(bundle.id, 9)).toHaveLength(1);
    expect(await windowOf(bundle)).toMatchObject({ state: 'sent', target: 16, attempt: 1 });
    expect(await tick(invocation([bundle]))).toEqual(nothing);
  });

  it('is not looked at more than 180 s ahead', async () => {
    const bundle = release();
    at('08:43:58');
    expect(await tick(invocation([bundle]))).toEqual(nothing);
    expect(await windows().find(bundle.id, today)).toBeUndefined();
  });
});

describe('a window whose source is not complete', () => {
  it('waits, and leaves at once when the source says through metric-intake that its day is', async () => {
    const bundle = release();
    const deps = invocation([bundle]);
    await behind();
    at('08:47:01');
    expect(await tick(deps)).toEqual(waiting);
    expect(await windowOf(bundle)).toMatchObject({ state: 'armed', reason: 'source_not_ready' });
    expect(await rowsOf(subjectOf(bundle))).toEqual([]);
    at('08:52:30');
    const readyAt = clock.now().toISOString();
    await morning.metrics().recordReady('bi', yesterday, { asOf: readyAt, readyAt });
    const began = Date.now();
    await releaseReady(deps, 'ready#bi', yesterday);
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(await endingsOf(subjectOf(bundle))).toMatchObject({ accepted: { length: 16 } });
    expect(await windowOf(bundle)).toMatchObject({ state: 'sent', eventAt: readyAt });
    const messages = morning.messagesOnAllScreens();
    await releaseReady(deps, 'ready#bi', yesterday);
    expect(morning.messagesOnAllScreens()).toBe(messages);
    await complete();
  });

  it('leaves with the next tick when its watermark has passed', async () => {
    const bundle = release({
      digests: release().digests.map((digest) => ({ ...digest, source: { id: 'erp', name: 'ERP' } })),
    });
    await behind();
    at('08:47:01');
    expect(await tick(invocation([bundle]))).toEqual(waiting);
    at('08:48:01');
    expect(await tick(invocation([bundle]))).toEqual(waiting);
    await complete();
    at('08:49:01');
    expect(await tick(invocation([bundle]))).toEqual(sent);
    expect(await rowsOf(subjectOf(bundle))).toHaveLength(16);
  });

  it('is not released by a signal before its T', async () => {
    const bundle = release({ at: '09:05' });
    at('09:03:00');
    const asOf = clock.now().toISOString();
    expect(await morning.metrics().recordReady('bi', yesterday, { asOf, readyAt: asOf })).toBe(true);
    await releaseReady(invocation([bundle]), 'ready#bi', yesterday);
    expect(await rowsOf(subjectOf(bundle))).toEqual([]);
  });
});

describe('after notAfter', () => {
  const late = (onLate: 'sendStamped' | 'skip'): Bundle =>
    release({
      digests: release().digests.map((digest) => ({
        ...withTrigger(digest, { onLate }),
        source: { id: 'erp', name: 'ERP' },
      })),
    });

  it('sendStamped sends what there is and says so on every card', async () => {
    const bundle = late('sendStamped');
    await behind();
    at('09:19:30');
    expect(await tick(invocation([bundle]))).toEqual(waiting);
    at('09:20:30');
    expect(await tick(invocation([bundle]))).toEqual(sent);
    await complete();
    const text = await morning.shownTo(subjectOf(bundle), '沈南乔');
    expect(text).toContain('经营日报：数据未按时就绪，以下为已有数据');
    expect(text).toContain('数据只到 11-22，11-23 尚未到齐');
    expect(text).not.toContain('昨日支付');
  });

  it('skip sends nothing and records why', async () => {
    const bundle = late('skip');
    await behind();
    at('09:19:30');
    expect(await tick(invocation([bundle]))).toEqual(waiting);
    at('09:20:30');
    expect(await tick(invocation([bundle]))).toEqual(skipped);
    await complete();
    expect(await windowOf(bundle)).toMatchObject({ state: 'skipped', reason: 'source_not_ready' });
    expect(await rowsOf(subjectOf(bundle))).toEqual([]);
    expect(await tick(invocation([bundle]))).toEqual(nothing);
  });

  it('a member that skips is left out with its reason, and the others go', async () => {
    const [sales, stock] = late('sendStamped').digests;
    const [, , people] = late('skip').digests;
    if (!sales || !stock || !people) throw new Error('three digests make the morning');
    const bundle = release({ digests: [sales, stock, people] });
    await behind();
    at('09:20:30');
    expect(await tick(invocation([bundle]))).toEqual(sent);
    await complete();
    expect(await windows().find('people-finance', today)).toMatchObject({
      state: 'skipped',
      reason: 'source_not_ready',
    });
    expect(await windows().find('sales-daily', today)).toMatchObject({ state: 'sent', carriedBy: bundle.id });
    expect((await endingsOf(subjectOf(bundle)))['accepted']).not.toContain('戴明薇');
  });
});

describe('a window that nobody released in time', () => {
  it('is sent late within its policy', async () => {
    const bundle = release();
    at('11:40:00');
    expect(await tick(invocation([bundle]))).toEqual(sent);
    expect(await rowsOf(subjectOf(bundle))).toHaveLength(16);
  });

  it.each([
    ['beyond its policy', { policy: 'sendLate', withinMinutes: 180 }, '11:50:00'],
    ['under the policy skip, two minutes late', { policy: 'skip' }, '08:49:00'],
    ['half a day late', { policy: 'sendLate', withinMinutes: 180 }, '20:00:00'],
  ] as const)('%s is skipped as missed', async (_, misfire, time) => {
    const bundle = release({ misfire });
    at(time);
    expect(await tick(invocation([bundle]))).toEqual(skipped);
    expect(await windowOf(bundle)).toMatchObject({ state: 'skipped', reason: 'missed' });
    expect(await rowsOf(subjectOf(bundle))).toEqual([]);
    expect(await tick(invocation([bundle]))).toEqual(nothing);
  });

  it('keeps a policy of twelve hours', async () => {
    const bundle = release({ misfire: { policy: 'sendLate', withinMinutes: 720 } });
    at('19:47:00');
    expect(await tick(invocation([bundle]))).toEqual(sent);
  });

  it('is sent after all when an admin runs it', async () => {
    const bundle = release({ misfire: { policy: 'skip' } });
    at('08:50:00');
    expect(await tick(invocation([bundle]))).toEqual(skipped);
    expect(await releaseNow(invocation([bundle]), bundle, today)).toBe('sent');
    expect(await rowsOf(subjectOf(bundle))).toHaveLength(16);
    const window = await windowOf(bundle);
    expect([window.state, window.reason]).toEqual(['sent', undefined]);
  });
});

describe('an invocation that is killed', () => {
  /** Sends so many, then nothing of it happens any more: no answer, no write. */
  const killedAfter = (deps: DigestDeps, sends: number): DigestDeps => {
    let begun = 0;
    const never = new Promise<never>(() => undefined);
    const send = (delivery: Delivery) => {
      begun += 1;
      return begun <= sends ? deps.send(delivery) : never;
    };
    return { ...deps, send };
  };

  it('in the middle of sending is taken over when its lease is over: none twice, none missing', async () => {
    const bundle = release();
    const before = morning.messagesOnAllScreens();
    at('08:46:59');
    void tick(killedAfter(invocation([bundle]), 8));
    const half = async () =>
      (await rowsOf(subjectOf(bundle))).filter(({ state }) => state === 'accepted').length;
    for (let round = 0; round < 100 && (await half()) < 8; round += 1) await wait(50);
    expect(await half()).toBe(8);
    clock.skip(60_000);
    expect(await tick(invocation([bundle]))).toEqual(nothing);
    clock.skip(65_000);
    expect(await tick(invocation([bundle]))).toEqual(sent);
    expect(await endingsOf(subjectOf(bundle))).toMatchObject({ accepted: { length: 16 } });
    expect(morning.messagesOnAllScreens()).toBe(before + 16);
    expect(await windowOf(bundle)).toMatchObject({ state: 'sent', target: 16, attempt: 2 });
  });

  it('between a claim and its answer leaves that card to the sweep', async () => {
    const bundle = release();
    const before = morning.messagesOnAllScreens();
    const deps = invocation([bundle]);
    at('08:47:00');
    let claims = 0;
    const claimOnly = async (delivery: Delivery) => {
      claims += 1;
      if (claims > 4) return deps.send(delivery);
      await deps.deliveries.claim(delivery, deps.now());
      return new Promise<never>(() => undefined);
    };
    void tick({ ...deps, send: claimOnly });
    const accepted = async () =>
      (await rowsOf(subjectOf(bundle))).filter(({ state }) => state === 'accepted').length;
    for (let round = 0; round < 100 && (await accepted()) < 12; round += 1) await wait(50);
    clock.skip(26_000);
    expect(await sweep()).toMatchObject({ accepted: 4 });
    clock.skip(100_000);
    expect(await tick(deps)).toEqual(sent);
    expect(await endingsOf(subjectOf(bundle))).toMatchObject({ accepted: { length: 16 } });
    expect(morning.messagesOnAllScreens()).toBe(before + 16);
  });

  it('is not judged again by whoever takes over, though its source has fallen behind meanwhile', async () => {
    const bundle = release();
    at('08:47:00');
    void tick(killedAfter(invocation([bundle]), 8));
    const half = async () =>
      (await rowsOf(subjectOf(bundle))).filter(({ state }) => state === 'accepted').length;
    for (let round = 0; round < 100 && (await half()) < 8; round += 1) await wait(50);
    await behind();
    clock.skip(125_000);
    expect(await tick(invocation([bundle]))).toEqual(sent);
    await complete();
    expect(await endingsOf(subjectOf(bundle))).toMatchObject({ accepted: { length: 16 } });
  });

  it('and one send that throws keep nobody else back: the next tick sends what is left', async () => {
    const bundle = release();
    at('08:47:00');
    const deps = invocation([bundle]);
    let sends = 0;
    const throwsOnce = (delivery: Delivery) => {
      sends += 1;
      return sends === 3 ? Promise.reject(new Error('throttled')) : deps.send(delivery);
    };
    expect(await tick({ ...deps, send: throwsOnce })).toEqual(waiting);
    expect(await endingsOf(subjectOf(bundle))).toMatchObject({
      accepted: { length: 15 },
      planned: { length: 1 },
    });
    expect(await tick(deps)).toEqual(sent);
    expect(await endingsOf(subjectOf(bundle))).toMatchObject({ accepted: { length: 16 } });
  });
});
