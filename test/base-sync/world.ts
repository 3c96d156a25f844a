import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { gatewayEvent } from '../../events/sign.ts';
import { type DrainDeps, type Drained, drainBase } from '../../functions/base-sync/drain.ts';
import { wireBase } from '../../functions/base-sync/wiring.ts';
import { type Bitable, feishuBitable } from '../../shared/feishu/bitable.ts';
import { feishuSenders } from '../../shared/feishu/senders.ts';
import { baseHomes } from '../../shared/store/base-home.ts';
import { type BaseCells, baseRows } from '../../shared/store/base-rows.ts';
import { editQueue } from '../../shared/store/edit-queue.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { people } from '../../shared/store/people.ts';
import { settings } from '../../shared/store/settings.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { type Drift, driftOf, type StandingRow } from '../../shared/tickets/base-drift.ts';
import { cellsOf } from '../../shared/tickets/base-fields.ts';
import { readRow } from '../../shared/tickets/base-record.ts';
import { changeTicket, prepareWrite } from '../../shared/tickets/change.ts';
import type { By, ChangeInput } from '../../shared/tickets/event.ts';
import { rulesInForce } from '../../shared/tickets/rules.ts';
import type { Ticket, Who } from '../../shared/tickets/ticket.ts';
import { localApps } from '../../simulator/feishu/apps.ts';
import { baseActsOf } from '../../simulator/feishu/bitable/acts.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { loadHandler, sealKey } from '../ingress/calls.ts';
import { localTables } from '../local.ts';

export const ZHIDA = 'cli_a1zhida00000001';
/** A Monday, 10:00 in Shanghai. */
const START = Date.parse('2026-11-23T02:00:00Z');
export const baseName = '直达·售后工单';

const feishuApps = [{ sender: 'zhida', appId: ZHIDA, appSecret: 'dev-secret-zhida' }];
const care: By = { kind: 'rule', rule: 'test' };

export const must = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('it is not there');
  return value;
};

const textOf = (cell: unknown): string => (typeof cell === 'string' ? cell : '');

type Opening = Partial<Extract<ChangeInput, { do: 'opened' }>>;
/** Beside what a drainer is wired with. */
export type Changed = Partial<Omit<DrainDeps, 'workMs'>>;

/**
 * The real parts on real tables and the simulator in one process: what people do in the Base comes back through
 * feishu-events and event-worker. Only the clock and the pauses are ours.
 */
