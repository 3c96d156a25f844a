import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { dayOf } from '../../shared/calendar/day.ts';
import { planBulk, planForDeliver } from '../../shared/delivery/plan.ts';
import { card, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import { contents } from '../../shared/store/contents.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { metrics } from '../../shared/store/metrics.ts';
import { functionNames, functionYaml } from '../template/definitions.ts';
import { replayAlert } from './alert.ts';
import { replayBaseSync } from './base-sync.ts';
import { replayBroadcast } from './broadcast.ts';
import { events } from './payloads.ts';
import { allows } from './recorder.ts';
import { replayTicketFlow } from './ticket-flow.ts';
import { replayTicketSla } from './ticket-sla.ts';
import { replayTicketWorker } from './ticket-worker.ts';
import { replayWorkbench } from './workbench.ts';
import { replayWorld } from './world.ts';

const reader = '林知夏';
const today = dayOf(Date.now());
const world = replayWorld();
const { tables, invoke, replay, replayed, personCalled, shownTo, receipt, needsOf } = world;

// In the order of a set-up: the directory, rehearsal to live, events, the morning card, what was left over.
describe('people-sync', () => {
  it('reads the directory on its nightly tick', async () => {
    expect(await replay('people-sync/tick.json')).toEqual({ recorded: 58, left: 0, groups: 3 });
  });
});

describe('ops', () => {
  it('tells the mode of a sender, and goes live only when told to', async () => {
    expect(await replay('ops/mode.json')).toMatchObject({ ok: true, mode: 'rehearsal', version: '0' });
    expect(await replay('ops/mode-live.json')).toMatchObject({ ok: true, before: null, after: 'live' });
    expect(await replay('ops/mode.json')).toMatchObject({ ok: true, mode: 'live', version: '00000001' });
    expect(await replay('ops/mode-stopped-digest.json')).toMatchObject({ dryRun: true, after: 'stopped' });
  });

  it('finds the people of the trial list by name', async () => {
    const people = [reader, '许念'].map((name) => personCalled(name).unionId);
    expect(await replay('ops/trial.json')).toMatchObject({ ok: true, after: { people } });
  });

  it('shows what loading a year would change', async () => {
    const reply = await replay('ops/calendar-2027.json');
    const change = { dryRun: true, setting: 'calendar#2027', before: null, after: { year: 2027 } };
    expect(reply).toMatchObject(change);
  });

  it('lists the dead and what a replay would wake', async () => {
    expect(await replay('ops/dead.json')).toMatchObject({
      ok: true,
      source: 'feishu',
      count: 0,
      receipts: [],
    });
    expect(await replay('ops/dead-day.json')).toMatchObject({ ok: true, count: 0, failed: [] });
    expect(await replay('ops/replay.json')).toMatchObject({ ok: true, dryRun: true, ids: [] });
    expect(await replay('ops/resend.json')).toMatchObject({ ok: true, dryRun: true, who: [], skipped: [] });
  });

  it('shows what importing a table would write', async () => {
    expect(await replay('ops/import.json')).toMatchObject({ ok: true, dryRun: true, rows: 1, cases: 1 });
  });

  it('tells the numbers of cases, proves them, and shows the card of what has changed', async () => {
    expect(await replay('ops/numbers.json')).toMatchObject({ ok: true, numbers: { by: 'team' } });
    expect(await replay('ops/verify-tickets.json')).toMatchObject({ ok: true, holds: true });
    expect(await replay('ops/impact.json')).toMatchObject({
      ok: true,
      dryRun: true,
      to: ['周以安'],
      before: { weeks: 2, closedPerHour: 2.5189 },
    });
  });

  it('says that a window is unknown instead of failing', async () => {
    expect(await replay('ops/verify.json')).toMatchObject({ ok: false, code: 'unknown_subject' });
  });

  it('shows what a stop would change, examines the stack, counts the calls', async () => {
    expect(await replay('ops/stop-everything.json')).toMatchObject({ dryRun: true, what: 'everything' });
    expect(await replay('ops/resume-everything.json')).toMatchObject({ dryRun: true, what: 'everything' });
    expect(await replay('ops/doctor.json')).toMatchObject({ ok: true, healthy: true, broken: 0 });
    expect(await replay('ops/budget.json')).toMatchObject({ ok: true, level: 'normal' });
  });
});

describe('feishu-cards', () => {
  const files = readdirSync(join(events, 'feishu-cards')).filter((file) => file.endsWith('.js'));

  it.each(files)('answers %s', async (file) => {
    const reply = await replay(`feishu-cards/${file}`);
    expect(reply).toMatchObject({ statusCode: 200 });
    expect(JSON.stringify(reply)).toContain(file === 'url-verification.js' ? 'challenge' : 'warning');
  });
});

describe('feishu-events', () => {
  const files = readdirSync(join(events, 'feishu-events')).filter((file) => file.endsWith('.js'));

  it.each(files)('accepts %s', async (file) => {
    expect(await replay(`feishu-events/${file}`)).toMatchObject({ statusCode: 200 });
  });

  it('keeps one receipt of each', async () => {
    const { Items = [] } = await tables
      .documents()
      .send(new ScanCommand({ TableName: tables.name('inbox') }));
    // The address check leaves none, and a message that comes under two event ids leaves one.
    expect(Items).toHaveLength(files.length - 2);
  });
});

describe('ticket-intake', () => {
  const files = readdirSync(join(events, 'ticket-intake')).filter((file) => file.endsWith('.js'));
  const unkept = ['doudian-probe.js', 'wecom-echo.js'];

  it.each(files)('answers %s, once and again', async (file) => {
    for (const time of ['first', 'again']) {
      expect({ time, ...((await replay(`ticket-intake/${file}`)) as object) }).toMatchObject({
        statusCode: 200,
      });
    }
  });

  it('keeps one receipt of each but the probes', async () => {
    const { Items = [] } = await tables.documents().send(
      new ScanCommand({
        TableName: tables.name('inbox'),
        FilterExpression: '#work = :ticket',
        ExpressionAttributeNames: { '#work': 'work' },
        ExpressionAttributeValues: { ':ticket': 'ticket' },
      }),
    );
    expect(Items).toHaveLength(files.length - unkept.length);
  });
});

describe('event-worker', () => {
  it('answers a question on the screen of whoever asked', async () => {
    expect(await replay('event-worker/message.json')).toEqual({ batchItemFailures: [] });
    expect(await receipt('om_dev_question_1')).toMatchObject({
      state: 'done',
      reason: 'answered:why:accepted',
    });
    expect(shownTo(reader)).toHaveLength(1);
  });

  it('works off a batch: read, message, menu, first chat, group, joiner, change, leaver', async () => {
    expect(await replay('event-worker/batch.json')).toEqual({ batchItemFailures: [] });
    const event = (last: string) => `5e3702a84e847582be8db7fb73283c${last}`;
    const outcomes: readonly (readonly [string, string, string?])[] = [
      [event('02'), 'received unknown_message'],
      // The second sender still rehearses; whoever asks is on the trial list.
      ['om_dev_question_2', 'done answered:help:accepted', 'cli_a1legal00000002'],
      [event('05'), 'done answered:today:accepted'],
      ['41b5f371157e3d5341b38b20396e77e3', 'done answered:help:accepted'],
      [event('04'), 'done answered:help:accepted'],
      [event('06'), 'done person_recorded'],
      [event('07'), 'done person_recorded'],
      [event('08'), 'done person_left'],
    ];
    for (const [id, outcome, appId] of outcomes) {
      const row = await receipt(id, appId);
      expect(`${row?.state ?? ''} ${row?.reason ?? ''}`).toBe(outcome);
    }
    expect(shownTo(reader)).toHaveLength(3);
  });

  it('changes nothing when the batch comes again', async () => {
    await replay('event-worker/batch.json');
    await replay('event-worker/message.json');
    expect(shownTo(reader)).toHaveLength(3);
  });

  it('looks every minute for what a stream lost', async () => {
    expect(await replay('event-worker/tick.json')).toEqual({ overdue: 0 });
  });
});

describe('ops, when a receipt is dead', () => {
  it('lists it with its reason and wakes it again', async () => {
    const store = inbox(tables.name('inbox'));
    const unread = await receipt('5e3702a84e847582be8db7fb73283c02');
    if (!unread) throw new Error('the read event left no receipt');
    await store.bury(unread, 'internal');
    expect(await replay('ops/dead.json')).toMatchObject({
      count: 1,
      receipts: [{ id: unread.id, reason: 'internal' }],
    });
    expect(await replay('ops/replay.json')).toMatchObject({ dryRun: true, ids: [unread.id] });
    expect(await invoke('ops', { do: 'replay', confirm: true })).toMatchObject({ ok: true, replayed: 1 });
    expect(await store.find(unread.id)).toMatchObject({ state: 'received' });
    expect(await replay('ops/dead.json')).toMatchObject({ count: 0 });
  });
});

describe('metric-intake', () => {
  it.each([
    ['points-recorded', 4],
    ['day-completed', 1],
    ['batch-complaints', 1],
    ['batch-complaints-over', 1],
  ])('records %s', async (name, recorded) => {
    const answer = (await replay(`metric-intake/${name}.js`)) as { statusCode: number; body: string };
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ duplicate: false, recorded });
  });
});

