import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, vi } from 'vitest';
import { allAccounts } from '../../config/accounts/all.ts';
import { allDigests } from '../../config/digests/all.ts';
import { biQueries } from '../../config/queries/bi.ts';
import { catchUpDue } from '../../functions/deliver/catch-up.ts';
import type { DigestDeps } from '../../functions/digest/release.ts';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import type { MetricSource } from '../../shared/connectors/metric-source.ts';
import { sqlSource } from '../../shared/connectors/sql.ts';
import { modeSetting, modes } from '../../shared/delivery/modes.ts';
import { type Outbox, outbox } from '../../shared/delivery/outbox.ts';
import { type RefreshDeps, refreshDelivery } from '../../shared/delivery/refresh.ts';
import { type SendDeps, sendDelivery } from '../../shared/delivery/send.ts';
import { slots } from '../../shared/delivery/slots.ts';
import { type Bundle, defineBundle } from '../../shared/digests/bundle.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { type Broadcasts, broadcasts } from '../../shared/store/broadcasts.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { type Metrics, metrics } from '../../shared/store/metrics.ts';
import type { Person } from '../../shared/store/people.ts';
import { slotStore } from '../../shared/store/slots.ts';
import { type Windows, windows } from '../../shared/store/windows.ts';
import { type Bi, startBi } from '../../simulator/bi/start.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { quietApps } from '../feishu/quiet-apps.ts';
import { localTables } from '../local.ts';

/** A clock that runs at the real pace from a moment that a test chooses, and may be set forward. */
export type RunningClock = {
  readonly now: () => Date;
  readonly set: (iso: string) => void;
  /** Forward by so many milliseconds, as if nobody had worked meanwhile. */
  readonly skip: (ms: number) => void;
};

const runningClock = (): RunningClock => {
  let offsetMs = 0;
  return {
    now: () => new Date(Date.now() + offsetMs),
    set: (iso) => {
      offsetMs = Date.parse(iso) - Date.now();
    },
    skip: (ms) => {
      offsetMs += ms;
    },
  };
};

export type Morning = {
  readonly clock: RunningClock;
  readonly bi: () => Bi;
  readonly feishu: () => FeishuSimulator;
  readonly out: () => Outbox;
  readonly source: () => MetricSource;
  readonly metrics: () => Metrics;
  readonly windows: () => Windows;
  readonly broadcasts: () => Broadcasts;
  /** A release of its own, so that tests of one day don't meet; at 08:47:00 unless it says otherwise. */
  readonly release: (more?: Partial<Bundle>) => Bundle;
  /** What one invocation of the digest function holds. */
  readonly invocation: (releases: readonly Bundle[], more?: Partial<DigestDeps>) => DigestDeps;
  readonly person: (name: string) => Promise<Person>;
  readonly rowsOf: (subject: string) => Promise<readonly Delivery[]>;
  /** Names of a subject's people by the state and reason of their rows. */
  readonly endingsOf: (subject: string) => Promise<Readonly<Record<string, readonly string[]>>>;
  readonly rowOf: (subject: string, name: string) => Promise<Delivery | undefined>;
  /** The card text that this person's row shows, from the store of contents. */
  readonly shownTo: (subject: string, name: string) => Promise<string>;
  /** Texts of all cards that carry this subject for the person on their own screen. */
  readonly screenOf: (name: string, elementId?: string) => readonly string[];
  readonly messagesOnAllScreens: () => number;
  readonly sweep: () => Promise<{ due: number; accepted: number }>;
};

