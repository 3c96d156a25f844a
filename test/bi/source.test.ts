import { createServer, type Server, type Socket } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { biQueries } from '../../config/queries/bi.ts';
import type { MetricSource } from '../../shared/connectors/metric-source.ts';
import { defineQueries } from '../../shared/connectors/named-query.ts';
import { type SqlSourceOptions, sqlSource } from '../../shared/connectors/sql.ts';
import { AppError, InvalidConfigError } from '../../shared/errors.ts';
import { type Bi, startBi } from '../../simulator/bi/start.ts';

const regions = ['华东', '华南', '华北', '西部'];
const day = '2026-11-22';
const oneDay = { from: day, to: day, regions };

const watermark = biQueries.watermark;
const query = (sql: string, rowCap = 10) => ({ dataset: 'sales', sql, params: [], rowCap });
const oddQueries = defineQueries('test', {
  watermark,
  queries: {
    slow: query('select pg_sleep(1.5)'),
    lines: query('select line_no from order_lines order by line_no', 100),
    exactly: query('select generate_series(1, 3) as n', 3),
    deletes: query('with gone as (delete from order_lines returning 1) select * from gone'),
    typo: query('select nothing_like_this from order_lines'),
    huge: query('select 9007199254740993::bigint as amount'),
    hugeSum: query('select sum(9007199254740991::bigint) + 2 as amount from generate_series(1, 1)'),
    strange: query("select 'NaN'::numeric as amount"),
    kinds: query(
      `select 42::bigint as big, 0.25::numeric as ratio, true as yes, null::int as none, date '2026-11-22' as day,
        timestamptz '2026-11-23 06:10+08' as at, '华东' as region, 1.5::float8 as half`,
    ),
    elsewhere: { ...query('select 1 as one'), dataset: 'weather' },
  },
});

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'answered',
    (error: unknown) => (error instanceof AppError ? error.code : `not ours: ${String(error)}`),
  );

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });

describe('the SQL metric source', () => {
  let bi: Bi;
  const sources: MetricSource[] = [];
  const open = (options: Partial<SqlSourceOptions> = {}): MetricSource => {
    const source = sqlSource({ id: 'bi', url: bi.url, queries: biQueries, ...options });
    sources.push(source);
    return source;
  };
  const odd = (options: Partial<SqlSourceOptions> = {}) => open({ queries: oddQueries, ...options });

  beforeAll(async () => {
    bi = await startBi({ today: '2026-11-23' });
  });
  afterAll(async () => {
    await Promise.all(sources.map((source) => source.close()));
    await bi.close();
  });

  it('dates rows by the watermark of their dataset, not by a clock', async () => {
    const source = open();
    expect(await source.watermark()).toEqual({ completeThrough: day, asOf: '2026-11-22T22:10:00.000Z' });
    await bi.setWatermark({
      dataset: 'stock',
      completeThrough: '2026-11-20',
      asOf: '2026-11-21T01:02:03+08:00',
    });
    expect((await source.run('stock.risks', { day })).asOf).toBe('2026-11-20T17:02:03.000Z');
    expect((await source.run('sales.days', oneDay)).asOf).toBe('2026-11-22T22:10:00.000Z');
    expect(await source.watermark()).toEqual({
      completeThrough: '2026-11-20',
      asOf: '2026-11-20T17:02:03.000Z',
    });
    await bi.setWatermark({ completeThrough: day, asOf: '2026-11-22T22:10:00Z' });
    expect((await source.watermark()).completeThrough).toBe(day);
  });

  it('refuses figures of a dataset that has no watermark', async () => {
    expect(await codeOf(odd().run('elsewhere', {}))).toBe('source_query_failed');
  });

  it('answers numbers, ratios, days, instants, truths and nothing in their JS form', async () => {
    const { rows } = await odd().run('kinds', {});
    expect(rows).toEqual([
      {
        big: 42,
        ratio: 0.25,
        yes: true,
        none: null,
        day: '2026-11-22',
        at: '2026-11-22T22:10:00.000Z',
        region: '华东',
        half: 1.5,
      },
    ]);
  });

  it.each(['huge', 'hugeSum', 'strange'])('refuses a number that JS cannot hold: %s', async (name) => {
    expect(await codeOf(odd().run(name, {}))).toBe('source_query_failed');
  });

  it('cuts rows at the cap and says so', async () => {
    const capped = await odd().run('lines', {});
    expect([capped.rows.length, capped.truncated]).toEqual([100, true]);
    const exact = await odd().run('exactly', {});
    expect([exact.rows.length, exact.truncated]).toEqual([3, false]);
  });

  it('knows only named queries', async () => {
    const source = open();
    expect(await codeOf(source.run('select 1', {}))).toBe('unknown_query');
    expect(await codeOf(source.run('toString', {}))).toBe('unknown_query');
    expect(await codeOf(source.run('__proto__', {}))).toBe('unknown_query');
  });

  it.each([
    ['a missing one', { from: day, to: day }],
    ['one too many', { ...oneDay, channel: '天猫' }],
    ['a day that does not exist', { ...oneDay, to: '2026-02-30' }],
    ['SQL where a day belongs', { ...oneDay, to: "2026-11-22'; drop table order_lines; --" }],
    ['text where a list belongs', { ...oneDay, regions: '华东' }],
  ])('refuses parameters with %s', async (_, params) => {
    expect(await codeOf(open().run('sales.days', params))).toBe('invalid_query_params');
  });

  it('takes an injection attempt as the name of a region that nobody has', async () => {
    const source = open();
    const attempts = [
      "华东'); delete from order_lines; --",
      "{华东,'华南'}",
      '华东" or 1=1',
      "\\'; select 1; --",
    ];
    expect((await source.run('sales.days', { ...oneDay, regions: attempts })).rows).toEqual([]);
    expect((await source.run('sales.days', { ...oneDay, regions: [...attempts, '华东'] })).rows).toHaveLength(
      1,
    );
  });

  it('cannot write, neither by a named query nor as its user', async () => {
    expect(await codeOf(odd().run('deletes', {}))).toBe('source_query_failed');
    const client = new Client({ connectionString: bi.url });
    await client.connect();
    try {
      await expect(client.query('delete from order_lines')).rejects.toMatchObject({ code: '25006' });
      await expect(client.query('begin read write; delete from order_lines')).rejects.toMatchObject({
        code: '42501',
      });
      await client.query('rollback');
      await expect(
        client.query('begin read write; update watermarks set as_of = now()'),
      ).rejects.toMatchObject({
        code: '42501',
      });
      await client.query('rollback');
    } finally {
      await client.end();
    }
    expect((await open().run('sales.days', oneDay)).rows).toHaveLength(1);
  });

  it('tells a wrong query from a source that is away, and works on after it', async () => {
    const source = odd();
    expect(await codeOf(source.run('typo', {}))).toBe('source_query_failed');
    expect((await source.run('exactly', {})).rows).toHaveLength(3);
  });

  it('stops waiting for a slow query and answers the next one', async () => {
    const source = odd({ timeoutMs: 100 });
    const started = performance.now();
    expect(await codeOf(source.run('slow', {}))).toBe('source_timeout');
    expect(performance.now() - started).toBeLessThan(1400);
    expect((await odd().run('exactly', {})).rows).toHaveLength(3);
    await bi.setDelay(700);
    expect(await codeOf(source.run('exactly', {}))).toBe('source_timeout');
    await bi.setDelay(0);
    expect((await odd().run('exactly', {})).rows).toHaveLength(3);
  });

  it('says that a source is down, without its address, and is back when the source is', async () => {
    const source = open();
    await source.run('sales.days', oneDay);
    await bi.setDown(true);
    const failure = await source.run('sales.days', oneDay).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'UpstreamError', code: 'source_unavailable', retryable: true });
    expect(String(failure)).not.toMatch(/postgres:|bi_reader|127\.0\.0\.1/);
    await bi.setDown(false);
    expect((await source.run('sales.days', oneDay)).rows).toHaveLength(1);
  });

  it('connects again by itself when its kept connection died in between', async () => {
    const source = open();
    await source.run('sales.days', oneDay);
    await bi.setDown(true);
    await bi.setDown(false);
    expect((await source.run('sales.days', oneDay)).rows).toHaveLength(1);
  });

  it('gives up on a host that accepts but never speaks', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket));
    const port = await listen(mute);
    const source = open({ url: `postgres://u:secret@127.0.0.1:${port}/x`, connectTimeoutMs: 200 });
    const started = performance.now();
    const failure = await source.watermark().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'source_unavailable' });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('secret');
    expect(performance.now() - started).toBeLessThan(1500);
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  it('tells a statement that the server itself stopped from other errors', async () => {
    // PGlite has no signals and so no statement timeout; this answers what PostgreSQL answers when one strikes.
    const message = (type: string, body: string): Buffer => {
      const head = Buffer.alloc(5);
      head.write(type);
      head.writeInt32BE(4 + body.length, 1);
      return Buffer.concat([head, Buffer.from(body, 'latin1')]);
    };
    const ready = message('Z', 'I');
    const stopped = message('E', 'SERROR\0C57014\0Mcanceling statement due to statement timeout\0\0');
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.concat([message('R', '\0\0\0\0'), ready]));
        socket.on('data', () => socket.write(Buffer.concat([stopped, ready])));
      });
    });
    const port = await listen(server);
    expect(await codeOf(open({ url: `postgres://u:p@127.0.0.1:${port}/x` }).watermark())).toBe(
      'source_timeout',
    );
    server.close();
  });

  it('serves six workers at once, each with its own connection, without mixing their answers', async () => {
    const workers = Array.from({ length: 6 }, () => open());
    const days = ['2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22'];
    const ask = (source: MetricSource, at: string) => source.run('sales.days', { from: at, to: at, regions });
    const alone = await Promise.all(days.map(async (at) => (await ask(open(), at)).rows));
    const together = await Promise.all(
      workers.map((source, offset) =>
        Promise.all(days.map((_, index) => ask(source, days[(index + offset) % 6] ?? day))),
      ),
    );
    for (const [offset, replies] of together.entries()) {
      expect(replies.map(({ rows }) => rows)).toEqual(days.map((_, index) => alone[(index + offset) % 6]));
    }
  });

  it.each([
    ['after', true],
    ['while', false],
  ])('is not held up by a client that dies %s opening a transaction', async (_, wait) => {
    const client = new Client({ connectionString: bi.url });
    client.on('error', () => undefined);
    await client.connect();
    const begun = client.query('begin').catch(() => undefined);
    if (wait) await begun;
    (client as unknown as { connection: { stream: Socket } }).connection.stream.resetAndDestroy();
    expect((await open().run('sales.days', oneDay)).rows).toHaveLength(1);
  });

  it('shows an empty day as no row and another morning as its own day', async () => {
    await bi.dropSales(day);
    expect((await open().run('sales.days', oneDay)).rows).toEqual([]);
    await bi.load('2026-11-24');
    const { rows, asOf } = await open().run('sales.days', { from: day, to: '2026-11-24', regions });
    expect(rows.map((row) => row['day'])).toEqual([day, '2026-11-23']);
    expect(asOf).toBe('2026-11-23T22:10:00.000Z');
    await bi.load('2026-11-23');
  });
});

