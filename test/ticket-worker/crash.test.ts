import { describe, expect, it } from 'vitest';
import { ingest } from '../../functions/ticket-worker/ingest.ts';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import { deskWorld, event } from './desk-world.ts';

const world = deskWorld();

class Crash extends Error {}

/** The worker's writes, of which the nth never leaves, or is done but its answer never comes. */
const crashing = (at: number, when: 'before' | 'after') => {
  let count = 0;
  const strike = async <T>(run: () => Promise<T>): Promise<T> => {
    count += 1;
    if (count === at && when === 'before') throw new Crash();
    const done = await run();
    if (count === at && when === 'after') throw new Crash();
    return done;
  };
  const { tickets, keys } = world.deps;
  return {
    ...world.deps,
    tickets: {
      ...tickets,
      write: (...all: Parameters<typeof tickets.write>) => strike(() => tickets.write(...all)),
    },
    keys: {
      ...keys,
      nextNumber: (...all: Parameters<typeof keys.nextNumber>) => strike(() => keys.nextNumber(...all)),
    },
  };
};

/** A story that needs every kind of write: a grave batch, a merge, a conversation, an end. */
const story = (name: string): readonly SourceEvent[] => {
  const order = { orderIds: [`E-${name}`] };
  const batch = { batchNo: `B-${name}` };
  const refund = { source: 'youzan', kind: 'refund', caseId: `${name}-1`, ...order } as const;
  const chat = {
    source: 'qiyu',
    kind: 'consult',
    what: 'message',
    speaker: 'customer',
    caseId: `${name}-2`,
    ...order,
  } as const;
  return [
    event({ ...refund, version: 10, content: '吃到一根头发', ...batch }),
    event({ ...chat, version: 1, content: '在吗' }),
    event({ ...chat, version: 2, content: '奶昔里有头发' }),
    event({ source: 'app', caseId: `${name}-3`, version: 10, content: '里面有虫', ...batch }),
    event({ source: 'app', caseId: `${name}-4`, version: 10, content: '面包发霉', ...batch }),
    event({ ...refund, version: 20, what: 'ended', occurredAt: new Date(world.clock.at).toISOString() }),
  ];
};

type Told = Readonly<Record<string, unknown>>;

/** What the tickets of a story are, without their numbers. */
const outcome = async (name: string): Promise<readonly Told[]> => {
  const tickets = (await world.allTickets()).filter(
    ({ batchNo, orderIds }) => batchNo === `B-${name}` || orderIds.includes(`E-${name}`),
  );
  return tickets
    .map(
      ({ kind, state, priority, category, sources, children, cases, merged, messages, cycle, version }) => ({
        ...{ kind, state, priority, category: category?.name, cycle, version },
        sources: sources.map(({ source, version: at, ended }) => `${source} ${at} ${String(ended)}`),
        ...{
          children: children.length,
          cases: cases.length,
          merged: merged.length,
          said: messages.map(({ text }) => text),
        },
      }),
    )
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
};

describe('a crash before or after any write', () => {
  it('leads to the same tickets when the receipt comes again', async () => {
    for (const each of story('whole')) await world.tell(each);
    const expected = await outcome('whole');
    expect(expected.map(({ kind }) => kind).sort()).toEqual([
      'batch',
      'case',
      'case',
      'case',
      'case',
      'child',
      'child',
      'child',
    ]);
    let crashes = 0;
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; at <= 3; at += 1) {
        const name = `${when}-${at}`;
        for (const each of story(name)) {
          // Every event is struck at its nth write, and told again as the sweep would.
          await ingest(crashing(at, when))(each, each.occurredAt).catch((error: unknown) => {
            if (!(error instanceof Crash)) throw error;
            crashes += 1;
          });
          await world.tell(each);
        }
        expect({ name, tickets: await outcome(name) }).toEqual({ name, tickets: expected });
      }
    }
    process.stdout.write(`${JSON.stringify({ crashes })}\n`);
    expect(crashes).toBeGreaterThan(20);
  }, 120_000);
});
