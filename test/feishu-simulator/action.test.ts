import * as lark from '@larksuiteoapi/node-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Acts, actsOf } from '../../simulator/feishu/acts.ts';
import {
  card,
  type Inbox,
  markdown,
  messageIdOf,
  minutes,
  openId,
  startInbox,
  startWorld,
  type World,
} from './world.ts';

let world: World;
let inbox: Inbox;
let message: string;
beforeEach(async () => {
  inbox = await startInbox();
  world = await startWorld({ eventUrl: inbox.url });
  message = messageIdOf(await world.send('林知夏', card(markdown('第一版'))));
});
afterEach(async () => {
  await world.close();
  await inbox.close();
});

const person = (): Acts => actsOf(world.feishu.tenant, world.person('林知夏').unionId);
const click = () => person().click(message, { value: { do: 'confirm' } });
const answer = (body: object): void => {
  inbox.answers.push({ status: 200, body: JSON.stringify(body) });
};
const raw = (content: object) => ({ type: 'raw', data: content });
const shown = (): string => world.feishu.tenant.chats.message(message)?.content ?? '';
const callback = (): {
  header: { create_time: string };
  event: { token: string } & Record<string, unknown>;
} => {
  const { encrypt } = JSON.parse(inbox.received.at(-1)?.body ?? '{}') as { encrypt: string };
  return JSON.parse(new lark.AESCipher('dev-encrypt-key-zhida').decrypt(encrypt)) as ReturnType<
    typeof callback
  >;
};
const update = (token: string, content: object = card(markdown('第二版'))) =>
  world.api('POST /interactive/v1/card/update', { token, card: content });

// open.feishu.cn/document/feishu-cards/card-callback-communication
describe('a click', () => {
  it('calls back with who, what and where, in microseconds', async () => {
    await click();
    expect(callback()).toMatchObject({
      header: { event_type: 'card.action.trigger', create_time: `${world.clock.now()}000` },
      event: {
        operator: { open_id: openId(world, '林知夏') },
        action: { tag: 'button', value: { do: 'confirm' } },
        host: 'im_message',
        context: { open_message_id: message },
      },
    });
    expect(callback().event.token).toMatch(/^c-/);
  });

  it('shows the toast and the card of the answer', async () => {
    answer({ toast: { type: 'success', content: '已确认' }, card: raw(card(markdown('已确认'))) });
    expect(await click()).toEqual({
      ok: true,
      cardUpdated: true,
      toast: { type: 'success', content: '已确认' },
    });
    expect(shown()).toContain('已确认');
  });

  it.each([
    ['200671 for a status that is not 200', { status: 500, body: '{}' }, 200671],
    ['200672 for a body that is no answer', { status: 200, body: 'OK' }, 200672],
    [
      '200673 for a card that breaks the rules',
      { status: 200, body: JSON.stringify({ card: raw(card({ tag: 'note' })) }) },
      200673,
    ],
    [
      '200830 for a card of 1.0 in place of 2.0',
      { status: 200, body: JSON.stringify({ card: raw({ elements: [] }) }) },
      200830,
    ],
    ['200341 for an answer after 3 s (here 50 ms)', { status: 200, body: '{}', delayMs: 400 }, 200341],
  ])('shows the client error %s', async (_name, reply, errorCode) => {
    world.feishu.tenant.setSwitches({
      pushTimeoutMs: reply.status === 200 && 'delayMs' in reply ? 50 : 3000,
    });
    inbox.answers.push(reply);
    expect(await click()).toEqual({ ok: false, cardUpdated: false, errorCode });
    expect(shown()).toContain('第一版');
  });

  it('is never repeated', async () => {
    inbox.answers.push({ status: 500 });
    await click();
    await world.clock.advance(minutes(600));
    expect(inbox.received).toHaveLength(1);
  });
});

// open.feishu.cn/document/ukTMukTMukTM/uMDO1YjLzgTN24yM4UjN
describe('a delayed update', () => {
  it('changes the card with the token of the callback, twice', async () => {
    await click();
    const { token } = callback().event;
    expect([(await update(token)).code, (await update(token)).code]).toEqual([0, 0]);
    expect(shown()).toContain('第二版');
    const third = await update(token);
    expect([third.status, third.code]).toEqual([200, 300040]);
  });

  it('is over after 30 minutes, and a made-up token is no token', async () => {
    await click();
    await world.clock.advance(minutes(30) + 1);
    expect((await update(callback().event.token)).code).toBe(300030);
    expect((await update('c-unknown')).code).toBe(300020);
  });

  it('before the callback is answered is refused, and so is a PATCH', async () => {
    inbox.answers.push({ status: 200, delayMs: 150 });
    const clicking = click();
    await expect.poll(() => inbox.received.length).toBe(1);
    expect((await update(callback().event.token)).msg).toContain('card action is lock');
    const patched = await world.api(`PATCH /im/v1/messages/${message}`, {
      content: JSON.stringify(card(markdown('x'))),
    });
    expect(patched).toMatchObject({ code: 230099, msg: expect.stringContaining('11310') as unknown });
    await clicking;
    expect((await update(callback().event.token)).code).toBe(0);
  });

  it('answers errors with HTTP 200 and a code', async () => {
    await click();
    const refused = await update(callback().event.token, { schema: '2.0', nonsense: 1 });
    expect([refused.status, refused.code]).toEqual([200, 11311]);
  });
});
