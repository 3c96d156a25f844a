import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, vi } from 'vitest';
import { allAccounts } from '../../config/accounts/all.ts';
import { advance } from '../../functions/broadcast/advance.ts';
import { stepCommands } from '../../functions/broadcast/commands.ts';
import { readCommands } from '../../functions/broadcast/read-commands.ts';
import type { BroadcastDeps } from '../../functions/broadcast/turn.ts';
import type { wiring } from '../../functions/broadcast/wiring.ts';
import { drainBulk } from '../../functions/deliver-bulk/drain.ts';
import { haltingSend } from '../../functions/deliver-bulk/halt.ts';
import { syncGroups } from '../../functions/people-sync/groups.ts';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import type { Account } from '../../shared/broadcasts/account.ts';
import { type Broadcast, personalSubject, workSubject } from '../../shared/broadcasts/broadcast.ts';
import { identityOf } from '../../shared/broadcasts/reach.ts';
import { modeSetting } from '../../shared/delivery/modes.ts';
import { type Outbox, outbox } from '../../shared/delivery/outbox.ts';
import { type SendDeps, sendDelivery } from '../../shared/delivery/send.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { listGroups } from '../../shared/feishu/groups.ts';
import { type CommandReply, runCommand } from '../../shared/lambda/command.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { leases } from '../../shared/store/leases.ts';
import { type Company, mintCompany, type Person } from '../../simulator/company.ts';
import { docActsOf, joinSpace, shareDoc } from '../../simulator/feishu/docs/acts.ts';
import { pageOf, titleContent } from '../../simulator/feishu/docs/documents.ts';
import type { Doc } from '../../simulator/feishu/docs/model.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { staffOf } from '../../simulator/feishu/staff.ts';
import { seedWiki } from '../../simulator/wiki.ts';
import { quietApps } from '../feishu/quiet-apps.ts';
import { localTables } from '../local.ts';

/** Monday 23 November, 10:28 in Shanghai. */
const START = Date.parse('2026-11-23T02:28:00Z');
export const ZHIDA = 'cli_a1zhida00000001';
export const LEGAL = 'cli_a1legal00000002';

const apps = [
  { sender: 'zhida', appId: ZHIDA, appSecret: 'dev-secret-zhida' },
  { sender: 'legal', appId: LEGAL, appSecret: 'dev-secret-legal' },
];
const tableNames = ['broadcasts', 'deliveries', 'contents', 'people', 'settings', 'ops'];

const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
};

type Wired = ReturnType<typeof wiring>;

/**
 * The function `broadcast` as it is wired, with real tables, the Feishu simulator over HTTP and the real drainer. `clock`
 * sets the time, which then goes on by itself.
 */
