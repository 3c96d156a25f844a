import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { accessTokens, pullMessages } from '../../shared/connectors/wecom.ts';
import { seals } from '../../shared/seal.ts';
import { readReceipt } from '../../shared/sources/read-receipt.ts';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { realClock } from '../../simulator/clock.ts';
import { localAccounts } from '../../simulator/sources/accounts.ts';
import { badBatch } from '../../simulator/sources/case-stories.ts';
import { dayOfCases } from '../../simulator/sources/cases.ts';
import { type Senders, senders } from '../../simulator/sources/senders.ts';
import { startWecomApi } from '../../simulator/sources/wecom-api.ts';
import { sealKey } from '../ingress/calls.ts';
import { localTables } from '../local.ts';
import { loadIntake } from './calls.ts';
import { startGateway } from './gateway.ts';

const tables = localTables();
/** The day before this moment: WeCom keeps three, and a session's end comes without a time of its own. */
const begin = new Date(Date.now() - 15.5 * 3_600_000);
const day = dayOfCases({ seed: 3, count: 200, begin });
let shops: Senders;
let gateway: { url: string; close: () => Promise<void> };
let wecomApi: { url: string; close: () => Promise<void> };
beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  gateway = await startGateway(await loadIntake(tables));
  shops = senders({ url: gateway.url, clock: realClock });
  wecomApi = await startWecomApi(shops.kf);
});
afterAll(async () => {
  vi.restoreAllMocks();
  shops.stop();
  await Promise.all([gateway.close(), wecomApi.close()]);
});

const { open } = seals([Buffer.from(sealKey, 'base64')]);
/** Every event of every receipt, those that wait at WeCom pulled. */
const whatArrived = async (): Promise<readonly SourceEvent[]> => {
  const { Items = [] } = await tables.documents().send(new ScanCommand({ TableName: tables.name('inbox') }));
  const deps = {
    corpId: localAccounts.wecom.account,
    secret: localAccounts.wecom.apiSecret,
    apiUrl: wecomApi.url,
    timeoutMs: 2_000,
    now: () => new Date(),
    fetch,
  };
  const pull = pullMessages(deps, accessTokens(deps));
  const events: SourceEvent[] = [];
  let [cursor, more] = [undefined as string | undefined, true];
  for (const { id } of Items) {
    const receipt = await inbox(tables.name('inbox')).find(String(id));
    if (!receipt) throw new Error(`no receipt ${String(id)}`);
    const read = readReceipt(receipt, open(receipt.body ?? ''));
    if (read.kind === 'events') events.push(...read.events);
    while (read.kind === 'pull' && more) {
      const pulled = await pull(read.hint, cursor);
      events.push(...pulled.events);
      ({ cursor, more } = pulled);
    }
  }
  return events;
};

it('a day of 200 cases of five systems arrives over HTTP, each event once, nothing changed on the way', async () => {
  for (const event of day.events) {
    if ('push' in event) shops.send(event.push);
    else shops.say(event.kf);
    if (shops.deliveries().length % 20 === 0) await shops.idle();
  }
  await shops.idle();
  expect(shops.deliveries().filter(({ state }) => state !== 'delivered')).toEqual([]);

  const events = await whatArrived();
  // What was repeated is one receipt; a message of WeCom is pulled twice and says so itself.
  const distinct = new Map(events.map((event) => [`${event.source} ${event.eventId}`, event]));
  const cases = Map.groupBy(distinct.values(), ({ source, caseId }) => `${source} ${caseId}`);
  expect(cases.size).toBe(day.facts.length);

  const ended = [...cases.values()].filter((each) => each.some(({ what }) => what === 'ended'));
  expect(ended).toHaveLength(day.facts.filter(({ isEnded }) => isEnded).length);
  const doudian = [...distinct.values()].filter(({ source }) => source === 'doudian');
  for (const { caseId, orderIds } of doudian) {
    expect([caseId, ...orderIds].join(' ')).toMatch(/^7312345678\d{9} 47052884655\d{8}$/);
  }
  const lastWord = ended.map((each) => each.toSorted((a, b) => a.version - b.version).at(-1)?.what);
  expect(new Set(lastWord)).toEqual(new Set(['ended']));
  const withDeadline = [...distinct.values()].filter((event) => event.sourceDeadlineAt !== undefined);
  expect(withDeadline.length).toBeGreaterThan(20);
  const words = [...distinct.values()].filter(
    ({ batchNo, content }) => batchNo === badBatch || content.includes(badBatch),
  );
  expect(new Set(words.map(({ caseId }) => caseId)).size).toBe(4);
}, 60_000);
