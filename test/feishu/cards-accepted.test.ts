import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type KeptCard, keepCard } from '../../shared/delivery/keep-card.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { feishuClient } from '../../shared/feishu/client.ts';
import { deliveryUuid, type FeishuMessages, feishuMessages } from '../../shared/feishu/messages.ts';
import type { Outcome } from '../../shared/feishu/outcome.ts';
import { preflight } from '../../shared/feishu/preflight.ts';
import { contents } from '../../shared/store/contents.ts';
import { manualClock } from '../../simulator/clock.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { localTables } from '../local.ts';
import { cardArbitrary, cardId, oversizedArbitrary } from './arbitrary-cards.ts';
import { type Payload, payloadArbitrary } from './arbitrary-payloads.ts';
import { quietApps } from './quiet-apps.ts';

const appId = 'cli_a1zhida00000001';
const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const clock = manualClock(Date.parse('2026-11-23T00:30:00Z'));

const tables = localTables();

describe('a card and the platform', () => {
  let feishu: FeishuSimulator;
  let messages: FeishuMessages;
  let sent = 0;

  beforeAll(async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    feishu = await startFeishu({ clock, apps: quietApps });
    const client = feishuClient({ appId, appSecret: 'dev-secret-zhida', domain: feishu.url, now: clock.now });
    messages = feishuMessages(client);
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await feishu.close();
  });

  const sendTo = async (reader: number, card: string): Promise<Outcome<{ messageId: string }>> => {
    const uuid = deliveryUuid(appId, 'cards', (sent += 1));
    const receiveId = feishu.tenant.company.people[reader]?.unionId ?? '';
    return messages.sendCard({ receiveIdType: 'union_id', receiveId, uuid, card });
  };
  const send = async (card: Card): Promise<Outcome<unknown>> => {
    // Past every rate limit: one person gets five a second.
    await clock.advance(1000);
    return sendTo(0, JSON.stringify(card));
  };
  const onScreen = (): ReadonlyMap<string, string> =>
    new Map(
      feishu.tenant.chats.all().flatMap(({ messages: all }) => all.map(({ id, content }) => [id, content])),
    );

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
  }, 120_000);

  it('agree: what pre-flight refuses for a limit is refused, and for good (200 cards)', async () => {
    await fc.assert(
      fc.asyncProperty(oversizedArbitrary, async (card) => {
        expect(preflight(card)).toMatchObject({ ok: false });
        expect(await send(card)).toMatchObject({ kind: 'refused', final: true });
      }),
      { numRuns: 200 },
    );
  }, 120_000);

  it('meet in 2,000 generated cards: all are accepted, none is lost, and each step of the ladder is taken and told', async () => {
    const store = contents(tables.name('contents'));
    const kept = new Map<string, KeptCard>();
    const keepAndSend = async ({ card, url }: Payload, reader: number): Promise<void> => {
      const one = await keepCard(store)(card, { id: cardId, ...(url && { url }) });
      const outcome = await sendTo(reader, (await store.find(one.hash)) ?? '');
      expect(outcome).toMatchObject({ kind: 'ok' });
      if (outcome.kind === 'ok') kept.set(outcome.data.messageId, one);
    };
    const several = fc.array(payloadArbitrary, { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(several, async (payloads) => {
        // 1,000 a minute, whoever reads them.
        await clock.advance(1_300);
        await Promise.all(payloads.map(keepAndSend));
      }),
      { numRuns: 100 },
    );
    expect(kept.size).toBe(2_000);
    const screen = onScreen();
    for (const [messageId, { hash }] of kept) expect(hashOf(screen.get(messageId) ?? '')).toBe(hash);
    const steps = new Set([...kept.values()].map(({ degraded = 'none' }) => degraded));
    expect([...steps].sort()).toEqual(['charts', 'headlines', 'none', 'rows', 'sections', 'text']);
  }, 120_000);
});
