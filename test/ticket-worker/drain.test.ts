import { describe, expect, it } from 'vitest';
import { drainUnassigned } from '../../functions/ticket-sla/drain.ts';
import { prepareWrite } from '../../shared/tickets/change.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import { deskWorld, event, person, START, staff } from './desk-world.ts';

const world = deskWorld();
const minute = 60_000;
const hour = 60 * minute;

const care = (name: string, more: object = {}) => person(name, '客服', { roles: ['客服'], ...more });
const told = (content: string, more: object = {}) =>
  event({ content, occurredAt: new Date(world.clock.at - minute).toISOString(), ...more });
const drain = () => drainUnassigned(world)();
const setCap = (cap: number): void => {
  world.setDesk({ promotionCap: undefined, teams: world.desk().teams.map((team) => ({ ...team, cap })) });
};
const resolve = async (ticket: Ticket): Promise<void> => {
  const at = new Date(world.clock.at);
  const resolution = { at: at.toISOString(), by: 'rule' as const };
  const changes = [{ do: 'resolved' as const, resolution }];
  const by = { kind: 'rule' as const, rule: 'test' };
  const write = prepareWrite(await world.rules(), { id: ticket.ticket, before: ticket, by, changes }, at);
  expect(await world.tickets.write([write])).toBe(true);
};

describe('what nobody can take', () => {
  it('says so once, and is taken the minute somebody is there', async () => {
    world.here.people = [
      care('孙佳禾', { leave: [{ from: '2026-11-01T00:00:00Z', until: '2026-11-24T00:30:00Z' }] }),
    ];
    const { ticket } = await world.tell(told('少发了一袋'));
    const alone = await world.ticket(ticket);
    expect(alone).toMatchObject({
      state: 'triaged',
      assignmentFailedAt: new Date(world.clock.at).toISOString(),
    });
    expect(alone.owner).toBeUndefined();
    world.clock.at += minute;
    expect(await drain()).toMatchObject({ assigned: 0, unassigned: 1, undrained: 0 });
    expect(await world.ticket(ticket)).toEqual(alone);
    world.clock.at = Date.parse('2026-11-24T00:31:00Z');
    expect(await drain()).toMatchObject({ assigned: 1, unassigned: 0 });
    expect(await world.ticket(ticket)).toMatchObject({ owner: { name: '孙佳禾' }, state: 'assigned' });
    expect((await world.ticket(ticket)).assignmentFailedAt).toBeUndefined();
  });

  it('at night waits for the morning; what is P0 for 品控 until midnight only', async () => {
    world.here.people = staff;
    world.clock.at = Date.parse('2026-11-24T12:30:00Z');
    const { ticket } = await world.tell(told('吃到一根头发'));
    // 20:30: the office is closed, but 品控 is on call for what is P0.
    expect(await world.ticket(`${ticket}-1`)).toMatchObject({ state: 'assigned', team: 'qa' });
    world.clock.at = Date.parse('2026-11-24T17:00:00Z');
    const night = (await world.tell(told('面包发霉'))).ticket;
    expect((await world.ticket(night)).assignmentFailedAt).toBeDefined();
    expect((await world.ticket(`${night}-1`)).assignmentFailedAt).toBeDefined();
    world.clock.at = Date.parse('2026-11-25T00:30:00Z');
    await drain();
    expect((await world.ticket(night)).owner).toBeDefined();
    expect((await world.ticket(`${night}-1`)).owner).toBeDefined();
  });
});

