import { rolesOf } from '../../config/roles.ts';
import { people as peopleStore } from '../../shared/store/people.ts';
import { tickets as ticketStore } from '../../shared/store/tickets.ts';
import { seededRandom } from '../../simulator/bi/random.ts';
import { dayOfCases } from '../../simulator/sources/cases.ts';
import type { Message } from '../../simulator/sources/sign.ts';
import { caseIntake } from './case-intake.ts';
import type { Finding } from './findings.ts';
import { deliver, loadHandler } from './functions.ts';
import { isLedgerQuiet } from './ledger-rules.ts';
import type { Flow, Size, Stage } from './stage.ts';
import {
  allTickets,
  deadReceipts,
  isAtRest,
  judgeBase,
  judgeCards,
  judgeCases,
  judgeHistories,
} from './ticket-rules.ts';
import { tableName, type World } from './world.ts';

const startIso = '2026-11-24T08:30:00+08:00';
/** The shops are open for 15.5 hours, which go by eight times as fast: a quiet minute proves nothing. */
const speed = 8;
const dayMs = (15.5 * 3_600_000) / speed;

/** Stories for so many people of the option `--people`; 50 make about 2,000 messages, every third a repeat. */
const storiesPerPerson = 17;
const repeated = 0.43;

type Push = { readonly afterMs: number; readonly push: Message };

/** WeCom's messages are pulled from WeCom, which the gate doesn't stand before. */
const dayOf = (seed: number, { people }: Size) => {
  const { events, facts } = dayOfCases({
    seed,
    count: Math.max(20, people * storiesPerPerson),
    begin: new Date(startIso),
    speed,
  });
  const pushes = events.flatMap((event): readonly Push[] => ('push' in event ? [event] : []));
  return { pushes, cases: facts.filter(({ source }) => source !== 'wecom').length };
};

/** Late and again: any event may come minutes after those that followed it, and once more. */
const shuffled = (pushes: readonly Push[], seed: number): readonly Push[] => {
  const random = seededRandom(seed * 17 + 3);
  const late = (): number => (random.next() < 0.2 ? random.whole(0, 15 * 60_000) : random.whole(0, 3_000));
  return pushes.flatMap(({ afterMs, push }) => {
    const first = { afterMs: afterMs + late(), push };
    return random.next() < repeated ? [first, { afterMs: afterMs + late(), push }] : [first];
  });
};

/** The whole company with its departments: cases need agents. */
const writeStaff = async ({ feishu }: World): Promise<void> => {
  const { company } = feishu.tenant;
  const store = peopleStore(tableName('people'));
  const nameOf = new Map(company.departments.map(({ id, name }) => [id, name]));
  for (const person of company.people.filter(({ resigned }) => !resigned)) {
    const { unionId, userId, name, employeeNo, jobTitle, departmentIds } = person;
    const departments = departmentIds.flatMap((id) => nameOf.get(id) ?? []);
    const { roles } = rolesOf({ jobTitle, departments });
    const facts = { person: unionId, userId, name, employeeNo, jobTitle, departments, roles };
    await store.record({ ...facts, syncedAt: new Date(Date.parse(startIso)).toISOString() });
  }
};

type Replay = { readonly versions: ReadonlyMap<string, number> };
/** What the second replay met, by stage. */
const replays = new WeakMap<Stage, Replay>();

const tellAll = (stage: Stage, pushes: readonly Push[]): void => {
  for (const { afterMs, push } of pushes) stage.at(afterMs, () => void stage.tell('ticket-intake', push));
};

const begin = (stage: Stage): void => {
  tellAll(stage, shuffled(dayOf(stage.plan.seed, stage.size).pushes, stage.plan.seed));
};

/** What is held for somebody's night or next list rests; the minutes ahead have nothing to send. */
const aheadMs = 10 * 60_000;

const hasRested = async (stage: Stage): Promise<boolean> =>
  (await isAtRest(stage.world)) && isLedgerQuiet(stage, aheadMs);

/** At rest, everything is said a second time within ten minutes; then it has to come to rest once more. */
const isDone = async (stage: Stage): Promise<boolean> => {
  const elapsedMs = stage.world.loop.now() - stage.startMs;
  if (elapsedMs < dayMs + 20 * 60_000 || !(await hasRested(stage))) return false;
  if (replays.has(stage)) return true;
  const versions = new Map((await allTickets(stage.world)).map(({ ticket, version }) => [ticket, version]));
  replays.set(stage, { versions });
  const random = seededRandom(stage.plan.seed * 19 + 5);
  const again = dayOf(stage.plan.seed, stage.size).pushes.map(({ push }) => ({
    afterMs: random.whole(0, 10 * 60_000),
    push,
  }));
  tellAll(stage, again);
  return false;
};

/** Time goes on while everything is said again: rungs fire and cases are drained; sources change nothing. */
const judgeReplay = async (stage: Stage): Promise<readonly Finding[]> => {
  const known = replays.get(stage)?.versions ?? new Map<string, number>();
  const store = ticketStore(tableName('tickets'));
  const all = await allTickets(stage.world);
  const findings = await Promise.all(
    all.map(async ({ ticket }): Promise<readonly Finding[]> => {
      const before = known.get(ticket);
      if (before === undefined) return [{ kind: 'duplicate', what: `the replay opened ${ticket}` }];
      const news = (await store.history(ticket)).slice(before);
      const bySource = news.filter(({ by }) => by.kind === 'source');
      return bySource.map(({ change }) => ({
        kind: 'violation',
        what: `${ticket}: the replay made it ${change.do}`,
      }));
    }),
  );
  return findings.flat();
};

const judge = async (stage: Stage): Promise<readonly Finding[]> => {
  const { world, plan, size } = stage;
  const tickets = await allTickets(world);
  const found = await Promise.all([
    deadReceipts(world),
    judgeHistories(tickets),
    judgeBase(world, tickets),
    judgeCards(world),
    judgeReplay(stage),
  ]);
  return [...judgeCases(tickets, dayOf(plan.seed, size).cases), ...found.flat()];
};

const names = ['ticket-worker', 'ticket-flow', 'ticket-sla', 'base-sync'] as const;

/** A day of after-sales from every shop, late, repeated and out of order: one ticket and one row in Base each. */
export const ticketFlow: Flow = {
  name: 'ticket',
  startIso,
  functions: () => [caseIntake, deliver, ...names.map((name) => ({ name, open: () => loadHandler(name) }))],
  everyMinute: ['ticket-worker', 'ticket-sla', 'base-sync', 'deliver'],
  mappings: [
    { table: 'inbox', work: ['ticket'], wakes: 'ticket-worker' },
    { table: 'tickets', work: ['flow'], wakes: 'ticket-flow' },
    { table: 'tickets', work: ['flow', 'base'], wakes: 'base-sync' },
    { table: 'deliveries', work: ['now'], wakes: 'deliver' },
  ],
  prepare: ({ world }) => writeStaff(world),
  begin,
  isDone,
  watch: () => Promise.resolve([]),
  judge,
};
