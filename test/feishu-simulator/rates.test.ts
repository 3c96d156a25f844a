import { afterEach, describe, expect, it } from 'vitest';
import { card, LEGAL, markdown, messageIdOf, minutes, startWorld, type World, ZHIDA } from './world.ts';

let world: World;
afterEach(() => world.close());

const times = async <T>(count: number, call: () => Promise<T>): Promise<readonly T[]> => {
  const answers: T[] = [];
  for (let index = 0; index < count; index += 1) answers.push(await call());
  return answers;
};
const codes = (answers: readonly { code: number }[]): readonly number[] => answers.map(({ code }) => code);
const chats = (appId = ZHIDA) => world.api('GET /im/v1/chats', undefined, appId);

// open.feishu.cn/document/server-docs/api-call-guide/frequency-control: 1000 次/分钟、50 次/秒
describe('the rate of an API', () => {
  it('is 50 a second: the next call is HTTP 429 with 99991400 and says how long to wait', async () => {
    world = await startWorld();
    expect(new Set(codes(await times(50, chats)))).toEqual(new Set([0]));
    const refused = await chats();
    expect(refused).toMatchObject({ status: 429, code: 99991400, msg: 'request trigger frequency limit' });
    expect(refused.headers.get('x-ogw-ratelimit-limit')).toBe('1000');
    expect(refused.headers.get('x-ogw-ratelimit-reset')).toBe('1');
    await world.clock.advance(1000);
    expect((await chats()).code).toBe(0);
  });

  it('is 1000 a minute', async () => {
    world = await startWorld({ switches: { perSecond: 50, perMinute: 120 } });
    for (let second = 0; second < 3; second += 1) {
      await times(40, chats);
      await world.clock.advance(1000);
    }
    const refused = await chats();
    expect(refused).toMatchObject({ status: 429, code: 99991400 });
    expect(Number(refused.headers.get('x-ogw-ratelimit-reset'))).toBe(57);
  });

  // How many of 60 calls are taken 100 ms before a full second, then 100 ms and 500 ms after it.
  it.each([
    ['sliding', [50, 0, 0]],
    ['fixed', [50, 50, 0]],
    ['shifted', [50, 0, 50]],
    ['bucket', [50, 10, 20]],
  ] as const)('has a window that is %s by switch', async (rateWindow, taken) => {
    world = await startWorld({ switches: { rateWindow, perMinute: 10_000 } });
    await world.clock.advance(2_900 - (world.clock.now() % 1000));
    const answers: number[] = [];
    for (const passMs of [0, 200, 400]) {
      await world.clock.advance(passMs);
      answers.push(codes(await times(60, chats)).filter((code) => code === 0).length);
    }
    expect(answers).toEqual(taken);
  });

  it.each(['fixed', 'shifted', 'sliding', 'bucket'] as const)(
    'names a wait after which a window that is %s takes the call',
    async (rateWindow) => {
      world = await startWorld({ switches: { rateWindow } });
      await world.clock.advance(2_900 - (world.clock.now() % 1000));
      await times(50, chats);
      const refused = await chats();
      expect(refused.code).toBe(99991400);
      await world.clock.advance(Number(refused.headers.get('x-ogw-ratelimit-reset')) * 1000);
      expect((await chats()).code).toBe(0);
    },
  );

  it('is counted for each app and each API alone', async () => {
    world = await startWorld();
    await times(50, chats);
    expect((await chats()).code).toBe(99991400);
    expect((await chats(LEGAL)).code).toBe(0);
    expect((await world.api('GET /contact/v3/scopes')).code).toBe(0);
  });
});

// open.feishu.cn/document/server-docs/im-v1/message/create: 同一用户 5 QPS，同一群组 5 QPS（群内机器人共享）
describe('the rate of a receiver', () => {
  it('is 5 messages a second to one person, then HTTP 400 with 230020', async () => {
    world = await startWorld();
    const answers = await times(6, () => world.send('钱正清', card(markdown())));
    expect(codes(answers)).toEqual([0, 0, 0, 0, 0, 230020]);
    expect(answers[5]?.status).toBe(400);
    await world.clock.advance(1000);
    expect((await world.send('钱正清', card(markdown()))).code).toBe(0);
  });

  it('is 5 a second to one group, shared by its bots', async () => {
    world = await startWorld();
    const group = world.feishu.tenant.company.groups[0]?.chatId ?? '';
    world.feishu.tenant.chats.chat(group)?.bots.add(LEGAL);
    const say = (appId: string) =>
      world.api(
        'POST /im/v1/messages?receive_id_type=chat_id',
        { receive_id: group, msg_type: 'text', content: '{"text":"早"}' },
        appId,
      );
    await times(3, () => say(ZHIDA));
    expect(codes(await times(3, () => say(LEGAL)))).toEqual([0, 0, 230020]);
  });

  // open.feishu.cn/document/server-docs/im-v1/message-card/patch: 单条消息更新频控为 5 QPS
  it('is 5 updates a second of one message', async () => {
    world = await startWorld();
    const id = messageIdOf(await world.send('钱正清', card(markdown())));
    const patch = () =>
      world.api(`PATCH /im/v1/messages/${id}`, {
        content: JSON.stringify(card(markdown('新'))),
      });
    expect(codes(await times(6, patch))).toEqual([0, 0, 0, 0, 0, 230020]);
  });
});

// 自建应用 API 调用量上限调整说明 (open.feishu.cn/document/platform-notices)
describe('the monthly quota', () => {
  it('ends the calls of the whole tenant with 99991403, except auth, contact and events', async () => {
    world = await startWorld({ switches: { monthlyQuota: 3 } });
    await times(2, () => chats(ZHIDA));
    await chats(LEGAL);
    expect((await chats(LEGAL)).code).toBe(99991403);
    expect((await world.send('钱正清', card(markdown()))).code).toBe(99991403);
    expect((await world.api('GET /contact/v3/scopes')).code).toBe(0);
    expect(await world.token()).toMatch(/^t-/);
  });

  it('starts anew with the month in Shanghai and does not count refused calls', async () => {
    world = await startWorld({ switches: { monthlyQuota: 1 } });
    await world.send('钱正清', { schema: '2.0', nonsense: true });
    expect((await world.send('钱正清', card(markdown()))).code).toBe(0);
    expect((await chats()).code).toBe(99991403);
    await world.clock.advance(Date.UTC(2026, 10, 30, 16) - world.clock.now() - minutes(1));
    expect((await chats()).code).toBe(99991403);
    await world.clock.advance(minutes(1));
    expect((await chats()).code).toBe(0);
  });
});
