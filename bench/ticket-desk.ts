import { mock } from 'node:test';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { gatewayEvent } from '../events/sign.ts';
import { ticketEvent } from '../events/ticket-intake/sign.ts';
import { syncPeople } from '../functions/people-sync/sync.ts';
import { modeSetting } from '../shared/delivery/modes.ts';
import { outbox } from '../shared/delivery/outbox.ts';
import { listDirectory } from '../shared/feishu/contact.ts';
import { startDynamoDb } from '../simulator/dynamodb.ts';
import { localApps } from '../simulator/feishu/apps.ts';
import { type FeishuSimulator, startFeishu } from '../simulator/feishu/server.ts';
import { scanTable } from '../simulator/scan.ts';
import { type Message, signPush } from '../simulator/sources/sign.ts';
import { createTables } from '../simulator/tables.ts';
import { functionNames, functionYaml, localParam } from '../test/template/definitions.ts';
import { meterWrites } from './metered.ts';

/** A Monday, 10:00 in Shanghai: everybody is at work. */
const start = Date.parse('2026-11-23T02:00:00Z');

type Time = { readonly pass: (ms: number) => void; readonly stop: () => void };

/** Time that goes on by itself from a Monday morning, and jumps when it is told to. */
const mondayTime = (): Time => {
  let base = start - performance.now();
  mock.timers.enable({ apis: ['Date'], now: start });
  const set = (): void => {
    mock.timers.setTime(Math.round(base + performance.now()));
  };
  const timer = setInterval(set, 10);
  return {
    pass: (ms) => {
      base += ms;
      set();
    },
    stop: () => {
      clearInterval(timer);
      mock.timers.reset();
    },
  };
};

/** Every function's variables as the stage `local` has them, on tables of their own. */
const environment = (database: string, feishu: string): Readonly<Record<string, string>> => {
  const all = functionNames.flatMap((name) => Object.entries(functionYaml(name).environment));
  const resolved = all.map(([variable, value]) => {
    const param = /^\$\{param:(\w+)\}$/.exec(value)?.[1];
    return [variable, param ? localParam(param) : value.replaceAll('${sls:stage}', 'bench')] as const;
  });
  return {
    ...Object.fromEntries(resolved),
    AWS_ENDPOINT_URL_DYNAMODB: database,
    AWS_REGION: 'ap-southeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    FEISHU_DOMAIN: feishu,
    WECOM_URL: 'http://127.0.0.1:9',
  };
};

type Reply = { readonly statusCode?: number; readonly body?: string };
type Handler = (event: unknown) => Promise<unknown>;

/** Loaded after the environment, as Lambda does. */
const loadFunctions = async () => ({
  intake: (await import('../functions/ticket-intake/handler.ts')).handler,
  events: (await import('../functions/feishu-events/handler.ts')).handler,
  cards: (await import('../functions/feishu-cards/handler.ts')).handler,
  worker: (await import('../functions/ticket-worker/handler.ts')).handler,
  eventWorker: (await import('../functions/event-worker/handler.ts')).handler,
  flow: (await import('../functions/ticket-flow/handler.ts')).handler,
  sla: (await import('../functions/ticket-sla/handler.ts')).handler,
  base: (await import('../functions/base-sync/handler.ts')).handler,
  deliver: (await import('../functions/deliver/handler.ts')).handler,
});
type Functions = Awaited<ReturnType<typeof loadFunctions>>;

type Row = Readonly<Record<string, unknown>>;
export type TicketDesk = {
  readonly feishu: FeishuSimulator;
  /** A push of a source, as its system signs it. */
  readonly tell: (message: Message) => Promise<void>;
  /** What streams and ticks bring, until nothing has work. */
  readonly drain: () => Promise<void>;
  /** The minute's tick of ticket-sla, so much later. */
  readonly tickAfter: (ms: number) => Promise<void>;
  readonly rows: (table: string) => Promise<readonly Row[]>;
  /** Write units since the last time somebody asked, by table. */
  readonly unitsSpent: () => ReadonlyMap<string, number>;
  readonly close: () => Promise<void>;
};

