import { beforeAll, describe, expect, it } from 'vitest';
import { outbox } from '../../shared/delivery/outbox.ts';
import { planAndClaim, type Wish } from '../../shared/delivery/plan.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { must, START, worker, ZHIDA } from './worker.ts';

const w = worker();
const minute = 60_000;

beforeAll(async () => {
  await w.setMode('live');
});

const wishFor = async (called: string, subject: string): Promise<Wish> => {
  const recipient = w.person(called).unionId;
  const { helpCard } = await import('../../functions/event-worker/reply-cards.ts');
  const hash = await w.contents.keep(JSON.stringify(helpCard({ id: 'd1' })));
  const target = { recipient, receiveIdType: 'union_id', receiveId: recipient } as const;
  return { subject, sender: 'zhida', hash, eventAt: new Date(START), ...target };
};
/** A card as the digest sends it, accepted and in the ledger. */
const send = async (called: string, subject = 'digest:morning:2026-11-23') => {
  const wish = await wishFor(called, subject);
  await sendNow(outbox('digest', 0).sending)(wish);
  return wish;
};
const readEvent = (called: string, messageIds: readonly string[], readTime = Date.now()) =>
  w.push('im.message.message_read_v1', {
    reader: { reader_id: w.idsOf(called), read_time: String(readTime), tenant_key: 't' },
    message_id_list: messageIds,
  });
const open = (called: string) => w.acts(called).read(w.chatOf(called).id);

describe('a read', () => {
  it('of one event is recorded on every card that it names, with the time of reading', async () => {
    const cards = [await send('林知夏'), await send('林知夏', 'reply:om_earlier')];
    const readAt = Date.now();
    expect(open('林知夏')).toBe(2);
    await w.drain();
    for (const key of cards) {
      const delivery = await w.deliveries.find(key);
      expect(delivery?.state).toBe('read');
      expect(Math.abs(Date.parse(delivery?.readAt ?? '') - readAt)).toBeLessThan(1_000);
    }
    expect(await w.receiptsOf('im.message.message_read_v1')).toMatchObject([
      { state: 'done', reason: 'read_recorded' },
    ]);
  });

  it('keeps its first time when another event says it again', async () => {
    const key = await send('周以安');
    open('周以安');
    await w.drain();
    const first = await w.deliveries.find(key);
    const messageId = first?.messageId ?? '';
    await readEvent('周以安', [messageId], Date.now() + minute);
    await w.drain();
    expect(await w.deliveries.find(key)).toEqual(first);
  });

  it('that overtakes our own record of the card waits and is recorded by the sweep', async () => {
    const wish = await wishFor('沈南乔', 'digest:morning:2026-11-23');
    const claimed = await planAndClaim(w.deliveries)(wish, new Date());
    const id = await readEvent('沈南乔', ['om_overtaken']);
    await w.drain();
    const waiting = await w.inbox.find(id);
    expect(waiting).toMatchObject({ state: 'received', attempts: 1, reason: 'unknown_message' });
    expect(Date.parse(waiting?.dueAt ?? '')).toBeGreaterThan(Date.now());

    await w.deliveries.recordAccepted(must(claimed), { messageId: 'om_overtaken', at: new Date() });
    w.later(2 * minute);
    await w.sweep();
    expect(await w.deliveries.find(wish)).toMatchObject({ state: 'read' });
    expect(await w.inbox.find(id)).toMatchObject({ state: 'done', reason: 'read_recorded', attempts: 2 });
  });

  it('of a card whose try is still open waits for the end of the try', async () => {
    const wish = await wishFor('梁佩珊', 'digest:morning:2026-11-23');
    const first = await planAndClaim(w.deliveries)(wish, new Date());
    w.later(minute);
    // The first holder died before it learnt the message; the second is at it when the first answer comes late.
    const second = await w.deliveries.claim(must(first), new Date());
    await w.deliveries.recordAccepted(must(first), { messageId: 'om_late', at: new Date() });
    const id = await readEvent('梁佩珊', ['om_late']);
    await w.drain();
    expect(await w.inbox.find(id)).toMatchObject({ state: 'received' });

    await w.deliveries.recordAccepted(must(second), { messageId: 'om_late', at: new Date() });
    w.later(2 * minute);
    await w.sweep();
    expect(await w.deliveries.find(wish)).toMatchObject({ state: 'read' });
  });

  it('that names a card of ours and one of nobody is recorded for ours at once', async () => {
    const key = await send('石敬川');
    const messageId = (await w.deliveries.find(key))?.messageId ?? '';
    const id = await readEvent('石敬川', ['om_sent_by_hand', messageId]);
    await w.drain();
    expect(await w.deliveries.find(key)).toMatchObject({ state: 'read' });
    expect(await w.inbox.find(id)).toMatchObject({ state: 'received', reason: 'unknown_message' });
    await w.inbox.finish(id, 'test_over');
  });

  it('of a message that never was ours ends with a reason after six tries', async () => {
    const id = await readEvent('蒲海棠', ['om_of_another_system']);
    await w.drain();
    const pauses: number[] = [];
    for (let tries = 1; tries < 6; tries += 1) {
      const waiting = await w.inbox.find(id);
      expect(waiting).toMatchObject({ state: 'received', attempts: tries });
      const pauseMs = Date.parse(waiting?.dueAt ?? '') - Date.now();
      pauses.push(Math.round(pauseMs / minute));
      w.later(pauseMs + 1);
      await w.sweep();
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16]);
    expect(await w.inbox.find(id)).toMatchObject({ state: 'done', reason: 'unknown_message', attempts: 6 });
    w.later(60 * minute);
    expect(await w.sweep()).toEqual({ overdue: 0 });
  });
});

