import { beforeAll, describe, expect, it } from 'vitest';
import { type Run, run } from './run.ts';

type Line = {
  digest: string;
  window: string;
  planned: number;
  accepted: number;
  excluded: number;
  read: number;
  p95: number;
};
type Result = {
  ok: boolean;
  seconds: number;
  digests: [Line, Line];
  replies: { answered: number };
  alert: { told: number; p95: number; refreshMs: Record<string, number>; duplicates: number; doctor: object };
  post: {
    target: number;
    sent: number;
    read: number;
    confirmed: number;
    unreachable: number;
    reminders: number;
    duplicates: number;
    misses: number;
    group: string;
    identityHolds: boolean;
    evidenceVerified: boolean;
    seconds: number;
  };
  tickets: {
    cases: number;
    tickets: number;
    merged: number;
    batchEvents: number;
    endedBySource: number;
    duplicates: number;
    cardsToAgents: number;
    urgentP95: number;
    base: { rows: number; drift: number };
    editMs: number;
    settingMs: number;
  };
  problems: string[];
};

describe('npm run demo', () => {
  let demo: Run;
  let code: number | null;
  let result: Result;

  beforeAll(async () => {
    demo = await run('simulator/demo.ts');
    code = await demo.ended;
    result = JSON.parse(demo.output().trimEnd().split('\n').at(-1) ?? '') as Result;
  }, 240_000);

  it('ends with one JSON line and without a problem', () => {
    expect(result.problems).toEqual([]);
    expect(result.ok).toBe(true);
    expect(code).toBe(0);
    expect(result.seconds).toBeLessThan(120);
  });

  it('plays a morning through every function', () => {
    const [rehearsed, live] = result.digests;
    expect(rehearsed).toMatchObject({ digest: 'morning', accepted: 2, failed: 0 });
    expect(live).toMatchObject({ digest: 'morning', failed: 0, suppressed: 0 });
    expect(live.accepted).toBe(live.planned - live.excluded);
    expect(live.read).toBe(live.accepted - 3);
    expect(result.replies.answered).toBe(7);
  });

  it('plays an alert', () => {
    expect(result.alert).toMatchObject({ told: 6, duplicates: 0, doctor: { broken: 0 } });
    expect(result.alert.p95).toBeLessThanOrEqual(3_000);
    expect(Object.keys(result.alert.refreshMs)).toEqual(['acknowledged', 'assigned', 'closed', 'recovered']);
  });

  it('plays a post of an account: everybody once, all confirm, proven', () => {
    const { post } = result;
    expect(post).toMatchObject({
      unreachable: 1,
      duplicates: 0,
      misses: 0,
      identityHolds: true,
      evidenceVerified: true,
    });
    expect(post.target).toBe(58);
    expect(post.sent).toBe(post.target - post.unreachable);
    expect(post.confirmed).toBe(post.sent);
    expect(post.read).toBeGreaterThan(post.sent / 2);
    expect(post.reminders).toBeGreaterThan(0);
    expect(post.reminders).toBeLessThan(post.sent);
    // At night a group is left in peace until the morning.
    expect(['accepted', 'held']).toContain(post.group);
    expect(post.seconds).toBeLessThan(60);
  });

  it('plays a day of after-sales: one ticket per case, people on cards, Base both ways', () => {
    const { tickets } = result;
    expect(tickets).toMatchObject({ tickets: tickets.cases, batchEvents: 1, duplicates: 0 });
    expect(tickets.cases).toBeGreaterThan(100);
    expect(tickets.merged).toBeGreaterThan(1);
    expect(tickets.endedBySource).toBeGreaterThan(5);
    expect(tickets.cardsToAgents).toBeGreaterThan(5);
    expect(tickets.urgentP95).toBeLessThanOrEqual(3_000);
    expect(tickets.base.drift).toBe(0);
    expect(tickets.base.rows).toBeGreaterThanOrEqual(tickets.tickets - tickets.merged);
    expect(tickets.editMs).toBeLessThanOrEqual(10_000);
    expect(tickets.settingMs).toBeLessThanOrEqual(10_000);
  });
});
