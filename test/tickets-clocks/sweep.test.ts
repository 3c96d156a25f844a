import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runSteps } from '../../functions/ticket-sla/steps.ts';
import { type SweepDeps, sweepDue } from '../../functions/ticket-sla/sweep.ts';
import { people } from '../../shared/store/people.ts';
import { type Tickets, type TicketWrite, tickets } from '../../shared/store/tickets.ts';
import { changeTicket } from '../../shared/tickets/change.ts';
import type { ChangeInput } from '../../shared/tickets/event.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import { localTables } from '../local.ts';
import { after, at, openedCase, owner, rule, usualRules } from './cases.ts';

const tables = localTables();
const store = (): Tickets => tickets(tables.name('tickets'));
const directory = () => people(tables.name('people'));

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
const made: string[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  // Each test has a table in which nothing else is due.
  for (const ticket of made.splice(0)) {
    const Key = { ticket, item: 'ticket' };
    await tables.documents().send(new DeleteCommand({ TableName: tables.name('tickets'), Key }));
  }
});

const depsAt = (when: Date, rules: Rules = usualRules): SweepDeps => ({
  tickets: store(),
  people: directory().listHere,
  rules: () => Promise.resolve(rules),
  now: () => when,
});
const sweep = (when: string, rules?: Rules) => sweepDue(depsAt(at(when), rules))(at(when));

let number = 0;
const newId = (): string => `T-20261123-${String((number += 1)).padStart(4, '0')}`;
/** Written, and its change worked off by the stream unless it gets lost. */
const put = async (write: TicketWrite, isLost = false): Promise<Ticket> => {
  expect(await store().write([write])).toBe(true);
  made.push(write.after.ticket);
  if (!isLost) expect(await store().finishFlow(write.after)).toBe(true);
  return write.after;
};
const open = (when: string, priority: Ticket['priority'] = 'P2'): Promise<Ticket> =>
  put(openedCase({ id: newId(), openedAt: at(when), priority }));
const happens = (ticket: Ticket, when: string, change: ChangeInput): Promise<Ticket> =>
  put(after(ticket, [{ at: at(when), change }]));
const found = async (ticket: Ticket): Promise<Ticket> => {
  const kept = await store().find(ticket.ticket);
  if (!kept) throw new Error(`${ticket.ticket} is gone`);
  return kept;
};
const firedIn = async ({ ticket }: Ticket): Promise<readonly string[]> =>
  (await store().history(ticket)).flatMap(({ change }) => (change.do === 'rung' ? [change.rung] : []));
/** What is due is worked off, and the stream is quick. */
const settle = async (ticket: Ticket): Promise<void> => {
  await store().finishFlow(await found(ticket));
};