describe('alert', replayAlert(world));

describe('ticket-sla', replayTicketSla(world));

describe('ticket-worker', replayTicketWorker(world));

describe('ticket-flow', replayTicketFlow(world));

describe('base-sync', replayBaseSync(world));

describe('digest', () => {
  const subject = `digest:morning:${today}`;

  it('shows the card of one person and sends it to nobody', async () => {
    const reply = await replay('digest/preview.json');
    expect(reply).toMatchObject({ ok: true, sentTo: 'nobody', person: reader });
    expect(JSON.stringify(reply)).toContain('经营日报');
    expect(shownTo(reader)).toHaveLength(3);
  });

  it('says what a run would do', async () => {
    expect(await replay('digest/run.json')).toMatchObject({
      ok: true,
      dryRun: true,
      id: 'morning',
      date: today,
    });
  });

  it('runs once', async () => {
    const first = await replay('digest/run-confirmed.json');
    expect(first).toMatchObject({ ok: true, outcome: 'sent' });
    const { target, states } = first as { target: number; states: Record<string, number> };
    expect(states).toEqual({ accepted: target });
    expect(shownTo(reader)).toHaveLength(4);
    expect(await replay('digest/run-confirmed.json')).toMatchObject({ ok: false, code: 'window_sent' });
    expect(shownTo(reader)).toHaveLength(4);
    const proof = await invoke('ops', { do: 'verify', subject });
    expect(proof).toMatchObject({ ok: true, state: 'sent', target, states, holds: true });
  });

  it('explains why somebody got it', async () => {
    const reply = await replay('digest/explain.json');
    expect(reply).toMatchObject({ ok: true, window: { state: 'sent' }, delivery: { state: 'accepted' } });
    expect(await replay('ops/why-morning.json')).toMatchObject({
      ok: true,
      about: [{ outcome: 'accepted' }],
    });
    expect(JSON.stringify(await replay('ops/why-day.json'))).toContain(subject);
  });

  it('takes a completed day once', async () => {
    const store = metrics(tables.name('metrics'));
    await store.recordReady('bi', '2026-11-21', {
      asOf: '2026-11-21T22:10:00.000Z',
      readyAt: '2026-11-21T22:10:03.000Z',
    });
    expect(await replay('digest/day-completed.json')).toEqual({ batchItemFailures: [] });
    expect(await store.takeReady('bi', '2026-11-21')).toBeUndefined();
  });

  it('has nothing to release twice on a tick', async () => {
    expect(await replay('digest/tick.json')).toMatchObject({ sent: 0 });
    expect(shownTo(reader)).toHaveLength(4);
  });
});

