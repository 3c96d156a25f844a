import { beforeAll, describe, expect, it } from 'vitest';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { LEGAL, must, worker, ZHIDA } from './worker.ts';

const w = worker();
const minutes = (n: number) => n * 60_000;
const USER = 'GET /open-apis/contact/v3/users/:user_id';

beforeAll(async () => {
  await syncPeople({ people: w.people, readDirectory: () => listDirectory(w.client()) })(new Date());
  await w.setMode('live');
});

const known = (called: string) => w.people.find(w.person(called).unionId);
const event = (called: string) => ({ object: { ...w.idsOf(called), name: called } });

describe('a person of the directory', () => {
  it('who joins is recorded with roles, region and departments', async () => {
    w.staff().hire({ name: '万事通', jobTitle: '区域总监', department: '西部大区' });
    await w.drain();
    expect(await known('万事通')).toMatchObject({
      directory: 'here',
      name: '万事通',
      jobTitle: '区域总监',
      roles: ['大区负责人'],
      region: '西部',
      departments: ['西部大区', '大区'],
    });
  });

  it('who moves loses the old region and keeps what they asked for', async () => {
    const { unionId } = w.person('陆鸣');
    await w.people.recordUnsubscribed(unionId, ['sales-daily']);
    w.staff().change(unionId, { jobTitle: '会计', department: '财务' });
    await w.drain();
    const person = await known('陆鸣');
    expect(person).toMatchObject({
      departments: ['财务'],
      roles: ['会计'],
      unsubscribed: ['sales-daily'],
    });
    expect(person).not.toHaveProperty('region');
  });

  it('who leaves is not here any more', async () => {
    w.staff().resign(w.person('丁一舟').unionId);
    await w.drain();
    const person = await known('丁一舟');
    expect(person).toMatchObject({ left: { reason: 'left_company' }, chats: {} });
    expect(person).not.toHaveProperty('directory');
    expect((await w.people.listHere()).map(({ name }) => name)).not.toContain('丁一舟');
    const receipts = await w.receiptsOf('contact.user.deleted_v3');
    // One of each app.
    expect(receipts.map(({ state, reason }) => [state, reason])).toEqual([
      ['done', 'person_left'],
      ['done', 'person_left'],
    ]);
  });

  it('whom the app may not see any more is not here, and nobody tries again', async () => {
    const { unionId } = w.person('鲁建军');
    await w.people.record({
      person: unionId,
      name: '鲁建军',
      jobTitle: '仓管',
      departments: ['仓储'],
      roles: ['仓管'],
      syncedAt: new Date(Date.now() - minutes(60)).toISOString(),
    });
    const id = await w.push('contact.user.updated_v3', event('鲁建军'));
    await w.drain();
    expect(await w.inbox.find(id)).toMatchObject({ state: 'done', reason: 'person_left', attempts: 1 });
    expect(await known('鲁建军')).toMatchObject({ left: { reason: 'out_of_scope' } });
  });

  it('whom only another app may see is not here', async () => {
    w.staff().change(w.person('鲁建军').unionId, { jobTitle: '总经理' });
    await w.drain();
    const [receipt] = (await w.receiptsOf('contact.user.updated_v3')).filter(({ state }) => state === 'done');
    expect(receipt).toBeDefined();
    expect(await known('鲁建军')).toMatchObject({ directory: 'outside', left: { reason: 'out_of_scope' } });
  });

  it('who is read while Feishu fails is recorded by the sweep', async () => {
    w.tenant().faults.set([{ api: USER, kind: '503' }]);
    w.staff().change(w.person('叶青禾').unionId, { jobTitle: '渠道负责人' });
    await w.drain();
    expect(await known('叶青禾')).toMatchObject({ jobTitle: '店铺运营' });
    expect(await w.receiptsOf('contact.user.updated_v3')).toContainEqual(
      expect.objectContaining({ state: 'received', reason: 'feishu_refused' }),
    );
    w.tenant().faults.set([]);
    w.later(minutes(2));
    await w.sweep();
    expect(await known('叶青禾')).toMatchObject({ jobTitle: '渠道负责人', roles: ['渠道负责人'] });
  });

  it('who was read after they are said to have left is still here: old news comes late', async () => {
    const id = await w.push('contact.user.deleted_v3', event('卢星野'), new Date(Date.now() - minutes(30)));
    await w.drain();
    expect(await w.inbox.find(id)).toMatchObject({ state: 'done' });
    expect(await known('卢星野')).toMatchObject({ directory: 'here' });
  });

  it('who joins while Feishu is away for two hours is recorded when it is back', async () => {
    w.tenant().faults.set([{ api: USER, kind: '503', count: 10_000 }]);
    w.staff().hire({ name: '晚来人', jobTitle: '会计', department: '财务' });
    await w.drain();
    for (let minute = 0; minute < 120; minute += 10) {
      w.later(minutes(10));
      await w.sweep();
    }
    w.tenant().faults.set([]);
    expect(await known('晚来人')).toBeUndefined();
    w.later(minutes(130));
    await w.sweep();
    expect(await known('晚来人')).toMatchObject({ directory: 'here', departments: ['财务'] });
  });
});

