import { describe, expect, it } from 'vitest';
import { deskWorld, event } from './desk-world.ts';

const world = deskWorld();
const hour = 3_600_000;

const grave = (batchNo: string, content = '吃到一根头发', more: object = {}) =>
  event({ batchNo, content, occurredAt: new Date(world.clock.at - 60_000).toISOString(), ...more });

const batchesOf = async (batchNo: string) =>
  (await world.allTickets()).filter((ticket) => ticket.kind === 'batch' && ticket.batchNo === batchNo);

describe('three grave cases of one batch', () => {
  it('within 72 hours open one event above them, that asks 品控', async () => {
    const told = [grave('B1'), grave('B1', '面包发霉了'), grave('B1', '里面有虫')];
    const ids: string[] = [];
    for (const each of told) ids.push((await world.tell(each)).ticket);
    const [batch, ...others] = await batchesOf('B1');
    expect(others).toEqual([]);
    expect(batch).toMatchObject({ ask: 'qa', team: 'qa', priority: 'P0', state: 'assigned', cases: ids });
    expect(batch?.content).toContain('72小时内3件：异物1件、变质/霉变/胀包1件、虫害1件');
    for (const id of ids) expect(await world.ticket(id)).toMatchObject({ batch: batch?.ticket });
    const before = await world.rowsOf('tickets');
    for (const each of told) await world.tell(each);
    expect(await world.rowsOf('tickets')).toEqual(before);
  });

  it('take later ones of the batch with them', async () => {
    const { ticket } = await world.tell(grave('B1', '有塑料'));
    const [batch, ...others] = await batchesOf('B1');
    expect(others).toEqual([]);
    expect(batch?.cases).toContain(ticket);
    expect((await world.ticket(ticket)).batch).toBe(batch?.ticket);
  });

  it('further apart open none', async () => {
    await world.tell(grave('B2'));
    await world.tell(grave('B2'));
    world.clock.at += 73 * hour;
    await world.tell(grave('B2'));
    expect(await batchesOf('B2')).toEqual([]);
  });

  it('that arrive at the same moment open one', async () => {
    await Promise.all([1, 2, 3, 4, 5].map(() => world.tell(grave('B3'))));
    const [batch, ...others] = await batchesOf('B3');
    expect(others).toEqual([]);
    expect(batch?.cases.length).toBe(5);
  });
});

describe('one case that led to a doctor', () => {
  it('opens an event alone', async () => {
    await world.tell(grave('B4', '喝完过敏，在医院急诊'));
    expect(await batchesOf('B4')).toHaveLength(1);
    await world.tell(grave('B5', '拉肚子，没有去医院'));
    expect(await batchesOf('B5')).toEqual([]);
  });
});

describe('three cases of quality of one batch', () => {
  it('become P0, and so an event', async () => {
    const ids: string[] = [];
    for (const content of ['结块冲不开', '有怪味', '漏粉'])
      ids.push((await world.tell(grave('B6', content))).ticket);
    expect(await batchesOf('B6')).toHaveLength(1);
    for (const id of ids) expect((await world.ticket(id)).priority).toBe('P0');
  });

  it('two of them are not', async () => {
    const { ticket } = await world.tell(grave('B7', '结块冲不开'));
    await world.tell(grave('B7', '有怪味'));
    await world.tell(grave('B7', '少发了一袋'));
    expect(await batchesOf('B7')).toEqual([]);
    expect((await world.ticket(ticket)).priority).toBe('P2');
  });
});
