import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { ticketNumbers } from '../../functions/ops/ticket-numbers.ts';
import { verifyTickets } from '../../functions/ops/verify-tickets.ts';
import { settings } from '../../shared/store/settings.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { nextDueAt } from '../../shared/tickets/clocks.ts';
import { pastRules } from '../../shared/tickets/past-rules.ts';
import { rulesInForce } from '../../shared/tickets/rules.ts';
import { localTables } from '../local.ts';
import {
  assigned,
  rules as defaultRules,
  keep,
  opened,
  resolved,
  rule,
  zhou,
} from '../tickets-numbers/histories.ts';
import { oneDay } from '../tickets-numbers/one-day.ts';

const tables = localTables();
const store = tickets(tables.name('tickets'));
const kept = settings(tables.name('settings'));
const now = new Date('2026-11-25T02:00:00Z');
const rules = rulesInForce(kept, () => now);
const deps = { tickets: store, rules, pastRules: pastRules(kept, rules) };
const monday = { from: '2026-11-23', to: '2026-11-23' };

type Listed = { readonly count: number; readonly tickets?: readonly string[] };
type Difference = Readonly<Record<string, unknown>>;
type Verified = {
  readonly holds: boolean;
  readonly tickets: number;
  readonly differences: { readonly count: number; readonly first: readonly Difference[] };
  readonly numbers: { readonly count: number; readonly first: readonly Difference[] };
};

const verify = async (days = monday): Promise<Verified> =>
  (await verifyTickets(deps).run({ do: 'verify', tickets: days }, now)) as unknown as Verified;

const put = async ({ ticket, history }: (typeof oneDay)[number]): Promise<void> => {
  const write = {
    before: undefined,
    after: ticket,
    events: history,
    nextDueAt: nextDueAt(ticket, defaultRules),
  };
  expect(await store.write([write])).toBe(true);
};