export const postWorld = ({
  company,
  accounts = allAccounts,
}: {
  readonly company?: Company;
  readonly accounts?: readonly Account[];
} = {}) => {
  const tables = localTables();
  let feishu: FeishuSimulator;
  let out: Outbox;
  let wired: Wired;
  let deliver: (event: unknown) => Promise<unknown>;

  beforeAll(async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.useFakeTimers({ toFake: ['Date'], now: START, shouldAdvanceTime: true });
    feishu = await startFeishu({ apps: quietApps, company: company ?? mintCompany([ZHIDA, LEGAL]) });
    if (!company) seedWiki(feishu.tenant);
    const environment = {
      ...Object.fromEntries(tableNames.map((table) => [`${table.toUpperCase()}_TABLE`, tables.name(table)])),
      FEISHU_DOMAIN: feishu.url,
      FEISHU_APPS: JSON.stringify(apps),
      WORKBENCH_URL: 'http://127.0.0.1:4520/workbench',
      DELIVER_BULK_FUNCTION: 'zhida-test-deliver-bulk',
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    wired = (await import('../../functions/broadcast/wiring.ts')).wiring();
    ({ handler: deliver } = await import('../../functions/deliver/handler.ts'));
    out = outbox('bulk', 1_000);
    for (const { sender } of apps) {
      const change = { value: 'live', changedBy: 'test', now: new Date() };
      await out.settings.append(modeSetting('sender', sender), change);
    }
    await sync();
  }, 60_000);
  afterAll(async () => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await feishu.close();
  });

  const sync = async (): Promise<void> => {
    const client = out.senders.bySender('zhida');
    await syncPeople({ people: out.people, readDirectory: () => listDirectory(client) })(new Date());
    const groups = { people: out.people, readGroups: () => listGroups(client), sender: 'zhida' };
    await syncGroups(groups)(new Date());
  };
  const person = (called: string): Person =>
    must(
      feishu.tenant.directory.people().find(({ name }) => name === called),
      called,
    );
  const posts = () => broadcasts(tables.name('broadcasts'));
  const find = async (id: string): Promise<Broadcast> => must(await posts().find(id), id);
  const deps = (more: Partial<BroadcastDeps> = {}): BroadcastDeps => ({
    ...wired,
    accounts,
    holder: randomUUID(),
    workMs: 60_000,
    ...more,
  });
  /** An admin's command. */
  const run = (input: object, more: Partial<BroadcastDeps> = {}): Promise<CommandReply> => {
    const all = deps(more);
    return runCommand({ ...stepCommands(all), ...readCommands(all) }, input);
  };
  /** The same, and what its stream brings about. */
  const act = async (input: object): Promise<CommandReply> => {
    const reply = await run({ confirm: true, ...input });
    const { post: id } = reply;
    if (typeof id === 'string') await advance(deps())(id);
    return reply;
  };
  const audience = { any: [{ departments: ['客服', '法务'] }] };
  /** Approved by somebody else and due at once; nothing has started it. `legal-3`. */
  const approved = async (more: object = {}): Promise<string> => {
    const { post } = await act({ do: 'draft', account: 'legal', by: '裴律安', audience, ...more });
    if (typeof post !== 'string') throw new Error('it was not drafted');
    await act({ do: 'submit', post, by: '裴律安' });
    await run({ do: 'approve', post, by: '闻人杰', confirm: true });
    await run({ do: 'start', post, by: '闻人杰', confirm: true });
    return post;
  };
  const rows = async (id: string): Promise<readonly Delivery[]> =>
    out.deliveries.listOfSubject(personalSubject(await find(id)));
  const drainer = (more: Partial<SendDeps> = {}) => {
    const { sending } = outbox('bulk', 1_000);
    return drainBulk({
      deliveries: out.deliveries,
      send: haltingSend({
        send: sendDelivery({ ...sending, ...more }),
        broadcasts: posts(),
        deliveries: out.deliveries,
        now: sending.now,
      }),
      leases: leases(tables.name('ops')),
      holder: randomUUID(),
      now: () => new Date(),
      sleep: sending.sleep,
      workMs: 60_000,
      settle: () => Promise.resolve(),
    });
  };

  return {
    tables,
    out: () => out,
    tenant: () => feishu.tenant,
    staff: () => staffOf(feishu.tenant),
    posts,
    person,
    deps,
    run,
    act,
    approved,
    find,
    rows,
    sync,
    drain: (more?: Partial<SendDeps>) => drainer(more)(new Date()),
    advance: (id: string, more?: Partial<BroadcastDeps>) => advance(deps(more))(id),
    /** What the stream of deliveries would bring: refreshes of cards that stand. */
    deliverAll: async (): Promise<void> => {
      vi.setSystemTime(Date.now() + 61_000);
      await deliver({});
    },
    /** One row leaves before the others. */
    sendOnly: async (row: Delivery | undefined): Promise<void> => {
      const { sending } = outbox('bulk', 1_000);
      await sendDelivery(sending)(must(row, 'row'));
    },
    /** The directory says that they have left the company. */
    gone: async (people: readonly string[]): Promise<void> => {
      for (const one of people) await out.people.recordLeft(one, { at: new Date(), reason: 'left_company' });
    },
    screenOf: (unionId: string, appId = LEGAL): readonly string[] => {
      const reader = feishu.tenant.directory.people().find((one) => one.unionId === unionId);
      return feishu.tenant.chats
        .p2p(appId, must(reader, unionId))
        .chat.messages.filter(({ sender }) => sender.kind === 'app')
        .map(({ content }) => content);
    },
    account: (id: string): Account =>
      must(
        allAccounts.find((each) => each.id === id),
        id,
      ),
    /** A document that this person has written; the apps may read it unless told otherwise. */
    write: (author: string, title: string, options: { readonly share?: boolean } = {}): Doc => {
      const { tenant } = feishu;
      const doc = docActsOf(tenant, person(author).unionId).write({
        title,
        markdown: '# 第一条\n\n不得宣称疾病预防、治疗功能。\n\n- 直播\n- 详情页',
        isOpen: false,
      });
      if (options.share !== false) shareDoc(tenant, doc.token, [LEGAL, 'view']);
      return doc;
    },
    /** Somebody edits it. */
    rewrite: (doc: Doc, title: string): void => {
      pageOf(doc).content = titleContent(title);
      doc.revision += 1;
    },
    /** 知识库设置 → 成员设置: the account's bot loses its place there, or has it again. */
    leaveSpace: (): void => {
      for (const space of feishu.tenant.spaces.all()) space.apps.delete(LEGAL);
    },
    /** The wiki space of the accounts, where nobody has written anything. */
    makeSpace: (): void => {
      const about = { name: allAccounts[0]?.wikiSpace ?? '', description: '', isPublic: true };
      const { id } = feishu.tenant.spaces.create(about);
      joinSpace(feishu.tenant, id, [LEGAL, 'admin']);
    },
    joinSpace: (): void => {
      for (const { id } of feishu.tenant.spaces.all()) joinSpace(feishu.tenant, id, [LEGAL, 'admin']);
    },
    link: (doc: Doc): string => `https://bohe.feishu.cn/docx/${doc.token}`,
    identity: async (id: string) => {
      const all = await rows(id);
      return identityOf((await find(id)).target, all);
    },
    /** What the account's bot has put on this person's screen, the oldest first. */
    screen: (called: string, appId = LEGAL): readonly string[] =>
      feishu.tenant.chats
        .p2p(appId, person(called))
        .chat.messages.filter(({ sender }) => sender.kind === 'app')
        .map(({ content }) => content),
    workRow: async (id: string, what: string, called: string): Promise<Delivery | undefined> =>
      out.deliveries.find({ subject: workSubject(await find(id), what), recipient: person(called).unionId }),
    clock: (iso: string): void => {
      vi.setSystemTime(Date.parse(iso));
    },
    later: (ms: number): void => {
      vi.setSystemTime(Date.now() + ms);
    },
  };
};
