import { beforeAll, describe, expect, it } from 'vitest';
import { catchUpDue } from '../../functions/deliver/catch-up.ts';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { atTime, type Day } from '../../shared/calendar/day.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import type { BudgetLevel } from '../../shared/delivery/budget-level.ts';
import type { Standing } from '../../shared/delivery/call-budget.ts';
import { refreshDelivery } from '../../shared/delivery/refresh.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import type { Delivery, Urgency } from '../../shared/store/delivery.ts';
import type { Person } from '../../simulator/company.ts';
import { staffOf } from '../../simulator/feishu/staff.ts';
import { localLedger } from '../delivery/ledger.ts';

/** 基础免费版: 10,000 calls a month. */
const quota = 10_000;
const people = 300;
const managers = 30;
/** What other functions call a day (Base, once for each minute in which a ticket changed), and in economy once an hour. */
const baseCalls = 460;
const baseCallsHourly = 10;

const ledger = localLedger();
const { clock } = ledger;
const now = (): Date => new Date(clock.now());
const standing = (): Promise<Standing> => ledger.out().budget.standing(now());
const used = (): number => ledger.feishu().tenant.quota.used();
/** How many were to be told, by subject. */
const targets = new Map<string, number>();
const levels = new Map<Day, BudgetLevel>();
let wanted = 0;
let staff: readonly Person[] = [];
let workdays: readonly Day[] = [];
let count = 0;

const goTo = async (day: Day, time: string): Promise<void> => {
  await clock.advance(atTime(day, time).getTime() - clock.now());
};

const inBatches = async <T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> => {
  for (let from = 0; from < items.length; from += 20)
    await Promise.all(items.slice(from, from + 20).map(work));
};

/** One message per person, as a function of the product sends it: now, or held with its reason. */
const tell = async (subject: string, to: readonly Person[], urgency?: Urgency): Promise<void> => {
  const send = sendNow(ledger.sender({ patienceMs: 60_000 }));
  const hash = await ledger.cardFor({ subject, recipient: 'all' }, subject);
  targets.set(subject, to.length);
  wanted += to.length;
  await inBatches(to, ({ unionId }) => {
    const target = { sender: 'zhida', receiveIdType: 'union_id', receiveId: unionId } as const;
    return send({
      subject,
      recipient: unionId,
      ...target,
      hash,
      eventAt: now(),
      ...(urgency && { urgency }),
    });
  });
};

const some = (many: number): readonly Person[] => {
  count += many;
  return Array.from({ length: many }, (_, index) => staff[((count + index) * 7) % staff.length]).filter(
    (person) => person !== undefined,
  );
};

const tellEach = async (kind: string, many: number, urgency?: Urgency): Promise<void> => {
  for (const person of some(many)) await tell(`${kind}:${(count += 1)}`, [person], urgency);
};

/** Somebody follows up, so the cards of some change; the last change is final. */
const change = async (subject: string, to: readonly Person[], final: boolean): Promise<void> => {
  const { deliveries } = ledger.out();
  const refresh = refreshDelivery(ledger.sender({ patienceMs: 60_000 }));
  const hash = await ledger.cardFor({ subject, recipient: 'all' }, `${subject} ${clock.now()}`);
  wanted += to.length;
  await inBatches(to, async ({ unionId }) => {
    const key = { subject, recipient: unionId };
    await wantContent({ deliveries, now })(key, { hash, final });
    const row = await deliveries.find(key);
    if (row?.messageId !== undefined) await refresh(row);
  });
};

/** Calls of other functions, entered in both books without being made: what they are is not the question here. */
const syncBase = async (): Promise<void> => {
  const { level } = await standing();
  const isEconomy = level === 'economy' || level === 'reserved';
  const calls = level === 'normal' || level === 'forecast' ? baseCalls : isEconomy ? baseCallsHourly : 0;
  const request = {
    method: 'POST',
    path: '/open-apis/bitable/v1/apps/b/tables/t/records/batch_update',
  } as const;
  for (let call = 0; call < calls; call += 1) {
    ledger.feishu().tenant.quota.count();
    ledger.out().budget.onCall('zhida', { ...request, topic: 'base' }, { kind: 'ok', data: {} });
  }
  wanted += baseCalls;
  await ledger.out().budget.settle(now());
};

const sweep = async (): Promise<void> => {
  for (;;) {
    const { due } = await catchUpDue(ledger.net({ patienceMs: 60_000 }))(now());
    if (due < 200) return;
  }
};

const readDirectory = () => listDirectory(ledger.out().senders.bySender('zhida'));
const syncDirectory = () => syncPeople({ people: ledger.out().people, readDirectory })(now());

const workday = async (day: Day, index: number): Promise<void> => {
  const bosses = staff.slice(0, managers);
  await goTo(day, '08:47');
  await tell(`digest:morning:${day}`, bosses, 'scheduled');
  await goTo(day, '09:40');
  await change(`digest:morning:${day}`, bosses.slice(0, 10), false);
  await goTo(day, '10:20');
  await tellEach('reply', 4, 'reply');
  await tell(`alert:refund-rate:tmall:${day}`, some(4), 'p1');
  await tellEach('ticket', 6);
  await syncBase();
  if (index === 22) await tell(`alert:recall:tmall:${day}`, staff.slice(0, 200), 'p1');
  await goTo(day, '14:30');
  if (index % 2 === 0) await tell(`alert:food-safety:batch:${day}`, some(8), 'p0');
  if (index === 20) await tell('broadcast:legal-42:v1', staff, 'mustConfirm');
  if (index === 21) await tell('broadcast:legal-42:v1:reminder', staff, 'mustConfirm');
  await goTo(day, '16:10');
  await change(`digest:morning:${day}`, bosses.slice(0, 8), true);
  await sweep();
  levels.set(day, (await standing()).level);
};

