import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../simulator/feishu/faults.ts';
import { card, markdown, messageIdOf, startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const SEND = 'POST /open-apis/im/v1/messages';
const PATCH = 'PATCH /open-apis/im/v1/messages/:message_id';
const arm = (...faults: Fault[]): void => {
  world.feishu.tenant.faults.set(faults);
};
const send = () => world.send('林知夏', card(markdown()));
const patch = (id: string, text: string) =>
  world.api(`PATCH /im/v1/messages/${id}`, { content: JSON.stringify(card(markdown(text))) });
const shown = (): number => world.feishu.tenant.chats.all().flatMap(({ messages }) => messages).length;
const content = (id: string): string => world.feishu.tenant.chats.message(id)?.content ?? '';
/** The request has met the fault and waits for the clock. */
const arrival = () => expect.poll(() => world.feishu.tenant.faults.list()[0]?.hits).toBe(1);

describe('a fault', () => {
  it('refuses as often as it says, after those that it lets pass', async () => {
    arm({ api: SEND, kind: '429', count: 2, skip: 1 });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await send()).status);
    expect(statuses).toEqual([200, 429, 429, 200]);
    expect(shown()).toBe(2);
  });

  it.each(['500', '502', '503'] as const)('answers %s without doing anything', async (kind) => {
    arm({ api: SEND, kind });
    expect((await send()).status).toBe(Number(kind));
    expect(shown()).toBe(0);
  });

  it('loses the reply of what was done', async () => {
    arm({ api: SEND, kind: 'lost_reply', count: 1 });
    await expect(send()).rejects.toThrow('fetch failed');
    expect(shown()).toBe(1);
    expect(world.feishu.tenant.calls.since(0).at(-1)).toMatchObject({
      status: 0,
      code: -1,
      fault: 'lost_reply',
    });
  });

  it('times out without doing anything', async () => {
    arm({ api: SEND, kind: 'timeout', delayMs: 5000 });
    const sending = expect(send()).rejects.toThrow('fetch failed');
    await arrival();
    await world.clock.advance(5000);
    await sending;
    expect(shown()).toBe(0);
  });

  it('answers slowly what was done at once', async () => {
    arm({ api: SEND, kind: 'slow', delayMs: 2000 });
    const sending = send();
    await arrival();
    expect(shown()).toBe(1);
    await world.clock.advance(2000);
    expect((await sending).code).toBe(0);
  });

  it('lets a PATCH arrive late, so that the older one wins', async () => {
    const id = messageIdOf(await send());
    arm({ api: PATCH, kind: 'late', delayMs: 3000, count: 1 });
    const older = patch(id, '旧');
    await arrival();
    expect((await patch(id, '新')).code).toBe(0);
    expect(content(id)).toContain('新');
    await world.clock.advance(3000);
    await older;
    expect(content(id)).toContain('旧');
  });

  it('is drawn from its seed: the same calls are hit again', async () => {
    const draw = async (seed: number): Promise<string> => {
      arm({ api: 'GET /open-apis/im/v1/chats', kind: '500', probability: 0.5, seed });
      const statuses: number[] = [];
      for (let index = 0; index < 20; index += 1) statuses.push((await world.api('GET /im/v1/chats')).status);
      await world.clock.advance(1000);
      return statuses.join();
    };
    const first = await draw(7);
    expect(await draw(7)).toBe(first);
    expect(await draw(8)).not.toBe(first);
    expect(first).toContain('500');
  });

  it('can be aimed at one app or at the token endpoint', async () => {
    arm({ api: '*', kind: '500', appId: 'cli_a1legal00000002' });
    expect((await world.api('GET /im/v1/chats')).status).toBe(200);
    arm({ api: 'POST /open-apis/auth/v3/tenant_access_token/internal', kind: '503', count: 1 });
    const response = await fetch(`${world.feishu.url}/open-apis/auth/v3/tenant_access_token/internal`, {
      method: 'POST',
      body: '{}',
    });
    expect(response.status).toBe(503);
  });
});
