import { randomUUID } from 'node:crypto';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { gatewayEvent, signBody } from '../../events/sign.ts';
import { type Mode, modeSetting, trialSetting } from '../../shared/delivery/modes.ts';
import { feishuSenders } from '../../shared/feishu/senders.ts';
import { contents } from '../../shared/store/contents.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { inbox, type Receipt } from '../../shared/store/inbox.ts';
import { people } from '../../shared/store/people.ts';
import { settings } from '../../shared/store/settings.ts';
import { windows } from '../../shared/store/windows.ts';
import type { Person } from '../../simulator/company.ts';
import { actsOf } from '../../simulator/feishu/acts.ts';
import { localApps } from '../../simulator/feishu/apps.ts';
import { idsOf } from '../../simulator/feishu/directory.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { staffOf } from '../../simulator/feishu/staff.ts';
import { loadHandler } from '../ingress/calls.ts';
import { localTables } from '../local.ts';

export const ZHIDA = 'cli_a1zhida00000001';
export const LEGAL = 'cli_a1legal00000002';
/** A Monday, 10:00 in Shanghai. */
export const START = Date.parse('2026-11-23T02:00:00Z');
export const DAY = '2026-11-23';

const feishuApps = [
  { sender: 'zhida', appId: ZHIDA, appSecret: 'dev-secret-zhida' },
  { sender: 'legal', appId: LEGAL, appSecret: 'dev-secret-legal' },
];

export type ShownCard = {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
};
type Row = Readonly<Record<string, unknown>>;
type Handler = (event: unknown) => Promise<unknown>;
/** What a test knows to be there. */
export const must = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('it is not there');
  return value;
};

type CardJson = { header: { title: { content: string } }; config: { summary: { content: string } } };

/**
 * The deployed handlers with real tables and the Feishu simulator, in one process: what the simulator pushes goes
 * through feishu-events into the inbox; `drain` is the stream, `sweep` the minute. Only the clock is ours.
 */