describe('a queue', () => {
  it('is drained oldest first when room comes back, and nobody passes their cap', async () => {
    world.clock.at = START + 5 * 24 * hour;
    world.here.people = [care('贺小满'), care('阮一一')];
    setCap(2);
    const ids: string[] = [];
    for (let count = 0; count < 7; count += 1) {
      world.clock.at += minute;
      ids.push((await world.tell(told(`少发了一袋（${count}）`))).ticket);
    }
    const owned = async () =>
      (await Promise.all(ids.map(world.ticket))).map(({ owner }) => owner?.name ?? '');
    expect((await owned()).filter((name) => name !== '')).toHaveLength(4);
    expect((await owned()).slice(4)).toEqual(['', '', '']);
    // Everyone's last assignments are longer ago than the index lags.
    world.clock.at += 3 * minute;
    await resolve(await world.ticket(ids[0] ?? ''));
    await resolve(await world.ticket(ids[1] ?? ''));
    expect(await drain()).toMatchObject({ assigned: 2, unassigned: 1 });
    expect((await owned()).map((name) => name !== '')).toEqual([true, true, true, true, true, true, false]);
  });

  it('lets no newer case past it, but what is P0', async () => {
    world.clock.at += 3 * minute;
    const { ticket } = await world.tell(told('什么时候发货'));
    expect((await world.ticket(ticket)).owner).toBeUndefined();
    setCap(3);
    world.clock.at += minute;
    const grave = (await world.tell(told('里面有玻璃'))).ticket;
    expect((await world.ticket(grave)).owner).toBeDefined();
    const newest = (await world.tell(told('发错口味了'))).ticket;
    const waiting = (await world.allTickets()).filter(
      ({ owner, kind, state }) => !owner && kind === 'case' && state === 'triaged',
    );
    // The one that had waited longest got the last free place, not the one that came now.
    expect(waiting.map((each) => each.ticket)).toContain(newest);
  });

  it('never lets two at once pass a cap', async () => {
    world.clock.at += 5 * minute;
    setCap(12);
    await Promise.all(Array.from({ length: 30 }, (_, count) => world.tell(told(`少发（${count}）`))));
    for (const { person: id } of world.here.people) {
      expect((await world.tickets.listOfOwner(id)).length).toBeLessThanOrEqual(12);
    }
    await drain();
    const open = (await world.allTickets()).filter(
      ({ state, team }) => team === 'care' && !['resolved', 'merged'].includes(state),
    );
    expect(open.filter(({ owner }) => owner).length).toBeGreaterThanOrEqual(24);
  });
});

describe('the source’s own agent', () => {
  it('gets what they look after there; when they are not on duty somebody else does', async () => {
    world.clock.at = Date.parse('2026-12-01T02:00:00Z');
    world.here.people = staff;
    setCap(400);
    await drain();
    const [first, second] = staff.filter(({ roles }) => roles.includes('客服'));
    if (!first || !second) throw new Error('nobody');
    const duty = (who: typeof first, [from, to]: readonly [string, string], agent: string) => ({
      ...{ day: '2026-12-01', team: 'care', person: who.person, name: who.name, from, to },
      ...{ sourceAgents: [agent], isDuty: false },
    });
    world.setDesk({
      rota: [duty(first, ['08:30', '16:30'], 'qiyu:143'), duty(second, ['16:00', '24:00'], 'qiyu:144')],
    });
    const chat = (agentId: string) =>
      told('奶昔结块', { source: 'qiyu', what: 'message', speaker: 'customer', agentId });
    const at10 = await world.ticket((await world.tell(chat('143'))).ticket);
    expect(at10.owner?.person).toBe(first.person);
    expect(at10.ownedBy).toBe('sourceAgent');
    const other = await world.ticket((await world.tell(chat('144'))).ticket);
    expect(other).toMatchObject({ owner: { person: first.person }, ownedBy: 'roundRobin' });
  });

  it('in a team by duty the one on duty gets all', async () => {
    const [first, second] = staff.filter(({ roles }) => roles.includes('客服'));
    if (!first || !second) throw new Error('nobody');
    const row = (who: typeof first, isDuty: boolean) => ({
      ...{ day: '2026-12-02', team: 'care', person: who.person, name: who.name, from: '08:30', to: '24:00' },
      ...{ sourceAgents: [], isDuty },
    });
    world.clock.at = Date.parse('2026-12-02T02:00:00Z');
    world.setDesk({
      rota: [row(first, false), row(second, true)],
      teams: world.desk().teams.map((team) => ({ ...team, mode: 'duty' as const })),
    });
    for (let count = 0; count < 3; count += 1) {
      const { ticket } = await world.tell(told(`少发（${count}）`));
      expect(await world.ticket(ticket)).toMatchObject({ owner: { person: second.person }, ownedBy: 'duty' });
    }
  });
});
