import { describe, expect, it } from 'vitest';
import { type Broadcast, groupSubject } from '../../shared/broadcasts/broadcast.ts';
import { LEGAL, postWorld } from './world.ts';

const world = postWorld();
const listChats = 'GET /open-apis/im/v1/chats';
const everyone = { everyone: true };
const words = '机器人不在群「全员群」：请先把『薄荷法讯』拉进群';

const bots = (): Set<string> => {
  const chat = world
    .tenant()
    .chats.all()
    .find(({ kind, name }) => kind === 'group' && name === '全员群');
  if (!chat) throw new Error('there is no such group');
  return chat.bots;
};
const lists = (): number =>
  world
    .tenant()
    .calls.since(0)
    .filter(({ api, appId }) => api === listChats && appId === LEGAL).length;
const submitted = async (title: string): Promise<string> => {
  const url = world.link(world.write('裴律安', title));
  const { post } = await world.act({ do: 'draft', account: 'legal', by: '裴律安', audience: everyone, url });
  if (typeof post !== 'string') throw new Error('it was not drafted');
  await world.act({ do: 'submit', post, by: '裴律安' });
  return post;
};
const start = async (post: string): Promise<Broadcast> => {
  await world.run({ do: 'approve', post, by: '闻人杰', confirm: true });
  await world.act({ do: 'start', post, by: '闻人杰' });
  return world.find(post);
};
const groupRows = async (post: Broadcast) => world.out().deliveries.listOfSubject(groupSubject(post));

// The other bot, 直达, is in the group all the time.
describe('a group that the bot of the account is not in', () => {
  it('is named to the approver and to the editor before anything starts, and is posted to once the bot is in it', async () => {
    bots().delete(LEGAL);
    await world.sync();
    const post = await submitted('拉进群再发');
    expect(world.screen('闻人杰').join('\n')).toContain(words);
    expect(world.screen('裴律安').join('\n')).toContain(words);
    expect(await world.run({ do: 'diff', post })).toMatchObject({ groupWarning: words });

    bots().add(LEGAL);
    const before = lists();
    const sent = await start(post);
    expect(lists() - before).toBe(1);
    expect((await groupRows(sent)).map(({ sender }) => sender)).toEqual(['legal']);
    await world.drain();
    expect((await groupRows(sent)).map(({ state }) => state)).toEqual(['accepted']);
  });

  it('is left out at the start, which goes on and tells the editor', async () => {
    bots().delete(LEGAL);
    const sent = await start(await submitted('没有拉进群'));
    expect(sent).toMatchObject({ state: 'sending' });
    expect(await groupRows(sent)).toEqual([]);
    expect(world.screen('裴律安').join('\n')).toContain(`1 个群没有发到：${words}`);
    bots().add(LEGAL);
  });

  it('is taken from what was known last night when Feishu does not say', async () => {
    const post = await submitted('飞书不说');
    world.tenant().faults.set([{ api: listChats, kind: '500', count: 1 }]);
    const sent = await start(post);
    expect(await groupRows(sent)).toHaveLength(1);
  });
});

it('a post for some is not posted to a group of all, and nobody is warned', async () => {
  bots().delete(LEGAL);
  const url = world.link(world.write('裴律安', '只给客服'));
  const post = await world.approved({ url });
  expect(await world.run({ do: 'diff', post })).not.toHaveProperty('groupWarning');
  bots().add(LEGAL);
});