/** The real BI, tables and simulated Feishu of one company on one day, wired as functions/digest wires them. */
export const localMorning = (today: string): Morning => {
  const tables = localTables();
  const clock = runningClock();
  let parts: { bi: Bi; feishu: FeishuSimulator; out: Outbox; source: MetricSource } | undefined;
  let count = 0;
  const started = () => {
    if (!parts) throw new Error('the stack starts in beforeAll');
    return parts;
  };
  const environment = (domain: string) => ({
    DELIVERIES_TABLE: tables.name('deliveries'),
    CONTENTS_TABLE: tables.name('contents'),
    PEOPLE_TABLE: tables.name('people'),
    SETTINGS_TABLE: tables.name('settings'),
    OPS_TABLE: tables.name('ops'),
    FEISHU_DOMAIN: domain,
    FEISHU_APPS: '[{"sender":"zhida","appId":"cli_a1zhida00000001","appSecret":"dev-secret-zhida"}]',
  });
  beforeAll(async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    clock.set(`${today}T08:40:00+08:00`);
    const [bi, feishu] = await Promise.all([
      startBi({ today }),
      startFeishu({ apps: quietApps, switches: { perSecond: 200 } }),
    ]);
    for (const [name, value] of Object.entries(environment(feishu.url))) vi.stubEnv(name, value);
    const out = outbox('digest', 10_000);
    parts = {
      bi,
      feishu,
      out,
      source: sqlSource({ id: 'bi', url: bi.url, queries: biQueries, timeoutMs: 400 }),
    };
    const readDirectory = () => listDirectory(out.senders.bySender('zhida'));
    await syncPeople({ people: out.people, readDirectory })(clock.now());
    const live = { value: 'live', changedBy: 'test', now: clock.now() };
    await out.settings.append(modeSetting('sender', 'zhida'), live);
  }, 60_000);
  afterAll(async () => {
    await parts?.source.close();
    await parts?.feishu.close();
    await parts?.bi.close();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
  const out = (): Outbox => started().out;
  const sleep = (ms: number): Promise<void> => wait(ms);
  const sending = (): SendDeps & RefreshDeps => ({
    ...out().sending,
    modes: modes({ settings: out().settings, now: () => clock.now().getTime() }),
    // Four times the pace of a lane: the tenant here takes 200 a second, and sixteen cards need not take a second.
    slots: slots({
      store: slotStore(tables.name('ops')),
      now: () => Date.now() * 4,
      sleep: (ms) => wait(ms / 4),
    }),
    now: clock.now,
  });
  const invocation: Morning['invocation'] = (releases, more = {}) => ({
    releases,
    windows: windows(tables.name('digests')),
    deliveries: out().deliveries,
    contents: out().contents,
    people: out().people,
    followUps: followUps({ digests: tables.name('digests') }),
    metrics: metrics(tables.name('metrics')),
    source: started().source,
    calendar: () => loadCalendar(out().settings, clock.now()),
    send: sendDelivery(sending()),
    posts: {
      broadcasts: broadcasts(tables.name('broadcasts')),
      deliveries: out().deliveries,
      accounts: allAccounts,
      pages: 'https://zhida.example.com/workbench',
    },
    sender: 'zhida',
    now: clock.now,
    sleep,
    ...more,
  });
  const unionIdOf = (name: string): string => {
    const found = started().feishu.tenant.company.people.find((one) => one.name === name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found.unionId;
  };
  const nameOf = (unionId: string): string =>
    started().feishu.tenant.company.people.find((one) => one.unionId === unionId)?.name ?? unionId;
  const person: Morning['person'] = async (name) => {
    const found = await out().people.find(unionIdOf(name));
    if (!found) throw new Error(`${name} is not in the directory`);
    return found;
  };
  const rowOf: Morning['rowOf'] = (subject, name) =>
    out().deliveries.find({ subject, recipient: unionIdOf(name) });
  const chats = () =>
    started()
      .feishu.tenant.chats.all()
      .filter(({ kind }) => kind === 'p2p');
  return {
    clock,
    bi: () => started().bi,
    feishu: () => started().feishu,
    out,
    source: () => started().source,
    metrics: () => metrics(tables.name('metrics')),
    windows: () => windows(tables.name('digests')),
    broadcasts: () => broadcasts(tables.name('broadcasts')),
    release: ({ digests = allDigests, ...more } = {}) => {
      count += 1;
      const bundle: Bundle = {
        ...defineBundle(
          {
            id: 'morning',
            name: '晨报',
            at: '08:47',
            jitterSeconds: 0,
            misfire: { policy: 'sendLate', withinMinutes: 180 },
            colours: '红涨绿跌',
            posts: true,
          },
          allDigests,
        ),
        id: `morning-${count}`,
        ...more,
      };
      return { ...bundle, digests };
    },
    invocation,
    person,
    rowsOf: (subject) => out().deliveries.listOfSubject(subject),
    rowOf,
    endingsOf: async (subject) => {
      const endings: Record<string, string[]> = {};
      for (const { state, reason, recipient } of await out().deliveries.listOfSubject(subject)) {
        (endings[reason ? `${state}:${reason}` : state] ??= []).push(nameOf(recipient));
      }
      return Object.fromEntries(Object.entries(endings).map(([ending, list]) => [ending, list.toSorted()]));
    },
    shownTo: async (subject, name) => {
      const row = await rowOf(subject, name);
      const text = row?.shown && (await out().contents.find(row.shown.hash));
      if (text === undefined) throw new Error(`${name} has been shown nothing of ${subject}`);
      return text;
    },
    screenOf: (name, elementId = '') => {
      return chats()
        .filter(({ members }) => members.has(unionIdOf(name)))
        .flatMap(({ messages }) => messages.map(({ content }) => content))
        .filter((content) => content.includes(elementId));
    },
    messagesOnAllScreens: () => chats().reduce((sum, { messages }) => sum + messages.length, 0),
    sweep: async () => {
      const sender = sending();
      const { deliveries } = out();
      const deps = { deliveries, send: sendDelivery(sender), refresh: refreshDelivery(sender) };
      const { due, accepted } = await catchUpDue(deps)(clock.now());
      return { due, accepted };
    },
  };
};

/** A digest whose trigger is other than configured. */
export const withTrigger = (
  digest: Digest,
  trigger: Partial<Extract<Digest['trigger'], { kind: 'ready' }>>,
): Digest => {
  if (digest.trigger.kind !== 'ready') throw new Error(`${digest.id} waits for nothing`);
  return { ...digest, trigger: { ...digest.trigger, ...trigger } };
};