describe('broadcast', replayBroadcast(world));

describe('deliver-bulk', () => {
  it('sends what waits in the bulk lane, and writes nothing when nothing waits', async () => {
    const nothing = { sent: 0, others: 0, broken: 0, handOver: 0, elsewhere: 0 };
    expect(await replay('deliver-bulk/tick.json')).toEqual(nothing);
    const { unionId } = personCalled('许念');
    const key = { subject: 'broadcast:rules:v1', recipient: unionId };
    const text = JSON.stringify(
      card({
        id: deliveryElementId(key.subject, key.recipient),
        summary: '考勤制度',
        header: { title: '考勤制度', colour: 'blue' },
        elements: [markdown('考勤制度有更新')],
        footer: [],
      }),
    );
    const wish = {
      ...key,
      sender: 'zhida',
      receiveIdType: 'union_id' as const,
      receiveId: unionId,
      hash: await contents(tables.name('contents')).keep(text),
      eventAt: new Date(),
      // Otherwise the time of day decides.
      urgency: 'p0' as const,
    };
    await planBulk(deliveries(tables.name('deliveries')))(wish, new Date(), { wakes: true });
    expect(await replay('deliver-bulk/tick.json')).toEqual({ ...nothing, sent: 1 });
    expect(await deliveries(tables.name('deliveries')).find(key)).toMatchObject({ state: 'accepted' });
  });
});