export const worker = () => {
  const tables = localTables();
  let feishu: FeishuSimulator;
  let receive: Awaited<ReturnType<typeof loadHandler>>;
  let work: Handler;
  let deliver: Handler;
  let output = '';
  const name = (table: string) => tables.name(table);
  const stores = {
    inbox: inbox(name('inbox')),
    settings: settings(name('settings')),
    people: people(name('people')),
    deliveries: deliveries(name('deliveries')),
    contents: contents(name('contents')),
    windows: windows(name('digests')),
  };

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: START, shouldAdvanceTime: true });
    receive = await loadHandler(tables);
    feishu = await startFeishu({
      apps: localApps('in-process'),
      post: async (_, request) => {
        const { status, json } = await receive(gatewayEvent(request));
        return { status, text: JSON.stringify(json) };
      },
    });
    Object.assign(process.env, {
      DIGESTS_TABLE: name('digests'),
      DELIVERIES_TABLE: name('deliveries'),
      CONTENTS_TABLE: name('contents'),
      PEOPLE_TABLE: name('people'),
      SETTINGS_TABLE: name('settings'),
      BROADCASTS_TABLE: name('broadcasts'),
      OPS_TABLE: name('ops'),
      METRICS_TABLE: name('metrics'),
      TICKETS_TABLE: name('tickets'),
      DELIVER_BULK_FUNCTION: 'zhida-test-deliver-bulk',
      WORKBENCH_URL: 'http://127.0.0.1:4520/workbench',
      FEISHU_DOMAIN: feishu.url,
      FEISHU_APPS: JSON.stringify(feishuApps),
    });
    ({ handler: work } = await import('../../functions/event-worker/handler.ts'));
    ({ handler: deliver } = await import('../../functions/deliver/handler.ts'));
  });
  beforeEach(() => {
    output = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      output += String(chunk);
      return true;
    });
  });
  afterEach(() => {
    feishu.tenant.faults.set([]);
    vi.restoreAllMocks();
  });
  afterAll(async () => {
    vi.useRealTimers();
    await feishu.close();
  });

  const person = (called: string): Person => {
    const found = feishu.tenant.directory.people().find((one) => one.name === called);
    if (!found) throw new Error(`nobody is called ${called}`);
    return found;
  };
  const acts = (called: string) => actsOf(feishu.tenant, person(called).unionId);
  const chatOf = (called: string, appId = ZHIDA) => feishu.tenant.chats.p2p(appId, person(called)).chat;
  const rows = async (): Promise<readonly Row[]> =>
    (await tables.documents().send(new ScanCommand({ TableName: name('inbox') }))).Items ?? [];
  const workOff = (id: string) =>
    work({ Records: [{ dynamodb: { NewImage: { id: { S: id } }, SequenceNumber: id } }] });
  const arrived = () => feishu.tenant.pushes.idle();
  const waiting = async (): Promise<readonly string[]> =>
    (await rows()).filter((row) => row['work'] === 'event').map((row) => String(row['id']));

  return {
    ...stores,
    table: name,
    tenant: () => feishu.tenant,
    url: () => feishu.url,
    staff: () => staffOf(feishu.tenant),
    client: (sender = 'zhida') => feishuSenders(feishuApps, { domain: feishu.url }).bySender(sender),
    person,
    acts,
    chatOf,
    rows,
    workOff,
    arrived,
    logged: () => output,
    /** The ids of receipts that wait for the stream. */
    waiting: async () => {
      await arrived();
      return waiting();
    },
    /** Works off what the stream would bring. */
    drain: async (): Promise<void> => {
      await arrived();
      for (const id of await waiting()) await workOff(id);
    },
    /** The minute's tick of event-worker. */
    sweep: () => work({}),
    /** The minute's tick of deliver. */
    deliverDue: () => deliver({}),
    later: (ms: number): void => {
      vi.setSystemTime(Date.now() + ms);
    },
    speak: (called: string, text: string, appId = ZHIDA): string =>
      acts(called).speak(chatOf(called, appId).id, text).id,
    receiptOf: (id: string, appId = ZHIDA): Promise<Receipt | undefined> =>
      stores.inbox.find(`feishu:${appId}#${id}`),
    receiptsOf: async (eventType: string) => (await rows()).filter((row) => row['eventType'] === eventType),
    /** What the bot has put on the person's screen, oldest first. */
    cards: (called: string, appId = ZHIDA): readonly ShownCard[] => shown(chatOf(called, appId).messages),
    cardsIn: (chatId: string): readonly ShownCard[] =>
      shown(feishu.tenant.chats.chat(chatId)?.messages ?? []),
    /** An event as Feishu sends it, also one that the simulator never makes. Returns the receipt's id. */
    push: async (eventType: string, event: object, at = new Date()): Promise<string> => {
      const eventId = randomUUID();
      const header = {
        event_id: eventId,
        event_type: eventType,
        create_time: String(at.getTime()),
        token: 'dev-token-zhida',
        app_id: ZHIDA,
        tenant_key: feishu.tenant.company.tenantKey,
      };
      const text = JSON.stringify({ schema: '2.0', header, event });
      const reply = await receive(gatewayEvent(signBody(text, 'dev-encrypt-key-zhida', new Date())));
      if (reply.status !== 200) throw new Error(`feishu-events answered ${reply.status}`);
      return `feishu:${ZHIDA}#${eventId}`;
    },
    idsOf: (called: string) => {
      const app = feishu.tenant.apps.get(ZHIDA);
      if (!app) throw new Error('no such app');
      return idsOf(app, person(called));
    },
    /** Puts a whole row: what a test tells about a crash at some point. */
    restore: async (row: Row): Promise<void> => {
      await tables.documents().send(new PutCommand({ TableName: name('inbox'), Item: row }));
    },
    setMode: async (mode: Mode, trial: readonly string[] = []): Promise<void> => {
      const change = { changedBy: 'test', now: new Date() };
      await stores.settings.append(modeSetting('sender', 'zhida'), { ...change, value: mode });
      await stores.settings.append(trialSetting, { ...change, value: { people: trial } });
      // A decision is used for one second.
      vi.setSystemTime(Date.now() + 1_500);
    },
  };
};

const shown = (
  messages: readonly { id: string; sender: { kind: string }; content: string }[],
): readonly ShownCard[] =>
  messages
    .filter(({ sender }) => sender.kind === 'app')
    .map(({ id, content }) => {
      const { header, config } = JSON.parse(content) as CardJson;
      return { id, title: header.title.content, summary: config.summary.content, text: content };
    });