const allRows = async (): Promise<readonly Delivery[]> => {
  const subjects = [...targets.keys()];
  const rows: Delivery[] = [];
  await inBatches(subjects, async (subject) => {
    const found = await ledger.out().deliveries.listOfSubject(subject);
    expect(found, subject).toHaveLength(targets.get(subject) ?? 0);
    rows.push(...found);
  });
  return rows;
};

const hireUntil = (wantedPeople: number): void => {
  const { tenant } = ledger.feishu();
  const jobs = ['客服', '仓管', '店铺运营', '商品专员'];
  const departments = ['客服', '仓储', '天猫', '商品'];
  // Of the 60 of the company one has left and one is out of the app's range.
  for (let n = tenant.directory.people().length; n < wantedPeople + 2; n += 1)
    staffOf(tenant).hire({
      name: `员工${n}`,
      jobTitle: jobs[n % 4] ?? '',
      department: departments[n % 4] ?? '',
    });
};

beforeAll(async () => {
  const { tenant } = ledger.feishu();
  tenant.setSwitches({ monthlyQuota: quota });
  hireUntil(people);
  await syncDirectory();
  const outOfRange = new Set(tenant.company.outOfRangeUserIds);
  staff = tenant.directory.people().filter(({ resigned, userId }) => !resigned && !outOfRange.has(userId));
  const { calendar } = await loadCalendar(ledger.out().settings, now());
  const days = Array.from({ length: 31 }, (_, index) => `2026-12-${String(index + 1).padStart(2, '0')}`);
  workdays = days.filter(calendar.isWorkday);
  await goTo('2026-12-01', '00:00');
  expect(used()).toBe(0);
  for (const [index, day] of workdays.entries()) await workday(day, index);
}, 300_000);

const p0In = (rows: readonly Delivery[]): readonly Delivery[] =>
  rows.filter(({ urgency }) => urgency === 'p0');
const hasReached = (row: Delivery): boolean => row.messageId !== undefined;

describe('December of a company of 300 on the free plan', () => {
  it('wants more calls than it has', () => {
    expect(staff).toHaveLength(people);
    expect(workdays).toHaveLength(23);
    expect(wanted).toBeGreaterThan(quota * 1.1);
  });

  it('ends within 10,000 calls, and Feishu has refused none for the quota', () => {
    expect(used()).toBeLessThanOrEqual(quota);
    // Nor was the budget kept by sending nothing: nearly all of it was used.
    expect(used()).toBeGreaterThan(quota * 0.95);
    const refused = ledger
      .feishu()
      .tenant.calls.since(0)
      .filter(({ code }) => code === 99991403);
    expect(refused).toEqual([]);
  });

  it('has gone through every level', () => {
    expect([...new Set(levels.values())]).toEqual(['normal', 'forecast', 'economy', 'reserved', 'p0Only']);
  });

  it('has counted exactly what Feishu has', async () => {
    expect((await standing()).calls).toBe(used());
    await ledger.out().budget.settle(now());
    const { row } = await standing();
    expect(row.calls).toBe(used());
    const sum = (counters: Readonly<Record<string, number>>): number =>
      Object.values(counters).reduce((total, each) => total + each, 0);
    expect([sum(row.byDay), sum(row.byTopic), sum(row.bySender)]).toEqual([used(), used(), used()]);
  });

  it('has delivered every P0, also on its last day', async () => {
    const rows = p0In(await allRows());
    expect(rows.length).toBeGreaterThanOrEqual(90);
    expect(rows.filter((row) => !hasReached(row))).toEqual([]);
    const last = workdays.at(-1) ?? '';
    expect(levels.get(last)).toBe('p0Only');
    expect(rows.some(({ subject }) => subject.endsWith(last))).toBe(true);
  });

  it('has lost nothing: each row is on its screen, or says why not', async () => {
    const rows = await allRows();
    const untold = rows.filter((row) => !hasReached(row) && row.reason === undefined);
    expect(untold).toEqual([]);
    const held = rows.filter(({ state }) => state === 'held');
    expect(held.length).toBeGreaterThan(5);
    expect(new Set(held.map(({ reason }) => reason))).toEqual(new Set(['budget_reserved']));
    const silent = rows.filter(({ urgency, state }) => urgency === 'reply' && state === 'suppressed');
    expect(new Set(silent.map(({ reason }) => reason))).toEqual(new Set(['budget_reserved']));
  });

  it('sends what it held when the new month begins', async () => {
    await goTo('2027-01-04', '09:40');
    await sweep();
    const rows = await allRows();
    expect(rows.filter(({ state }) => state === 'held')).toEqual([]);
    expect((await standing()).level).toBe('normal');
  }, 120_000);
});
