import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Slots } from '../../shared/delivery/slots.ts';
import { LEGAL, postWorld } from './world.ts';

const world = postWorld();

const everyone = { everyone: true };
const started = async (title: string, more: object = {}): Promise<string> => {
  const doc = world.write('裴律安', title);
  const post = await world.approved({ url: world.link(doc), audience: everyone, ...more });
  await world.advance(post);
  return post;
};
/** One after the other, this far apart. */
const slowly = (ms: number): Slots => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take: async () => {
      last = last.then(() => wait(ms));
      await last;
      return true;
    },
    pause: () => Promise.resolve(),
  };
};
const arrivalsAt = (title: string): readonly number[] =>
  world
    .tenant()
    .chats.all()
    .flatMap(({ kind, messages }) => (kind === 'p2p' ? messages : []))
    .filter(({ content, sender }) => sender.kind === 'app' && content.includes(title))
    .filter(({ content }) => content.includes('阅读全文'))
    .map(({ createdAt }) => createdAt);

describe('pause', () => {
  it('stops what leaves within two seconds, and 继续 lets the rest go, each once', async () => {
    const post = await started('先停一停');
    const draining = world.drain({ slots: slowly(60) });
    await wait(600);
    await world.run({ do: 'pause', post, by: '裴律安', reason: '写错了一个数', confirm: true });
    const pausedAt = Date.now();
    await draining;
    const before = arrivalsAt('先停一停');
    expect(before.length).toBeGreaterThan(0);
    expect(Math.max(...before) - pausedAt).toBeLessThanOrEqual(2_000);
    const { target, queued } = await world.identity(post);
    expect(queued).toBeGreaterThan(0);
    await world.advance(post);
    expect(world.screen('裴律安').join('\n')).toContain('写错了一个数');

    await world.act({ do: 'resume', post, by: '闻人杰' });
    expect(await world.find(post)).toMatchObject({ state: 'sending' });
    world.later(61_000);
    await world.drain();
    const { sent, excluded } = await world.identity(post);
    expect(sent + excluded).toBe(target);
    expect(arrivalsAt('先停一停')).toHaveLength(sent);
    await world.advance(post);
    expect(await world.find(post)).toMatchObject({ state: 'open' });
  }, 120_000);

  it('comes by itself when too many fail, with the reason in words and Feishu’s code; 继续 goes on', async () => {
    const post = await started('大家都收不到');
    const queue = (await world.rows(post)).filter(({ state }) => state === 'planned');
    // They leave in the order of their plan, not of their ids.
    const first = queue.toSorted((a, b) => (a.plannedAt < b.plannedAt ? -1 : 1)).slice(0, 14);
    for (const { recipient } of first) world.staff().mute(recipient, LEGAL, true);
    const reports = await world.drain();
    // How many leave before every sender knows depends on the machine: a pause counts within two seconds.
    expect(reports.sent).toBeLessThan(queue.length);
    const { state, paused } = await world.find(post);
    expect(state).toBe('paused');
    expect(paused?.by).toBeUndefined();
    expect(paused?.reason).toContain('230053');
    expect(paused?.reason).toContain('屏蔽了机器人');
    await world.advance(post);
    expect(world.screen('裴律安').join('\n')).toContain('230053');

    await world.act({ do: 'resume', post, by: '裴律安' });
    world.later(61_000);
    await world.drain();
    await world.advance(post);
    expect(await world.find(post)).toMatchObject({ state: 'open' });
    const { failed, target, sent, excluded } = await world.identity(post);
    expect(failed).toBe(14);
    expect(sent + excluded + failed).toBe(target);
  }, 120_000);

  it('waits for nobody who has left, and its deadline ends it: the report says that it was paused', async () => {
    const deadline = Date.now() + 30 * 3_600_000;
    const more = {
      audience: { any: [{ departments: ['客服'] }] },
      deadline: new Date(deadline).toISOString(),
    };
    const post = await started('停到截止', { ...more, mustConfirm: true });
    const goes = world.person('汪晓棠').unionId;
    await world.act({ do: 'pause', post, by: '裴律安', reason: '等法务确认' });
    const inAnHour = new Date(Date.now() + 3_600_000);
    expect(await world.posts().listDue(inAnHour)).toContain(post);
    await world.gone([goes]);
    world.later(3_600_000);
    await world.advance(post);
    const left = (await world.rows(post)).find(({ recipient }) => recipient === goes);
    expect(left).toMatchObject({ state: 'excluded', reason: 'left_company' });
    expect(await world.find(post)).toMatchObject({ state: 'paused' });

    // Looked at once more before its deadline: it wants to be looked at then.
    world.clock(new Date(deadline - 60_000).toISOString());
    expect(await world.advance(post)).toMatchObject({ ended: 'rests', nextAt: new Date(deadline) });
    world.clock(new Date(deadline).toISOString());
    await world.advance(post);
    expect(await world.find(post)).toMatchObject({ state: 'closed', closedBecause: 'deadline' });
    const rows = await world.rows(post);
    expect(rows.filter(({ state }) => state === 'planned' || state === 'held')).toEqual([]);
    await world.deliverAll();
    const report = world.screen('裴律安').filter((card) => card.includes('结束报告'));
    expect(report.at(-1)).toContain('已结束：已到截止时间，结束时仍在暂停（等法务确认）');
  }, 60_000);
});
