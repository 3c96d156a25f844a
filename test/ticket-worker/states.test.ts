import { describe, expect, it } from 'vitest';
import { prepareWrite } from '../../shared/tickets/change.ts';
import { decideAct } from '../../shared/tickets/desk-acts.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import { deskWorld, event, person, START, staff } from './desk-world.ts';

const world = deskWorld();
const at = (seconds: number): string => new Date(START - 600_000 + seconds * 1_000).toISOString();

const refund = (caseId: string, more: object) =>
  event({ source: 'youzan', kind: 'refund', caseId, orderIds: [`E-${caseId}`], ...more });

const opened = async (caseId: string, more: object = {}): Promise<Ticket> => {
  const { ticket } = await world.tell(
    refund(caseId, { version: 10, content: '少发了一袋', occurredAt: at(10), ...more }),
  );
  return world.ticket(ticket);
};

const resolveBy = async (ticket: Ticket): Promise<void> => {
  const who = ticket.owner ?? { person: 'on_x', name: '某人' };
  const resolution = { at: new Date(world.clock.at).toISOString(), by: 'person' as const, who };
  const by = { kind: 'person' as const, who, via: 'card' as const };
  const changes = [{ do: 'resolved' as const, resolution }];
  const write = prepareWrite(
    await world.rules(),
    { id: ticket.ticket, before: ticket, by, changes },
    new Date(world.clock.at),
  );
  expect(await world.tickets.write([write])).toBe(true);
};

describe('a newer version of a case', () => {
  it('changes what the ticket knows; an older or the same changes nothing', async () => {
    const { ticket } = await opened('s1');
    await world.tell(
      refund('s1', { what: 'changed', version: 20, sourceState: '等待商家收货', amountFen: 500 }),
    );
    const newer = await world.ticket(ticket);
    expect(newer).toMatchObject({ amountFen: 500, sources: [{ version: 20, sourceState: '等待商家收货' }] });
    await world.tell(
      refund('s1', { what: 'changed', version: 15, sourceState: '等待买家退货', amountFen: 1 }),
    );
    await world.tell(refund('s1', { what: 'changed', version: 20, sourceState: 'anything' }));
    expect(await world.ticket(ticket)).toEqual(newer);
  });

  it('that repeats the words, or only their reason, makes nobody say them again', async () => {
    const { ticket } = await opened('s1b', { reasonText: '少件/漏发' });
    await world.tell(
      refund('s1b', { what: 'changed', version: 20, reasonText: '少件/漏发', content: '少发了一袋' }),
    );
    await world.tell(refund('s1b', { what: 'ended', version: 30, reasonText: '少件/漏发', content: '' }));
    expect(await world.ticket(ticket)).toMatchObject({ messages: [], content: '少件/漏发：少发了一袋' });
  });

  it('that is late still fills what nobody knew', async () => {
    const first = refund('s2', { what: 'changed', version: 20, orderIds: [], content: '' });
    const { ticket } = await world.tell(first);
    expect(await world.ticket(ticket)).toMatchObject({ category: { name: '仅退款' }, content: '' });
    await world.tell(
      refund('s2', { version: 10, content: '奶昔里有头发', skuIds: ['A'], batchNo: '20261012' }),
    );
    expect(await world.ticket(ticket)).toMatchObject({
      orderIds: ['E-s2'],
      skuIds: ['A'],
      batchNo: '20261012',
      priority: 'P0',
      category: { name: '异物' },
      sources: [{ version: 20 }],
      messages: [{ text: '奶昔里有头发', speaker: 'customer' }],
    });
  });
});