describe('the first chat with the bot', () => {
  it('is greeted once and remembered, however often it is opened', async () => {
    w.acts('林知夏').open(ZHIDA);
    w.acts('林知夏').open(ZHIDA);
    await w.drain();
    expect(w.cards('林知夏').map(({ title }) => title)).toEqual(['直达 · 帮助']);
    expect(await known('林知夏')).toMatchObject({ chats: { zhida: w.chatOf('林知夏').id } });
    expect(await w.receiptsOf('p2p_chat_create')).toMatchObject([
      { state: 'done', reason: 'answered:help:accepted' },
    ]);
  });

  it('that Feishu tells twice is greeted once', async () => {
    const create = must(
      w
        .tenant()
        .pushes.log.since(0)
        .find(({ eventType }) => eventType === 'p2p_chat_create'),
    );
    w.tenant().pushes.repeat(create.eventId);
    await w.drain();
    expect(w.cards('林知夏')).toHaveLength(1);
  });

  it('with somebody whom the app may not see gets nothing and ends', async () => {
    w.acts('鲁建军').open(ZHIDA);
    await w.drain();
    expect(w.cards('鲁建军')).toEqual([]);
    const receipts = await w.receiptsOf('p2p_chat_create');
    expect(receipts).toContainEqual(
      expect.objectContaining({ state: 'done', reason: 'person_out_of_scope' }),
    );
  });

  it('is not lost while the app lacks a scope: it waits for the administrator', async () => {
    const app = must(w.tenant().apps.get(ZHIDA));
    const apps = w.tenant().apps as Map<string, typeof app>;
    apps.set(ZHIDA, { ...app, scopes: app.scopes.filter((scope) => !scope.startsWith('contact:contact')) });
    w.acts('周以安').open(ZHIDA);
    await w.drain();
    const waiting = must((await w.receiptsOf('p2p_chat_create')).find(({ state }) => state === 'received'));
    expect(waiting).toMatchObject({ reason: 'feishu_refused' });
    apps.set(ZHIDA, app);
    w.later(minutes(2));
    await w.sweep();
    expect(w.cards('周以安')).toHaveLength(1);
  });

  it('is kept for each bot when several learn theirs at once', async () => {
    await w.settings.append('mode#sender:legal', { value: 'live', changedBy: 'test', now: new Date() });
    w.later(1_500);
    w.acts('沈南乔').open(ZHIDA);
    w.acts('沈南乔').open(LEGAL);
    const ids = await w.waiting();
    await Promise.all(ids.map((id) => w.workOff(id)));
    expect((await known('沈南乔'))?.chats).toEqual({
      zhida: w.chatOf('沈南乔').id,
      legal: w.chatOf('沈南乔', LEGAL).id,
    });
  });
});

describe('subscriptions', () => {
  it('changed by two messages at the same moment keep both changes', async () => {
    const ids: string[] = [];
    for (const name of ['经营日报', '人财日报', '商品与库存日报']) {
      ids.push(`feishu:${ZHIDA}#${w.speak('林知夏', `退订 ${name}`)}`);
    }
    await w.arrived();
    await Promise.all(ids.map((id) => w.workOff(id)));
    const unsubscribed = [...((await known('林知夏'))?.unsubscribed ?? [])].sort();
    expect(unsubscribed).toEqual(['people-finance', 'sales-daily', 'stock-daily']);
  });
});
