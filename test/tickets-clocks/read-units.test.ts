import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sweepDue } from '../../functions/ticket-sla/sweep.ts';
import { people } from '../../shared/store/people.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { createMissingTables, readTables } from '../../simulator/tables.ts';
import { localTables } from '../local.ts';
import { at, openedCase, usualRules } from './cases.ts';
import { meterReads, type ReadMeter } from './read-units.ts';

const tables = localTables();
const table = 'zhida-test-tickets-many';

/** The tickets' table with the index that the sweep asks and no stream: writing 20,000 rows takes seconds so, not minutes. */
const createTable = async (): Promise<void> => {
  const definition = readTables('test').find(({ TableName }) => TableName === tables.name('tickets'));
  if (!definition) throw new Error('serverless.yml has no tickets');
  const { KeySchema, BillingMode, AttributeDefinitions } = definition;
  const due = (definition.GlobalSecondaryIndexes ?? []).filter(({ IndexName }) => IndexName === 'due');
  const keys = [...KeySchema, ...due.flatMap((index) => index.KeySchema)].map((key) => key.AttributeName);
  await createMissingTables(tables.endpoint(), [
    {
      TableName: table,
      KeySchema,
      BillingMode,
      AttributeDefinitions: AttributeDefinitions.filter(({ AttributeName }) => keys.includes(AttributeName)),
      GlobalSecondaryIndexes: due,
    },
  ]);
};

let meter: ReadMeter;
beforeAll(async () => {
  await createTable();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  meter = await meterReads(tables.endpoint());
  // The stores make their client at their first call, and keep it.
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = meter.url;
});
afterAll(() => {
  meter.close();
  vi.restoreAllMocks();
});

const store = () => tickets(table);
const put = async (id: string, openedAt: Date): Promise<void> => {
  const write = openedCase({ id, openedAt, priority: 'P2' });
  await store().write([write]);
  await store().finishFlow(write.after);
};

/** Read units of one run that has so many tickets to settle. */
const unitsOfRun = async (now: Date): Promise<{ readonly told: number; readonly units: number }> => {
  meter.take();
  const deps = {
    tickets: store(),
    people: people(tables.name('people')).listHere,
    rules: () => Promise.resolve(usualRules),
    now: () => now,
  };
  const { told } = await sweepDue(deps)(now);
  return { told, units: meter.take() };
};

/** Other tickets, due at any minute of the next weeks: as much of them as an index sees. */
const fill = async (count: number): Promise<void> => {
  const others = Array.from({ length: count }, (_, index) => ({
    ticket: `T-20261101-${String(index + 10).padStart(5, '0')}`,
    item: 'ticket',
    dueShard: 'tickets',
    dueAt: new Date(at('2026-12-01 00:00').getTime() + index * 60_000).toISOString(),
  }));
  for (let start = 0; start < count; start += 25) {
    const puts = others.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
    await tables.documents().send(new BatchWriteCommand({ RequestItems: { [table]: puts } }));
  }
};

describe('what a run of ticket-sla reads', () => {
  it('is the same with 20,000 tickets in the table as with one, and grows with what is due only', async () => {
    await put('T-20261101-0001', at('2026-11-20 10:00'));
    const idle = await unitsOfRun(at('2026-11-01 10:05'));
    expect(idle).toEqual({ told: 0, units: 0.5 });
    await put('T-20261102-0002', at('2026-11-02 10:00'));
    const one = await unitsOfRun(at('2026-11-02 10:30'));
    expect(one.told).toBe(1);

    await fill(20_000);
    expect(await unitsOfRun(at('2026-11-01 10:05'))).toEqual(idle);
    await put('T-20261102-0003', at('2026-11-02 10:00'));
    expect(await unitsOfRun(at('2026-11-02 10:30'))).toEqual(one);
    for (const number of [4, 5, 6]) await put(`T-20261102-000${number}`, at('2026-11-02 10:00'));
    const three = await unitsOfRun(at('2026-11-02 10:30'));
    expect(three.told).toBe(3);
    expect(three.units).toBeLessThanOrEqual(3 * one.units);
  }, 60_000);
});
