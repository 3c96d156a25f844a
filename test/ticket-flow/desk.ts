import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { defaultDesk } from '../../config/tickets/desk.ts';
import { type GatewayEvent, gatewayEvent } from '../../events/sign.ts';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { modeSetting } from '../../shared/delivery/modes.ts';
import { type Outbox, outbox } from '../../shared/delivery/outbox.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { prepareWrite } from '../../shared/tickets/change.ts';
import type { By, ChangeInput } from '../../shared/tickets/event.ts';
import type { Ticket, Who } from '../../shared/tickets/ticket.ts';
import type { Person } from '../../simulator/company.ts';
import { type ActionAnswer, actionInputSchema } from '../../simulator/feishu/action.ts';
import { actsOf } from '../../simulator/feishu/acts.ts';
import { localApps } from '../../simulator/feishu/apps.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { webClient } from '../../simulator/web/serve.ts';
import { legal, loadHandler, sealKey, zhida } from '../ingress/calls.ts';
import { localTables } from '../local.ts';

/** Monday 23 November, 10:28 in Shanghai. */
export const START = Date.parse('2026-11-23T02:28:00Z');

type Reply = { readonly status: number; readonly text: string };
type Handler = (event: unknown) => Promise<unknown>;
type Opening = Partial<Extract<ChangeInput, { do: 'opened' }>>;
type Control = {
  readonly tag: string;
  readonly value: Readonly<Record<string, string>>;
  readonly text: string;
};

export const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
};

type Worded = {
  readonly text?: { readonly content: string };
  readonly placeholder?: { readonly content: string };
};
const wordsOf = ({ text, placeholder }: Worded): string => (text ?? placeholder)?.content ?? '⋯';

/** Every control of a card that calls back, with the value that its click sends. */
const controlsIn = (value: unknown): readonly Control[] => {
  if (Array.isArray(value)) return value.flatMap(controlsIn);
  if (typeof value !== 'object' || value === null) return [];
  const part = value as {
    tag?: string;
    text?: { content: string };
    placeholder?: { content: string };
    behaviors?: { type: string; value: Control['value'] }[];
  };
  const callback = part.behaviors?.find(({ type }) => type === 'callback');
  if (!part.tag || !callback) return Object.values(value).flatMap(controlsIn);
  return [{ tag: part.tag, value: callback.value, text: wordsOf(part) }];
};

const apps = [
  { sender: 'zhida', appId: zhida.appId, appSecret: 'dev-secret-zhida' },
  { sender: 'legal', appId: legal.appId, appSecret: 'dev-secret-legal' },
];

export type Clicking = {
  readonly subject: string;
  /** Whose copy it is; the clicker's unless said. */
  readonly on?: string;
  /** On the button, the menu's placeholder, or ⋯. */
  readonly text: string;
  /** Of several with one text. */
  readonly nth?: number;
  readonly option?: string;
  readonly form?: Readonly<Record<string, string>>;
};

/**
 * The deployed handlers of feishu-cards, ticket-flow, event-worker and deliver with real tables and the Feishu simulator
 * in one process. `drain` is the streams.
 */
