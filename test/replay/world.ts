import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { inbox, type Receipt } from '../../shared/store/inbox.ts';
import { type Bi, startBi } from '../../simulator/bi/start.ts';
import type { Person } from '../../simulator/company.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { seedWiki } from '../../simulator/wiki.ts';
import { quietApps } from '../feishu/quiet-apps.ts';
import { type LocalTables, localTables } from '../local.ts';
import { functionNames } from '../template/definitions.ts';
import { filledEnvironment, payload } from './payloads.ts';
import { type Need, recordNeeds } from './recorder.ts';

const zhida = 'cli_a1zhida00000001';

type Recorder = Awaited<ReturnType<typeof recordNeeds>>;

/** All deployed handlers in one process, on real tables, the simulator and the BI; what each asks DynamoDB is noted. */
export type ReplayWorld = {
  readonly tables: LocalTables;
  /** Payloads that were replayed, `<function>/<file>`. */
  readonly replayed: ReadonlySet<string>;
  readonly needsOf: (name: string) => readonly Need[];
  readonly invoke: (name: string, event: unknown) => Promise<unknown>;
  /** Hands a payload to the deployed handler, as `serverless invoke local -f <name> -p events/<name>/<file>` does. */
  readonly replay: (file: string) => Promise<unknown>;
  readonly personCalled: (name: string) => Person;
  readonly shownTo: (name: string, appId?: string) => readonly string[];
  readonly receipt: (id: string, appId?: string) => Promise<Receipt | undefined>;
};

export const replayWorld = (): ReplayWorld => {
  const tables = localTables();
  const needs = new Map<string, Need[]>(functionNames.map((name) => [name, []]));
  const replayed = new Set<string>();
  let started: { bi: Bi; feishu: FeishuSimulator; recorder: Recorder } | undefined;
  const world = () => {
    if (!started) throw new Error('everything starts in beforeAll');
    return started;
  };
  beforeAll(async () => {
    const [bi, feishu] = await Promise.all([startBi(), startFeishu({ apps: quietApps })]);
    seedWiki(feishu.tenant);
    const recorder = await recordNeeds(tables.endpoint());
    started = { bi, feishu, recorder };
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = recorder.url;
    for (const name of functionNames)
      Object.assign(process.env, filledEnvironment(name, { table: tables.name, feishu, bi }));
    // The patience of one function is not that of all that share this process.
    Reflect.deleteProperty(process.env, 'STORE_TIMEOUT_MS');
  }, 60_000);
  afterAll(async () => {
    const { recorder, bi, feishu } = world();
    recorder.close();
    await Promise.all([bi.close(), feishu.close()]);
  });
  beforeEach(() => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const invoke: ReplayWorld['invoke'] = async (name, event) => {
    const { recorder } = world();
    const path = `../../functions/${name}/handler.ts`;
    const { handler } = (await import(path)) as {
      handler: (event: unknown, context: object) => Promise<unknown>;
    };
    recorder.needs();
    const answer = await handler(event, {});
    needs.get(name)?.push(...recorder.needs());
    return answer;
  };
  const personCalled: ReplayWorld['personCalled'] = (name) => {
    const found = world().feishu.tenant.company.people.find((person) => person.name === name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  };
  return {
    tables,
    replayed,
    needsOf: (name) => needs.get(name) ?? [],
    invoke,
    replay: async (file) => {
      replayed.add(file);
      return invoke(file.split('/')[0] ?? '', await payload(file));
    },
    personCalled,
    shownTo: (name, appId = zhida) =>
      world()
        .feishu.tenant.chats.p2p(appId, personCalled(name))
        .chat.messages.filter(({ sender }) => sender.kind === 'app')
        .map(({ content }) => content),
    receipt: (id, appId = zhida) => inbox(tables.name('inbox')).find(`feishu:${appId}#${id}`),
  };
};
