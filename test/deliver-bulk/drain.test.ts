import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DrainDeps, drainBulk } from '../../functions/deliver-bulk/drain.ts';
import { modeSetting } from '../../shared/delivery/modes.ts';
import { type Outbox, outbox } from '../../shared/delivery/outbox.ts';
import { planBulk, type Wish } from '../../shared/delivery/plan.ts';
import { type SendDeps, sendDelivery, sendNow } from '../../shared/delivery/send.ts';
import type { Lane } from '../../shared/delivery/slots.ts';
import { card, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { leases } from '../../shared/store/leases.ts';
import type { Person } from '../../simulator/company.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { quietApps } from '../feishu/quiet-apps.ts';
import { localTables } from '../local.ts';

const createApi = 'POST /open-apis/im/v1/messages';
const tables = localTables();
let feishu: FeishuSimulator;
let out: Outbox;
beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  feishu = await startFeishu({ apps: quietApps });
  const environment = {
    ...Object.fromEntries(
      ['deliveries', 'contents', 'people', 'settings', 'ops'].map((name) => [
        `${name.toUpperCase()}_TABLE`,
        tables.name(name),
      ]),
    ),
    FEISHU_DOMAIN: feishu.url,
    FEISHU_APPS: '[{"sender":"zhida","appId":"cli_a1zhida00000001","appSecret":"dev-secret-zhida"}]',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  out = outbox('bulk', 2_000);
  await setMode('live');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await feishu.close();
});

const setMode = (mode: string): Promise<boolean> =>
  out.settings.append(modeSetting('sender', 'zhida'), { value: mode, changedBy: 'test', now: new Date() });

/** Everybody whom the app may reach. */
const staff = (): readonly Person[] =>
  feishu.tenant.company.people.filter(({ name }) => !['龚思齐', '鲁建军'].includes(name));

const wishFor = async (subject: string, { unionId, name }: Person): Promise<Wish> => ({
  subject,
  recipient: unionId,
  sender: 'zhida',
  receiveIdType: 'union_id',
  receiveId: unionId,
  hash: await out.contents.keep(
    JSON.stringify(
      card({
        id: deliveryElementId(subject, unionId),
        summary: subject,
        header: { title: '通知', colour: 'blue' },
        elements: [markdown(`${name} ${subject}`)],
        footer: [],
      }),
    ),
  ),
  eventAt: new Date(),
});

/** Plans one message for each of them, a millisecond apart: that is their order. */
const planFor = async (subject: string, people: readonly Person[]): Promise<void> => {
  const began = Date.now() - people.length;
  const plan = async (person: Person, index: number): Promise<boolean> =>
    planBulk(out.deliveries)(await wishFor(subject, person), new Date(began + index), { wakes: false });
  expect(await Promise.all(people.map(plan))).not.toContain(false);
};

const container = (lane: Lane, more: Partial<SendDeps> = {}): SendDeps => ({
  ...outbox(lane, 2_000).sending,
  objections: [],
  ...more,
});

/** One invocation of deliver-bulk. */
const drainer = (more: Partial<DrainDeps> = {}, sending: SendDeps = container('bulk')) =>
  drainBulk({
    deliveries: out.deliveries,
    send: sendDelivery(sending),
    leases: leases(tables.name('ops')),
    holder: randomUUID(),
    now: () => new Date(),
    sleep: (ms) => wait(ms, undefined, { ref: false }),
    workMs: 60_000,
    settle: () => Promise.resolve(),
    ...more,
  });

/** Who has got a message of this subject, in the order of arrival; once for each message. */
const arrivedAt = (subject: string): readonly { readonly name: string; readonly at: number }[] =>
  staff()
    .flatMap((person) =>
      feishu.tenant.chats
        .p2p('cli_a1zhida00000001', person)
        .chat.messages.filter(({ content }) => content.includes(`${person.name} ${subject}`))
        .map(({ createdAt }) => ({ name: person.name, at: createdAt })),
    )
    .toSorted((a, b) => a.at - b.at);
const statesOf = async (subject: string): Promise<Readonly<Record<string, number>>> => {
  const states: Record<string, number> = {};
  for (const { state } of await out.deliveries.listOfSubject(subject))
    states[state] = (states[state] ?? 0) + 1;
  return states;
};

describe('two drainers at once', () => {
  it('are one: everybody gets it once, in the order of the plan', async () => {
    await planFor('broadcast:order:v1', staff());
    const [one, two] = await Promise.all([drainer()(new Date()), drainer()(new Date())]);
    expect([one.elsewhere + two.elsewhere, one.sent + two.sent]).toEqual([1, staff().length]);
    expect([one.sent, two.sent]).toContain(0);
    const names = arrivedAt('broadcast:order:v1').map(({ name }) => name);
    expect(names).toHaveLength(staff().length);
    expect(new Set(names).size).toBe(names.length);
    // Sends leave 25 ms apart and may overtake each other on their way; one that lost its slot leaves with the next lease.
    const moved = staff().map(({ name }, index) => Math.abs(names.indexOf(name) - index));
    expect(Math.max(...moved)).toBeLessThan(30);
    expect(await statesOf('broadcast:order:v1')).toEqual({ accepted: staff().length });
  });
});