describe('a minute of ticket-sla', () => {
  it('has nothing to do for a case in time', async () => {
    await open('2026-11-02 10:00');
    expect(await sweep('2026-11-02 10:29')).toMatchObject({ due: 0 });
  });

  it('tells of each rung once, at its minute, to whom it concerns', async () => {
    const lead = 'on_lead';
    const facts = { jobTitle: '客服组长', departments: ['客服'], roles: ['客服组长'] };
    await directory().record({
      person: lead,
      name: '潘小雨',
      ...facts,
      syncedAt: at('2026-11-01 00:00').toISOString(),
    });
    const ticket = await open('2026-11-03 10:00');
    expect(await sweep('2026-11-03 10:30')).toMatchObject({ told: 1, broken: 0 });
    await settle(ticket);
    expect(await found(ticket)).toMatchObject({
      rungs: { '1:firstResponse:p2-first': { to: [lead] } },
      breaches: { '1:firstResponse': at('2026-11-03 10:30').toISOString() },
    });
    expect(await sweep('2026-11-03 10:31')).toMatchObject({ told: 0 });
    expect(await firedIn(ticket)).toEqual(['1:firstResponse:p2-first']);
  });

  it('does everything once when two ticks come at the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => open('2026-11-04 10:00', 'P1')));
    const runs = await Promise.all([
      sweep('2026-11-05 10:00'),
      sweep('2026-11-05 10:00'),
      sweep('2026-11-05 10:01'),
    ]);
    expect(runs.map(({ broken }) => broken)).toEqual([0, 0, 0]);
    for (const ticket of ids) {
      const fired = await firedIn(ticket);
      expect(new Set(fired).size).toBe(fired.length);
      expect(fired.toSorted()).toEqual([
        '1:firstResponse:p1-first',
        '1:resolution:p1-late',
        '1:resolution:p1-long',
        '1:resolution:p1-near',
      ]);
      const { rungs } = await found(ticket);
      expect(rungs['1:resolution:p1-near']?.to).toEqual([]);
      expect(rungs['1:resolution:p1-late']?.to).toEqual([]);
      expect(rungs['1:resolution:p1-long']?.to).toEqual(['on_lead']);
      await settle(ticket);
    }
  });

  it('wakes a change that the stream has lost, and no other', async () => {
    const lost = await put(
      openedCase({ id: newId(), openedAt: at('2026-11-09 10:00'), priority: 'P2' }),
      true,
    );
    expect(await sweep('2026-11-09 10:00')).toMatchObject({ woken: 0 });
    expect(await sweep('2026-11-09 10:01')).toMatchObject({ due: 1, woken: 1 });
    expect(await sweep('2026-11-09 10:01')).toMatchObject({ due: 0 });
    expect(await sweep('2026-11-09 10:02')).toMatchObject({ due: 1, woken: 1 });
    expect(await store().finishFlow(lost)).toBe(true);
    expect(await sweep('2026-11-09 10:04')).toMatchObject({ due: 0 });
  });

  it('closes what was resolved three days ago, and tells nobody', async () => {
    const ticket = await open('2026-11-10 10:00');
    const resolution = { at: at('2026-11-10 10:20').toISOString(), by: 'person' as const, who: owner };
    await happens(ticket, '2026-11-10 10:20', { do: 'resolved', resolution });
    expect(await sweep('2026-11-13 10:19')).toMatchObject({ closed: 0 });
    expect(await sweep('2026-11-13 10:20')).toMatchObject({ due: 1, closed: 1, told: 0 });
    expect(await found(ticket)).toMatchObject({ state: 'closed', rungs: {}, breaches: {} });
    await settle(ticket);
    expect(await sweep('2026-11-14 10:20')).toMatchObject({ due: 0 });
  });

  it('records a breach that nobody saw before the answer came', async () => {
    const ticket = await open('2026-11-16 10:00');
    const answer = {
      do: 'said',
      at: at('2026-11-16 10:40').toISOString(),
      speaker: 'agent',
      text: '您好',
    } as const;
    await happens(ticket, '2026-11-16 10:40', answer);
    expect(await sweep('2026-11-16 10:41')).toMatchObject({ breached: 1, told: 0 });
    expect((await found(ticket)).breaches).toEqual({
      '1:firstResponse': at('2026-11-16 10:30').toISOString(),
    });
    await settle(ticket);
  });

  it('counts anew what was due by rules of before', async () => {
    const ticket = await open('2026-11-17 10:00');
    const policies = usualRules.desk.policies.map((policy) => ({
      ...policy,
      firstResponse: { minutes: 600, calendar: 'wall' },
    }));
    const rules = { ...usualRules, desk: { ...usualRules.desk, version: '9', policies } };
    expect(await sweep('2026-11-17 10:30', rules)).toMatchObject({ due: 1, recounted: 1, told: 0 });
    expect(await found(ticket)).toMatchObject({ rulesVersion: '9', rungs: {} });
    await settle(ticket);
    expect(await sweep('2026-11-17 10:32', rules)).toMatchObject({ due: 0 });
    expect(await sweep('2026-11-17 20:00', rules)).toMatchObject({ due: 1, told: 1 });
    await settle(ticket);
  });

  it('works off the others when one row can’t be read', async () => {
    const [spoilt, sound] = [await open('2026-11-18 10:00'), await open('2026-11-18 10:00')];
    const break_ = new UpdateCommand({
      TableName: tables.name('tickets'),
      Key: { ticket: spoilt.ticket, item: 'ticket' },
      UpdateExpression: 'SET priority = :nonsense',
      ExpressionAttributeValues: { ':nonsense': 'P9' },
    });
    await tables.documents().send(break_);
    expect(await sweep('2026-11-18 10:30')).toMatchObject({ told: 1, broken: 1 });
    expect(Object.keys((await found(sound)).rungs)).toEqual(['1:firstResponse:p2-first']);
  });
});

describe('a rung and a person at the same moment', () => {
  it('both count: the answer keeps the rung, the rung the answer', async () => {
    const ticket = await open('2026-11-19 10:00');
    const deps = depsAt(at('2026-11-19 10:30'));
    const change: ChangeInput = { do: 'responded', because: '' };
    await Promise.all([
      sweepDue(deps)(at('2026-11-19 10:30')),
      changeTicket(deps)(ticket.ticket, (before) => ({
        intents: [{ id: before.ticket, before, by: rule, changes: [change] }],
        result: undefined,
      })),
    ]);
    const kept = await found(ticket);
    expect(kept.cycles[0]?.firstRespondedAt).toBe(at('2026-11-19 10:30').toISOString());
    const fired = await firedIn(ticket);
    expect(Object.keys(kept.rungs)).toEqual(fired);
  });
});

describe('the steps of a tick', () => {
  it('run all when one fails, and the tick fails with its error', async () => {
    const ran: string[] = [];
    const step = (name: string) => () => {
      ran.push(name);
      return name === 'b' ? Promise.reject(new Error('b is broken')) : Promise.resolve({ [name]: 1 });
    };
    const all = { a: step('a'), b: step('b'), c: step('c') };
    await expect(runSteps(all)(at('2026-11-20 10:00'))).rejects.toThrow('b is broken');
    expect(ran).toEqual(['a', 'b', 'c']);
    expect(await runSteps({ a: step('a'), c: step('c') })(at('2026-11-20 10:00'))).toEqual({ a: 1, c: 1 });
  });
});
