import { seededRandom } from '../../simulator/bi/random.ts';
import type { Post } from '../../simulator/feishu/post.ts';
import { type Cloud, type CloudFunction, everyMinute, startCloud } from './cloud.ts';
import type { Finding } from './findings.ts';
import type { Distort } from './libraries.ts';
import { catchLogs } from './logs.ts';
import { drawCopies, fateOf, type Plan, type Strike } from './plan.ts';
import { type Mapping, openStreams, type Streams } from './streams.ts';
import { type Cast, localCast, openWorld, tableName, type World } from './world.ts';

export type Size = { readonly people: number; readonly digests: number };

/** Who had a known chat a minute ago, and which deliveries have ended as unknown so far. */
export type Seen = { readonly chats: Set<string>; readonly unknown: Set<string> };

/** What a flow's story is told with. */
export type Stage = {
  readonly world: World;
  readonly cloud: Cloud;
  readonly plan: Plan;
  readonly size: Size;
  readonly startMs: number;
  /** What the last look has seen. */
  readonly seen: Seen;
  /** Repeats an event until its function returns, as an asynchronous invocation or a queue does. */
  readonly tell: (name: string, event: unknown) => Promise<void>;
  /** After so many milliseconds. */
  readonly at: (ms: number, act: () => void) => void;
};

/** One business flow that is proved. */
export type Flow = {
  readonly name: string;
  readonly startIso: string;
  readonly functions: (audience: World['audience'], size: Size) => readonly CloudFunction[];
  /** Functions with a schedule of a minute. */
  readonly everyMinute: readonly string[];
  readonly mappings: readonly Mapping[];
  /** Who is there; absent: some of the local company. */
  readonly cast?: (size: Size) => Cast;
  /** People of one seed: usually, and at the least. */
  readonly people?: { readonly usual: number; readonly least: number; readonly most: number };
  /** Where Feishu's events and callbacks arrive; absent: nowhere. */
  readonly receive?: (stage: Stage) => Post;
  /** Told of each row that was written, right after it was. */
  readonly hear?: (stage: Stage) => (table: string, image: Readonly<Record<string, unknown>>) => void;
  /** Ticks and records come twice so long after the start; absent: 45 min. */
  readonly busyMs?: number;
  /** When nothing is to be expected nine ticks of ten don't come: a night is long. Absent: never. */
  readonly isIdle?: (at: number) => boolean;
  /** What stands there before anything happens, beside the people. */
  readonly prepare?: (stage: Stage) => Promise<void>;
  /** Longer than any outage, lease and pause together; a run that isn't done by then never will be. Absent: 9 h. */
  readonly patienceMs?: number;
  readonly begin: (stage: Stage) => void;
  /** Has everything come to rest? Asked once a minute. */
  readonly isDone: (stage: Stage) => Promise<boolean>;
  /** What has to hold at every instant. */
  readonly watch: (stage: Stage) => Promise<readonly Finding[]>;
  /** What has to hold when everything has come to rest. */
  readonly judge: (stage: Stage) => Promise<readonly Finding[]>;
};

export type Run = {
  readonly findings: readonly Finding[];
  readonly counted: Readonly<Record<string, number>>;
  readonly hit: readonly Strike[];
  readonly struck: readonly string[];
  readonly logs: readonly string[];
  readonly calls: number;
  readonly invocations: number;
  readonly virtualMinutes: number;
};

type Running = { readonly flow: Flow; readonly plan: Plan; readonly size: Size; readonly distort?: Distort };

const patienceOf = ({ patienceMs = 9 * 3_600_000 }: Flow): number => patienceMs;

/** The story of a flow and its repairs. */
const usuallyBusyMs = 45 * 60_000;

const deaf: Post = () => Promise.reject(new Error('nobody receives it'));

const wakeUp = { 'detail-type': 'Scheduled Event' };

type Late = { streams?: Streams; cloud?: Cloud; post?: Post; hear?: ReturnType<NonNullable<Flow['hear']>> };