export const desk = ({ web = false }: { readonly web?: boolean } = {}) => {
  const tables = localTables();
  const name = (table: string): string => tables.name(table);
  let feishu: FeishuSimulator;
  let out: Outbox;
  let receive: Awaited<ReturnType<typeof loadHandler>>;
  let cards: (event: GatewayEvent) => Promise<Reply>;
  let flow: Handler;
  let work: Handler;
  let deliver: Handler;
  let sla: Handler;
  let output = '';
  let numbers = 0;
  const store = () => tickets(name('tickets'));

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: START, shouldAdvanceTime: true });
    receive = await loadHandler(tables);
    feishu = await startFeishu({
      apps: localApps('http://local/feishu/events'),
      ...(web && { web: await webClient() }),
      post: async (url, request) => {
        if (url.endsWith('/cards')) return cards(gatewayEvent(request));
        const { status, json } = await receive(gatewayEvent(request));
        return { status, text: JSON.stringify(json) };
      },
    });
    const names = [
      ...['inbox', 'digests', 'deliveries', 'contents', 'people', 'settings', 'ops', 'tickets'],
      'broadcasts',
    ];
    Object.assign(process.env, {
      FEISHU_CALLBACK_KEYS: JSON.stringify([zhida, legal]),
      SEAL_KEYS: JSON.stringify([sealKey]),
      CARD_ANSWER: 'card',
      DELIVER_BULK_FUNCTION: 'zhida-test-deliver-bulk',
      WORKBENCH_URL: 'http://127.0.0.1:4520/workbench',
      FEISHU_DOMAIN: feishu.url,
      FEISHU_APPS: JSON.stringify(apps),
      ...Object.fromEntries(names.map((table) => [`${table.toUpperCase()}_TABLE`, name(table)])),
    });
    vi.resetModules();
    const { handler } = await import('../../functions/feishu-cards/handler.ts');
    cards = async (event) => {
      const reply = await handler(event as never, {} as never);
      return { status: reply.statusCode ?? 0, text: reply.body ?? '' };
    };
    ({ handler: flow } = await import('../../functions/ticket-flow/handler.ts'));
    ({ handler: work } = await import('../../functions/event-worker/handler.ts'));
    ({ handler: deliver } = await import('../../functions/deliver/handler.ts'));
    ({ handler: sla } = await import('../../functions/ticket-sla/handler.ts'));
    out = outbox('urgent', 0);
    await syncPeople({
      people: out.people,
      readDirectory: () => listDirectory(out.senders.bySender('zhida')),
    })(new Date());
    await out.settings.append(modeSetting('sender', 'zhida'), {
      value: 'live',
      changedBy: 'test',
      now: new Date(),
    });
  }, 60_000);
  beforeEach(() => {
    vi.setSystemTime(Math.ceil(Date.now() / 60_000) * 60_000);
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

  const person = (called: string): Person =>
    must(
      feishu.tenant.directory.people().find((one) => one.name === called),
      called,
    );
  const who = (called: string): Who => ({ person: person(called).unionId, name: called });
  const rows = async (table: string): Promise<readonly Record<string, unknown>[]> =>
    (await tables.documents().send(new ScanCommand({ TableName: name(table) }))).Items ?? [];
  const record = (image: object) => ({ Records: [{ dynamodb: { NewImage: image, SequenceNumber: '1' } }] });
  const rules = async () => ({
    desk: defaultDesk,
    calendar: (await loadCalendar(out.settings, new Date())).calendar,
  });

  const flowOf = (ticket: string) => flow(record({ ticket: { S: ticket }, item: { S: 'ticket' } }));
  /** What the streams of tickets, receipts and deliveries would bring, until nothing wakes anybody. */
  const drain = async (): Promise<void> => {
    await feishu.tenant.pushes.idle();
    for (let round = 0; round < 4; round += 1) {
      for (const row of await rows('inbox'))
        if (row['work'] === 'event') await work(record({ id: { S: row['id'] } }));
      for (const row of await rows('tickets'))
        if (row['work'] === 'flow') await flowOf(String(row['ticket']));
      for (const row of await rows('deliveries'))
        if (row['work'] === 'now')
          await deliver(record({ subject: { S: row['subject'] }, recipient: { S: row['recipient'] } }));
    }
  };

  const change = async (id: string, changes: readonly ChangeInput[], by: By = rule): Promise<Ticket> => {
    const before = await store().find(id);
    const write = prepareWrite(await rules(), { id, before, by, changes }, new Date());
    if (!(await store().write([write]))) throw new Error(`${id} was changed meanwhile`);
    return write.after;
  };

  /** A case as ticket-worker opens it; `owner` as its router assigns it. */
  const open = async (facts: Opening = {}, owner?: string): Promise<Ticket> => {
    numbers += 1;
    const id = `T-20261123-${String(numbers).padStart(4, '0')}`;
    const at = new Date().toISOString();
    const opened = { ...leftOut(at), ...facts } as ChangeInput;
    const given = owner ? [{ do: 'assigned', to: who(owner), how: 'roundRobin' } as const] : [];
    return change(id, [opened, ...given]);
  };

  /** `recipient`: a person's name, or `chat:…`. */
  const messageOf = async (recipient: string, subject: string) => {
    const to = recipient.startsWith('chat:') ? recipient : person(recipient).unionId;
    const row = await out.deliveries.find({ subject, recipient: to });
    return must(feishu.tenant.chats.message(row?.messageId ?? ''), `${subject} for ${recipient}`);
  };
  const cardOf = async (called: string, subject: string): Promise<Card> =>
    JSON.parse((await messageOf(called, subject)).content) as Card;
  const buttonsOf = async (called: string, subject: string): Promise<readonly string[]> =>
    controlsIn(await cardOf(called, subject)).map(({ text }) => text);

  /** A click with this value, whether the card has such a button or not. */
  const send = (called: string, messageId: string, input: object): Promise<ActionAnswer> =>
    actsOf(feishu.tenant, person(called).unionId).click(messageId, actionInputSchema.parse(input));

  const click = async (
    called: string,
    { subject, text, option, form, on = called, nth = 0 }: Clicking,
  ): Promise<ActionAnswer> => {
    const message = await messageOf(on, subject);
    const control = controlsIn(JSON.parse(message.content)).filter((one) => one.text === text)[nth];
    const { tag, value } = must(control, `「${text}」 on ${subject} of ${called}`);
    return send(called, message.id, {
      tag,
      value,
      ...(option && { option }),
      ...(form && { formValue: form }),
    });
  };

  return {
    tables,
    out: () => out,
    url: () => feishu.url,
    tenant: () => feishu.tenant,
    inbox: inbox(name('inbox')),
    tickets: store,
    person,
    who,
    rows,
    change,
    open,
    flowOf,
    drain,
    click,
    send,
    cardOf,
    messageOf,
    buttonsOf,
    logged: () => output,
    post: (event: GatewayEvent) => cards(event),
    ticket: async (id: string): Promise<Ticket> => must(await store().find(id), id),
    /** Everything that the bot has put on this person's screen, oldest first. */
    cards: (called: string): readonly Card[] =>
      feishu.tenant.chats
        .p2p(zhida.appId, person(called))
        .chat.messages.filter(({ sender }) => sender.kind === 'app')
        .map(({ content }) => JSON.parse(content) as Card),
    speak: (called: string, text: string): string =>
      actsOf(feishu.tenant, person(called).unionId).speak(
        feishu.tenant.chats.p2p(zhida.appId, person(called)).chat.id,
        text,
      ).id,
    /** Answers one of the bot's messages, by text or by a picture's bytes. */
    reply: (called: string, messageId: string, answer: string | Buffer): string =>
      actsOf(feishu.tenant, person(called).unionId).reply(messageId, answer).id,
    sendPicture: (called: string, bytes: Buffer): string => {
      const { chat } = feishu.tenant.chats.p2p(zhida.appId, person(called));
      return actsOf(feishu.tenant, person(called).unionId).sendImage(chat.id, bytes).id;
    },
    /** The minute's tick of ticket-sla. */
    sla: () => sla({}),
    /** 10:41 on this day in Shanghai. */
    clock: (time: string, day = '2026-11-23'): void => {
      vi.setSystemTime(Date.parse(`${day}T${time}:00+08:00`));
    },
    later: (ms: number): void => {
      vi.setSystemTime(Date.now() + ms);
    },
    /** The minute's ticks of event-worker and deliver, this much later. */
    tick: async (ms = 61_000): Promise<void> => {
      vi.setSystemTime(Date.now() + ms);
      await work({});
      await drain();
      await deliver({});
      await drain();
    },
  };
};

const rule: By = { kind: 'rule', rule: 'test' };

/** 漏发 on 抖音 with three hours left before the platform refunds by itself. */
const leftOut = (at: string): Opening => ({
  do: 'opened',
  kind: 'case',
  openedAt: at,
  receivedAt: at,
  source: {
    source: 'doudian',
    caseId: `${Math.random()}`,
    kind: 'refund',
    version: 1,
    shopName: '薄荷旗舰店',
    ended: false,
  },
  orderIds: ['6917000000000002862'],
  productName: '代餐奶昔·香草 6袋 ×2',
  batchNo: '20261012',
  expiry: '2027-10-11',
  amountFen: 13_200,
  logistics: '中通 78…31 已签收 11-21',
  content: '说好两盒只收到一盒，什么时候补发？',
  category: { group: '仓储发货', name: '漏发/少发' },
  because: '关键词「漏发」',
  priority: 'P1',
  team: 'care',
});
