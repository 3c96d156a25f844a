import { describe, expect, it } from 'vitest';
import { mergeTickets, splitTicket } from '../../shared/tickets/merge.ts';
import { deskWorld, event, START } from './desk-world.ts';

const world = deskWorld();
const by = { kind: 'person' as const, who: { person: 'on_lead', name: '潘小雨' }, via: 'card' as const };
const refund = (caseId: string, more: object = {}) =>
  event({
    source: 'youzan',
    kind: 'refund',
    caseId,
    version: 10,
    orderIds: [`E-${caseId}`],
    reasonText: '少发/漏发',
    ...more,
  });
const feedback = (caseId: string, order: string, more: object = {}) =>
  event({ source: 'app', caseId, version: 10, orderIds: [order], content: '少发了一袋', ...more });

describe('the same problem from two systems', () => {
  it('is one ticket with both sources, and a later event of either reaches it', async () => {
    const main = (await world.tell(refund('a1', { buyerPhone: '13800000001' }))).ticket;
    await world.tell(feedback('a1-app', 'E-a1', { skuIds: ['NX'], productName: '代餐奶昔' }));
    const merged = await world.ticket(main);
    expect(merged.sources.map(({ source }) => source)).toEqual(['youzan', 'app']);
    expect(merged).toMatchObject({
      skuIds: ['NX'],
      productName: '代餐奶昔',
      messages: [{ text: '少发了一袋' }],
    });
    const [other] = merged.merged;
    expect(await world.ticket(other ?? '')).toMatchObject({ state: 'merged', mergedInto: main });
    await world.tell(
      event({
        source: 'app',
        caseId: 'a1-app',
        what: 'message',
        speaker: 'customer',
        version: 20,
        content: '补发了吗',
      }),
    );
    expect((await world.ticket(main)).messages.at(-1)?.text).toBe('补发了吗');
    // By its platform it is over only when every source has ended it.
    await world.tell(refund('a1', { what: 'ended', version: 30, occurredAt: new Date(START).toISOString() }));
    expect((await world.ticket(main)).state).toBe('assigned');
    await world.tell(
      event({
        source: 'app',
        caseId: 'a1-app',
        what: 'ended',
        version: 40,
        occurredAt: new Date(START).toISOString(),
      }),
    );
    expect(await world.ticket(main)).toMatchObject({ state: 'resolved', resolution: { by: 'source' } });
  });

  it('meets even when both are told at the same moment', async () => {
    for (let count = 0; count < 10; count += 1) {
      const told = [refund(`b${count}`), feedback(`b${count}-app`, `E-b${count}`)];
      await Promise.all(told.map(world.tell));
    }
    const tickets = (await world.allTickets()).filter(({ orderIds }) =>
      orderIds.some((id) => id.startsWith('E-b')),
    );
    expect(tickets.filter(({ state }) => state === 'merged')).toHaveLength(10);
    expect(tickets.filter(({ sources }) => sources.length === 2)).toHaveLength(10);
  });

  it('is graver when one of them is, and 品控 is asked', async () => {
    const main = (await world.tell(refund('c1', { reasonText: '质量问题' }))).ticket;
    await world.tell(feedback('c1-app', 'E-c1', { content: '奶昔里有头发' }));
    expect(await world.ticket(main)).toMatchObject({ priority: 'P0', category: { name: '异物' } });
    expect(await world.ticket(`${main}-1`)).toMatchObject({ ask: 'qa' });
  });

  it('is found when a chat begins with a greeting', async () => {
    const main = (
      await world.tell(
        refund('d1', { buyerPhone: '13800000004', productName: '代餐奶昔', orderIds: ['E-d1'] }),
      )
    ).ticket;
    const chat = {
      source: 'qiyu',
      kind: 'consult',
      what: 'message',
      speaker: 'customer',
      caseId: 'd1-chat',
      buyerPhone: '13800000004',
    } as const;
    const { ticket } = await world.tell(event({ ...chat, version: 1, content: '在吗' }));
    expect((await world.ticket(ticket)).state).not.toBe('merged');
    await world.tell(event({ ...chat, version: 2, content: '我少收到一袋，漏发了' }));
    expect(await world.ticket(ticket)).toMatchObject({ state: 'merged', mergedInto: main });
    expect((await world.ticket(main)).messages.map(({ text }) => text)).toEqual([
      '在吗',
      '我少收到一袋，漏发了',
    ]);
  });

  it('finds a buyer whose key was replaced', async () => {
    const { buyerRefs } = await import('../../shared/tickets/buyer-refs.ts');
    const told = event({ source: 'chat', caseId: 'k', buyerPhone: '+86 138-0000-0009' });
    const [old, fresh] = [Buffer.alloc(32, 9), Buffer.alloc(32, 1)];
    const before = buyerRefs([old])(told);
    const after = buyerRefs([fresh, old])(told);
    expect(after.signed).not.toEqual(before.signed);
    expect(after.matching).toEqual([...after.signed, ...before.signed]);
    expect(
      buyerRefs([old])(event({ source: 'app', caseId: 'k2', buyerPhone: '13800000009' })).signed,
    ).toEqual(before.signed);
    expect(
      buyerRefs([old])(event({ source: 'app', caseId: 'k3', buyerPhone: '13800000009转8801' })).signed,
    ).toEqual([]);
  });
});