describe('deliver', () => {
  const key = { subject: 'reply:om_dev_question_3', recipient: 'on_6d8cf7b123ed4ac648f2bf87ebac0850' };

  it('sends what its planner did not', async () => {
    const text = JSON.stringify(
      card({
        id: deliveryElementId(key.subject, key.recipient),
        summary: '迟到的回答',
        header: { title: '迟到的回答', colour: 'blue' },
        elements: [markdown('好的')],
        footer: ['直达'],
      }),
    );
    const hash = await contents(tables.name('contents')).keep(text);
    const store = deliveries(tables.name('deliveries'));
    const to = { receiveIdType: 'union_id', receiveId: key.recipient, sender: 'zhida' } as const;
    await planForDeliver(store)({ ...key, ...to, hash, eventAt: new Date(), urgency: 'p0' }, new Date());
    expect(await replay('deliver/delivery.json')).toEqual({ batchItemFailures: [] });
    expect(await store.find(key)).toMatchObject({ state: 'accepted' });
    expect(shownTo(reader).at(-1)).toContain('迟到的回答');
  });

  it('sends it once, whatever the stream repeats', async () => {
    await replay('deliver/delivery.json');
    expect(shownTo(reader)).toHaveLength(5);
  });

  it('finds nothing due on its tick when everything has left', async () => {
    expect(await replay('deliver/tick.json')).toEqual({
      due: 0,
      accepted: 0,
      refreshed: 0,
      broken: 0,
      oldestDueSeconds: 0,
    });
  });
});

describe('workbench', replayWorkbench(world));

describe('every payload', () => {
  it('is replayed by this file', () => {
    const files = functionNames.flatMap((name) =>
      readdirSync(join(events, name))
        .filter((file) => /\.js(?:on)?$/.test(file))
        .map((file) => `${name}/${file}`),
    );
    expect(files.filter((file) => !replayed.has(file))).toEqual([]);
    expect(new Set(files.map((file) => file.split('/')[0])).size).toBe(functionNames.length);
  });
});

describe.each(functionNames)('%s', (name) => {
  it('asked DynamoDB for nothing that its role forbids', () => {
    const needs = needsOf(name);
    expect(needs.length).toBeGreaterThan(0);
    const statements = functionYaml(name).iamRoleStatements ?? [];
    const denied = needs.filter((need) => !statements.some(allows(need)));
    expect([...new Set(denied.map((need) => JSON.stringify(need)))]).toEqual([]);
  });
});
