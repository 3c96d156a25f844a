import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../simulator/clock.ts';
import type { Post, Posted } from '../../simulator/feishu/post.ts';
import type { PushingSource } from '../../simulator/sources/accounts.ts';
import { dayOfCases } from '../../simulator/sources/cases.ts';
import { type Senders, senders } from '../../simulator/sources/senders.ts';

const begin = new Date('2026-11-23T00:30:00Z');
const hour = 3_600_000;
const started: Senders[] = [];
afterEach(() => {
  for (const each of started.splice(0)) each.stop();
});

type Sent = { readonly at: number; readonly url: string; readonly body: string; readonly headers: object };
/** An ingress that answers what it is told to, and every request that it got. */
const ingress = (answer: (sent: Sent, count: number) => Posted | undefined) => {
  const clock = manualClock(begin.getTime());
  const sent: Sent[] = [];
  const post: Post = (url, { body, headers }) => {
    const request = { at: clock.now() - begin.getTime(), url, body, headers };
    sent.push(request);
    const said = answer(request, sent.length);
    return said ? Promise.resolve(said) : Promise.reject(new Error('nobody answers'));
  };
  const made = senders({ url: 'http://ingress', clock, post });
  started.push(made);
  return { clock, sent, made };
};
const bodies: Readonly<Record<PushingSource, string>> = {
  youzan: '{"type":"x","msg_id":"1","sendCount":0}',
  doudian: '[{"tag":"200","msg_id":"1"}]',
  qiyu: '{"uid":"u"}',
  wecom: '<xml/>',
  app: '{}',
};
const all = Object.keys(bodies) as PushingSource[];

describe('senders', () => {
  it.each([
    ['youzan', 200, '{"code":0,"msg":"success"}', true],
    ['youzan', 200, '{"code":0,"msg":"failed"}', false],
    ['doudian', 200, '{"code":0,"msg":"success"}', true],
    ['doudian', 200, '{"code":40041,"message":"解析推送数据失败"}', false],
    ['qiyu', 200, '', true],
    ['qiyu', 200, 'success', false],
    ['wecom', 200, 'success', true],
    ['wecom', 200, '', true],
    ['wecom', 200, '{"code":0}', false],
    ['app', 204, '', true],
    ['app', 401, '', false],
    ...all.map((source) => [source, 500, '{"code":"internal"}', false] as const),
  ] as const)('of %s take %i %s for a success: %s', async (...row) => {
    const [source, status, text, isTaken] = row;
    const { made } = ingress(() => ({ status, text }));
    const delivery = made.send({ source, body: bodies[source] });
    await made.idle();
    expect(delivery.state).toBe(isTaken ? 'delivered' : 'waiting');
  });

  it.each([
    ['youzan', 17],
    ['doudian', 6],
    ['qiyu', 7],
    ['wecom', 3],
    ['app', 9],
  ] as const)('of %s give up after %i tries', async (source, tries) => {
    const { made, clock } = ingress(() => undefined);
    const delivery = made.send({ source, body: bodies[source] });
    await made.idle();
    await clock.advance(72 * hour);
    expect(delivery.tries).toEqual(Array.from({ length: tries }, () => 'failed'));
    expect(delivery.state).toBe('dropped');
  });

  it('repeat by their schedule, signed anew, until they are heard', async () => {
    const { made, clock, sent } = ingress((_sent, count) =>
      count < 4 ? { status: 503, text: '' } : { status: 200, text: 'success' },
    );
    const delivery = made.send({ source: 'youzan', body: bodies.youzan });
    await made.idle();
    await clock.advance(hour);
    expect(delivery).toMatchObject({ state: 'delivered', tries: [503, 503, 503, 200] });
    expect(sent.map(({ at }) => at / 1000)).toEqual([0, 10, 40, 100]);
    expect(sent.map(({ body }) => /"sendCount":(\d)/.exec(body)?.[1])).toEqual(['0', '1', '2', '3']);
    expect(new Set(sent.map(({ headers }) => JSON.stringify(headers))).size).toBe(4);
  });
});

describe('a day of cases', () => {
  const day = dayOfCases({ seed: 7, count: 300, begin });
  const factsWith = (key: 'sameAs' | 'batchNo' | 'endsByItself') => day.facts.filter((fact) => fact[key]);

  it('is the same for a seed, and another for another', () => {
    expect(dayOfCases({ seed: 7, count: 300, begin })).toEqual(day);
    expect(dayOfCases({ seed: 8, count: 300, begin }).events).not.toEqual(day.events);
  });

  it('has as many stories as asked, of every source, with everything that may happen', () => {
    expect(day.facts).toHaveLength(300);
    expect(new Set(day.facts.map(({ story }) => story)).size).toBe(300);
    expect(Object.keys(Object.groupBy(day.facts, ({ source }) => source)).sort()).toEqual([...all].sort());
    expect(factsWith('sameAs')).toHaveLength(20);
    expect(factsWith('batchNo')).toHaveLength(4);
    expect(factsWith('endsByItself').map(({ source }) => source)).toEqual(['doudian', 'youzan']);
    expect(day.facts.filter(({ isEnded }) => isEnded).length).toBeGreaterThan(30);
    for (const group of ['食品安全', '监管与法务', '咨询', '仓储发货', '品质', '物流', '退换退款']) {
      expect(day.facts.some((fact) => fact.group === group)).toBe(true);
    }
  });

  it('goes by the clock and repeats what it said before', () => {
    const moments = day.events.map(({ afterMs }) => afterMs);
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
    expect(moments.at(-1)).toBeLessThan(15.5 * hour);
    const said = day.events.map((event) => JSON.stringify('push' in event ? event.push : event.kf));
    expect(said.length - new Set(said).size).toBeGreaterThan(30);
  });

  it('is played sixty times as fast with the same story, its countdown included', () => {
    const fast = dayOfCases({ seed: 7, count: 300, begin, speed: 60 });
    expect(fast.facts).toEqual(day.facts);
    expect(fast.events).toHaveLength(day.events.length);
    expect(fast.events.at(-1)?.afterMs).toBeLessThan((15.5 * hour) / 60);
    const [last] = fast.events.filter(({ story }) => story === 5).slice(-1);
    const [first] = fast.events.filter(({ story }) => story === 5);
    expect(((last?.afterMs ?? 0) - (first?.afterMs ?? 0)) / 60_000).toBeCloseTo(3, 0);
  });

  it('plays in a moment what takes a day', async () => {
    const accepted = (url: string): Posted =>
      url.includes('qiyu') ? { status: 200, text: '' } : { status: 200, text: '"code":0 success' };
    const { made, clock, sent } = ingress(({ url }) =>
      url.includes('wecom') ? { status: 200, text: 'success' } : accepted(url),
    );
    made.play(day.events);
    await clock.advance(5 * hour);
    expect(sent.length).toBeGreaterThan(100);
    await clock.advance(11 * hour);
    await made.idle();
    expect(sent).toHaveLength(day.events.length);
    expect(made.deliveries().every(({ state }) => state === 'delivered')).toBe(true);
  });
});
