import { afterAll, beforeAll, vi } from 'vitest';
import { type CatchUpDeps, catchUpDue } from '../../functions/deliver/catch-up.ts';
import { modeSetting, modes, trialSetting } from '../../shared/delivery/modes.ts';
import { type Outbox, outbox } from '../../shared/delivery/outbox.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import { type RefreshDeps, refreshDelivery } from '../../shared/delivery/refresh.ts';
import { type SendDeps, sendDelivery } from '../../shared/delivery/send.ts';
import { type Lane, slots } from '../../shared/delivery/slots.ts';
import { card, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { slotStore } from '../../shared/store/slots.ts';
import { type ManualClock, manualClock } from '../../simulator/clock.ts';
import type { Person } from '../../simulator/company.ts';
import type { Fault } from '../../simulator/feishu/faults.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { quietApps } from '../feishu/quiet-apps.ts';
import { type LocalTables, localTables } from '../local.ts';

export const postApi = 'POST /open-apis/im/v1/messages';
export const patchApi = 'PATCH /open-apis/im/v1/messages/:message_id';
const apps = [
  { sender: 'zhida', appId: 'cli_a1zhida00000001', appSecret: 'dev-secret-zhida' },
  { sender: 'legal', appId: 'cli_a1legal00000002', appSecret: 'dev-secret-legal' },
];

export type Sending = { readonly lane?: Lane; readonly patienceMs?: number };

/** The ledger with its sender on the real tables and the simulator; both sides share one clock that tests move. */
export type Ledger = {
  readonly tables: LocalTables;
  readonly clock: ManualClock;
  readonly feishu: () => FeishuSimulator;
  readonly out: () => Outbox;
  /** A sender: what one invocation of a function holds. */
  readonly sender: (how?: Sending) => SendDeps & RefreshDeps;
  /** What `deliver` holds. */
  readonly net: (how?: Sending & Partial<Pick<RefreshDeps, 'patch'>>) => CatchUpDeps;
  readonly person: (name: string) => Person;
  /** Everything that a bot has put on this person's screen. */
  readonly screenOf: (name: string) => readonly { readonly id: string; readonly content: string }[];
  readonly wishFor: (name: string, more?: Partial<Wish>) => Promise<Wish>;
  /** Keeps a card of this delivery that says `text`; returns its hash. */
  readonly cardFor: (wish: Pick<Wish, 'subject' | 'recipient'>, text: string) => Promise<string>;
  readonly rowOf: (wish: Pick<Wish, 'subject' | 'recipient'>) => Promise<Delivery>;
  /** The card of this content is the answer to a click on the person's copy. */
  readonly showByAnswer: (
    wish: Pick<Wish, 'subject' | 'recipient'>,
    hash: string,
  ) => Promise<Delivery | undefined>;
  readonly fail: (...faults: Omit<Fault, 'api'>[]) => void;
  readonly failAt: (api: string, ...faults: Omit<Fault, 'api'>[]) => void;
  /** Calls of the send API since the last time somebody asked. */
  readonly newCalls: () => readonly { readonly at: number; readonly code: number }[];
  /** The same for another API; each call counts once, whoever asks first. */
  readonly callsOf: (api: string) => readonly { readonly at: number; readonly code: number }[];
  readonly setMode: (of: 'sender' | 'subject', id: string, mode: string) => Promise<void>;
  readonly setTrial: (...names: string[]) => Promise<void>;
  /** Moves the clock to the end of everybody's lease or pause and sweeps, as the minute tick does. */
  readonly sweepAfter: (ms: number, how?: Sending) => Promise<{ due: number; accepted: number }>;
};

const environment = (tables: LocalTables, domain: string): Readonly<Record<string, string>> => ({
  DELIVERIES_TABLE: tables.name('deliveries'),
  CONTENTS_TABLE: tables.name('contents'),
  PEOPLE_TABLE: tables.name('people'),
  SETTINGS_TABLE: tables.name('settings'),
  OPS_TABLE: tables.name('ops'),
  FEISHU_DOMAIN: domain,
  FEISHU_APPS: JSON.stringify(apps),
});

const cardText = (subject: string, unionId: string, text: string): string =>
  JSON.stringify(
    card({
      id: deliveryElementId(subject, unionId),
      summary: text,
      header: { title: '晨报', colour: 'blue' },
      elements: [markdown(text)],
      footer: ['数据截至 06:10'],
    }),
  );

/** Sleepers of one test share the clock: each moves it only to its own moment. */
const sleepOn = (clock: ManualClock) => {
  return async (ms: number): Promise<void> => {
    const until = clock.now() + ms;
    await new Promise(setImmediate);
    if (until > clock.now()) await clock.advance(until - clock.now());
  };
};

export const localLedger = (): Ledger => {
  const tables = localTables();
  const clock = manualClock(Date.parse('2026-11-23T00:47:00.000Z'));
  let simulator: FeishuSimulator | undefined;
  let opened: Outbox | undefined;
  let subjects = 0;
  let callsSeen = 0;
  const feishu = (): FeishuSimulator => {
    if (!simulator) throw new Error('the simulator starts in beforeAll');
    return simulator;
  };
  const out = (): Outbox => {
    if (!opened) throw new Error('the outbox opens in beforeAll');
    return opened;
  };
  beforeAll(async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    simulator = await startFeishu({ clock, apps: quietApps });
    for (const [name, value] of Object.entries(environment(tables, simulator.url))) vi.stubEnv(name, value);
    // Calls that get no answer cost real time.
    opened = outbox('digest', 0, 1_000);
    await setMode('sender', 'zhida', 'live');
    // A chat is remembered on its person, so people have to be known.
    const syncedAt = new Date(clock.now()).toISOString();
    for (const { unionId, name } of simulator.tenant.company.people)
      await opened.people.record({
        person: unionId,
        name,
        jobTitle: '',
        departments: [],
        roles: [],
        syncedAt,
      });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await simulator?.close();
  });
  const setMode: Ledger['setMode'] = async (of, id, mode) => {
    const change = { value: mode, changedBy: 'test', now: new Date(clock.now()) };
    await out().settings.append(modeSetting(of, id), change);
  };
  const sender: Ledger['sender'] = ({ lane = 'digest', patienceMs = 0 } = {}) => {
    const sleep = sleepOn(clock);
    return {
      ...out().sending,
      modes: modes({ settings: out().settings, now: clock.now }),
      slots: slots({ store: slotStore(tables.name('ops')), now: clock.now, sleep }),
      lane,
      now: () => new Date(clock.now()),
      sleep,
      patienceMs,
    };
  };
  const failAt: Ledger['failAt'] = (api, ...faults) => {
    feishu().tenant.faults.set(faults.map((fault) => ({ ...fault, api })));
  };
  const callsOf: Ledger['callsOf'] = (wanted) => {
    const calls = feishu().tenant.calls.since(callsSeen);
    callsSeen = calls.at(-1)?.seq ?? callsSeen;
    // The client's token is older than two hours in a test that moves the clock: that call is made again with a new one.
    return calls.filter(({ api, code }) => api === wanted && code !== 99991663);
  };
  const net: Ledger['net'] = ({ patch, ...how } = {}) => {
    const sending = { ...sender(how), ...(patch && { patch }) };
    const { deliveries } = out();
    return { deliveries, send: sendDelivery(sending), refresh: refreshDelivery(sending) };
  };
  const rowOf: Ledger['rowOf'] = async (wish) => {
    const row = await out().deliveries.find(wish);
    if (!row) throw new Error(`${wish.subject} has no row`);
    return row;
  };
  const person: Ledger['person'] = (name) => {
    const found = feishu().tenant.company.people.find((one) => one.name === name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  };
  return {
    tables,
    clock,
    feishu,
    out,
    sender,
    net,
    person,
    setMode,
    screenOf: (name) =>
      feishu()
        .tenant.chats.all()
        .filter(({ kind, members }) => kind === 'p2p' && members.has(person(name).unionId))
        .flatMap(({ messages }) => messages),
    wishFor: async (name, more = {}) => {
      const { unionId } = person(name);
      const subject = more.subject ?? `digest:morning:${(subjects += 1)}`;
      return {
        subject,
        recipient: unionId,
        sender: 'zhida',
        receiveIdType: 'union_id',
        receiveId: unionId,
        hash: await out().contents.keep(cardText(subject, unionId, `${name} 的晨报`)),
        eventAt: new Date(clock.now()),
        // Tests move the clock through nights and weeks; what is about quiet hours says another urgency.
        urgency: 'p0',
        ...more,
      };
    },
    cardFor: ({ subject, recipient }, text) => out().contents.keep(cardText(subject, recipient, text)),
    rowOf,
    showByAnswer: async (wish, hash) =>
      out().deliveries.recordShown(await rowOf(wish), { hash, at: new Date(clock.now()) }),
    fail: (...faults) => {
      failAt(postApi, ...faults);
    },
    failAt,
    newCalls: () => callsOf(postApi),
    callsOf,
    setTrial: async (...names) => {
      const people = names.map((name) => person(name).unionId);
      await out().settings.append(trialSetting, {
        value: { people },
        changedBy: 'test',
        now: new Date(clock.now()),
      });
    },
    sweepAfter: async (ms, how) => {
      await clock.advance(ms);
      const deps = net(how);
      const { due, accepted } = await catchUpDue(deps)(new Date(clock.now()));
      return { due, accepted };
    },
  };
};