export const baseWorld = () => {
  const tables = localTables();
  const name = (table: string) => tables.name(table);
  const stores = {
    inbox: inbox(name('inbox')),
    settings: settings(name('settings')),
    people: people(name('people')),
    tickets: tickets(name('tickets')),
    rows: baseRows(name('tickets')),
    queue: editQueue(name('tickets')),
    homes: baseHomes(name('ops')),
  };
  let feishu: FeishuSimulator;
  let work: (event: unknown) => Promise<unknown>;
  let output = '';
  let count = 0;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: START, shouldAdvanceTime: true });
    const receive = await loadHandler(tables);
    feishu = await startFeishu({
      apps: localApps('in-process'),
      switches: { baseWriteMs: 1 },
      post: async (_, request) => {
        const { status, json } = await receive(gatewayEvent(request));
        return { status, text: JSON.stringify(json) };
      },
    });
    Object.assign(process.env, {
      ...Object.fromEntries(
        [
          'inbox',
          'digests',
          'tickets',
          'broadcasts',
          'deliveries',
          'contents',
          'people',
          'settings',
          'ops',
          'metrics',
        ].map((table) => [`${table.toUpperCase()}_TABLE`, name(table)]),
      ),
      WORKBENCH_URL: 'http://127.0.0.1:4520/workbench',
      FEISHU_DOMAIN: feishu.url,
      FEISHU_APPS: JSON.stringify(feishuApps),
    });
    ({ handler: work } = await import('../../functions/event-worker/handler.ts'));
    for (const { unionId, name: called } of feishu.tenant.directory.people())
      await stores.people.record({
        person: unionId,
        name: called,
        jobTitle: '',
        departments: [],
        roles: called === '林知夏' ? ['直达管理员'] : [],
        syncedAt: new Date(START).toISOString(),
      });
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

  const now = () => new Date();
  const rules = rulesInForce(stores.settings, now);
  const changing = { tickets: stores.tickets, rules, now };
  const whoIs = (called: string): Who => {
    const found = must(feishu.tenant.directory.people().find((one) => one.name === called));
    return { person: found.unionId, name: found.name };
  };
  const bitable = (): Bitable =>
    feishuBitable(feishuSenders(feishuApps, { domain: feishu.url }).bySender('zhida'));

  const open = async (opening: Opening = {}): Promise<string> => {
    count += 1;
    const id = opening.parent ? `${opening.parent}-1` : `T-20261123-${String(count).padStart(4, '0')}`;
    const change: ChangeInput = {
      do: 'opened',
      kind: 'case',
      openedAt: now().toISOString(),
      receivedAt: now().toISOString(),
      orderIds: [`E20261123${String(count).padStart(6, '0')}`],
      productName: '代餐奶昔·香草',
      content: '少发了一袋，麻烦补发',
      category: { group: '仓储发货', name: '漏发/少发' },
      priority: 'P2',
      team: 'care',
      ...opening,
    };
    const intent = { id, before: undefined, by: care, changes: [change] };
    await stores.tickets.write([prepareWrite(await rules(), intent, now())]);
    return id;
  };
  const act = async (id: string, ...changes: readonly ChangeInput[]): Promise<void> => {
    await changeTicket(changing)(id, (ticket) => ({
      intents: [{ id, before: ticket, by: care, changes }],
      result: undefined,
    }));
  };
  const ticket = async (id: string): Promise<Ticket> => must(await stores.tickets.find(id));

  const wired = (changed: Changed = {}): DrainDeps => {
    const { deps } = wireBase({
      TICKETS_TABLE: name('tickets'),
      PEOPLE_TABLE: name('people'),
      SETTINGS_TABLE: name('settings'),
      OPS_TABLE: name('ops'),
      INBOX_TABLE: name('inbox'),
      SEAL_KEYS: [Buffer.from(sealKey, 'base64')],
      FEISHU_DOMAIN: feishu.url,
      FEISHU_APPS: feishuApps,
    });
    // A write of the simulator takes a moment of real time, on a busy machine some more, so a pause takes one too.
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms / 25));
    return { ...deps, sleep, workMs: 60_000, patienceMs: 10_000, ...changed };
  };
  const sync = (changed: Changed = {}): Promise<Drained> => drainBase(wired(changed));

  const home = () => stores.homes.find();
  const tableId = async (key = 'live'): Promise<string> => must((await home()).tables[key]).tableId;
  /** As the API answers them. */
  const standing = async (key = 'live'): Promise<readonly StandingRow[]> => {
    const { appToken, tables: made } = await home();
    const known = made[key];
    if (appToken === undefined || !known) return [];
    const found = await bitable().searchRecords({ appToken, tableId: known.tableId });
    if (found.kind !== 'ok') {
      if (found.reason !== 'rate_limited') throw new Error(found.reason);
      // A test looks more often than twenty times in a second: a second passes.
      vi.setSystemTime(Date.now() + 1_000);
      return standing(key);
    }
    return found.data.map(({ recordId, fields }) => {
      const cells = readRow(fields);
      return { table: key, recordId, number: textOf(cells['工单号']), cells };
    });
  };
  const allStanding = async (): Promise<readonly StandingRow[]> =>
    (await Promise.all(Object.keys((await home()).tables).map((key) => standing(key)))).flat();
  const allTickets = async (): Promise<readonly Ticket[]> => {
    const { Items = [] } = await tables.documents().send(new ScanCommand({ TableName: name('tickets') }));
    const ids = Items.filter((item) => item['item'] === 'ticket').map((item) => String(item['ticket']));
    return Promise.all(ids.map(ticket));
  };
  /** What Base shows against what all tickets are; `places`: where those that are archived belong. */
  const drift = async (
    places: Readonly<Record<string, string>> = {},
    only?: readonly string[],
  ): Promise<readonly Drift[]> => {
    const { desk } = await rules();
    const wanted = await Promise.all(
      (await (only ? Promise.all(only.map(ticket)) : allTickets())).map(async (each) => {
        const row = await stores.rows.find(each.ticket);
        const sight = {
          now: now(),
          teamName: (id: string) => desk.teams.find((team) => team.id === id)?.name ?? '',
          link: `https://applink.feishu.cn/client/bot/open?appId=${ZHIDA}`,
          hint: row?.hint?.text,
          unshown: row?.unshown,
        };
        const table = each.state === 'merged' ? undefined : (places[each.ticket] ?? 'live');
        return { ticket: each.ticket, table, cells: cellsOf(each, sight) };
      }),
    );
    return driftOf(wanted, await allStanding());
  };
  const cellsFor = async (id: string, key = 'live'): Promise<BaseCells> =>
    must((await standing(key)).find(({ number }) => number === id)).cells;
  const recordFor = async (id: string): Promise<string> =>
    must((await allStanding()).find(({ number }) => number === id)).recordId;

  /** What Feishu pushed, through the inbox to the waiting edits. */
  const arrive = async (): Promise<void> => {
    await feishu.tenant.pushes.idle();
    const { Items = [] } = await tables.documents().send(new ScanCommand({ TableName: name('inbox') }));
    for (const item of Items.filter((row) => row['work'] === 'event')) {
      const id = String(item['id']);
      await work({ Records: [{ dynamodb: { NewImage: { id: { S: id } }, SequenceNumber: id } }] });
    }
  };
  const edits = () => stores.queue.list(new Date(Date.now() + 1_000), 1_000);
  const person = (called: string) => baseActsOf(feishu.tenant, whoIs(called).person);
  const edit = async (
    called: string,
    id: string,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    person(called).editRecord(baseName, await tableId(), { recordId: await recordFor(id), fields });
  };

  return {
    ...stores,
    ...{ name, open, act, ticket, sync, wired, home, tableId, standing, allStanding, drift, cellsFor },
    ...{ recordFor, arrive, edits, edit, person, whoIs, bitable, rules },
    tenant: () => feishu.tenant,
    logged: () => output,
    history: (id: string) => stores.tickets.history(id),
    later: (ms: number): void => {
      vi.setSystemTime(Date.now() + ms);
    },
    /** Calls of Base since a moment of the log. */
    calls: (from = 0) =>
      feishu.tenant.calls
        .since(from)
        .filter(({ api }) => api.includes('/bitable/') || api.includes('/drive/')),
    mark: () => feishu.tenant.calls.size(),
    handler: async () => (await import('../../functions/base-sync/handler.ts')).handler,
  };
};
