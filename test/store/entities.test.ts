import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { contents } from '../../shared/store/contents.ts';
import { people } from '../../shared/store/people.ts';
import { type Settings, settings } from '../../shared/store/settings.ts';
import { type Window, type Windows, windows } from '../../shared/store/windows.ts';
import { localTables } from '../local.ts';
import { scanned } from './rows.ts';

const tables = localTables();
const start = new Date('2026-11-23T00:47:00.000Z');
const at = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);

describe('contents', () => {
  const text = JSON.stringify({ schema: '2.0', body: '昨日支付186.4万，较昨日 ▲6.2%。'.repeat(200) });

  it('are kept once under their SHA-256, however often they are stored', async () => {
    const store = contents(tables.name('contents'));
    const hashes = await Promise.all([text, text, text, `${text} `].map((each) => store.keep(each)));
    expect(new Set(hashes).size).toBe(2);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(await scanned(tables, 'contents')).toHaveLength(2);
  });

  it('come back to the byte and take less than a tenth of it', async () => {
    const store = contents(tables.name('contents'));
    const hash = await store.keep(text);
    expect(await store.find(hash)).toBe(text);
    const { Item } = await tables
      .documents()
      .send(new GetCommand({ TableName: tables.name('contents'), Key: { hash } }));
    expect((Item?.['content'] as Uint8Array).byteLength).toBeLessThan(Buffer.byteLength(text) / 10);
    expect(await store.find('0'.repeat(64))).toBeUndefined();
  });
});

describe('settings', () => {
  let store: Settings;
  const change = (value: unknown, seconds = 0) => ({ value, changedBy: '许念', now: at(seconds) });
  beforeAll(() => {
    store = settings(tables.name('settings'));
  });
  const versionsOf = async (setting: string) =>
    (await scanned(tables, 'settings'))
      .filter((row) => row['setting'] === setting)
      .map(({ version, value }) => [version, value])
      .sort();

  it('have no value until somebody sets one; then the newest version counts and every one stays', async () => {
    expect(await store.current('mode#sender:zhida')).toBeUndefined();
    for (const [index, mode] of ['rehearsal', 'live', 'stopped'].entries()) {
      expect(await store.append('mode#sender:zhida', change(mode, index))).toBe(true);
    }
    expect(await store.current('mode#sender:zhida')).toEqual({
      setting: 'mode#sender:zhida',
      version: '00000003',
      value: 'stopped',
      changedBy: '许念',
      changedAt: at(2).toISOString(),
    });
    expect(await versionsOf('mode#sender:zhida')).toEqual([
      ['00000001', 'rehearsal'],
      ['00000002', 'live'],
      ['00000003', 'stopped'],
    ]);
  });

  it('of two changes at the same moment one answers false', async () => {
    const done = await Promise.all(
      ['live', 'stopped'].map((mode) => store.append('mode#race', change(mode))),
    );
    const versions = (await versionsOf('mode#race')).length;
    expect(done.filter(Boolean)).toHaveLength(versions);
  });
});