describe('a merge', () => {
  const pair = async (name: string) => {
    const a = (await world.tell(refund(`${name}-a`, { content: '少发了一袋' }))).ticket;
    const b = (await world.tell(feedback(`${name}-b`, `E-${name}-b`, { content: '奶昔里有虫' }))).ticket;
    return { a, b };
  };

  it('by hand can be taken back: both go on as they would have', async () => {
    const { ticket: main } = await world.tell(refund('m1'));
    const { ticket: other } = await world.tell(feedback('m1-b', 'E-m1-b', { content: '结块了' }));
    const before = { main: await world.ticket(main), other: await world.ticket(other) };
    expect(await mergeTickets(world)({ ticket: other, into: main, by, because: '同一位客户' })).toEqual({
      kind: 'merged',
      into: main,
    });
    expect((await world.ticket(main)).orderIds).toEqual(['E-m1', 'E-m1-b']);
    // Meanwhile the source of the other goes on.
    await world.tell(
      event({ source: 'app', caseId: 'm1-b', what: 'changed', version: 50, sourceState: '处理中' }),
    );
    expect(await splitTicket(world)({ ticket: other, by, because: '不是一件事' })).toEqual({
      kind: 'split',
      from: main,
    });
    const after = { main: await world.ticket(main), other: await world.ticket(other) };
    for (const fact of [
      'sources',
      'orderIds',
      'skuIds',
      'buyerRefs',
      'merged',
      'state',
      'owner',
      'category',
      'priority',
    ] as const) {
      expect(after.main[fact]).toEqual(before.main[fact]);
    }
    expect(after.other).toMatchObject({
      state: before.other.state,
      owner: before.other.owner,
      orderIds: before.other.orderIds,
    });
    expect(after.other.mergedInto).toBeUndefined();
    expect(after.other.sources[0]).toMatchObject({ version: 50, sourceState: '处理中' });
    expect(await splitTicket(world)({ ticket: other, by, because: '再来' })).toEqual({
      kind: 'refused',
      why: 'not_merged',
    });
  });

  it('in opposite directions at the same moment happens once', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 12; count += 1) {
      const a = (await world.tell(refund(`o${count}-a`))).ticket;
      const b = (await world.tell(feedback(`o${count}-b`, `E-o${count}-b`, { content: '结块了' }))).ticket;
      const results = await Promise.all([
        mergeTickets(world)({ ticket: a, into: b, by, because: '重复' }),
        mergeTickets(world)({ ticket: b, into: a, by, because: '重复' }),
      ]);
      expect(results.map((result) => (result.kind === 'merged' ? 'merged' : result.why)).sort()).toEqual([
        'merged',
        'same',
      ]);
      ids.push(a, b);
    }
    const tickets = await Promise.all(ids.map(world.ticket));
    expect(tickets.filter(({ state }) => state === 'merged')).toHaveLength(12);
  });

  it('is refused with itself, with what is over, with open questions and with what isn’t a case', async () => {
    const { a, b } = await pair('r1');
    const merge = (ticket: string, into: string) => mergeTickets(world)({ ticket, into, by, because: '试' });
    expect(await merge(a, a)).toEqual({ kind: 'refused', why: 'same' });
    expect(await merge(b, a)).toEqual({ kind: 'refused', why: 'has_children' });
    expect(await merge(`${b}-1`, a)).toEqual({ kind: 'refused', why: 'not_a_case' });
    expect(await merge('T-20261123-9999', a)).toEqual({ kind: 'refused', why: 'unknown' });
    await world.tell(
      refund('r1-a', { what: 'ended', version: 99, occurredAt: new Date(START).toISOString() }),
    );
    expect(await merge(a, b)).toEqual({ kind: 'refused', why: 'not_open' });
  });

  it('split after its source ended leaves it resolved', async () => {
    const main = (await world.tell(refund('x1'))).ticket;
    await world.tell(feedback('x1-app', 'E-x1'));
    const [other = ''] = (await world.ticket(main)).merged;
    await world.tell(
      event({
        source: 'app',
        caseId: 'x1-app',
        what: 'ended',
        version: 90,
        occurredAt: new Date(START).toISOString(),
      }),
    );
    await splitTicket(world)({ ticket: other, by, because: '分开' });
    expect(await world.ticket(other)).toMatchObject({ state: 'resolved', resolution: { by: 'source' } });
    expect((await world.ticket(main)).state).toBe('assigned');
  });
});
