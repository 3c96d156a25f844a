import { describe, expect, it } from 'vitest';
import { type DueDeps, settleDue } from '../../functions/ticket-sla/due.ts';
import type { Person } from '../../shared/store/people.ts';
import type { DueTicket, Tickets } from '../../shared/store/tickets.ts';
import { type Rung, type RungTarget, rungSchema } from '../../shared/tickets/desk.ts';
import type { ChangeInput } from '../../shared/tickets/event.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import { after, at, openedCase, owner, usualRules } from './cases.ts';

/** Ten minutes of natural time, and somebody else at each step. */
const budget = { minutes: 10, calendar: 'wall' };
const steps: readonly (readonly [number, RungTarget])[] = [
  [50, 'owner'],
  [80, 'lead'],
  [100, 'head'],
  [150, 'director'],
];
const ladder: readonly Rung[] = steps.map(([percent, to]) =>
  rungSchema.parse({
    id: `s-${percent}`,
    priority: ['P2'],
    clock: 'resolution',
    at: { percent },
    to: [to],
    channel: 'card',
  }),
);
const [policy] = usualRules.desk.policies;
if (!policy) throw new Error('no policy');
const rules: Rules = {
  ...usualRules,
  desk: {
    ...usualRules.desk,
    policies: [
      {
        priority: 'P2',
        firstResponse: { minutes: 10_000, calendar: 'wall' },
        resolution: budget,
        asks: {},
        pausedIn: ['waiting_customer'],
      },
    ],
    ladder: [...ladder],
  },
};

const personOf = (person: string, role: string): Person => ({
  person,
  name: person,
  jobTitle: role,
  departments: ['客服'],
  roles: [role],
  chats: {},
  unsubscribed: [],
  syncedAt: '2026-11-23T00:00:00.000Z',
});
const people = [
  personOf(owner.person, '客服'),
  personOf('on_lead', '客服组长'),
  personOf('on_head', '部门负责人'),
  personOf('on_director', '副总经理'),
];
const personAt: Readonly<Record<number, string>> = {
  50: owner.person,
  80: 'on_lead',
  100: 'on_head',
  150: 'on_director',
};

/** What may happen; then five minutes pass, and the minute's tick comes, or doesn't. */
type Act = 'nothing' | 'outage' | 'pause' | 'resume' | 'resolve' | 'reopen' | 'close';

/** The same in a dozen words: minutes that counted in this cycle, and which steps were passed. */
type Model = {
  readonly minute: number;
  readonly counted: number;
  readonly state: 'runs' | 'waits' | 'resolved' | 'closed';
  readonly passed: readonly number[];
  /** `<cycle>:<percent>` → whom it told. */
  readonly told: Readonly<Record<string, readonly string[]>>;
  readonly cycle: number;
};

const change: Readonly<Record<Act, ((now: Date) => ChangeInput) | undefined>> = {
  nothing: undefined,
  outage: undefined,
  pause: () => ({ do: 'state', to: 'waiting_customer' }),
  resume: () => ({ do: 'state', to: 'in_progress' }),
  resolve: (now) => ({ do: 'resolved', resolution: { at: now.toISOString(), by: 'person', who: owner } }),
  reopen: () => ({ do: 'reopened', because: '' }),
  close: () => ({ do: 'closed', because: '' }),
};

const allowed: Readonly<Record<Model['state'], readonly Act[]>> = {
  runs: ['nothing', 'outage', 'pause', 'resolve'],
  waits: ['nothing', 'outage', 'resume', 'resolve'],
  resolved: ['nothing', 'outage', 'reopen', 'close'],
  closed: ['nothing', 'reopen'],
};
const stateAfter: Readonly<Record<Act, Model['state'] | undefined>> = {
  nothing: undefined,
  outage: undefined,
  pause: 'waits',
  resume: 'runs',
  resolve: 'resolved',
  reopen: 'runs',
  close: 'closed',
};

const lasts = 5;
const act = (model: Model, what: Act): Model => {
  const state = stateAfter[what] ?? model.state;
  const isNew = what === 'reopen';
  return {
    ...model,
    state,
    minute: model.minute + lasts,
    counted: (isNew ? 0 : model.counted) + (state === 'runs' ? lasts : 0),
    ...(isNew && { cycle: model.cycle + 1, passed: [] }),
  };
};

