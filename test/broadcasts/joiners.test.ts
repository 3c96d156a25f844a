import { beforeEach, describe, expect, it } from 'vitest';
import { readMembers } from '../../shared/broadcasts/snapshot.ts';
import { postWorld } from './world.ts';

const world = postWorld();
const hour = 3_600_000;
// Nobody gets more than four messages a day.
let day = 0;
beforeEach(() => {
  day += 1;
  world.clock(`2026-12-${String(2 * day).padStart(2, '0')}T10:28:00+08:00`);
});

const open = async (title: string, more: object = {}): Promise<string> => {
  const post = await world.approved({ url: world.link(world.write('裴律安', title)), ...more });
  await world.advance(post);
  await world.drain();
  await world.advance(post);
  expect(await world.find(post)).toMatchObject({ state: 'open' });
  return post;
};
const deadline = () => new Date(Date.now() + 10 * 24 * hour).toISOString();
const rowOf = async (post: string, unionId: string) =>
  (await world.rows(post)).find(({ recipient }) => recipient === unionId);

describe('who comes and goes while a post is open', () => {
  it('a joiner gets a row, a part of the snapshot and the card; the target grows by one', async () => {
    const post = await open('新同事也要看', { mustConfirm: true, deadline: deadline() });
    const { target } = await world.find(post);
    const joiner = world.staff().hire({ name: '新来的', jobTitle: '客服', department: '客服' });
    await world.sync();
    world.later(hour);
    await world.advance(post);
    const after = await world.find(post);
    expect(after.target).toBe(target + 1);
    expect(after.snapshots).toHaveLength(2);
    expect((await readMembers(world.out().contents)(after)).at(-1)?.name).toBe('新来的');
    await world.drain();
    expect(await rowOf(post, joiner.unionId)).toMatchObject({ state: 'accepted' });
    expect(await world.identity(post)).toMatchObject({ target: target + 1, unsent: 0 });
  }, 60_000);

  it('somebody who leaves is excluded with the reason; who has confirmed stays', async () => {
    const post = await open('有人离职', { mustConfirm: true, deadline: deadline() });
    const stays = world.person('孙佳禾').unionId;
    const goes = world.person('汪晓棠').unionId;
    const own = await rowOf(post, stays);
    if (!own) throw new Error('it was not sent to them');
    const confirmed = { at: new Date().toISOString(), version: 1, via: 'card' } as const;
    await world.out().deliveries.recordConfirmed(own, confirmed);
    await world.gone([stays, goes]);
    world.later(hour);
    await world.advance(post);
    expect(await rowOf(post, stays)).toMatchObject({ state: 'confirmed' });
    expect(await rowOf(post, goes)).toMatchObject({ state: 'excluded', reason: 'left_company' });
    const { target, unsent, ...places } = await world.identity(post);
    expect(Object.values(places).reduce((sum, count) => sum + count, unsent)).toBe(target);
  }, 60_000);

  it('somebody who signs in for the first time while it is open gets it after all', async () => {
    const late = world.person('吕一诺');
    world.tenant().directory.put({ ...late, isActivated: false });
    await world.sync();
    const post = await open('刚激活', { mustConfirm: true, deadline: deadline() });
    const { target } = await world.find(post);
    expect(await rowOf(post, late.unionId)).toMatchObject({ state: 'excluded', reason: 'not_activated' });
    world.tenant().directory.put({ ...late, isActivated: true });
    await world.sync();
    await world.advance(post);
    await world.drain();
    expect(await rowOf(post, late.unionId)).toMatchObject({ state: 'accepted' });
    expect(await world.find(post)).toMatchObject({ target });
  }, 60_000);

  it('gives a joiner one post a day where the account says so, the older one on the next day', async () => {
    const accounts = [{ ...world.account('legal'), joinersOnePerDay: true }];
    const both = [await open('第一篇', { mustConfirm: true }), await open('第二篇', { mustConfirm: true })];
    const joiner = world.staff().hire({ name: '每天一篇', jobTitle: '客服', department: '客服' });
    await world.sync();
    const look = async (): Promise<readonly boolean[]> => {
      for (const post of both) await world.advance(post, { accounts });
      return Promise.all(both.map(async (post) => (await rowOf(post, joiner.unionId)) !== undefined));
    };
    expect(await look()).toEqual([true, false]);
    world.later(hour);
    expect(await look()).toEqual([true, false]);
    world.later(24 * hour);
    expect(await look()).toEqual([true, true]);
  }, 60_000);
});

