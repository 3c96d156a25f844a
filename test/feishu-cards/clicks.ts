import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { type GatewayEvent, gatewayEvent } from '../../events/sign.ts';
import { modeSetting } from '../../shared/delivery/modes.ts';
import { type Outbox, outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { card, deliveryElementId } from '../../shared/feishu/cards.ts';
import { followUpBlock } from '../../shared/follow-ups/block.ts';
import {
  dayAndTime,
  type FollowUp,
  type FollowUpAct,
  lineItem,
  newFollowUp,
  type Who,
} from '../../shared/follow-ups/follow-up.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { inbox } from '../../shared/store/inbox.ts';
import type { Person } from '../../simulator/company.ts';
import { type ActionAnswer, type ActionInput, actionInputSchema } from '../../simulator/feishu/action.ts';
import { actsOf } from '../../simulator/feishu/acts.ts';
import { localApps } from '../../simulator/feishu/apps.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { webClient } from '../../simulator/web/serve.ts';
import { legal, sealKey, zhida } from '../ingress/calls.ts';
import { localTables } from '../local.ts';

/** Monday 23 November, 10:41 in Shanghai. */
const START = Date.parse('2026-11-23T02:41:00Z');
const DAY = '2026-11-23';

type Reply = { readonly status: number; readonly text: string };
type Handler = (event: unknown) => Promise<unknown>;
type Control = { readonly tag: string; readonly value: Record<string, unknown> };

const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
};

/** Every control of a card with the value that its click sends. */
const controlsIn = (value: unknown): readonly Control[] => {
  if (Array.isArray(value)) return value.flatMap(controlsIn);
  if (typeof value !== 'object' || value === null) return [];
  const { tag, behaviors } = value as {
    tag?: string;
    behaviors?: { type: string; value: Control['value'] }[];
  };
  const callback = behaviors?.find(({ type }) => type === 'callback');
  return tag && callback ? [{ tag, value: callback.value }] : Object.values(value).flatMap(controlsIn);
};

const apps = [
  { sender: 'zhida', appId: zhida.appId, appSecret: 'dev-secret-zhida' },
  { sender: 'legal', appId: legal.appId, appSecret: 'dev-secret-legal' },
];

export type Clicking = {
  readonly do: FollowUpAct;
  readonly on: FollowUp;
  /** The card; the first one that carries it unless said. */
  readonly subject?: string;
  readonly to?: string;
  readonly cause?: string;
  readonly measure?: string;
};

type World = { readonly cardAnswer?: 'card' | 'toastThenPatch'; readonly web?: boolean };

/**
 * The deployed handlers of feishu-cards, event-worker and deliver with real tables and the Feishu simulator in one
 * process. A click goes to feishu-cards signed and encrypted; `drain` is the streams, `tick` the minute.
 */
