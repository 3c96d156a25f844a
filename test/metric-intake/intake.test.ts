import { readFileSync } from 'node:fs';
import { GetCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { devSecret, metricEvent, signed, signWebhook } from '../../events/metric-intake/sign.ts';
import type { MetricIntakeDeps } from '../../functions/metric-intake/handler.ts';
import { addDays, dayOf } from '../../shared/calendar/day.ts';
import { http } from '../../shared/lambda/http.ts';
import { type Metrics, metrics } from '../../shared/store/metrics.ts';
import { webhookSecretSchema } from '../../shared/webhook.ts';
import { localTables } from '../local.ts';

type Handler = typeof import('../../functions/metric-intake/handler.ts');

const tables = localTables();
const nextSecret = 'whsec_ZGV2LW1ldHJpYy1zb3VyY2UtYmktbmV4dDA=';
const now = new Date('2026-03-24T00:31:00.000Z');
const yesterday = '2026-03-23';
const logged: string[] = [];
let module: Handler;
let store: Metrics;

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
  vi.stubEnv('METRICS_TABLE', tables.name('metrics'));
  vi.stubEnv('METRIC_SOURCES', JSON.stringify([{ source: 'bi', secrets: [devSecret, nextSecret] }]));
  module = await import('../../functions/metric-intake/handler.ts');
  store = metrics(tables.name('metrics'));
});

type Answer = { status: number; json: Record<string, unknown> };
const invoke = async (handler: Handler['handler'], event: object): Promise<Answer> => {
  const reply = await handler(event as APIGatewayProxyEventV2, {} as Context);
  return { status: Number(reply.statusCode), json: JSON.parse(reply.body ?? '') as Answer['json'] };
};
/** The use case behind the real HTTP wrapper and the real table, at a fixed time. */
const intake = (change: Partial<MetricIntakeDeps> = {}) =>
  http(
    module.receiveMetrics({
      sources: [
        { source: 'bi', secrets: [devSecret, nextSecret].map((text) => webhookSecretSchema.parse(text)) },
      ],
      metrics: store,
      now: () => now,
      ...change,
    }),
  );
type Sent = { id?: string; secret?: string; at?: Date; source?: string };
const send = (message: unknown, sent: Sent = {}, handler = intake()): Promise<Answer> => {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  return invoke(handler, metricEvent(body, signWebhook(body, { at: now, ...sent }), sent.source));
};

const completed = (data: Record<string, unknown> = {}) => ({
  type: 'day.completed',
  timestamp: '2026-03-24T08:30:00+08:00',
  data: { day: yesterday, asOf: '2026-03-24T08:29:00+08:00', ...data },
});
const point = (change: Record<string, unknown> = {}) => ({
  metric: 'sales.paid',
  at: yesterday,
  dims: { region: '华东', channel: '天猫' },
  value: '12864500',
  unit: 'CNY_FEN',
  ...change,
});
const recorded = (points: unknown[], asOf = '2026-03-24T00:29:00Z') => ({
  type: 'points.recorded',
  timestamp: '2026-03-24T00:30:00Z',
  data: { asOf, points },
});
const rowAt = async (metric: string, at: string) =>
  (await tables.documents().send(new GetCommand({ TableName: tables.name('metrics'), Key: { metric, at } })))
    .Item;
const readyRow = (day: string) => rowAt('ready#bi', day);
const rowCount = async () =>
  (await tables.documents().send(new ScanCommand({ TableName: tables.name('metrics'), Select: 'COUNT' })))
    .Count;

