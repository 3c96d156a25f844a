import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { degrade } from '../../shared/delivery/degrade.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { feishuClient } from '../../shared/feishu/client.ts';
import { deliveryUuid, type FeishuMessages, feishuMessages } from '../../shared/feishu/messages.ts';
import type { Outcome } from '../../shared/feishu/outcome.ts';
import { preflight } from '../../shared/feishu/preflight.ts';
import { manualClock } from '../../simulator/clock.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { cardArbitrary, cardId, oversizedArbitrary } from './arbitrary-cards.ts';
import { quietApps } from './quiet-apps.ts';

const appId = 'cli_a1zhida00000001';
const clock = manualClock(Date.parse('2026-11-23T00:30:00Z'));

describe('a card and the platform', () => {
  let feishu: FeishuSimulator;
  let messages: FeishuMessages;
  let sent = 0;

  beforeAll(async () => {
    feishu = await startFeishu({ clock, apps: quietApps });
    const client = feishuClient({ appId, appSecret: 'dev-secret-zhida', domain: feishu.url, now: clock.now });
    messages = feishuMessages(client);
  });
  afterAll(() => feishu.close());

  const send = async (card: Card): Promise<Outcome<unknown>> => {
    // Past every rate limit: one person gets five a second.
    await clock.advance(1000);
    const uuid = deliveryUuid(appId, 'cards', (sent += 1));
    const receiveId = feishu.tenant.company.people[0]?.unionId ?? '';
    return messages.sendCard({ receiveIdType: 'union_id', receiveId, uuid, card: JSON.stringify(card) });
  };

  it('agree: what pre-flight accepts is accepted (500 cards)', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(cardArbitrary, async (card) => {
        const result = preflight(card);
        if (!result.ok) return;
        accepted += 1;
        expect(await send(card)).toMatchObject({ kind: 'ok' });
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(400);
  }, 60_000);

  it('agree: what pre-flight refuses for a limit is refused, and for good (200 cards)', async () => {
    await fc.assert(
      fc.asyncProperty(oversizedArbitrary, async (card) => {
        expect(preflight(card)).toMatchObject({ ok: false });
        expect(await send(card)).toMatchObject({ kind: 'refused', final: true });
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('always agree on the degraded card, which still carries its delivery (200 cards)', async () => {
    await fc.assert(
      fc.asyncProperty(oversizedArbitrary, async (card) => {
        const degraded = degrade(card, { id: cardId, url: 'https://bi.example/morning' });
        expect(degraded.step).not.toBe('none');
        expect(await send(degraded.card)).toMatchObject({ kind: 'ok' });
        expect(degraded.card.body.elements.filter(({ element_id }) => element_id === cardId)).toHaveLength(1);
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