const tick = (model: Model): Model => {
  if (model.state !== 'runs') return model;
  const due = steps
    .map(([percent]) => percent)
    .filter((percent) => model.counted >= percent / 10 && !model.passed.includes(percent));
  const told = due.map((percent, index): [string, readonly string[]] => [
    `${model.cycle}:${percent}`,
    index === due.length - 1 ? due.map((each) => personAt[each] ?? '') : [],
  ]);
  return {
    ...model,
    passed: [...model.passed, ...due],
    told: { ...model.told, ...Object.fromEntries(told) },
  };
};

const start = at('2026-11-23 10:00');
const timeOf = ({ minute }: Model): Date => new Date(start.getTime() + minute * 60_000);

/** A table of one ticket. */
const tableOf = (ticket: Ticket, now: Date) => {
  let kept: Ticket = ticket;
  const fired: string[] = [];
  const store: Pick<Tickets, 'find' | 'write' | 'findDue' | 'wakeFlow'> = {
    find: () => Promise.resolve(kept),
    findDue: () => Promise.resolve<DueTicket>(kept),
    wakeFlow: () => Promise.reject(new Error('no change was lost')),
    write: (writes) => {
      for (const write of writes) {
        kept = write.after;
        for (const event of write.events) if (event.change.do === 'rung') fired.push(event.change.rung);
      }
      return Promise.resolve(true);
    },
  };
  const deps: DueDeps = {
    tickets: store,
    rules: () => Promise.resolve(rules),
    now: () => now,
    people: () => Promise.resolve(people),
  };
  return { deps, fired, ticket: () => kept };
};

const toldBy = ({ rungs }: Ticket): Model['told'] =>
  Object.fromEntries(
    Object.entries(rungs).map(([key, { to }]) => {
      const [cycle = '', , rung = ''] = key.split(':');
      return [`${cycle}:${rung.replace('s-', '')}`, to];
    }),
  );

type World = { readonly ticket: Ticket; readonly model: Model; readonly path: readonly Act[] };
let visited = 0;

const stepFrom = async ({ ticket, model, path }: World, what: Act): Promise<World> => {
  visited += 1;
  const happens = change[what]?.(timeOf(model));
  const changed = happens ? after(ticket, [{ at: timeOf(model), change: happens }], rules).after : ticket;
  const later = act(model, what);
  const walked = [...path, what];
  if (what === 'outage') return { ticket: changed, model: later, path: walked };
  const table = tableOf(changed, timeOf(later));
  // Twice: a tick may come again.
  await settleDue(table.deps)(ticket.ticket);
  await settleDue(table.deps)(ticket.ticket);
  const expected = tick(later);
  const rungs = table.ticket();
  expect({ walked, told: toldBy(rungs) }).toEqual({ walked, told: expected.told });
  expect(table.fired.filter((key) => ticket.rungs[key])).toEqual([]);
  expect(new Set(table.fired).size).toBe(table.fired.length);
  // In the very minute of the deadline it depends on what happened first.
  const isLate = rungs.breaches[`${later.cycle}:resolution`] !== undefined;
  if (later.counted !== 10) expect({ walked, isLate }).toEqual({ walked, isLate: later.counted > 10 });
  return { ticket: rungs, model: expected, path: walked };
};

const explore = async (world: World, depth: number): Promise<void> => {
  if (depth === 0) return;
  for (const what of allowed[world.model.state]) await explore(await stepFrom(world, what), depth - 1);
};

describe('the ladder', () => {
  it('climbs each step once, tells the right people, and rests while it waits, is resolved or closed: every path of seven acts', async () => {
    const opened = openedCase({ openedAt: start, priority: 'P2' }).after;
    const ticket = after(
      opened,
      [{ at: start, change: { do: 'assigned', to: owner, how: 'claim' } }],
      rules,
    ).after;
    const model: Model = { minute: 0, counted: 0, state: 'runs', passed: [], told: {}, cycle: 1 };
    await explore({ ticket, model, path: [] }, 7);
    expect(visited).toBe(17_254);
  }, 120_000);
});
