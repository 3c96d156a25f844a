import { beforeEach, describe, expect, it } from 'vitest';
import { type SyncDeps, syncPeople } from '../../functions/people-sync/sync.ts';
import { type Directory, listDirectory } from '../../shared/feishu/contact.ts';
import { dataOf } from '../../shared/feishu/outcome.ts';
import { must, worker } from '../event-worker/worker.ts';

const w = worker();
// Somebody is outside the app's range, so Feishu names people, not departments.
const MEMBERS = 'GET /open-apis/contact/v3/users/batch';

const syncWith = (readDirectory: SyncDeps['readDirectory']) =>
  syncPeople({ people: w.people, readDirectory });
const sync = () => {
  // A second later: 50 calls a second are Feishu's limit.
  w.later(1_500);
  return syncWith(() => listDirectory(w.client()))(new Date());
};
/** The deployed function, as the schedule starts it. */
const night = async () => {
  const { handler } = await import('../../functions/people-sync/handler.ts');
  return handler();
};
const known = (called: string) => w.people.find(w.person(called).unionId);
const directory = async (): Promise<Directory> => dataOf(await listDirectory(w.client()));
const names = async () => (await w.people.listHere()).map(({ name }) => name).sort();

beforeEach(() => {
  w.later(60_000);
});

describe('the nightly sync', () => {
  it('records everyone whom the app may see, and nobody else', async () => {
    expect(await night()).toEqual({ recorded: 58, left: 0, groups: 3 });
    const { company } = w.tenant();
    expect(company.people).toHaveLength(60);
    const gone = ['龚思齐', '鲁建军'];
    const expected = company.people.map(({ name }) => name).filter((name) => !gone.includes(name));
    expect(await names()).toEqual(expected.sort());
    for (const name of gone) expect(await known(name)).toBeUndefined();
  });

  it.each([
    ['林知夏', ['总经理'], undefined, ['总经办']],
    ['沈南乔', ['大区负责人'], '华东', ['华东大区', '大区']],
    ['区少明', ['销售经理'], '华南', ['华南大区', '大区']],
    ['石敬川', ['大区负责人'], '华北', ['华北大区', '大区']],
    ['蒲海棠', ['大区负责人'], '西部', ['西部大区', '大区']],
    ['钱正清', ['财务负责人'], undefined, ['财务']],
    ['高远', ['销售总监'], undefined, ['大区']],
  ])('knows of %s roles %j, region %s and departments %j', async (...row) => {
    const [name, roles, region, departments] = row;
    const person = must(await known(name));
    expect({ ...person, region: person.region }).toMatchObject({ roles, region, departments });
    const { userId, employeeNo, jobTitle } = w.person(name);
    expect(person).toMatchObject({ userId, employeeNo, jobTitle, directory: 'here', unsubscribed: [] });
  });

  it('calls a title of another house by our word for it', async () => {
    w.staff().change(w.person('温可儿').unionId, { jobTitle: '大区总经理' });
    await sync();
    expect(await known('温可儿')).toMatchObject({ jobTitle: '大区总经理', roles: ['大区负责人'] });
  });

  it('changes nothing of what people asked for', async () => {
    const { unionId } = w.person('苏沐晴');
    await w.people.recordUnsubscribed(unionId, ['sales-daily']);
    await w.people.recordChat(must(await w.people.find(unionId)), 'zhida', 'oc_1');
    await sync();
    expect(await known('苏沐晴')).toMatchObject({ unsubscribed: ['sales-daily'], chats: { zhida: 'oc_1' } });
  });

  it('marks who has left since, keeps their row, and takes them back when they return', async () => {
    const { unionId } = w.person('贺兰朵');
    w.staff().resign(unionId);
    expect(await sync()).toEqual({ recorded: 57, left: 1 });
    expect(await known('贺兰朵')).toMatchObject({ name: '贺兰朵', left: { reason: 'out_of_scope' } });
    expect(await names()).not.toContain('贺兰朵');
    expect(await sync()).toEqual({ recorded: 57, left: 0 });

    w.tenant().directory.put({ ...w.person('贺兰朵'), resigned: false });
    expect(await sync()).toEqual({ recorded: 58, left: 0 });
    expect(await known('贺兰朵')).not.toHaveProperty('left');
  });

  it.each([
    ['frozen', { frozen: true }, 'frozen'],
    ['resigned', { resigned: true }, 'left_company'],
  ])('a person whom the directory shows as %s is not here', async (_, change, reason) => {
    const found = await directory();
    const people = found.people.map((person) =>
      person.name === '邵一鸣' ? { ...person, ...change } : person,
    );
    expect(
      await syncWith(() => Promise.resolve({ kind: 'ok', data: { ...found, people } }))(new Date()),
    ).toEqual({
      recorded: 57,
      left: 0,
    });
    expect(await known('邵一鸣')).toMatchObject({ left: { reason } });
    w.later(60_000);
    await sync();
    expect(await known('邵一鸣')).toMatchObject({ directory: 'here' });
  });

  it('leaves a person for whom a field scope is missing without that field', async () => {
    const found = await directory();
    const people = found.people.map((person) =>
      person.name === '常悦' ? { ...person, jobTitle: undefined, employeeNo: undefined } : person,
    );
    await syncWith(() => Promise.resolve({ kind: 'ok', data: { ...found, people } }))(new Date());
    expect(await known('常悦')).toMatchObject({ jobTitle: '', roles: [] });
    expect(await known('常悦')).not.toHaveProperty('employeeNo');
  });
});