/** As somebody with a console would. */
const tamper = (ticket: string, item: string, change: { readonly set: string; readonly to: unknown }) =>
  tables.documents().send(
    new UpdateCommand({
      TableName: tables.name('tickets'),
      Key: { ticket, item },
      UpdateExpression: `SET ${change.set} = :to`,
      ExpressionAttributeNames: Object.fromEntries(
        (change.set.match(/#\w+/g) ?? []).map((name) => [name, name.slice(1)]),
      ),
      ExpressionAttributeValues: { ':to': change.to },
    }),
  );

beforeAll(async () => {
  for (const each of oneDay) await put(each);
});

describe('verify of tickets', () => {
  it('holds for everything that happened in the period, and counts the rows that it read', async () => {
    expect(await verify()).toMatchObject({
      ...monday,
      tickets: oneDay.length,
      rows: oneDay.reduce((sum, { history }) => sum + history.length, 0),
      holds: true,
      differences: { count: 0, first: [] },
      numbers: { count: 0, first: [] },
    });
  });

  it('finds a moment that somebody changed in a ticket, and what it does to the numbers', async () => {
    const id = 'T-20261123-0003';
    const before = oneDay.find(({ ticket }) => ticket.ticket === id)?.ticket.cycles[0]?.firstRespondedAt;
    const path = { set: '#cycles[0].#firstRespondedAt', to: '2026-11-23T02:01:00.000Z' };
    await tamper(id, 'ticket', path);
    const found = await verify();
    expect(found.holds).toBe(false);
    expect(found.differences).toEqual({
      count: 1,
      first: [{ ticket: id, path: 'cycles.0.firstRespondedAt', stored: path.to, folded: before }],
    });
    expect(found.numbers.first).toContainEqual({
      ticket: 'numbers',
      path: 'firstResponse.mean',
      stored: 27.75,
      folded: 33.75,
    });
    await tamper(id, 'ticket', { ...path, to: before });
    expect((await verify()).holds).toBe(true);
  });

  it('finds a deadline that its rules would not give', async () => {
    const id = 'T-20261123-0006';
    await tamper(id, 'ticket', { set: '#clocks.#resolution.#dueAt', to: '2026-12-24T00:00:00.000Z' });
    expect((await verify()).differences.first).toEqual([
      {
        ticket: id,
        path: 'clocks.resolution.dueAt',
        stored: '2026-12-24T00:00:00.000Z',
        folded: '2026-11-23T19:00:00.000Z',
      },
    ]);
    await tamper(id, 'ticket', { set: '#clocks.#resolution.#dueAt', to: '2026-11-23T19:00:00.000Z' });
  });

  it('names changed words of people and shows none', async () => {
    const id = 'T-20261123-0001';
    await tamper(id, 'ticket', { set: '#content', to: '孕妇吃了不舒服' });
    const found = await verify();
    expect(found.differences).toEqual({ count: 1, first: [{ ticket: id, path: 'content' }] });
    await tamper(id, 'ticket', { set: '#content', to: '' });
  });

  it('finds a row of a history that somebody changed, and one that does not follow', async () => {
    const id = 'T-20261123-0002';
    await tamper(id, 'history#00002', { set: '#change.#to.#name', to: '别人' });
    expect((await verify()).differences.first).toContainEqual({
      ticket: id,
      path: 'owner.name',
      stored: '周以安',
      folded: '别人',
    });
    await tamper(id, 'history#00002', { set: '#change.#to.#name', to: '周以安' });
    await tamper(id, 'history#00001', { set: '#change.#do', to: 'closed' });
    const problem = `the history of ${id} begins with closed`;
    expect((await verify()).differences.first).toEqual([{ ticket: id, path: 'history', problem }]);
    await tamper(id, 'history#00001', { set: '#change.#do', to: 'said' });
    expect((await verify()).differences.first).toEqual([
      { ticket: id, path: 'history', problem: expect.stringContaining('change.at') as string },
    ]);
    await tamper(id, 'history#00001', { set: '#change.#do', to: 'opened' });
    expect((await verify()).holds).toBe(true);
  });

  it.each([
    [{ from: '2026-11-24', to: '2026-11-23' }, 'ends before it begins'],
    [{ from: '2026-10-01', to: '2026-11-23' }, 'longer than 31 days'],
    [{ from: '2026-11-31', to: '2026-11-31' }, 'is not a date'],
  ])('of %j is refused', (days, words) => {
    expect(() => verifyTickets(deps).run({ do: 'verify', tickets: days }, now)).toThrow(words);
  });
});

describe('numbers', () => {
  const ask = async (more: object = {}): Promise<Readonly<Record<string, unknown>>> => {
    const reply = await ticketNumbers(deps).run({ do: 'numbers', period: monday, ...more }, now);
    return reply['numbers'] as Readonly<Record<string, unknown>>;
  };

  it('come with the tickets behind each of them', async () => {
    const { all } = await ask();
    expect(all).toMatchObject({
      opened: { count: 5 },
      firstResponse: {
        median: 27.5,
        answered: { tickets: ['T-20261123-0001', 'T-20261123-0003', 'T-20261123-0006'] },
      },
    });
  });

  it('of people come with their points and never in the order of their points', async () => {
    const found = await ask({ by: 'person' });
    const points = found['points'] as readonly { who: { person: string }; total: number }[];
    expect(points.map(({ who }) => who.person)).toEqual(['on_wu', 'on_zhou']);
    expect(found['team']).toEqual({ people: 2, median: null, mean: null });
  });

  it('without lists are figures only', async () => {
    const { all } = await ask({ lists: false });
    expect((all as { opened: Listed }).opened).toEqual({ count: 5 });
  });

  it('of a past day count a case that was opened then and ended long after', async () => {
    await put(
      keep('T-20261120-0001', [
        opened('20 09:00', 'P3'),
        assigned('20 09:01', zhou),
        resolved('24 12:00', zhou),
      ]),
    );
    await put(keep('T-20261120-0002', [opened('20 10:00', 'P3'), assigned('20 10:01', zhou)]));
    await put(
      keep('T-20261118-0001', [
        opened('18 09:00', 'P3'),
        assigned('18 09:01', zhou),
        resolved('18 12:00', zhou),
        ['20 15:00', rule, { do: 'reopened', because: '未收到' }],
        resolved('24 16:00', zhou),
      ]),
    );
    const friday = { from: '2026-11-20', to: '2026-11-20' };
    const { all } = await ask({ period: friday });
    expect(all).toMatchObject({
      opened: { count: 2 },
      resolved: { count: 0 },
      reopened: { happened: { count: 1 } },
    });
    const tuesday = { from: '2026-11-24', to: '2026-11-24' };
    expect((await ask({ period: tuesday }))['all']).toMatchObject({
      resolved: { count: 3, tickets: ['T-20261118-0001', 'T-20261120-0001', 'T-20261123-0002'] },
    });
  });
});