const setStage = async ({ flow, plan, size, distort = {} }: Running, onHit: (strike: Strike) => void) => {
  const startMs = Date.parse(flow.startIso);
  const late: Late = {};
  const world = await openWorld({
    plan,
    startMs,
    cast: (flow.cast ?? (({ people }) => localCast(people)))(size),
    post: (...pushed) => (late.post ?? deaf)(...pushed),
    fate: fateOf(plan, { startMs, onHit }),
    distort,
    onInvoked: (name) => void late.cloud?.invoke(name, {}),
    onStored: (table, image) => late.hear?.(table.replace(tableName(''), ''), image),
    onWritten: (table, image) => late.streams?.write(table, image),
  });
  const { loop } = world;
  const random = seededRandom(plan.seed * 3 + 2);
  const cloud = startCloud({
    loop,
    random,
    functions: flow.functions(world.audience, size),
    drawSkew: () => random.whole(-plan.skewMs, plan.skewMs),
  });
  const copies = drawCopies(plan, random);
  const mappings = flow.mappings.map((each) => ({ ...each, table: tableName(each.table) }));
  const trouble = { copies, lost: plan.lostRecords, delayMs: plan.recordDelayMs };
  const streams = openStreams({ loop, random, cloud, trouble, mappings });
  Object.assign(late, { streams, cloud });
  // What is left then waits for an hour to pass; ticks that come twice have nothing to meet.
  const copiesNow = (): number => (loop.now() < startMs + (flow.busyMs ?? usuallyBusyMs) ? copies() : 1);
  for (const name of flow.everyMinute) {
    let ticks = 0;
    const fire = (): void => {
      ticks += 1;
      if (ticks % 10 === 0 || flow.isIdle?.(loop.now()) !== true) void cloud.invoke(name, wakeUp);
    };
    everyMinute({ loop, random }, { copies: copiesNow, missed: plan.lostTicks, fire });
  }
  let telling = 0;
  const tell = async (name: string, event: unknown): Promise<void> => {
    telling += 1;
    while ((await cloud.invoke(name, event)).kind !== 'returned')
      await new Promise<void>((resolve) => loop.after(random.whole(500, 20_000), resolve));
    telling -= 1;
  };
  const at = (ms: number, act: () => void): void => void loop.after(ms, act);
  const seen = { chats: new Set<string>(), unknown: new Set<string>() };
  const stage: Stage = { world, cloud, plan, size, startMs, tell, at, seen };
  if (flow.receive) late.post = flow.receive(stage);
  if (flow.hear) late.hear = flow.hear(stage);
  const isBusy = (): boolean => cloud.running() > 0 || telling > 0 || streams.pending() > 0;
  return { stage, isBusy };
};

/** Plays one seed of a flow to its end. */
export const runSeed = async (running: Running): Promise<Run> => {
  const { flow, plan } = running;
  const hit: Strike[] = [];
  const logs = catchLogs();
  const { stage, isBusy } = await setStage(running, (strike) => hit.push(strike));
  const { world, cloud } = stage;
  const { loop, gate } = world;
  const findings: Finding[] = [];
  const startMs = loop.now();
  const patienceMs = patienceOf(flow);
  try {
    await flow.prepare?.(stage);
    flow.begin(stage);
    let nextLook = startMs + 60_000;
    let isDone = false;
    while (!isDone && loop.now() < startMs + patienceMs) {
      await loop.step();
      if (loop.now() < nextLook) continue;
      nextLook = loop.now() + 60_000;
      findings.push(...(await flow.watch(stage)));
      isDone = !isBusy() && (await flow.isDone(stage));
    }
    if (!isDone) findings.push({ kind: 'violation', what: 'never came to rest' });
    findings.push(...(await flow.judge(stage)));
    // Clocks that are off by minutes outlast a lease of seconds: then the uuid and the confirming PATCH stand alone.
    if (plan.skewMs === 0)
      findings.push(...gate.overlaps.map((what): Finding => ({ kind: 'violation', what })));
  } finally {
    logs.release();
    await world.close();
  }
  return {
    findings,
    counted: Object.fromEntries(gate.counts),
    hit,
    struck: gate.struck,
    logs: logs.lines(),
    calls: [...gate.counts.values()].reduce((sum, count) => sum + count, 0),
    invocations: cloud.invocations(),
    virtualMinutes: Math.round((loop.now() - startMs) / 60_000),
  };
};