describe('what posts go by', () => {
  const change = async (name: string, more: object): Promise<void> => {
    const found = await directory();
    const people = found.people.map((person) => (person.name === name ? { ...person, ...more } : person));
    w.later(1_500);
    await syncWith(() => Promise.resolve({ kind: 'ok', data: { ...found, people } }))(new Date());
  };

  it('is known of everybody: whom they report to and when they came', async () => {
    await sync();
    const { unionId, joinedAtSeconds } = w.person('顾晓峰');
    expect(await w.people.find(unionId)).toMatchObject({
      leader: w.person('沈南乔').unionId,
      joinedAt: new Date(joinedAtSeconds * 1000).toISOString(),
    });
    expect(await w.people.find(unionId)).not.toHaveProperty('notActivated');
    // Nobody is above the general manager.
    expect(await known('林知夏')).not.toHaveProperty('leader');
  });

  it('is forgotten when the directory says it no longer', async () => {
    await change('温可儿', { leaderUnionId: undefined, joinedAtMs: undefined });
    expect(await known('温可儿')).not.toHaveProperty('leader');
    expect(await known('温可儿')).not.toHaveProperty('joinedAt');
    await sync();
    expect(await known('温可儿')).toMatchObject({ leader: w.person('梁佩珊').unionId });
  });

  it('who has never signed in is here and can not be reached, until they sign in', async () => {
    await change('常悦', { activated: false });
    expect(await known('常悦')).toMatchObject({ directory: 'here', notActivated: true });
    expect(await names()).toContain('常悦');
    await sync();
    expect(await known('常悦')).not.toHaveProperty('notActivated');
  });

  it('whom the app may not see any more stands outside, who left the company on neither list', async () => {
    const outside = async () => (await w.people.listOutside()).map(({ name }) => name);
    await sync();
    expect(await outside()).toEqual([]);
    const found = await directory();
    const people = found.people.filter(({ name }) => name !== '邹念慈');
    w.later(1_500);
    await syncWith(() => Promise.resolve({ kind: 'ok', data: { ...found, people } }))(new Date());
    expect(await outside()).toEqual(['邹念慈']);
    expect(await names()).not.toContain('邹念慈');

    await sync();
    expect(await outside()).toEqual([]);
    expect(await names()).toContain('邹念慈');
    await change('邹念慈', { resigned: true });
    expect(await outside()).toEqual([]);
    expect(await names()).not.toContain('邹念慈');
    w.later(60_000);
    await sync();
  });
});

describe('a directory that lost more than half of its people', () => {
  const shrunkTo = async (count: number) => {
    const found = await directory();
    return () =>
      Promise.resolve({ kind: 'ok', data: { ...found, people: found.people.slice(0, count) } } as const);
  };

  it('is refused as a lost permission, and nobody is marked', async () => {
    const before = await names();
    const read = await shrunkTo(28);
    await expect(syncWith(read)(new Date())).rejects.toMatchObject({
      code: 'directory_shrunken',
      details: { before: 58, after: 28 },
    });
    expect(await names()).toEqual(before);
  });

  it('is refused when it is empty', async () => {
    const read = await shrunkTo(0);
    await expect(syncWith(read)(new Date())).rejects.toMatchObject({ code: 'directory_shrunken' });
  });

  it('and keeps exactly half is taken as it is', async () => {
    const read = await shrunkTo(29);
    expect(await syncWith(read)(new Date())).toEqual({ recorded: 29, left: 29 });
    w.later(60_000);
    await sync();
  });
});

describe('while Feishu fails', () => {
  it('one 429 in the middle of the night is waited for', async () => {
    w.tenant().faults.set([{ api: MEMBERS, kind: '429', skip: 1, count: 1 }]);
    expect(await night()).toEqual({ recorded: 58, left: 0, groups: 3 });
    expect(w.tenant().faults.list()[0]?.hits).toBe(1);
  });

  it('one broken connection is too', async () => {
    w.tenant().faults.set([{ api: MEMBERS, kind: 'lost_reply', skip: 1, count: 1 }]);
    expect(await night()).toEqual({ recorded: 58, left: 0, groups: 3 });
    expect(w.tenant().faults.list()[0]?.hits).toBe(1);
  });

  it('a directory that cannot be read changes nothing and says so', async () => {
    const before = await names();
    w.tenant().faults.set([{ api: MEMBERS, kind: '503', skip: 1 }]);
    await expect(sync()).rejects.toMatchObject({ code: 'feishu_refused' });
    expect(await names()).toEqual(before);
  });
});

describe('news of an event', () => {
  it('that came while the directory was being read is not overwritten by the sync', async () => {
    const { unionId } = w.person('方小圆');
    const started = new Date();
    const stale = await directory();
    w.later(5_000);
    w.staff().change(unionId, { jobTitle: '渠道负责人' });
    await w.drain();
    await syncWith(() => Promise.resolve({ kind: 'ok', data: stale }))(started);
    expect(await known('方小圆')).toMatchObject({ jobTitle: '渠道负责人', roles: ['渠道负责人'] });
  });

  it('of a newcomer is not undone by a directory that was read before', async () => {
    const started = new Date();
    const stale = await directory();
    w.later(5_000);
    w.staff().hire({ name: '新同事', jobTitle: '会计', department: '财务' });
    await w.drain();
    await syncWith(() => Promise.resolve({ kind: 'ok', data: stale }))(started);
    expect(await known('新同事')).toMatchObject({ directory: 'here' });
  });

  it('of a leaver is not undone either', async () => {
    const started = new Date();
    const stale = await directory();
    w.later(5_000);
    w.staff().resign(w.person('倪可').unionId);
    await w.drain();
    await syncWith(() => Promise.resolve({ kind: 'ok', data: stale }))(started);
    expect(await names()).not.toContain('倪可');
  });
});
