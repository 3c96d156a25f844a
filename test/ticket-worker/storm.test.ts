import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import { type TicketEvent, ticketEventSchema } from '../../shared/tickets/event.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import { deskWorld } from './desk-world.ts';
import { disordered, inParallel, randomOf, storm } from './storm.ts';

const world = deskWorld();

const caseOf = ({ source, caseId }: { source: string; caseId: string }): string => `${source} ${caseId}`;
const cases = (tickets: readonly Ticket[]): readonly Ticket[] =>
  tickets.filter(({ kind }) => kind === 'case');
const standing = (tickets: readonly Ticket[]): readonly Ticket[] =>
  cases(tickets).filter(({ state }) => state !== 'merged');

type Row = Readonly<Record<string, unknown>>;
const keyOf = ({ ticket, item }: Row): string => `${String(ticket)} ${String(item)}`;
const inOrder = (rows: readonly Row[]): readonly Row[] =>
  rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

const historyOf = (rows: readonly Row[]): readonly TicketEvent[] =>
  rows.filter(({ item }) => String(item).startsWith('history#')).map((row) => ticketEventSchema.parse(row));

const newestOf = (happened: readonly SourceEvent[]): ReadonlyMap<string, SourceEvent> => {
  const newest = new Map<string, SourceEvent>();
  for (const event of happened) {
    const before = newest.get(caseOf(event));
    if (event.what !== 'message' && (before?.version ?? 0) < event.version) newest.set(caseOf(event), event);
  }
  return newest;
};

describe('2,000 events, 30 % of them repeats, out of order, four at once', () => {
  const random = randomOf(20_261_123);
  const happened = storm(580, random).slice(0, 1_590);
  const told = disordered(happened, random, { repeats: 0.3, reach: 40 });
  const known = new Set(happened.map(caseOf));

  it('make one ticket each', async () => {
    world.setDesk({ teams: world.desk().teams.map((team) => ({ ...team, cap: 600 })) });
    expect(told.length).toBeGreaterThanOrEqual(2_000);
    await inParallel(told, 4, world.tell);
    const tickets = await world.allTickets();
    expect(cases(tickets).length).toBe(known.size);
    // Each case is known by exactly one ticket that stands for it, and each ticket has somebody.
    const links = standing(tickets).flatMap(({ sources }) => sources.map(caseOf));
    expect(links.toSorted()).toEqual([...known].sort());
    const open = standing(tickets).filter(({ state }) => state !== 'resolved');
    expect(open.filter(({ owner }) => !owner).map(({ ticket }) => ticket)).toEqual([]);
    const merged = tickets.filter(({ state }) => state === 'merged').length;
    const counts = {
      told: told.length,
      cases: known.size,
      merged,
      rows: (await world.rowsOf('tickets')).length,
    };
    process.stdout.write(`${JSON.stringify({ storm: counts })}\n`);
  }, 600_000);

  it('keep the newest state of each source, whatever came last', async () => {
    const links = standing(await world.allTickets()).flatMap(({ sources }) => sources);
    const newest = newestOf(happened);
    const wrong = links.filter((link) => {
      const event = newest.get(caseOf(link));
      return event && (link.version !== event.version || link.ended !== (event.what === 'ended'));
    });
    expect(wrong).toEqual([]);
    expect(newest.size).toBeGreaterThan(300);
  });

  it('keep every word of a customer, once', async () => {
    const words = (texts: readonly string[]) => texts.filter((text) => text !== '').toSorted();
    const heard = historyOf(await world.rowsOf('tickets')).flatMap(({ by, change }) => {
      if (by.kind !== 'source') return [];
      if (change.do === 'opened') return [change.content];
      return change.do === 'said' ? [change.text] : [];
    });
    // A merge says them once more, in the ticket that stands for both.
    for (const { content } of happened) if (content !== '') expect(heard).toContain(content);
    const said = words(happened.map(({ content }) => content));
    const repeated = words(heard).length - said.length;
    const absorbed = historyOf(await world.rowsOf('tickets')).filter(
      ({ change }) => change.do === 'absorbed',
    );
    expect(repeated).toBeLessThanOrEqual(absorbed.length * 5);
  });

  it('change no row when they come again, in another order', async () => {
    const before = inOrder(await world.rowsOf('tickets'));
    await inParallel(disordered(told, randomOf(7), { repeats: 0, reach: 2_000 }), 4, world.tell);
    expect(inOrder(await world.rowsOf('tickets'))).toEqual(before);
  }, 600_000);
});