describe('an event of a type that nobody reacts to', () => {
  it.each(['im.chat.disbanded_v9', 'constructor'])('%s is accepted, recorded and done', async (type) => {
    const id = await w.push(type, { chat_id: 'oc_1' });
    await w.drain();
    const receipt = await w.inbox.find(id);
    expect(receipt).toMatchObject({ eventType: type, state: 'done', reason: 'unknown_event_type' });
    expect(receipt).not.toHaveProperty('body');
  });
});

describe('a group', () => {
  const group = (name: string) =>
    must(
      w
        .tenant()
        .chats.all()
        .find((chat) => chat.name === name),
    );

  it('that names the bot gets one answer without figures', async () => {
    const { id } = group('经营群');
    const messageId = w.acts('林知夏').speak(id, '@直达 今日').id;
    await w.drain();
    const cards = w.cardsIn(id);
    expect(cards.map(({ summary }) => summary)).toEqual(['请私聊我查看晨报与订阅']);
    expect(cards[0]?.text).not.toMatch(/\d+万|支付/);
    expect(await w.receiptOf(messageId)).toMatchObject({ state: 'done', reason: 'answered:today:accepted' });
  });

  it('that names the bot as Feishu writes it gets one too', async () => {
    const { id } = group('经营群');
    const before = w.cardsIn(id).length;
    const mention = { key: '@_user_1', id: { open_id: 'ou_bot' }, name: '直达', tenant_key: 't' };
    await w.push('im.message.receive_v1', messageIn(id, '@_user_1 今日', [mention]));
    await w.drain();
    expect(w.cardsIn(id)).toHaveLength(before + 1);
  });

  it('that talks about something else is left alone, though the bot may hear it', async () => {
    const { id } = group('经营群');
    const before = w.cardsIn(id).length;
    const messageId = w.acts('林知夏').speak(id, '今日下午三点开会').id;
    const colleague = { key: '@_user_1', id: { open_id: 'ou_x' }, name: '周以安', tenant_key: 't' };
    await w.push('im.message.receive_v1', messageIn(id, '@_user_1 今日', [colleague]));
    await w.drain();
    expect(w.cardsIn(id)).toHaveLength(before);
    expect(await w.receiptOf(messageId)).toMatchObject({ state: 'done', reason: 'not_addressed' });
  });

  it('that a bot joins is recorded and greeted once', async () => {
    const { id } = group('售后群');
    w.staff().addBot(id, ZHIDA);
    w.staff().addBot(id, ZHIDA);
    await w.drain();
    expect(w.cardsIn(id)).toHaveLength(1);
    expect(await w.receiptsOf('im.chat.member.bot.added_v1')).toMatchObject([
      { state: 'done' },
      { state: 'done' },
    ]);
    expect(await w.deliveries.find({ subject: 'joined:zhida', recipient: `chat:${id}` })).toMatchObject({
      state: 'accepted',
      chatId: id,
    });
  });

  it('that another bot speaks in gets no answer', async () => {
    const { id } = group('售后群');
    const before = w.cardsIn(id).length;
    const event = messageIn(id, '@直达 今日', []);
    const fromBot = { ...event, sender: { ...event.sender, sender_type: 'bot' } };
    await w.push('im.message.receive_v1', fromBot);
    await w.drain();
    expect(w.cardsIn(id)).toHaveLength(before);
    expect(await w.receiptOf(event.message.message_id)).toMatchObject({ reason: 'not_from_a_person' });
  });

  const messageIn = (chatId: string, text: string, mentions: readonly object[]) => ({
    sender: { sender_id: w.idsOf('林知夏'), sender_type: 'user', tenant_key: 't' },
    message: {
      message_id: `om_${text.length}_${mentions.length}_${Date.now()}`,
      create_time: String(Date.now()),
      chat_id: chatId,
      chat_type: 'group',
      message_type: 'text',
      content: JSON.stringify({ text }),
      mentions,
    },
  });
});
