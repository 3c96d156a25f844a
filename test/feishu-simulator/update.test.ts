import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { staffOf } from '../../simulator/feishu/staff.ts';
import { card, days, hours, LEGAL, markdown, messageIdOf, startWorld, type World, ZHIDA } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const patch = (id: string, content: unknown = card(markdown('第二版')), appId = ZHIDA) =>
  world.api(`PATCH /im/v1/messages/${id}`, { content: JSON.stringify(content) }, appId);
const shown = (id: string): string => world.feishu.tenant.chats.message(id)?.content ?? '';

// open.feishu.cn/document/server-docs/im-v1/message-card/patch
describe('a PATCH', () => {
  it('changes the card in place', async () => {
    const id = messageIdOf(await world.send('林知夏', card(markdown('第一版'))));
    expect(await patch(id)).toMatchObject({ status: 200, code: 0 });
    expect(shown(id)).toContain('第二版');
    const read = await world.api(`GET /im/v1/messages/${id}`);
    expect(read.data).toMatchObject({ items: [{ updated: true }] });
  });

  it('works for 14 days: later it is 230031', async () => {
    const id = messageIdOf(await world.send('林知夏', card(markdown())));
    await world.clock.advance(days(14));
    expect((await patch(id)).code).toBe(0);
    await world.clock.advance(1);
    expect(await patch(id)).toMatchObject({ status: 400, code: 230031 });
  });

  it('of a recalled card is 230011', async () => {
    const id = messageIdOf(await world.send('林知夏', card(markdown())));
    await world.api(`DELETE /im/v1/messages/${id}`);
    expect((await patch(id)).code).toBe(230011);
  });

  it('needs the app that sent the card', async () => {
    const group = world.feishu.tenant.company.groups[0]?.chatId ?? '';
    world.feishu.tenant.chats.chat(group)?.bots.add(LEGAL);
    const body = {
      receive_id: group,
      msg_type: 'interactive',
      content: JSON.stringify(card(markdown('第一版'))),
    };
    const id = messageIdOf(await world.api('POST /im/v1/messages?receive_id_type=chat_id', body));
    expect((await patch(id, card(markdown('第二版')), LEGAL)).code).toBe(230027);
    expect(shown(id)).toContain('第一版');
  });

  it('needs update_multi true before and after', async () => {
    const old = { config: { update_multi: false }, elements: [] };
    const id = messageIdOf(await world.send('林知夏', old));
    expect((await patch(id)).code).toBe(230099);
    const shared = messageIdOf(await world.send('林知夏', { ...old, config: { update_multi: true } }));
    expect((await patch(shared, old)).code).toBe(230099);
    expect((await patch(shared, { elements: [] })).code).toBe(230099);
  });

  it('is for cards only', async () => {
    const id = messageIdOf(await world.send('林知夏', '{"text":"早"}', { msg_type: 'text' }));
    expect((await patch(id)).code).toBe(230001);
  });

  it('keeps to the card rules and to 30 KB, and leaves the old card when it is refused', async () => {
    const id = messageIdOf(await world.send('林知夏', card(markdown('第一版'))));
    expect((await patch(id, card({ tag: 'note' }))).code).toBe(230099);
    expect((await patch(id, card(markdown('x'.repeat(31_000))))).code).toBe(230025);
    expect(shown(id)).toContain('第一版');
  });

  it('to someone who has left the company is 230013', async () => {
    const id = messageIdOf(await world.send('钱正清', card(markdown())));
    staffOf(world.feishu.tenant).resign(world.person('钱正清').unionId);
    expect((await patch(id)).code).toBe(230013);
  });
});

// open.feishu.cn/document/server-docs/im-v1/message/delete
describe('a recall', () => {
  it('needs the app that sent the message', async () => {
    const group = world.feishu.tenant.company.groups[0]?.chatId ?? '';
    world.feishu.tenant.chats.chat(group)?.bots.add(LEGAL);
    const body = { receive_id: group, msg_type: 'text', content: '{"text":"早"}' };
    const id = messageIdOf(await world.api('POST /im/v1/messages?receive_id_type=chat_id', body));
    expect((await world.api(`DELETE /im/v1/messages/${id}`, undefined, LEGAL)).code).toBe(230026);
  });

  it('is over after the time that the administrator set: 230009', async () => {
    world.feishu.tenant.setSwitches({ recallWithinMs: hours(2) });
    const id = messageIdOf(await world.send('林知夏', card(markdown())));
    await world.clock.advance(hours(2) + 1);
    expect((await world.api(`DELETE /im/v1/messages/${id}`)).code).toBe(230009);
  });

  it('leaves a message that says so and can not be recalled again', async () => {
    const id = messageIdOf(await world.send('林知夏', card(markdown('秘密'))));
    expect((await world.api(`DELETE /im/v1/messages/${id}`)).code).toBe(0);
    const read = await world.api(`GET /im/v1/messages/${id}`);
    expect(read.data).toMatchObject({
      items: [{ deleted: true, body: { content: 'This message was recalled' } }],
    });
    expect((await world.api(`DELETE /im/v1/messages/${id}`)).code).toBe(230110);
  });
});