describe('the end of a post', () => {
  it('is its deadline', async () => {
    const post = await open('到期', {
      mustConfirm: true,
      deadline: new Date(Date.now() + hour).toISOString(),
    });
    world.later(2 * hour);
    await world.advance(post);
    expect(await world.find(post)).toMatchObject({ state: 'closed', closedBecause: 'deadline' });
    expect((await world.posts().listDue(new Date(Date.now() + 400 * 24 * hour))).includes(post)).toBe(false);
  }, 60_000);

  it('is the last confirmation', async () => {
    const post = await open('都确认了', { mustConfirm: true });
    for (const row of await world.rows(post))
      await world
        .out()
        .deliveries.recordConfirmed(row, { at: new Date().toISOString(), version: 1, via: 'card' });
    await world.advance(post);
    expect(await world.find(post)).toMatchObject({ state: 'closed', closedBecause: 'complete' });
  }, 60_000);

  it('is fourteen quiet days when nothing has to be done', async () => {
    const post = await open('看看就好');
    world.later(13 * 24 * hour);
    await world.advance(post);
    expect(await world.find(post)).toMatchObject({ state: 'open' });
    world.later(25 * hour);
    await world.advance(post);
    expect(await world.find(post)).toMatchObject({ state: 'closed', closedBecause: 'quiet' });
  }, 60_000);
});

describe('who was excluded and comes back', () => {
  const leave = async (post: string, unionId: string, reason: string): Promise<void> => {
    await world.out().people.recordLeft(unionId, { at: new Date(), reason });
    world.later(hour);
    await world.advance(post);
    expect(await rowOf(post, unionId)).toMatchObject({ state: 'excluded', reason });
  };
  const comeBack = async (post: string): Promise<void> => {
    world.later(hour);
    await world.sync();
    await world.advance(post);
    await world.drain();
  };

  it.each(['out_of_scope', 'frozen', 'left_company'])(
    'after %s is waited for again with the card that they have, read or not, and takes no post of the day',
    async (reason) => {
      const accounts = [{ ...world.account('legal'), joinersOnePerDay: true }];
      const post = await open(`回来了：${reason}`, { mustConfirm: true, deadline: deadline() });
      const [reader, other] = [world.person('孙佳禾').unionId, world.person('汪晓棠').unionId];
      const { deliveries } = world.out();
      const own = await rowOf(post, reader);
      if (!own) throw new Error('it was not sent to them');
      await deliveries.recordRead(own, new Date());
      for (const person of [reader, other]) await leave(post, person, reason);
      const cards = world.screenOf(reader).length;
      world.later(hour);
      await world.sync();
      await world.advance(post, { accounts });
      await world.drain();
      const [back, alsoBack] = [await rowOf(post, reader), await rowOf(post, other)];
      expect(back).toMatchObject({ state: 'read', messageId: own.messageId });
      expect(alsoBack).toMatchObject({ state: 'accepted' });
      expect([back?.reason, alsoBack?.reason]).toEqual([undefined, undefined]);
      expect(world.screenOf(reader)).toHaveLength(cards);
      expect(await world.deps().cursors.find(`joiner:${reader}`)).toBeUndefined();
    },
    60_000,
  );

  it('before their card had left gets it', async () => {
    const post = await world.approved({
      url: world.link(world.write('裴律安', '还没收到就停用')),
      ...{ mustConfirm: true, deadline: deadline() },
    });
    await world.advance(post);
    const frozen = world.person('孙佳禾').unionId;
    await world
      .out()
      .deliveries.exclude(
        { subject: (await rowOf(post, frozen))?.subject ?? '', recipient: frozen },
        'frozen',
      );
    await world.drain();
    await world.advance(post);
    await comeBack(post);
    expect(await rowOf(post, frozen)).toMatchObject({ state: 'accepted' });
  }, 60_000);
});

describe('a post that stands for years', () => {
  it('reaches who joins, and who can be reached, on its 20th day', async () => {
    world.clock('2027-03-01T10:28:00+08:00');
    const late = world.person('吕一诺');
    world.tenant().directory.put({ ...late, isActivated: false });
    await world.sync();
    const post = await open('一直有效', { mustConfirm: true });
    world.later(20 * 24 * hour);
    const joiner = world.staff().hire({ name: '第二十天来', jobTitle: '客服', department: '客服' });
    world.tenant().directory.put({ ...late, isActivated: true });
    await world.sync();
    await world.advance(post);
    await world.drain();
    for (const { unionId } of [joiner, late])
      expect(await rowOf(post, unionId)).toMatchObject({ state: 'accepted' });
  }, 60_000);
});