describe('a drainer that died', () => {
  it('is followed by another one when its lease has ended: the rest is sent, nobody gets it twice', async () => {
    const subject = 'broadcast:killed:v1';
    await planFor(subject, staff().slice(0, 50));
    // It dies after a claim, or after Feishu has the message and before the row says so.
    let tries = 0;
    const never = <T>(): Promise<T> => new Promise(() => undefined);
    const { post, slots } = container('bulk');
    const dying = container('bulk', {
      post: async (delivery, content) => {
        tries += 1;
        const mine = tries;
        if (mine > 20) return never();
        const answer = await post(delivery, content);
        return mine > 10 ? never() : answer;
      },
      slots: {
        ...slots,
        take: async (...asked) => {
          const taken = await slots.take(...asked);
          return tries >= 30 ? never() : taken;
        },
      },
    });
    void drainer({}, dying)(new Date());
    await vi.waitFor(() => {
      expect(tries).toBeGreaterThanOrEqual(30);
    }, 10_000);
    expect(await drainer()(new Date())).toMatchObject({ elsewhere: 1, sent: 0 });
    // Its lease and its claims have run out.
    const later = (): Date => new Date(Date.now() + 31_000);
    const next = await drainer({ now: later }, container('bulk', { now: later }))(later());
    expect(next.elsewhere).toBe(0);
    const names = arrivedAt(subject).map(({ name }) => name);
    expect([names.length, new Set(names).size]).toEqual([50, 50]);
    expect(await statesOf(subject)).toEqual({ accepted: 50 });
  });

  it('and comes back notices that its lease is lost, and begins nothing more', async () => {
    const subject = 'broadcast:late:v1';
    await wait(1_500);
    await planFor(subject, staff());
    let offsetMs = 0;
    const now = (): Date => new Date(Date.now() + 70_000 + offsetMs);
    const begun: number[] = [];
    const slow = async (delivery: Delivery) => {
      begun.push(now().getTime());
      await wait(400);
      return delivery.state === 'planned' ? ('retry' as const) : ('taken' as const);
    };
    const first = drainer({ now, send: slow })(now());
    await vi.waitFor(() => {
      expect(begun.length).toBeGreaterThanOrEqual(20);
    });
    // The process slept for half a minute; somebody else took over.
    offsetMs = 31_000;
    const task = { task: 'deliver-bulk', holder: 'another' };
    const other = await leases(tables.name('ops')).take(task, now(), 1_000);
    expect(other).toBeDefined();
    const before = begun.length;
    expect(await first).toMatchObject({ elsewhere: 1 });
    expect(begun.length - before).toBeLessThanOrEqual(20);
    if (other) await leases(tables.name('ops')).release(other, now());
  });
});

describe('while a broadcast drains', () => {
  it('an urgent card is accepted within 3 s, a stop counts within 2 s, and everything leaves after live', async () => {
    const subject = 'broadcast:stop:v1';
    const later = (): Date => new Date(Date.now() + 200_000);
    await planFor(subject, staff());
    const calls = (): readonly { readonly at: number; readonly code: number }[] =>
      feishu.tenant.calls.since(0).filter(({ api, code }) => api === createApi && code === 0);
    const before = calls().length;
    const deps = container('bulk', { now: later });
    const draining = drainer({ now: later }, deps)(later());
    await vi.waitFor(() => {
      expect(calls().length).toBeGreaterThanOrEqual(before + 3);
    }, 10_000);
    const [person] = staff();
    if (!person) throw new Error('the company has nobody');
    const asked = performance.now();
    const urgent = await sendNow(container('urgent'))(await wishFor('reply:om_bulk_1', person));
    expect(urgent).toBe('accepted');
    expect(performance.now() - asked).toBeLessThanOrEqual(3_000);
    await setMode('stopped');
    const stoppedAt = Date.now();
    const drained = await draining;
    expect(drained.others).toBeGreaterThan(0);
    for (const { at } of calls()) expect(at - stoppedAt).toBeLessThanOrEqual(2_000);
    const { held = 0, accepted = 0 } = await statesOf(subject);
    expect([held > 0, held + accepted]).toEqual([true, staff().length]);
    await setMode('live');
    await wait(1_100);
    const afterwards = (): Date => new Date(Date.now() + 300_000);
    await drainer({ now: afterwards }, container('bulk', { now: afterwards }))(afterwards());
    expect(await statesOf(subject)).toEqual({ accepted: staff().length });
    expect(arrivedAt(subject)).toHaveLength(staff().length);
  });
});
