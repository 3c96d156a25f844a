import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { allAccounts } from '../../config/accounts/all.ts';
import { gatewayEvent } from '../../events/sign.ts';
import type { Check } from '../../functions/ops/check.ts';
import type { OpsDeps } from '../../functions/ops/commands.ts';
import { diagnose } from '../../functions/ops/doctor.ts';
import { type OpsEnv, wireOps } from '../../functions/ops/wiring.ts';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { dayOf, yearOf } from '../../shared/calendar/day.ts';
import { calendarSetting } from '../../shared/calendar/loaded.ts';
import { modeSetting } from '../../shared/delivery/modes.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { sightings } from '../../shared/store/sightings.ts';
import type { AppRegistration } from '../../simulator/feishu/apps.ts';
import { joinSpace } from '../../simulator/feishu/docs/acts.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { quietApps } from '../feishu/quiet-apps.ts';
import { legal, loadHandler, sealKey, zhida } from '../ingress/calls.ts';
import { type LocalTables, localTables } from '../local.ts';
import { eventOf, type Handle, send } from '../workbench/gateway.ts';
import { environmentOf, loadPages } from '../workbench/world.ts';

export const now = new Date();
export const nextYear = yearOf(dayOf(now)) + 1;
export const apps = [
  { sender: 'zhida', appId: zhida.appId, appSecret: 'dev-secret-zhida' },
  { sender: 'legal', appId: legal.appId, appSecret: 'dev-secret-legal' },
];
const subscribed = [
  'im.message.message_read_v1',
  'im.message.receive_v1',
  'application.bot.menu_v6',
  'p2p_chat_create',
  'im.chat.member.bot.added_v1',
  'contact.user.updated_v3',
];

export type Clinic = {
  readonly tables: LocalTables;
  /** What the commands hold, with some variables other than they should be. */
  readonly wired: (more?: Partial<OpsEnv>) => OpsDeps;
  readonly examine: (more?: Partial<OpsEnv>, at?: Date) => Promise<readonly Check[]>;
  readonly set: (setting: string, value: unknown) => Promise<boolean>;
  /** Our own address for events. */
  readonly eventsUrl: () => string;
  /** The console of the first app as somebody left it. */
  readonly withConsole: <T>(change: Partial<AppRegistration>, run: () => Promise<T>) => Promise<T>;
};

/** A healthy stack: real tables, the simulator, our ingress behind an address, everything set and everybody known. */
export const clinic = (): Clinic => {
  const tables = localTables();
  let feishu: FeishuSimulator;
  let ingress: Server;
  let eventsUrl: string;
  let pages: Handle;
  const healthyEnv = (): OpsEnv => ({
    INBOX_TABLE: tables.name('inbox'),
    SETTINGS_TABLE: tables.name('settings'),
    PEOPLE_TABLE: tables.name('people'),
    DELIVERIES_TABLE: tables.name('deliveries'),
    CONTENTS_TABLE: tables.name('contents'),
    DIGESTS_TABLE: tables.name('digests'),
    METRICS_TABLE: tables.name('metrics'),
    OPS_TABLE: tables.name('ops'),
    TICKETS_TABLE: tables.name('tickets'),
    BROADCASTS_TABLE: tables.name('broadcasts'),
    FEISHU_DOMAIN: feishu.url,
    FEISHU_APPS: JSON.stringify(apps),
    FEISHU_CALLBACK_KEYS: JSON.stringify([zhida, legal]),
    SEAL_KEYS: JSON.stringify([sealKey]),
    EVIDENCE_KEYS: '["MC4CAQAwBQYDK2VwBCIEIGRldi1ldmlkZW5jZS1rZXktZm9yLWxvY2FsLW9ubHkh"]',
  });
  const wired = (more: Partial<OpsEnv> = {}) => wireOps({ ...healthyEnv(), ...more }, process.env).deps;
  const examine = (more: Partial<OpsEnv> = {}, at = now): Promise<readonly Check[]> =>
    diagnose(wired(more))(at, eventsUrl);
  const set = (setting: string, value: unknown) =>
    wired().settings.append(setting, { value, changedBy: 'test', now });

  const listen = async (): Promise<void> => {
    const receive = await loadHandler(tables);
    ingress = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        if (request.url?.startsWith('/workbench')) {
          void pages(eventOf(request, Buffer.from(body))).then((reply) => {
            send(response, reply);
          });
          return;
        }
        const headers = { 'content-type': request.headers['content-type'] ?? '' };
        void receive(gatewayEvent({ headers, body })).then(({ status, json }) => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
        });
      });
    });
    await new Promise<void>((resolve) => {
      ingress.listen(0, '127.0.0.1', resolve);
    });
    const url = `http://127.0.0.1:${(ingress.address() as AddressInfo).port}`;
    eventsUrl = `${url}/feishu/events`;
    pages = await loadPages(environmentOf(tables, { url, feishuUrl: feishu.url }));
  };

  /** The space of the accounts, of which both apps are administrators. */
  const openWiki = (): void => {
    const about = { name: allAccounts[0]?.wikiSpace ?? '', description: '', isPublic: true };
    const { id } = feishu.tenant.spaces.create(about);
    for (const { appId } of apps) joinSpace(feishu.tenant, id, [appId, 'admin']);
  };
  beforeAll(async () => {
    feishu = await startFeishu({ apps: quietApps });
    openWiki();
    await listen();
    const { people, clientOf } = wired();
    const [app] = apps;
    if (!app) throw new Error('there is no app');
    await syncPeople({ people, readDirectory: () => listDirectory(clientOf(app)) })(now);
    for (const { sender } of apps) await set(modeSetting('sender', sender), 'live');
    const days = ['01-01', '05-01', '10-01'].map((day) => ({ day: `${nextYear}-${day}`, name: '节' }));
    const year = { year: nextYear, holidays: days, workdays: [], source: '测试安排' };
    await set(calendarSetting(nextYear), year);
    const seen = sightings(tables.name('ops'));
    for (const eventType of subscribed) await seen.record('zhida', eventType, now);
  });
  afterAll(async () => {
    ingress.close();
    await feishu.close();
  });
  beforeEach(() => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterEach(() => {
    feishu.tenant.faults.set([]);
    vi.restoreAllMocks();
  });

  const withConsole = async <T>(change: Partial<AppRegistration>, run: () => Promise<T>): Promise<T> => {
    const before = feishu.tenant.apps.get(zhida.appId);
    if (!before) throw new Error('there is no app');
    Object.assign(before, { ...before, ...change });
    try {
      return await run();
    } finally {
      Object.assign(before, { scopes: quietApps[0]?.scopes, botOff: false });
    }
  };

  return { tables, wired, examine, set, eventsUrl: () => eventsUrl, withConsole };
};