describe('a case that its platform ends', () => {
  it('is resolved by its source, and its clocks end', async () => {
    const { ticket } = await opened('e1', { sourceDeadlineAt: at(90_000) });
    await world.tell(
      refund('e1', { what: 'ended', version: 30, occurredAt: at(60), sourceState: '退款成功' }),
    );
    const after = await world.ticket(ticket);
    expect(after).toMatchObject({
      state: 'resolved',
      resolution: { by: 'source', at: at(60) },
      sources: [{ ended: true, sourceState: '退款成功' }],
    });
    expect(after.clocks.resolution?.stoppedAt).toBeDefined();
  });

  it('waits while a child is open, and is resolved when the last one ends', async () => {
    const { ticket } = await opened('e2', { content: '吃到一根头发' });
    await world.tell(refund('e2', { what: 'ended', version: 30, occurredAt: at(60) }));
    const parent = await world.ticket(ticket);
    expect(parent).toMatchObject({ state: 'waiting_internal', sources: [{ ended: true }] });
    const child = await world.ticket(`${ticket}-1`);
    const rules = await world.rules();
    const who = { person: 'on_qa', name: '施远帆' };
    const decision = decideAct(
      child,
      { do: 'answer', finding: '确认异物' },
      {
        by: { who, isOwner: true, isLead: false, isMember: true, seesHealth: true },
        via: 'card',
        rules,
        parent,
        now: new Date(world.clock.at),
      },
    );
    if (decision.kind !== 'changed') throw new Error(decision.toast.content);
    const writes = decision.intents.map((intent) => prepareWrite(rules, intent, new Date(world.clock.at)));
    expect(await world.tickets.write(writes)).toBe(true);
    expect(await world.ticket(ticket)).toMatchObject({ state: 'resolved', resolution: { by: 'source' } });
  });

  it('before anybody heard of it is opened and over at once', async () => {
    const { ticket } = await world.tell(refund('e3', { what: 'ended', version: 30, occurredAt: at(60) }));
    expect(await world.ticket(ticket)).toMatchObject({ state: 'resolved', assignments: 0 });
    // What happened before comes late: what the customer wrote is kept, and the case stays over.
    await world.tell(refund('e3', { version: 10, content: '少发了一袋', occurredAt: at(10) }));
    expect(await world.ticket(ticket)).toMatchObject({
      state: 'resolved',
      cycle: 1,
      category: { name: '漏发/少发' },
      messages: [{ text: '少发了一袋' }],
    });
  });

  it('is taken up again when the platform does', async () => {
    const { ticket } = await opened('e4');
    await world.tell(refund('e4', { what: 'ended', version: 30 }));
    await world.tell(refund('e4', { what: 'changed', version: 40, sourceState: '等待商家同意' }));
    expect(await world.ticket(ticket)).toMatchObject({
      state: 'assigned',
      cycle: 2,
      sources: [{ ended: false }],
    });
  });

  it('stays open when the customer has written since', async () => {
    const said = (caseId: string, more: object) => event({ source: 'app', caseId, ...more });
    const { ticket } = await world.tell(
      said('e5', { version: 10, content: '少发了一袋', occurredAt: at(10) }),
    );
    await world.tell(
      said('e5', {
        what: 'message',
        speaker: 'customer',
        version: 50,
        content: '还是没收到',
        occurredAt: at(50),
      }),
    );
    await world.tell(said('e5', { what: 'ended', version: 30, occurredAt: at(30) }));
    expect(await world.ticket(ticket)).toMatchObject({
      state: 'assigned',
      cycle: 1,
      sources: [{ ended: true }],
    });
  });
});