describe('starting BI', () => {
  it('says that a port is taken', async () => {
    const server = createServer();
    const port = await listen(server);
    await expect(startBi({ port, today: '2026-11-23' })).rejects.toThrow(/EADDRINUSE/);
    server.close();
  });

  it('loads nothing from the future: before 06:10 the load is as old as now', async () => {
    const bi = await startBi({ now: new Date('2026-11-22T17:30:00Z') });
    const source = sqlSource({ id: 'bi', url: bi.url, queries: biQueries });
    expect(bi.lastDay).toBe('2026-11-22');
    expect((await source.watermark()).asOf).toBe('2026-11-22T17:30:00.000Z');
    await source.close();
    await bi.close();
  });
});

describe('named queries', () => {
  const define = (sql: string, params: readonly { name: string; kind: 'day' }[] = []) =>
    defineQueries('config/queries/x.ts', {
      watermark,
      queries: { q: { ...query(sql), params: [...params] } },
    });

  it.each([
    ['a second statement', 'select 1; drop table x', []],
    ['a statement that does not read', 'delete from order_lines', []],
    ['a placeholder without a parameter', 'select $1::date', []],
    ['a parameter without a placeholder', 'select 1', [{ name: 'day', kind: 'day' as const }]],
  ])('refuse %s when they are loaded, naming file and field', (_, sql, params) => {
    expect(() => define(sql, params)).toThrow(InvalidConfigError);
    expect(() => define(sql, params)).toThrow(/config\/queries\/x\.ts: queries\.q/);
  });
});
