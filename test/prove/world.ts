import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { modeSetting } from '../../shared/delivery/modes.ts';
import { people as peopleStore } from '../../shared/store/people.ts';
import { settings } from '../../shared/store/settings.ts';
import { seededRandom } from '../../simulator/bi/random.ts';
import { type Company, mintCompany, type Person } from '../../simulator/company.ts';
import { startDynamoDb } from '../../simulator/dynamodb.ts';
import type { AppRegistration } from '../../simulator/feishu/apps.ts';
import type { Post } from '../../simulator/feishu/post.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { createMissingTables, readTables } from '../../simulator/tables.ts';
import { quietApps } from '../feishu/quiet-apps.ts';
import { type EventLoop, eventLoop } from './event-loop.ts';
import { type Fate, type Gate, openGate } from './gate.ts';
import { connect, type Distort } from './libraries.ts';
import type { Plan } from './plan.ts';
import { connections } from './transport.ts';
import { setTimeline } from './virtual-time.ts';

const stage = 'prove';
export const tableName = (name: string): string => `zhida-${stage}-${name}`;
const definitions = readTables(stage);

const keysByTable = new Map(
  definitions.map(({ TableName, KeySchema }) => [
    TableName,
    KeySchema.map(({ AttributeName }) => AttributeName),
  ]),
);

const app = quietApps[0];
if (!app) throw new Error('the local tenant has an app');
export const sender = 'zhida';

const functions = join(import.meta.dirname, '../../functions');

/** `NAME: zhida-${sls:stage}-…` in function.yml: names of tables and of other functions. */
const namesIn = (file: string): readonly (readonly [string, string])[] =>
  [...readFileSync(file, 'utf8').matchAll(/^ {4}([A-Z_]+): (zhida-\S+)$/gm)].map(
    ([, name = '', value = '']) => [name, value.replace('${sls:stage}', stage)],
  );

/** What Lambda would give to each function; the address of Feishu is never reached, the gate stands before it. */
export const setEnvironment = (): void => {
  const files = readdirSync(functions).map((name) => join(functions, name, 'function.yml'));
  Object.assign(process.env, Object.fromEntries(files.filter((file) => existsSync(file)).flatMap(namesIn)), {
    AWS_REGION: 'ap-southeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    FEISHU_DOMAIN: 'http://feishu.invalid',
    FEISHU_APPS: JSON.stringify([{ sender, appId: app.appId, appSecret: app.appSecret }]),
  });
};

export type World = {
  readonly loop: EventLoop;
  readonly feishu: FeishuSimulator;
  readonly gate: Gate;
  readonly audience: readonly Person[];
  readonly documents: DynamoDBDocumentClient;
  readonly close: () => Promise<void>;
};

/** Who is there, and what the directory has told us of them. */
export type Cast = {
  readonly company: Company;
  readonly apps: readonly AppRegistration[];
  readonly audience: readonly Person[];
  readonly write: (now: Date) => Promise<void>;
};

type Opening = {
  readonly plan: Plan;
  readonly startMs: number;
  readonly cast: Cast;
  /** Where Feishu's events and callbacks arrive. */
  readonly post: Post;
  readonly fate: Fate;
  readonly distort: Distort;
  readonly onInvoked: (name: string) => void;
  readonly onStored: (table: string, image: Readonly<Record<string, unknown>>) => void;
  readonly onWritten: (table: string, image: Readonly<Record<string, unknown>>) => void;
};

const regions = ['华东', '华南', '华北', '西部'];

/** People as the nightly sync would have written them, everybody with a right to every figure or to a region's. */
const writePeople = async (audience: readonly Person[], now: Date): Promise<void> => {
  const store = peopleStore(tableName('people'));
  await Promise.all(
    audience.map(({ unionId, userId, name, employeeNo, jobTitle }, index) => {
      const region = regions[index % 6];
      return store.record({
        person: unionId,
        userId,
        name,
        employeeNo,
        jobTitle,
        departments: [],
        roles: region ? [] : ['总经理'],
        ...(region && { region }),
        syncedAt: now.toISOString(),
      });
    }),
  );
};

/** So many people, among them those whom Feishu refuses: who has left, and who is outside the app's range. */
const audienceOf = ({ people, outOfRangeUserIds }: Company, count: number): readonly Person[] => {
  const isRefused = ({ resigned, userId }: Person): boolean => resigned || outOfRangeUserIds.includes(userId);
  const refused = count > 4 ? people.filter(isRefused) : [];
  const others = people.filter((person) => !isRefused(person));
  return [...others.slice(0, count - refused.length), ...refused];
};

/** So many of the local company's people; their apps hear of nothing. */
export const localCast = (count: number): Cast => {
  const company = mintCompany();
  const audience = audienceOf(company, count);
  return { company, apps: quietApps, audience, write: (now) => writePeople(audience, now) };
};

/** A fresh database process and a fresh tenant for one seed, on a timeline of their own. */
export const openWorld = async (opening: Opening): Promise<World> => {
  const { plan, fate, distort, onStored, onWritten, onInvoked, post } = opening;
  const { company, apps, audience, write } = opening.cast;
  const loop = eventLoop(opening.startMs, seededRandom(plan.seed * 11 + 4));
  const engine = await startDynamoDb({}, {});
  await createMissingTables(engine.endpoint, definitions);
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    maxAttempts: 1,
    requestHandler: connections(engine.endpoint),
    // The local engine checks no signature.
    signer: { sign: (request) => Promise.resolve(request) },
  });
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const feishu = await startFeishu({
    clock: loop,
    company,
    apps,
    post,
    seed: String(plan.seed),
    switches: plan.switches,
  });
  const gate = openGate({ loop, random: seededRandom(plan.seed * 7 + 1), fate });
  setTimeline(loop);
  connect({
    gate,
    documents,
    feishu: feishu.fetch,
    keysOf: (table) => keysByTable.get(table) ?? [],
    onStored,
    onWritten,
    onInvoked: (name) => {
      onInvoked(name.replace(`zhida-${stage}-`, ''));
    },
    distort,
  });
  await write(new Date(opening.startMs));
  const live = { value: 'live', changedBy: 'prove', now: new Date(opening.startMs) };
  await settings(tableName('settings')).append(modeSetting('sender', sender), live);
  return {
    loop,
    feishu,
    gate,
    audience,
    documents,
    close: async () => {
      connect(undefined);
      setTimeline(undefined);
      documents.destroy();
      await feishu.close();
      await engine.kill();
    },
  };
};