describe('metric-intake, told that a day is complete', () => {
  it('records the day with work for the stream before it answers 200', async () => {
    expect(await send(completed())).toEqual({ status: 200, json: { duplicate: false, recorded: 1 } });
    expect(await readyRow(yesterday)).toEqual({
      metric: 'ready#bi',
      at: yesterday,
      asOf: '2026-03-24T00:29:00.000Z',
      readyAt: '2026-03-24T00:31:00.000Z',
      revision: 1,
      work: 'ready',
    });
  });

  it('answers a repeat of the same message 200 without a second effect', async () => {
    const day = '2026-03-01';
    const before = completed({ day });
    await send(before, { id: 'msg_repeat' });
    await store.takeReady('bi', day);
    expect(await send(before, { id: 'msg_repeat' })).toEqual({
      status: 200,
      json: { duplicate: true, recorded: 0 },
    });
    // Not even when the source writes something else under an id that it used before.
    await send(completed({ day, asOf: '2026-03-24T00:30:00Z' }), { id: 'msg_repeat' });
    expect(await readyRow(day)).toMatchObject({ revision: 1, asOf: '2026-03-24T00:29:00.000Z' });
    expect(await readyRow(day)).not.toHaveProperty('work');
  });

  it('wakes the stream again when the day is completed anew with fresher data, and only then', async () => {
    const day = '2026-03-02';
    await send(completed({ day }));
    expect(await store.takeReady('bi', day)).toMatchObject({ day, revision: 1 });
    expect(await store.takeReady('bi', day)).toBeUndefined();
    expect((await send(completed({ day }))).json).toEqual({ duplicate: false, recorded: 0 });
    expect((await send(completed({ day, asOf: '2026-03-23T23:00:00Z' }))).json['recorded']).toBe(0);
    expect(await readyRow(day)).not.toHaveProperty('work');
    expect((await send(completed({ day, asOf: '2026-03-24T00:30:30Z' }))).json['recorded']).toBe(1);
    expect(await readyRow(day)).toMatchObject({ revision: 2, work: 'ready' });
    expect(await store.findReady('bi', day)).toEqual({
      source: 'bi',
      day,
      asOf: '2026-03-24T00:30:30.000Z',
      revision: 2,
      readyAt: now.toISOString(),
    });
  });

  it('records one revision for ten copies at once', async () => {
    const day = '2026-03-03';
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send(completed({ day }), { id: 'msg_ten' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await readyRow(day)).toMatchObject({ revision: 1 });
  });

  it('knows nothing of days that nobody completed', async () => {
    expect(await store.findReady('bi', '2026-10-01')).toBeUndefined();
    expect(await store.takeReady('bi', '2026-10-01')).toBeUndefined();
  });
});

describe('metric-intake, told points', () => {
  it('records them under metric and dimensions, whatever the order of the dimensions', async () => {
    const points = [
      point(),
      point({ at: '2026-03-22', value: '-0.5', unit: 'RATIO' }),
      point({ dims: undefined, value: null }),
    ];
    expect((await send(recorded(points))).json).toEqual({ duplicate: false, recorded: 3 });
    const series = 'bi:sales.paid#channel=天猫&region=华东';
    const asOf = '2026-03-24T00:29:00.000Z';
    expect(await rowAt(series, '2026-03-22')).toMatchObject({ value: '-0.5', unit: 'RATIO', asOf });
    expect(await rowAt(series, '2026-03-23')).toMatchObject({ value: '12864500', unit: 'CNY_FEN', asOf });
    expect(await rowAt('bi:sales.paid#', '2026-03-23')).toMatchObject({ value: null, unit: 'CNY_FEN', asOf });
  });

  it('takes a correction from fresher data and ignores older data that arrives late', async () => {
    const value = (text: string) => point({ metric: 'corrected', dims: {}, value: text });
    await send(recorded([value('1')], '2026-03-24T00:10:00Z'));
    expect((await send(recorded([value('2')], '2026-03-24T08:20:00+08:00'))).json['recorded']).toBe(1);
    expect((await send(recorded([value('3')], '2026-03-24T00:15:00Z'))).json['recorded']).toBe(0);
    expect(await rowAt('bi:corrected#', yesterday)).toMatchObject({
      value: '2',
      asOf: '2026-03-24T00:20:00.000Z',
    });
  });

  it('keeps dimension values apart that contain what separates them', async () => {
    const values = ['a&b=c', 'a', 'a#', '100%', 'a%26b%3Dc'];
    await send(
      recorded(values.map((x, index) => point({ metric: 'escape', dims: { x }, value: `${index}` }))),
    );
    for (const [index, x] of values.entries()) {
      const found = await rowAt(`bi:escape#x=${encodeURIComponent(x)}`, yesterday);
      expect(found).toMatchObject({ value: `${index}` });
    }
  });

  it('never lets a metric stand in for a day or a message', async () => {
    const dims = { day: 'x' };
    await send(recorded([point({ metric: 'ready', at: '2026-03-04', dims })]));
    expect(await store.findReady('bi', '2026-03-04')).toBeUndefined();
    const { Items = [] } = await tables.documents().send(
      new QueryCommand({
        TableName: tables.name('metrics'),
        KeyConditionExpression: 'metric = :metric',
        ExpressionAttributeValues: { ':metric': 'bi:ready#day=x' },
      }),
    );
    expect(Items).toHaveLength(1);
  });

  it('loses nothing when it stops between the points and the answer: the repeat stores the rest', async () => {
    let fault = true;
    const stopsOnce: Metrics = {
      ...store,
      rememberMessage: (...message) => {
        if (!fault) return store.rememberMessage(...message);
        fault = false;
        return Promise.reject(new Error('stopped'));
      },
    };
    const handler = intake({ metrics: stopsOnce });
    const day = '2026-03-05';
    const stopped = await send(completed({ day }), { id: 'msg_stopped' }, handler);
    expect(stopped).toEqual({ status: 500, json: { code: 'internal' } });
    expect(await send(completed({ day }), { id: 'msg_stopped' }, handler)).toEqual({
      status: 200,
      json: { duplicate: false, recorded: 0 },
    });
    expect(await readyRow(day)).toMatchObject({ revision: 1, work: 'ready' });
  });
});

describe('metric-intake refuses', () => {
  it.each([
    { what: 'a source that nobody configured', sent: { source: 'erp' }, refused: [404, 'unknown_source'] },
    {
      what: 'a property of every object as source',
      sent: { source: 'constructor' },
      refused: [404, 'unknown_source'],
    },
    {
      what: 'another secret',
      sent: { secret: `whsec_${'A'.repeat(40)}` },
      refused: [401, 'webhook_signature_invalid'],
    },
    {
      what: 'an old message',
      sent: { at: new Date('2026-03-24T00:25:59Z') },
      refused: [401, 'webhook_timestamp_out_of_window'],
    },
    {
      what: 'a message from the future',
      sent: { at: new Date('2026-03-24T00:36:01Z') },
      refused: [401, 'webhook_timestamp_out_of_window'],
    },
  ])('$what', async ({ sent, refused }) => {
    const before = await rowCount();
    const { status, json } = await send(completed({ day: '2026-03-06' }), sent);
    expect([status, json['code']]).toEqual(refused);
    expect(await rowCount()).toBe(before);
  });

  it('a message without headers', async () => {
    const answer = await invoke(intake(), metricEvent('{}', {}));
    expect(answer).toMatchObject({ status: 401, json: { code: 'webhook_headers_missing' } });
  });

  it.each([
    ['no JSON', '{', 'invalid_json'],
    ['nothing', '', 'invalid_json'],
    ['JSON null', 'null', 'invalid_input'],
    ['an unknown type', { ...completed(), type: 'day.started' }, 'invalid_input'],
    ['no data', { type: 'day.completed', timestamp: '2026-03-24T00:30:00Z' }, 'invalid_input'],
    ['a day that does not exist', completed({ day: '2026-02-30' }), 'invalid_input'],
    ['a day that has not begun', completed({ day: '2026-03-25' }), 'day_in_future'],
    ['data of next year', completed({ asOf: '2027-03-24T00:00:00Z' }), 'as_of_in_future'],
    ['a local time without offset', completed({ asOf: '2026-03-24T08:00:00' }), 'invalid_input'],
    ['no points', recorded([]), 'invalid_input'],
    [
      '201 points',
      recorded(Array.from({ length: 201 }, (_, n) => point({ metric: `m${n}` }))),
      'invalid_input',
    ],
    ['one point twice', recorded([point(), point({ value: '1' })]), 'repeated_point'],
    ['a number instead of decimal text', recorded([point({ value: 12.5 })]), 'invalid_input'],
    ['a value in words', recorded([point({ value: 'NaN' })]), 'invalid_input'],
    ['an unknown unit', recorded([point({ unit: 'YUAN' })]), 'invalid_input'],
    ['a metric with a separator', recorded([point({ metric: 'a#b' })]), 'invalid_input'],
    [
      'six dimensions',
      recorded([point({ dims: { a: '1', b: '1', c: '1', d: '1', e: '1', f: '1' } })]),
      'invalid_input',
    ],
  ])('a signed message with %s', async (_, message, code) => {
    const before = await rowCount();
    expect(await send(message)).toMatchObject({ status: 400, json: { code } });
    expect(await rowCount()).toBe(before);
  });

  it('a body of 6 MB, before anything is computed over it', async () => {
    const answer = await send('x'.repeat(6 * 1024 * 1024));
    expect(answer).toMatchObject({ status: 413, json: { code: 'payload_too_large' } });
  });

  it('whatever is generated, with a 4xx and never a 5xx', async () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('points.recorded', 'day.completed', yesterday, {}),
    );
    const shaped = fc.record({
      type: fc.oneof(fc.constantFrom('points.recorded', 'day.completed'), value),
      timestamp: fc.oneof(fc.constant('2026-03-24T00:30:00Z'), value),
      data: fc.oneof(
        fc.record({
          asOf: fc.oneof(fc.constant('2026-03-24T00:29:00Z'), value),
          points: fc.array(value),
          day: value,
        }),
        value,
      ),
    });
    const body = fc.oneof(
      fc.string(),
      shaped.map((message) => JSON.stringify(message)),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), async (text, isSigned) => {
        const headers = isSigned ? signWebhook(text, { at: now }) : { 'webhook-id': 'x' };
        const { status, json } = await invoke(intake(), metricEvent(text, headers));
        expect(status).toBeLessThan(500);
        expect(status === 200 || typeof json['code'] === 'string').toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a source', () => {
  it('may sign with either of its two secrets while one is being replaced', async () => {
    const answer = await send(completed({ day: '2026-03-07' }), { secret: nextSecret });
    expect(answer).toMatchObject({ status: 200, json: { recorded: 1 } });
  });

  it('is heard when API Gateway hands the body over as base64', async () => {
    const body = JSON.stringify(recorded([point({ metric: 'encoded', dims: { region: '华南' } })]));
    const event = metricEvent(Buffer.from(body).toString('base64'), signWebhook(body, { at: now }));
    expect(await invoke(intake(), { ...event, isBase64Encoded: true })).toMatchObject({ status: 200 });
  });
});

describe('the replayable payloads', () => {
  it('use the secret that serverless.yml gives the local stage', () => {
    const file = new URL('../../serverless.yml', import.meta.url);
    const { params } = parseYaml(readFileSync(file, 'utf8'), { logLevel: 'silent' }) as {
      params: { local: { metricSources: string } };
    };
    expect(JSON.parse(params.local.metricSources)).toEqual([{ source: 'bi', secrets: [devSecret] }]);
  });

  it.each([
    ['day-completed', 1],
    ['points-recorded', 4],
  ])('%s is accepted by the deployed handler', async (name, count) => {
    const file = `../../events/metric-intake/${name}.js`;
    const { 'module.exports': event } = (await import(file)) as { 'module.exports': object };
    expect(await invoke(module.handler, event)).toEqual({
      status: 200,
      json: { duplicate: false, recorded: count },
    });
  });

  it('complete the day before today', async () => {
    const today = dayOf(Date.now());
    await invoke(module.handler, signed('day-completed'));
    expect(await store.findReady('bi', addDays(today, -1))).toMatchObject({ source: 'bi' });
  });
});

describe('the log of metric-intake', () => {
  it('is one JSON line per request, without secrets, signatures, bodies or figures', () => {
    expect(logged.length).toBeGreaterThan(50);
    for (const line of logged) expect(JSON.parse(line)).toHaveProperty('event');
    const text = logged.join('');
    for (const secret of [devSecret.slice(6), nextSecret.slice(6), 'v1,', '12864500', '华东']) {
      expect(text).not.toContain(secret);
    }
  });
});
