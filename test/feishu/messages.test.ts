import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { card, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import { feishuClient } from '../../shared/feishu/client.ts';
import { deliveryUuid, type FeishuMessages, feishuMessages } from '../../shared/feishu/messages.ts';
import { dataOf } from '../../shared/feishu/outcome.ts';
import { manualClock } from '../../simulator/clock.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { quietApps } from './quiet-apps.ts';

const appId = 'cli_a1zhida00000001';
const clock = manualClock(Date.parse('2026-11-23T00:30:00Z'));

describe('the uuid of a delivery', () => {
  it('has 43 characters, within the 50 that Feishu takes', () => {
    expect(deliveryUuid(appId, 'digest:morning:2026-11-23/on_1', 1)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('is the same for every try, and another for another app, delivery or generation', () => {
    const uuids = [
      deliveryUuid('a', 'b', 1),
      deliveryUuid('a', 'b', 2),
      deliveryUuid('a', 'b1', 1),
      deliveryUuid('ab', '', 1),
      deliveryUuid('a', 'b', 1),
    ];
    expect(new Set(uuids).size).toBe(4);
  });
});

describe('messages', () => {
  let feishu: FeishuSimulator;
  let messages: FeishuMessages;
  let uuids = 0;

  beforeAll(async () => {
    feishu = await startFeishu({ clock, apps: quietApps });
    const client = feishuClient({ appId, appSecret: 'dev-secret-zhida', domain: feishu.url, now: clock.now });
    messages = feishuMessages(client);
  });
  afterAll(() => feishu.close());
  beforeEach(() => clock.advance(2000));

  const to = (index = 0) => ({
    receiveIdType: 'union_id' as const,
    receiveId: feishu.tenant.company.people[index]?.unionId ?? '',
    uuid: deliveryUuid(appId, 'messages', (uuids += 1)),
  });
  const cardFor = (id: string, text: string): string =>
    JSON.stringify(
      card({
        id,
        summary: text,
        header: { title: '晨报', colour: 'blue' },
        elements: [markdown(text)],
        footer: ['数据截至'],
      }),
    );

  it('are found in their chat by the delivery that the card carries, newest first', async () => {
    const [first, second] = ['digest:a', 'digest:b'].map((subject) => deliveryElementId(subject, 'on_1'));
    const sent = dataOf(await messages.sendCard({ ...to(1), card: cardFor(first ?? '', '一') }));
    await clock.advance(1000);
    await messages.sendCard({ ...to(1), card: cardFor(second ?? '', '二') });
    const fromMs = clock.now() - 60_000;
    const history = dataOf(await messages.getChatHistory({ chatId: sent.chatId, fromMs }));
    expect(history.map(({ msgType, sentByApp }) => [msgType, sentByApp])).toEqual([
      ['interactive', true],
      ['interactive', true],
    ]);
    expect(history.map(({ content }) => content.includes(first ?? ''))).toEqual([false, true]);
    expect(history[1]).toMatchObject({ messageId: sent.messageId, recalled: false });
  });

  it('are read back over as many pages as there are', async () => {
    const { chatId } = dataOf(await messages.sendText({ ...to(2), text: '0' }));
    for (let index = 1; index < 60; index += 1) {
      await clock.advance(1000);
      await messages.sendText({ ...to(2), text: String(index) });
    }
    const history = dataOf(await messages.getChatHistory({ chatId, fromMs: 0 }));
    expect(history.map(({ content }) => content)).toEqual(
      Array.from({ length: 60 }, (_, index) => JSON.stringify({ text: String(59 - index) })),
    );
  });

  it('are read back within a range of time', async () => {
    const { chatId } = dataOf(await messages.sendText({ ...to(3), text: '早' }));
    const sentAt = clock.now();
    await clock.advance(10_000);
    await messages.sendText({ ...to(3), text: '晚' });
    const within = dataOf(await messages.getChatHistory({ chatId, fromMs: sentAt, toMs: sentAt + 1000 }));
    expect(within.map(({ content }) => content)).toEqual(['{"text":"早"}']);
  });

  it('that are cards are replaced', async () => {
    const id = deliveryElementId('digest:c', 'on_1');
    const { messageId, chatId } = dataOf(await messages.sendCard({ ...to(4), card: cardFor(id, '旧') }));
    expect(await messages.updateCard(messageId, cardFor(id, '新'))).toMatchObject({ kind: 'ok' });
    const [shown] = dataOf(await messages.getChatHistory({ chatId, fromMs: 0 }));
    expect(shown?.content).toBe(cardFor(id, '新'));
  });

  it('older than 14 days are not replaced any more', async () => {
    const { messageId } = dataOf(await messages.sendCard({ ...to(4), card: cardFor('d1', '旧') }));
    await clock.advance(14 * 24 * 60 * 60_000 + 1000);
    expect(await messages.updateCard(messageId, cardFor('d1', '新'))).toMatchObject({
      kind: 'refused',
      reason: 'message_too_old',
      final: true,
    });
  });

  it('are replied to with text and card', async () => {
    const { messageId, chatId } = dataOf(await messages.sendText({ ...to(5), text: '问' }));
    const uuid = deliveryUuid(appId, 'reply', 1);
    expect(await messages.replyText({ messageId, uuid, text: '答' })).toMatchObject({
      kind: 'ok',
      data: { chatId },
    });
    const again = await messages.replyText({ messageId, uuid, text: '答' });
    expect(again).toMatchObject({ kind: 'ok' });
    const byCard = { messageId, uuid: deliveryUuid(appId, 'reply', 2), card: cardFor('d2', '卡') };
    expect(await messages.replyCard(byCard)).toMatchObject({ kind: 'ok' });
    expect(dataOf(await messages.getChatHistory({ chatId, fromMs: 0 }))).toHaveLength(3);
  });

  it('name their readers by union_id', async () => {
    const { messageId, chatId } = dataOf(await messages.sendText({ ...to(6), text: '读我' }));
    expect(dataOf(await messages.readUsers(messageId))).toEqual([]);
    const reader = feishu.tenant.company.people[6]?.unionId ?? '';
    const read = await fetch(`${feishu.url}/sim/people/${reader}/chats/${chatId}/read`, { method: 'POST' });
    expect(read.ok).toBe(true);
    expect(dataOf(await messages.readUsers(messageId))).toEqual([{ unionId: reader, readAtMs: clock.now() }]);
  });

  it('to a person who left are refused for good', async () => {
    const index = feishu.tenant.company.people.findIndex(({ resigned }) => resigned);
    expect(await messages.sendText({ ...to(index), text: '在吗' })).toMatchObject({
      kind: 'refused',
      final: true,
    });
  });

  it('beyond five a second to one person may be tried again', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 7 }, () => messages.sendText({ ...to(7), text: '急' })),
    );
    const refused = outcomes.filter(({ kind }) => kind === 'refused');
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ code: 230020, reason: 'rate_limited', retryable: true });
  });
});
