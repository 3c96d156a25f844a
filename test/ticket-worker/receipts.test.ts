import { describe, expect, it } from 'vitest';
import { deskWorld, START } from './desk-world.ts';

const world = deskWorld();

const youzan = (refund: Record<string, unknown>, type = 'trade_refund_BuyerCreated', id = 'm-1'): string =>
  JSON.stringify({
    client_id: 'c0ffee0000000001',
    kdt_id: 56232,
    kdt_name: '薄荷健康旗舰店',
    type,
    msg_id: id,
    msg: encodeURIComponent(JSON.stringify(refund)),
  });

const feedback = (data: Record<string, unknown>, type = 'feedback.created'): string =>
  JSON.stringify({ type, timestamp: new Date(START - 60_000).toISOString(), data });

describe('a receipt', () => {
  it('of Youzan becomes a ticket with an owner', async () => {
    const body = youzan({
      refund_id: '202609011552353952310720',
      tid: 'E20261122153052000001',
      refund_type: 'REFUND_ONLY',
      refund_reason_desc: '少发/漏发',
      refunded_fee: '132.00',
      update_time: '2026-11-23 09:58:00',
      item_title: '代餐奶昔 巧克力味',
      sku_no: 'NX-CHOCO-6',
      refund_desc: '少发了一袋，电话13800138000',
      timeout_time: '2026-11-25 09:58:00',
    });
    await world.put('youzan:c0ffee0000000001#m-1', body);
    await world.work('youzan:c0ffee0000000001#m-1');
    const receipt = await world.inbox.find('youzan:c0ffee0000000001#m-1');
    expect(receipt).toMatchObject({ state: 'done', reason: 'opened T-20261123-0001' });
    expect(receipt?.body).toBeUndefined();
    expect(await world.ticket('T-20261123-0001')).toMatchObject({
      state: 'assigned',
      priority: 'P2',
      team: 'care',
      category: { group: '仓储发货', name: '漏发/少发' },
      content: '少发/漏发：少发了一袋，电话138****8000',
      orderIds: ['E20261122153052000001'],
      amountFen: 13_200,
      sources: [{ source: 'youzan', ended: false, deadlineAt: '2026-11-25T01:58:00.000Z' }],
    });
  });

  it('of the app about food safety is P0, and 品控 is asked at once', async () => {
    await world.put(
      'app:mint-app#w-1',
      feedback({ feedbackId: 'f-1', content: '蛋白棒里吃到一根头发，太恶心了' }),
    );
    await world.work('app:mint-app#w-1');
    const ticket = await world.ticket('T-20261123-0002');
    expect(ticket).toMatchObject({
      priority: 'P0',
      state: 'waiting_internal',
      category: { group: '食品安全', name: '异物' },
      children: [{ ticket: 'T-20261123-0002-1', ask: 'qa', team: 'qa', open: true }],
    });
    expect(ticket.owner?.name).toBeDefined();
    expect(await world.ticket('T-20261123-0002-1')).toMatchObject({
      kind: 'child',
      parent: 'T-20261123-0002',
      state: 'assigned',
      team: 'qa',
    });
  });

  it('that nobody can read is dead with its reason and its seal', async () => {
    await world.put('app:mint-app#w-bad', '{"type":"nonsense"');
    await world.work('app:mint-app#w-bad');
    const receipt = await world.inbox.find('app:mint-app#w-bad');
    expect(receipt).toMatchObject({ state: 'dead', reason: 'invalid_json' });
    expect(receipt?.body).toBeDefined();
  });

  it('worked off twice changes nothing the second time', async () => {
    const before = await world.rowsOf('tickets');
    const body = feedback({ feedbackId: 'f-1', content: '蛋白棒里吃到一根头发，太恶心了' });
    await world.put('app:mint-app#w-1-again', body);
    await world.work('app:mint-app#w-1-again');
    expect((await world.inbox.find('app:mint-app#w-1-again'))?.reason).toBe('unchanged T-20261123-0002');
    expect(await world.rowsOf('tickets')).toEqual(before);
  });
});