const record = (image: object) => ({ Records: [{ dynamodb: { NewImage: image, SequenceNumber: '1' } }] });
const text = (value: unknown): { readonly S: string } => ({ S: typeof value === 'string' ? value : '' });
const context = {} as Context;

/** An event of a gateway as its handler's type has it; what is missing no handler reads. */
const asCall = (event: object): APIGatewayProxyEventV2 => event as APIGatewayProxyEventV2;

const draining = (functions: Functions, rows: TicketDesk['rows'], feishu: FeishuSimulator) => {
  const workIn = async (table: string, work: string): Promise<readonly Row[]> =>
    (await rows(table)).filter((row) => row['work'] === work);
  const round = async (): Promise<number> => {
    await feishu.tenant.pushes.idle();
    const [cases, events] = [await workIn('inbox', 'ticket'), await workIn('inbox', 'event')];
    for (const { id } of cases) await functions.worker(record({ id: text(id) }));
    for (const { id } of events) await functions.eventWorker(record({ id: text(id) }));
    const changed = await workIn('tickets', 'flow');
    for (const { ticket, item } of changed)
      await functions.flow(record({ ticket: text(ticket), item: text(item) }));
    const unsent = await workIn('deliveries', 'now');
    for (const { subject, recipient } of unsent)
      await functions.deliver(record({ subject: text(subject), recipient: text(recipient) }));
    return cases.length + events.length + changed.length + unsent.length;
  };
  return async (): Promise<void> => {
    while ((await round()) > 0);
    await functions.base({});
    while ((await round()) > 0);
  };
};

/** Everything that handles a case, in one process: real handlers, tables behind a meter, the Feishu simulator. */
export const openTicketDesk = async (): Promise<TicketDesk> => {
  const time = mondayTime();
  const database = await startDynamoDb({}, {});
  await createTables(database.endpoint, 'bench');
  const meter = await meterWrites(database.endpoint);
  mock.method(process.stdout, 'write', () => true);
  const ready = Promise.withResolvers<Functions>();
  const feishu = await startFeishu({
    apps: localApps('http://local/feishu/events'),
    post: async (url, request) => {
      const functions = await ready.promise;
      const handler: Handler | undefined = url.endsWith('/cards')
        ? (event) => functions.cards(asCall(event as object), context)
        : (event) => functions.events(asCall(event as object), context);
      const { statusCode = 503, body = '' } = (await handler(gatewayEvent(request))) as Reply;
      return { status: statusCode, text: body };
    },
  });
  Object.assign(process.env, environment(meter.url, feishu.url));
  const functions = await loadFunctions();
  ready.resolve(functions);
  const out = outbox('urgent', 10_000);
  const readDirectory = () => listDirectory(out.senders.bySender('zhida'));
  await syncPeople({ people: out.people, readDirectory })(new Date());
  const mode = { value: 'live', changedBy: 'bench', now: new Date() };
  await out.settings.append(modeSetting('sender', 'zhida'), mode);
  const rows: TicketDesk['rows'] = (table) => scanTable(database.endpoint, `zhida-bench-${table}`);
  return {
    feishu,
    rows,
    tell: async (message) => {
      await functions.intake(asCall(ticketEvent(message.source, signPush(message, new Date()))), context);
    },
    drain: draining(functions, rows, feishu),
    tickAfter: async (ms) => {
      time.pass(ms);
      await functions.sla();
    },
    unitsSpent: () => {
      const byTable = Map.groupBy(meter.take(), ({ table }) => table.replace('zhida-bench-', ''));
      return new Map(
        [...byTable].map(([table, all]) => [table, all.reduce((sum, { units }) => sum + units, 0)]),
      );
    },
    close: async () => {
      await feishu.close();
      meter.close();
      await database.close();
      time.stop();
      mock.restoreAll();
    },
  };
};