describe('a message', () => {
  const chat = (caseId: string, more: object) =>
    event({ source: 'qiyu', kind: 'consult', what: 'message', speaker: 'customer', caseId, ...more });

  it('is kept once, whoever brings it again', async () => {
    const first = chat('m1', { version: 1, content: '奶昔结块' });
    const second = chat('m1', { version: 1, content: '三袋都是' });
    const { ticket } = await world.tell(first);
    await world.tell(second);
    await world.tell(first);
    await world.tell(second);
    const { content, messages } = await world.ticket(ticket);
    expect({ content, said: messages.map(({ text }) => text) }).toEqual({
      content: '奶昔结块',
      said: ['三袋都是'],
    });
  });

  it('that says what it is about files a case that had no words', async () => {
    const { ticket } = await world.tell(chat('m2', { version: 1, content: '在吗' }));
    expect(await world.ticket(ticket)).toMatchObject({ priority: 'P3' });
    expect((await world.ticket(ticket)).category).toBeUndefined();
    await world.tell(chat('m2', { version: 2, content: '我少收到一袋，只收到五袋' }));
    expect(await world.ticket(ticket)).toMatchObject({ category: { name: '漏发/少发' }, priority: 'P2' });
    await world.tell(chat('m2', { version: 3, content: '而且有一袋里面有虫' }));
    expect(await world.ticket(ticket)).toMatchObject({ category: { name: '虫害' }, priority: 'P0' });
    expect(await world.ticket(`${ticket}-1`)).toMatchObject({ ask: 'qa', parent: ticket });
  });

  it('reopens what was resolved, to the same owner; thanks don’t', async () => {
    const { ticket } = await world.tell(chat('m3', { version: 1, content: '奶昔结块' }));
    const before = await world.ticket(ticket);
    await resolveBy(before);
    await world.tell(chat('m3', { version: 2, content: '好的，谢谢' }));
    expect(await world.ticket(ticket)).toMatchObject({ state: 'resolved', cycle: 1 });
    await world.tell(chat('m3', { version: 3, content: '补的也结块' }));
    const again = await world.ticket(ticket);
    expect(again).toMatchObject({ state: 'assigned', cycle: 2, assignments: 2 });
    expect(again.owner).toEqual(before.owner);
  });

  it('goes to somebody else when its owner is away', async () => {
    const { ticket } = await world.tell(chat('m4', { version: 1, content: '奶昔结块' }));
    const before = await world.ticket(ticket);
    await resolveBy(before);
    const away = { from: at(0), until: new Date(START + 86_400_000).toISOString() };
    world.here.people = staff.map((each) =>
      each.person === before.owner?.person
        ? person(each.name, '客服', { roles: each.roles, leave: [away] })
        : each,
    );
    await world.tell(chat('m4', { version: 3, content: '补的也结块' }));
    world.here.people = staff;
    const again = await world.ticket(ticket);
    expect(again).toMatchObject({ state: 'assigned', cycle: 2 });
    expect(again.owner?.person).not.toBe(before.owner?.person);
  });

  it('of the agent there is an answer, and tells who looks after it', async () => {
    const { ticket } = await world.tell(chat('m5', { version: 1, content: '奶昔结块' }));
    await world.tell(chat('m5', { version: 2, speaker: 'agent', agentId: '143', content: '给您补发' }));
    const after = await world.ticket(ticket);
    expect(after.waitingSince).toBeUndefined();
    expect(after.sources[0]?.agentId).toBe('143');
    expect(after.cycles[0]?.firstRespondedAt).toBeDefined();
  });

  it('of the agent who greets first is no complaint, whatever it names', async () => {
    const greeting = '您好，退款、破损、发霉等问题请直接留言';
    const first = chat('m7', { version: 1, speaker: 'agent', agentId: '143', content: greeting });
    const { ticket } = await world.tell(first);
    await world.tell(first);
    const greeted = await world.ticket(ticket);
    expect(greeted).toMatchObject({
      priority: 'P3',
      content: '',
      messages: [{ speaker: 'agent', text: greeting }],
    });
    expect(greeted.waitingSince).toBeUndefined();
    await world.tell(chat('m7', { version: 2, content: '少发了一袋' }));
    const asked = await world.ticket(ticket);
    expect(asked).toMatchObject({ category: { name: '漏发/少发' } });
    expect(asked.waitingSince).toBeDefined();
  });

  it('tells nobody who the customer is, in any row', async () => {
    const content = '电话13911112222，身份证11010519491231002X，住杭州市西湖区文三路188号3幢2单元';
    await world.tell(
      chat('m6', { version: 1, content, logistics: 'SF1 13911112222', buyerPhone: '13911112222' }),
    );
    const rows = JSON.stringify(await world.rowsOf('tickets'));
    for (const secret of ['13911112222', '11010519491231002X', '文三路']) expect(rows).not.toContain(secret);
  });
});
