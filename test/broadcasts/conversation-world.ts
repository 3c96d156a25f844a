import { randomUUID } from 'node:crypto';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { allAccounts } from '../../config/accounts/all.ts';
import { gatewayEvent } from '../../events/sign.ts';
import { syncGroups } from '../../functions/people-sync/groups.ts';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import type { Act } from '../../shared/broadcasts/apply-step.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { takeStep } from '../../shared/broadcasts/take-step.ts';
import { modeSetting } from '../../shared/delivery/modes.ts';
import { type Outbox, outbox } from '../../shared/delivery/outbox.ts';
import type { Card, CardElement } from '../../shared/feishu/card-json.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { listGroups } from '../../shared/feishu/groups.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import type { Person } from '../../simulator/company.ts';
import {
  type ActionAnswer,
  type ActionInput,
  actionInputSchema,
  act as pressCard,
} from '../../simulator/feishu/action.ts';
import { actsOf } from '../../simulator/feishu/acts.ts';
import { localApps } from '../../simulator/feishu/apps.ts';
import { docActsOf, shareDoc } from '../../simulator/feishu/docs/acts.ts';
import { pageOf, titleContent } from '../../simulator/feishu/docs/documents.ts';
import { type Doc, TYPE } from '../../simulator/feishu/docs/model.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { webClient } from '../../simulator/web/serve.ts';
import { seedWiki } from '../../simulator/wiki.ts';
import { legal, loadHandler, zhida } from '../ingress/calls.ts';
import { localTables } from '../local.ts';
import { functionYaml, localParam } from '../template/definitions.ts';

/** Monday 23 November, 10:41 in Shanghai. */
const START = Date.parse('2026-11-23T02:41:00Z');
export const ZHIDA = zhida.appId;
const LEGAL = legal.appId;

type Row = Readonly<Record<string, unknown>>;
type Handler = (event: unknown) => Promise<unknown>;
type Control = {
  readonly tag: string;
  readonly name: string;
  readonly value: Readonly<Record<string, string>>;
};
type Form = Readonly<Record<string, unknown>>;

const apps = [
  { sender: 'zhida', appId: ZHIDA, appSecret: 'dev-secret-zhida' },
  { sender: 'legal', appId: LEGAL, appSecret: 'dev-secret-legal' },
];
const tableNames = [
  ...['inbox', 'digests', 'deliveries', 'contents', 'people', 'settings', 'ops', 'tickets', 'metrics'],
  'broadcasts',
];

export const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
};

type Part = {
  readonly tag?: string;
  readonly name?: string;
  readonly behaviors?: readonly { readonly type: string; readonly value: Control['value'] }[];
};

const controlOf = ({ tag, name, behaviors = [] }: Part): Control | undefined => {
  const callback = behaviors.find(({ type }) => type === 'callback');
  return tag && callback ? { tag, name: name ?? '', value: callback.value } : undefined;
};

/** Every control of a card with the value that its click sends. */
const controlsIn = (value: unknown): readonly Control[] => {
  if (Array.isArray(value)) return value.flatMap(controlsIn);
  if (typeof value !== 'object' || value === null) return [];
  const control = controlOf(value);
  return control ? [control] : Object.values(value).flatMap(controlsIn);
};

type FormPart = Extract<CardElement, { readonly tag: 'form' }>['elements'][number];

const momentOf = (initial: string | undefined): string => (initial === undefined ? '' : `${initial} +0800`);

const initialOf = (field: FormPart): unknown => {
  if (field.tag === 'input') return field.default_value ?? '';
  if (field.tag === 'select_static') return field.initial_option ?? '';
  if (field.tag === 'multi_select_static') return field.selected_values ?? [];
  return field.tag === 'picker_datetime' ? momentOf(field.initial_datetime) : undefined;
};

/** What a client sends with a form that nobody has touched: its initial values. */
const initialForm = (card: Card): Form =>
  Object.fromEntries(
    card.body.elements.flatMap((element) => {
      const fields = element.tag === 'form' ? element.elements : [];
      return fields.flatMap((field): (readonly [string, unknown])[] =>
        'name' in field && field.tag !== 'button' ? [[field.name, initialOf(field)]] : [],
      );
    }),
  );

/** What the stage `local` fills in for a function. */
const paramsOf = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(functionYaml(name).environment).flatMap(([variable, value]) => {
      const param = /^\$\{param:(\w+)\}$/u.exec(value)?.[1];
      return param === undefined ? [] : [[variable, localParam(param)]];
    }),
  );

type World = { readonly web?: boolean; readonly cardAnswer?: 'card' | 'toastThenPatch' };

/**
 * The deployed handlers of feishu-events, event-worker, feishu-cards, broadcast, deliver and the real drainer, in one
 * process with real tables and the simulator: people speak and click there, `settle` is the streams until nothing wakes.
 */
