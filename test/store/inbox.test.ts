import { beforeAll, describe, expect, it } from 'vitest';
import { type Inbox, inbox, type Receipt as StoredReceipt } from '../../shared/store/inbox.ts';
import { type PutReceipt, putReceiptTo, type Receipt } from '../../shared/store/put-receipt.ts';
import { localTables } from '../local.ts';
import { indexed } from './rows.ts';

const tables = localTables();
const start = new Date('2026-11-23T01:00:00.000Z');
const at = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);

let store: Inbox;
let put: PutReceipt;
let count = 0;
beforeAll(() => {
  store = inbox(tables.name('inbox'));
  put = putReceiptTo(tables.name('inbox'));
});

const receipt = (): Receipt => ({
  id: `feishu:cli_a1zhida00000001#e${(count += 1)}`,
  source: 'feishu',
  sender: 'zhida',
  eventType: 'im.message.receive_v1',
  work: 'event',
  receivedAt: start.toISOString(),
  eventAt: at(-1).toISOString(),
  body: 'c2VhbGVk',
});
const stored = async (): Promise<Receipt> => {
  const row = receipt();
  await put(row);
  return row;
};
const taken = async (): Promise<StoredReceipt> => {
  const row = await store.take((await stored()).id, at(1));
  if (!row) throw new Error('a new receipt is taken by the first who asks');
  return row;
};
const wakes = async (id: string): Promise<boolean> => {
  const due = await indexed(tables, { table: 'inbox', index: 'due' });
  return due.some((row) => row['id'] === id);
};

describe('a receipt', () => {
  it('that one signed request put reads back through the store of the SDK', async () => {
    const row = receipt();
    expect(await put(row)).toBe(true);
    expect(await put({ ...row, body: 'other' })).toBe(false);
    expect(await store.find(row.id)).toEqual({
      id: row.id,
      source: 'feishu',
      sender: 'zhida',
      eventType: 'im.message.receive_v1',
      receivedAt: start.toISOString(),
      eventAt: at(-1).toISOString(),
      body: 'c2VhbGVk',
      state: 'received',
      attempts: 0,
      dueShard: 'event',
      dueAt: at(60).toISOString(),
    });
  });

  it('is taken at once by one of three, for 60 s', async () => {
    const { id } = await stored();
    const won = await Promise.all([1, 2, 3].map(() => store.take(id, at(1))));
    expect(won.filter((row) => row !== undefined)).toHaveLength(1);
    expect(await store.take(id, at(60))).toBeUndefined();
    expect(await store.take(id, at(61))).toMatchObject({ attempts: 2 });
  });

  it('that is done has lost its body and leaves the index', async () => {
    const { id } = await taken();
    await store.finish(id, 'read_recorded');
    const row = await store.find(id);
    expect(row).toMatchObject({ state: 'done', reason: 'read_recorded' });
    expect(row?.body).toBeUndefined();
    expect(await wakes(id)).toBe(false);
    expect(await store.take(id, at(9_999))).toBeUndefined();
  });

  it('that is postponed is found and taken when its time comes, not before', async () => {
    const { id } = await taken();
    await store.postpone(id, at(300), 'unknown_message');
    expect(await store.listOverdue(at(299))).not.toContain(id);
    expect(await store.take(id, at(299))).toBeUndefined();
    expect(await store.listOverdue(at(300))).toContain(id);
    expect(await store.take(id, at(300))).toMatchObject({ attempts: 2, reason: 'unknown_message' });
  });

  it('that a stream lost is overdue after 60 s', async () => {
    const { id } = await stored();
    expect(await store.listOverdue(at(59))).not.toContain(id);
    expect(await store.listOverdue(at(60))).toContain(id);
  });

  it('that is dead keeps its body and reason under its source, and is no work', async () => {
    const row = await taken();
    await store.bury(row, 'invalid_event');
    const dead = (await store.listDead('feishu')).find(({ id }) => id === row.id);
    expect(dead).toMatchObject({ state: 'dead', reason: 'invalid_event', body: 'c2VhbGVk' });
    expect(await store.listOverdue(at(9_999))).not.toContain(row.id);
    expect(await store.take(row.id, at(9_999))).toBeUndefined();
    expect(await store.listDead('kingdee')).toEqual([]);
  });

  it('that is replayed starts again from its first try; one that is not dead is not', async () => {
    const row = await taken();
    expect(await store.replay(row.id, at(10))).toBe(false);
    await store.bury(row, 'invalid_event');
    expect(await store.replay(row.id, at(10))).toBe(true);
    expect(await store.listDead('feishu')).not.toContainEqual(expect.objectContaining({ id: row.id }));
    expect(await store.listOverdue(at(70))).toContain(row.id);
    expect(await store.take(row.id, at(11))).toMatchObject({ attempts: 1, state: 'received' });
  });

  it('that is done is neither buried nor postponed by a slow second try', async () => {
    const row = await taken();
    await store.finish(row.id, 'answered');
    await store.bury(row, 'late');
    await store.postpone(row.id, at(60), 'late');
    expect(await store.find(row.id)).toMatchObject({ state: 'done', reason: 'answered' });
    expect(await wakes(row.id)).toBe(false);
  });
});
