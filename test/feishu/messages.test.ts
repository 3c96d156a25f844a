import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { card, markdown } from '../../shared/feishu/cards.ts';
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

  it('arrive once, in the chat that the answer names', async () => {
    const once = { ...to(1), card: cardFor('d1', '一') };
    const sent = dataOf(await messages.sendCard(once));
    expect(dataOf(await messages.sendCard(once))).toEqual(sent);
    const next = dataOf(await messages.sendCard({ ...to(1), card: cardFor('d2', '二') }));
    expect(next.chatId).toBe(sent.chatId);
    expect(next.messageId).not.toBe(sent.messageId);
    const at = `${feishu.url}/sim/people/${once.receiveId}/chats/${sent.chatId}/messages`;
    const shown = (await (await fetch(at)).json()) as readonly { messageId: string }[];
    expect(shown.map(({ messageId }) => messageId).sort()).toEqual([sent.messageId, next.messageId].sort());
  });

  it('to a person who left are refused for good', async () => {
    const index = feishu.tenant.company.people.findIndex(({ resigned }) => resigned);
    expect(await messages.sendCard({ ...to(index), card: cardFor('d3', '在吗') })).toMatchObject({
      kind: 'refused',
      final: true,
    });
  });

  it('beyond five a second to one person may be tried again', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 7 }, () => messages.sendCard({ ...to(7), card: cardFor('d4', '急') })),
    );
    const refused = outcomes.filter(({ kind }) => kind === 'refused');
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ code: 230020, reason: 'rate_limited', retryable: true });
  });
});