export const conversation = ({ web = false, cardAnswer = 'card' }: World = {}) => {
  const tables = localTables();
  let feishu: FeishuSimulator;
  let out: Outbox;
  let handlers: Readonly<Record<'cards' | 'work' | 'deliver' | 'broadcast' | 'bulk', Handler>>;
  let output = '';
  const posts = () => broadcasts(tables.name('broadcasts'));

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: START, shouldAdvanceTime: true });
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const environment = Object.fromEntries(
      tableNames.map((table) => [`${table.toUpperCase()}_TABLE`, tables.name(table)]),
    );
    const receive = await loadHandler(tables);
    feishu = await startFeishu({
      apps: localApps('http://local/feishu/events'),
      ...(web && { web: await webClient() }),
      post: async (url, request) => {
        if (url.endsWith('/cards')) {
          const reply = (await handlers.cards(gatewayEvent(request))) as {
            statusCode?: number;
            body?: string;
          };
          return { status: reply.statusCode ?? 0, text: reply.body ?? '' };
        }
        const { status, json } = await receive(gatewayEvent(request));
        return { status, text: JSON.stringify(json) };
      },
    });
    seedWiki(feishu.tenant);
    const more = {
      ...paramsOf('broadcast'),
      CARD_ANSWER: cardAnswer,
      DELIVER_BULK_FUNCTION: 'zhida-test-deliver-bulk',
      FEISHU_DOMAIN: feishu.url,
      FEISHU_APPS: JSON.stringify(apps),
    };
    Object.assign(process.env, environment, more);
    handlers = {
      cards: (await import('../../functions/feishu-cards/handler.ts')).handler as Handler,
      work: (await import('../../functions/event-worker/handler.ts')).handler,
      deliver: (await import('../../functions/deliver/handler.ts')).handler,
      broadcast: (await import('../../functions/broadcast/handler.ts')).handler,
      bulk: (await import('../../functions/deliver-bulk/handler.ts')).handler,
    };
    out = outbox('urgent', 0);
    const change = { value: 'live', changedBy: 'test', now: new Date() };
    for (const { sender } of apps) await out.settings.append(modeSetting('sender', sender), change);
    const client = out.senders.bySender('zhida');
    await syncPeople({ people: out.people, readDirectory: () => listDirectory(client) })(new Date());
    const groups = { people: out.people, readGroups: () => listGroups(client), sender: 'zhida' };
    await syncGroups(groups)(new Date());
  }, 60_000);
  beforeEach(() => {
    output = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      output += String(chunk);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  afterAll(async () => {
    vi.useRealTimers();
    await feishu.close();
  });

  const person = (called: string): Person =>
    must(
      feishu.tenant.directory.people().find(({ name }) => name === called),
      called,
    );
  const acts = (called: string) => actsOf(feishu.tenant, person(called).unionId);
  const chatOf = (called: string, appId = LEGAL) => feishu.tenant.chats.p2p(appId, person(called)).chat;
  const rows = async (table: string): Promise<readonly Row[]> =>
    (await tables.documents().send(new ScanCommand({ TableName: tables.name(table) }))).Items ?? [];
  const record = (keys: Readonly<Record<string, unknown>>) => ({
    Records: [
      {
        dynamodb: {
          NewImage: Object.fromEntries(
            Object.entries(keys).map(([key, value]) => [key, { S: String(value) }]),
          ),
          SequenceNumber: randomUUID(),
        },
      },
    ],
  });
  const wakeOnce = async (): Promise<number> => {
    let woken = 0;
    for (const { id, work } of await rows('inbox'))
      if (work === 'event') woken += (await handlers.work(record({ id })), 1);
    for (const { broadcast, item, work } of await rows('broadcasts'))
      if (work === 'broadcast' && item === 'broadcast')
        woken += (await handlers.broadcast(record({ broadcast })), 1);
    for (const { subject, recipient, work } of await rows('deliveries'))
      if (work === 'now') woken += (await handlers.deliver(record({ subject, recipient })), 1);
    return woken;
  };
  /** The streams, until nothing wakes anything any more. */
  const settle = async (): Promise<void> => {
    await feishu.tenant.pushes.idle();
    for (let round = 0; round < 10 && (await wakeOnce()) > 0; round += 1) await feishu.tenant.pushes.idle();
  };

  /** A click on a card wherever it stands: a forwarded one is a message of its own in a chat that we don't know. */
  const pressElsewhere = (called: string, id: string, input: ActionInput): Promise<ActionAnswer> => {
    const message = must(feishu.tenant.chats.message(id), 'message');
    const forwarded = { ...message, id: `om_fwd_${id}` };
    return pressCard({ tenant: feishu.tenant, person: person(called) }, forwarded, input);
  };
  const cardsOf = (called: string, appId = LEGAL) =>
    chatOf(called, appId)
      .messages.filter(({ sender }) => sender.kind === 'app')
      .map(({ id, content }) => ({ id, text: content, card: JSON.parse(content) as Card }));
  /** The last card on this person's screen whose title has these words. */
  const cardOf = (called: string, words: string, appId = LEGAL) =>
    must(
      cardsOf(called, appId).findLast(({ card }) => card.header.title.content.includes(words)),
      `card ${words} of ${called}: ${cardsOf(called, appId)
        .map(({ card }) => card.header.title.content)
        .join(' | ')}`,
    );

  return {
    tables,
    posts,
    out: () => out,
    url: () => feishu.url,
    tenant: () => feishu.tenant,
    person,
    acts,
    chatOf,
    cardsOf,
    cardOf,
    settle,
    rows,
    logged: () => output,
    /** The minute: what became due, and the bulk lane. */
    minute: async (): Promise<void> => {
      vi.setSystemTime(Date.now() + 61_000);
      for (const broadcast of await posts().listDue(new Date()))
        await handlers.broadcast(record({ broadcast }));
      await settle();
      await handlers.bulk({});
      await handlers.deliver({});
      await settle();
    },
    /** By command, or on a page. */
    takeStep: async (post: Broadcast, steps: readonly Act[], called: string): Promise<Broadcast> => {
      const by = must(await out.people.find(person(called).unionId), called);
      const deps = { broadcasts: posts(), accounts: allAccounts, now: () => new Date() };
      return takeStep(deps)({ broadcast: post.broadcast, acts: steps, by });
    },
    later: (ms: number): void => {
      vi.setSystemTime(Date.now() + ms);
    },
    goTo: (iso: string): void => {
      vi.setSystemTime(Date.parse(iso));
    },
    write: (author: string, title: string): Doc => {
      const doc = docActsOf(feishu.tenant, person(author).unionId).write({
        title,
        markdown:
          '12 月 1 日起，普通食品不得宣称减脂、控糖等功效。\n\n## 范围\n\n- 直播\n- 详情页\n- 客服话术',
        isOpen: true,
      });
      for (const appId of [ZHIDA, LEGAL]) shareDoc(feishu.tenant, doc.token, [appId, 'view']);
      return doc;
    },
    /** Somebody renames it and rewrites its first paragraph. */
    rewrite: (doc: Doc, title: string, paragraph: string): void => {
      const [first] = [...doc.blocks.values()].filter(({ type }) => type === TYPE.text);
      pageOf(doc).content = titleContent(title);
      must(first, 'paragraph').content = titleContent(paragraph);
      doc.revision += 1;
    },
    /** As Feishu tells the owner of a document. */
    tellOpened: async (called: string, docToken: string): Promise<void> => {
      const { tenant } = feishu;
      const app = must(tenant.apps.get(LEGAL), 'app');
      const event = {
        file_type: 'docx',
        file_token: docToken,
        operator_id_list: [{ union_id: person(called).unionId }],
      };
      tenant.pushes.push(app, { type: 'drive.file.read_v1', event });
      await settle();
    },
    /** What was worked off comes once more, as after a crash before the receipt was ended. */
    repeatMessages: async (): Promise<void> => {
      for (const row of await rows('inbox')) {
        if (row['eventType'] !== 'im.message.receive_v1') continue;
        const Item = { ...row, state: 'received', work: 'event' };
        await tables.documents().send(new PutCommand({ TableName: tables.name('inbox'), Item }));
      }
      await settle();
    },
    link: (doc: Doc): string => `https://bohe.feishu.cn/docx/${doc.token}`,
    say: async (called: string, text: string, appId = LEGAL): Promise<string> => {
      const { id } = acts(called).speak(chatOf(called, appId).id, text);
      await settle();
      return id;
    },
    /** Presses a button of the card, with what stands in its form beside what was changed. */
    click: async (
      called: string,
      on: { readonly id: string; readonly card: Card },
      { act, form = {}, as }: { readonly act: string; readonly form?: Form; readonly as?: string },
    ): Promise<ActionAnswer> => {
      const control = must(
        controlsIn(on.card).find(({ value }) => value['do'] === act),
        `${act} on the card of ${called}`,
      );
      const input = actionInputSchema.parse({
        tag: control.tag,
        name: control.name,
        value: control.value,
        formValue: { ...initialForm(on.card), ...form },
      });
      return as === undefined ? acts(called).click(on.id, input) : pressElsewhere(as, on.id, input);
    },
    /** A click that carries whatever its sender likes. */
    press: (called: string, id: string, value: Readonly<Record<string, unknown>>): Promise<ActionAnswer> =>
      pressElsewhere(called, id, { tag: 'button', value: { ...value } }),
  };
};