export const clicks = ({ cardAnswer = 'card', web = false }: World = {}) => {
  const tables = localTables();
  const name = (table: string): string => tables.name(table);
  let feishu: FeishuSimulator;
  let out: Outbox;
  let cards: (event: GatewayEvent) => Promise<Reply>;
  let work: Handler;
  let deliver: Handler;
  let output = '';
  let items = 0;
  const store = () => followUps({ digests: name('digests'), inbox: name('inbox') });

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: START, shouldAdvanceTime: true });
    feishu = await startFeishu({
      apps: localApps('http://local/feishu/events'),
      ...(web && { web: await webClient() }),
      post: async (url, request) =>
        url.endsWith('/cards') ? cards(gatewayEvent(request)) : { status: 200, text: '{}' },
    });
    Object.assign(process.env, {
      FEISHU_CALLBACK_KEYS: JSON.stringify([zhida, legal]),
      SEAL_KEYS: JSON.stringify([sealKey]),
      CARD_ANSWER: cardAnswer,
      INBOX_TABLE: name('inbox'),
      TICKETS_TABLE: name('tickets'),
      DIGESTS_TABLE: name('digests'),
      DELIVERIES_TABLE: name('deliveries'),
      CONTENTS_TABLE: name('contents'),
      PEOPLE_TABLE: name('people'),
      SETTINGS_TABLE: name('settings'),
      BROADCASTS_TABLE: name('broadcasts'),
      OPS_TABLE: name('ops'),
      DELIVER_BULK_FUNCTION: 'zhida-test-deliver-bulk',
      WORKBENCH_URL: 'http://127.0.0.1:4520/workbench',
      FEISHU_DOMAIN: feishu.url,
      FEISHU_APPS: JSON.stringify(apps),
    });
    vi.resetModules();
    const { handler } = await import('../../functions/feishu-cards/handler.ts');
    cards = async (event) => {
      const reply = await handler(event as never, {} as never);
      return { status: reply.statusCode ?? 0, text: reply.body ?? '' };
    };
    ({ handler: work } = await import('../../functions/event-worker/handler.ts'));
    ({ handler: deliver } = await import('../../functions/deliver/handler.ts'));
    out = outbox('urgent', 0);
    const live = { value: 'live', changedBy: 'test', now: new Date() };
    await out.settings.append(modeSetting('sender', 'zhida'), live);
  });
  beforeEach(() => {
    // The start of the next minute: what a test does falls into one, and time never runs back.
    vi.setSystemTime(Math.ceil(Date.now() / 60_000) * 60_000);
    output = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      output += String(chunk);
      return true;
    });
  });
  afterEach(() => {
    feishu.tenant.faults.set([]);
    feishu.tenant.setSwitches({ callbackCard: 'accept' });
    vi.restoreAllMocks();
  });
  afterAll(async () => {
    vi.useRealTimers();
    await feishu.close();
  });

  const person = (called: string): Person =>
    must(
      feishu.tenant.directory.people().find((one) => one.name === called),
      called,
    );
  const who = (called: string): Who => ({ person: person(called).unionId, name: called });
  const messageOf = async (called: string, subject: string) => {
    const row = await out.deliveries.find({ subject, recipient: person(called).unionId });
    return must(feishu.tenant.chats.message(row?.messageId ?? ''), `message for ${called}`);
  };
  const cardOf = async (called: string, subject: string): Promise<Card> =>
    JSON.parse((await messageOf(called, subject)).content) as Card;

  /** Sends a card with this line to these people, as a digest does. */
  const give = async (...called: readonly string[]): Promise<FollowUp> => {
    items += 1;
    const subject = `digest:morning-${items}:${DAY}`;
    const followUp = newFollowUp({
      item: lineItem(`morning-${items}`, DAY, ['stock']),
      since: DAY,
      line: '🔴 代餐奶昔·香草 可售 3 天，补货需 12 天',
      people: called.map(who),
      subject,
    });
    await store().open(followUp);
    for (const one of called) await put(one, subject, [followUp]);
    return followUp;
  };
  const cardText = (called: string, subject: string, lines: readonly FollowUp[]): Card => {
    const place = { subject, recipient: person(called).unionId };
    return card({
      id: deliveryElementId(subject, place.recipient),
      summary: '缺货1',
      header: { title: '晨报', colour: 'blue' },
      elements: lines.flatMap((line) => followUpBlock(line, place)),
      footer: ['数据截至 06:10'],
    });
  };
  const put = async (called: string, subject: string, lines: readonly FollowUp[]): Promise<void> => {
    const recipient = person(called).unionId;
    const hash = await out.contents.keep(JSON.stringify(cardText(called, subject, lines)));
    const to = { recipient, receiveIdType: 'union_id', receiveId: recipient } as const;
    await sendNow(out.sending)({
      subject,
      ...to,
      sender: 'zhida',
      hash,
      eventAt: new Date(),
      // Past the limits of attention: a test gives one person many cards.
      urgency: 'p1',
    });
  };

  const send = async (called: string, messageId: string, input: ActionInput): Promise<ActionAnswer> =>
    actsOf(feishu.tenant, person(called).unionId).click(messageId, actionInputSchema.parse(input));

  const click = async (called: string, how: Clicking): Promise<ActionAnswer> => {
    const subject = how.subject ?? must(how.on.subjects[0], 'subject');
    const message = await messageOf(called, subject);
    const control = controlsIn(JSON.parse(message.content)).find(
      ({ value }) => value['do'] === how.do && value['item'] === how.on.item,
    );
    const found = must(control, `${how.do} on the card of ${called}`);
    const block = /"(f[0-9a-f]{14})_cause"/u.exec(message.content)?.[1] ?? '';
    const words = { [`${block}_cause`]: how.cause ?? '', [`${block}_measure`]: how.measure ?? '' };
    return send(called, message.id, {
      tag: found.tag,
      value: found.value,
      ...(how.to && { option: person(how.to).unionId }),
      ...(how.do === 'close' && { formValue: words }),
    });
  };

  const rows = async (table: string): Promise<readonly Record<string, unknown>[]> =>
    (await tables.documents().send(new ScanCommand({ TableName: name(table) }))).Items ?? [];
  const record = (image: object) => ({ Records: [{ dynamodb: { NewImage: image, SequenceNumber: '1' } }] });
  /** The streams: receipts first, then the deliveries that they have woken. */
  const drain = async (): Promise<void> => {
    for (const row of await rows('inbox'))
      if (row['work'] === 'event') await work(record({ id: { S: row['id'] } }));
    for (const row of await rows('deliveries'))
      if (row['work'] === 'now')
        await deliver(record({ subject: { S: row['subject'] }, recipient: { S: row['recipient'] } }));
  };

  return {
    /** 11-23 10:41, as cards write it. */
    now: (): string => dayAndTime(new Date().toISOString()),
    out: () => out,
    url: () => feishu.url,
    person,
    tenant: () => feishu.tenant,
    inbox: inbox(name('inbox')),
    store,
    rows,
    who,
    give,
    put,
    click,
    send,
    drain,
    cardOf,
    messageOf,
    logged: () => output,
    screenOf: async (
      called: string,
      followUp: FollowUp,
      subject = followUp.subjects[0] ?? '',
    ): Promise<string> => (await messageOf(called, subject)).content,
    /** Everything that the bot has put on this person's screen. */
    cards: (called: string): readonly Card[] =>
      feishu.tenant.chats
        .p2p(zhida.appId, person(called))
        .chat.messages.map(({ content }) => JSON.parse(content) as Card),
    rowOf: async (followUp: FollowUp): Promise<FollowUp> => must(await store().find(followUp), followUp.item),
    /** So much later: the sweeps of event-worker and deliver. */
    tick: async (ms = 61_000): Promise<void> => {
      vi.setSystemTime(Date.now() + ms);
      await work({});
      await drain();
      await deliver({});
    },
    post: (event: GatewayEvent) => cards(event),
    /** The answer to this person's click never arrived, and nothing recorded it. */
    forgetAnswer: async (called: string, followUp: FollowUp): Promise<void> => {
      const subject = followUp.subjects[0] ?? '';
      const recipient = person(called).unionId;
      const row = must(await out.deliveries.find({ subject, recipient }), 'delivery');
      const text = JSON.stringify(cardText(called, subject, [followUp]));
      const first = { version: 1, hash: await out.contents.keep(text) };
      const Item = { ...row, wanted: first, shown: first, refreshAfter: undefined };
      await tables.documents().send(new PutCommand({ TableName: name('deliveries'), Item }));
      const message = await messageOf(called, subject);
      Object.assign(message, { content: text });
    },
    /** The stream lost what the click left to do: nobody is woken for it. */
    loseStream: async (): Promise<void> => {
      for (const row of await rows('inbox')) {
        const Item = { ...row, work: undefined };
        await tables.documents().send(new PutCommand({ TableName: name('inbox'), Item }));
      }
    },
  };
};
