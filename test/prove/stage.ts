import { seededRandom } from '../../simulator/bi/random.ts';
import { type Cloud, type CloudFunction, everyMinute, startCloud } from './cloud.ts';
import type { Finding } from './findings.ts';
import type { Distort } from './libraries.ts';
import { catchLogs } from './logs.ts';
import { drawCopies, fateOf, type Plan, type Strike } from './plan.ts';
import { type Mapping, openStreams, type Streams } from './streams.ts';
import { openWorld, tableName, type World } from './world.ts';

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
  /** What stands there before anything happens, beside the people. */
  readonly prepare?: (world: World) => Promise<void>;
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
const busyMs = 45 * 60_000;

const wakeUp = { 'detail-type': 'Scheduled Event' };

const setStage = async ({ flow, plan, size, distort = {} }: Running, onHit: (strike: Strike) => void) => {
  const startMs = Date.parse(flow.startIso);
  const late: { streams?: Streams; cloud?: Cloud } = {};
  const world = await openWorld({
    plan,
    startMs,
    people: size.people,
    fate: fateOf(plan, { startMs, onHit }),
    distort,
    onInvoked: (name) => void late.cloud?.invoke(name, {}),
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
  const copiesNow = (): number => (loop.now() < startMs + busyMs ? copies() : 1);
  for (const name of flow.everyMinute) {
    const fire = (): void => void cloud.invoke(name, wakeUp);
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
    await flow.prepare?.(world);
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
