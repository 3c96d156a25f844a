import { describe, expect, it } from 'vitest';
import { reportNow } from '../../functions/broadcast/report.ts';
import { collectEvidence } from '../../shared/broadcasts/collect-evidence.ts';
import { sumLine } from '../../shared/broadcasts/report.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { postWorld } from './world.ts';

const world = postWorld();
const hour = 3_600_000;

const started = async (title: string, more: object = {}): Promise<string> => {
  const url = world.link(world.write('裴律安', title));
  const post = await world.approved({ url, mustConfirm: true, ...more });
  await world.advance(post);
  return post;
};
const look = async (post: string): Promise<void> => {
  await world.drain();
  await world.advance(post);
};
const confirm = (row: Delivery) =>
  world.out().deliveries.recordConfirmed(row, { at: new Date().toISOString(), version: 1, via: 'page' });
const reported = async (post: string) => {
  const rows = await world.rows(post);
  return reportNow(world.out())(await world.find(post), rows);
};
const closingOf = async (post: string): Promise<string> => {
  const row = await world.workRow(post, 'report-close', '裴律安');
  return (await world.out().contents.find(row?.wanted?.hash ?? '')) ?? '';
};
const evidenceOf = (post: string) =>
  collectEvidence({ ...world.out(), broadcasts: world.posts(), accounts: [world.account('legal')] })(
    post,
    new Date(),
  );

describe('a post whose deadline is before the end of lunch', () => {
  it('is not complete: nobody got it, its figures say so, and whoever finds the page may confirm', async () => {
    world.clock('2026-12-01T12:05:00+08:00');
    const post = await started('午休前发', { deadline: new Date(Date.now() + 55 * 60_000).toISOString() });
    await look(post);
    const { target } = await world.find(post);
    expect(await world.find(post)).toMatchObject({ state: 'open' });
    expect(await world.identity(post)).toMatchObject({ target, unsent: target, queued: 0, excluded: 0 });
    world.later(hour);
    await look(post);
    expect(await world.find(post)).toMatchObject({ state: 'closed', closedBecause: 'deadline' });

    const report = await reported(post);
    expect(sumLine(report.sum, true)).toBe(
      `应触达 ${target} = 已确认 0 + 已读未确认 0 + 未读 0 + 不可触达 0 + 已豁免 0 + 未发送 ${target}`,
    );
    expect(report.rate).toEqual({ reached: 0, of: target });
    const closing = await closingOf(post);
    expect(closing).toContain(`未发送：休息时间 ${target}`);
    expect(closing).toContain('触达率 0.0%');
    const { sum, people } = await evidenceOf(post);
    expect(sum).toMatchObject({ target, unsent: target, exempt: 0 });
    expect(people.every(({ state, reason }) => state === 'unsent' && reason === 'quiet_hours')).toBe(true);

    const [one] = await world.rows(post);
    if (!one) throw new Error('nobody is meant');
    expect(await confirm(one)).toMatchObject({ state: 'confirmed' });
    expect(await world.identity(post)).toMatchObject({ unsent: target - 1, confirmed: 1 });
  }, 60_000);
});

describe('a post of which one never left', () => {
  it('is complete when they, too, have confirmed it', async () => {
    world.clock('2026-12-03T10:28:00+08:00');
    const post = await started('差一个人');
    const [one, ...others] = await world.rows(post);
    if (!one) throw new Error('nobody is meant');
    await world.out().deliveries.setAside(one, { reason: 'own_quiet_hours', now: new Date() });
    await look(post);
    for (const row of others) await confirm(row);
    await world.advance(post);
    expect(await world.find(post)).toMatchObject({ state: 'open' });
    await confirm(one);
    await world.advance(post);
    expect(await world.find(post)).toMatchObject({ state: 'closed', closedBecause: 'complete' });
  }, 60_000);
});

describe.each([
  { step: 'close', state: 'closed', words: '未发送：结束前未发出', day: '2026-12-05' },
  { step: 'recall', state: 'recalled', words: '未发送：撤回前未发出', day: '2026-12-07' },
])('a post that somebody ends ($step) while everybody is held', ({ step, state, words, day }) => {
  const more = step === 'recall' ? { reason: '不发了' } : {};
  it('waits for nobody in the figures of its end', async () => {
    world.clock(`${day}T12:05:00+08:00`);
    const post = await started(`午休中结束：${step}`, { deadline: '2026-12-20T18:00:00+08:00' });
    await look(post);
    const { target } = await world.find(post);
    expect(await world.identity(post)).toMatchObject({ queued: target, unsent: 0 });
    await world.act({ do: step, post, by: '裴律安', ...more });
    world.later(60_000);
    await look(post);
    expect(await world.find(post)).toMatchObject({ state });
    expect(await world.identity(post)).toMatchObject({ queued: 0, unsent: target, excluded: 0 });
    const closing = await closingOf(post);
    expect(closing).toContain(`${words} ${target}`);
    expect(closing).not.toContain('待发送');
    world.clock(`${day}T14:00:00+08:00`);
    expect(await world.drain()).toMatchObject({ sent: 0 });
  }, 60_000);
});