describe('windows', () => {
  let store: Windows;
  const window = (digest: string, day = '2026-11-23'): Window => ({
    digest,
    window: day,
    state: 'armed',
    subject: `digest:${digest}:${day}`,
    releaseAt: start.toISOString(),
    notAfter: at(1980).toISOString(),
    attempt: 0,
    versions: { calendar: 'built-in' },
  });
  beforeAll(() => {
    store = windows(tables.name('digests'));
  });

  it('are one row, whatever arms them twice', async () => {
    const armed = await Promise.all([1, 2, 3].map(() => store.arm(window('once'))));
    expect(armed.filter(Boolean)).toHaveLength(1);
    expect(await store.find('once', '2026-11-23')).toEqual(window('once'));
  });

  it('are claimed by one of two, and by the next only when the lease is over', async () => {
    const row = window('lease');
    await store.arm(row);
    const won = await Promise.all([1, 2].map(() => store.claim(row, start, at(120))));
    expect(won.filter((each) => each !== undefined)).toHaveLength(1);
    const held = (await store.find('lease', row.window)) ?? row;
    expect(await store.claim(held, at(120), at(240))).toBeUndefined();
    const taken = await store.claim(held, at(121), at(241));
    expect(taken).toMatchObject({ state: 'claimed', attempt: 2 });
    expect(await store.change(held, { state: 'sent' })).toBeUndefined();
    expect(await store.change({ ...held, attempt: 2 }, { state: 'sent', target: 16 })).toMatchObject({
      state: 'sent',
      target: 16,
    });
    expect(await store.claim({ ...held, attempt: 2 }, at(9_999), at(99_999))).toBeUndefined();
  });

  it('that rest are armed again and may be claimed at once', async () => {
    const row = window('rest');
    await store.arm(row);
    const held = await store.claim(row, start, at(120));
    const rested = held && (await store.change(held, { state: 'armed', reason: 'source_not_ready' }));
    expect(rested && (await store.claim(rested, at(1), at(121)))).toMatchObject({
      state: 'claimed',
      attempt: 2,
    });
  });

  it('that were skipped are reopened, those that were sent never', async () => {
    for (const [digest, state, answer] of [
      ['skipped', 'skipped', true],
      ['sent', 'sent', false],
    ] as const) {
      const row = window(digest);
      await store.arm(row);
      const held = await store.claim(row, start, at(120));
      const ended = held && (await store.change(held, { state, reason: 'missed' }));
      expect(ended && (await store.reopen(ended, at(600)))).toBe(answer);
      expect((await store.find(digest, row.window))?.state).toBe(answer ? 'armed' : 'sent');
    }
  });

  it('of one digest are listed newest first', async () => {
    for (const day of ['2026-11-21', '2026-11-23', '2026-11-22']) await store.arm(window('list', day));
    const recent = await store.listRecent('list', 2);
    expect(recent.map((row) => row.window)).toEqual(['2026-11-23', '2026-11-22']);
  });
});

describe('people', () => {
  const facts = (person: string, more: object = {}) => ({
    person,
    name: '沈南乔',
    userId: 'u1',
    jobTitle: '大区负责人',
    departments: ['华东大区'],
    roles: ['大区负责人'],
    region: '华东',
    syncedAt: start.toISOString(),
    ...more,
  });

  it('keep what they asked for when the directory says something new, and lose what it no longer says', async () => {
    const store = people(tables.name('people'));
    await store.record(facts('on_keep'));
    await store.recordUnsubscribed('on_keep', ['sales-daily']);
    expect(
      await store.record(
        facts('on_keep', { region: undefined, jobTitle: '销售总监', syncedAt: at(1).toISOString() }),
      ),
    ).toBe(true);
    const person = await store.find('on_keep');
    expect(person).toMatchObject({ jobTitle: '销售总监', unsubscribed: ['sales-daily'], directory: 'here' });
    expect(person?.region).toBeUndefined();
    expect(await store.record(facts('on_keep'))).toBe(false);
  });

  it('who left are no longer here, and are again when they come back', async () => {
    const store = people(tables.name('people'));
    await store.record(facts('on_left'));
    await store.recordLeft('on_left', { at: at(1), reason: 'left_company' });
    expect((await store.listHere()).map(({ person }) => person)).not.toContain('on_left');
    expect((await store.find('on_left'))?.left).toEqual({ at: at(1).toISOString(), reason: 'left_company' });
    await store.record(facts('on_left', { syncedAt: at(2).toISOString() }));
    expect((await store.listHere()).find(({ person }) => person === 'on_left')?.left).toBeUndefined();
  });

  it('keep the chat of every sender, also when two learn theirs from the same copy', async () => {
    const store = people(tables.name('people'));
    await store.record(facts('on_chat'));
    const copy = await store.find('on_chat');
    if (!copy) throw new Error('recorded above');
    await Promise.all([store.recordChat(copy, 'zhida', 'oc_1'), store.recordChat(copy, 'legal', 'oc_2')]);
    expect((await store.find('on_chat'))?.chats).toEqual({ zhida: 'oc_1', legal: 'oc_2' });
    await store.recordChat(copy, 'zhida', 'oc_3');
    expect((await store.find('on_chat'))?.chats).toEqual({ zhida: 'oc_3', legal: 'oc_2' });
  });

  it('are not made by a chat or a wish of somebody unknown', async () => {
    const store = people(tables.name('people'));
    await store.record(facts('on_known'));
    const known = await store.find('on_known');
    if (!known) throw new Error('recorded above');
    await store.recordChat({ ...known, person: 'on_nobody' }, 'zhida', 'oc_9');
    await store.recordUnsubscribed('on_nobody', ['sales-daily']);
    await store.recordLeft('on_nobody', { at: start, reason: 'left_company' });
    expect(await store.find('on_nobody')).toBeUndefined();
  });
});
