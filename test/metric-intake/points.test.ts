import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Metrics, metrics, type Point, type PointKey } from '../../shared/store/metrics.ts';
import { localTables } from '../local.ts';

const tables = localTables();
const now = new Date('2026-03-24T00:31:00.000Z');
const yesterday = '2026-03-23';
let store: Metrics;

beforeAll(() => {
  store = metrics(tables.name('metrics'));
});

const rowAt = async (Key: PointKey) =>
  (await tables.documents().send(new GetCommand({ TableName: tables.name('metrics'), Key }))).Item;
type Reported = Partial<Point> & Pick<Point, 'metric' | 'value'>;
/** As metric-intake does, with the time of the source's data as minutes of 00:… UTC. */
const record = (reported: Reported, minute: string): Promise<boolean> =>
  store.recordPoint(
    {
      source: 'bi',
      dims: {},
      at: yesterday,
      unit: 'QTY',
      asOf: `2026-03-24T00:${minute}:00.000Z`,
      ...reported,
    },
    now,
  );

describe('a point', () => {
  it('leaves work for the stream, and for the sweep a minute later, with every new or fresher point', async () => {
    const series = { metric: 'awake', dims: {} };
    const key = { metric: 'bi:awake#', at: yesterday };
    const work = { work: 'point', dueShard: 'point', dueAt: '2026-03-24T00:32:00.000Z' };
    await record({ ...series, value: '1' }, '10');
    expect(await rowAt(key)).toMatchObject(work);
    const taken = await store.takePoint(key, now);
    expect(taken).toMatchObject({ source: 'bi', ...series, value: '1' });
    expect(await store.takePoint(key, now)).toBeUndefined();
    if (taken) await store.finishPoint(taken);
    // The same and older data again: nobody is woken for nothing.
    await record({ ...series, value: '1' }, '10');
    await record({ ...series, value: '3' }, '05');
    for (const name of Object.keys(work)) expect(await rowAt(key)).not.toHaveProperty(name);
    await record({ ...series, value: '2' }, '20');
    expect(await rowAt(key)).toMatchObject({ ...work, value: '2' });
  });

  it('keeps a correction as work when the point before it is finished', async () => {
    const series = { metric: 'corrected.meanwhile', dims: { channel: 'a=b&c' } };
    const key = { metric: 'bi:corrected.meanwhile#channel=a%3Db%26c', at: yesterday };
    await record({ ...series, value: '1' }, '10');
    const taken = await store.takePoint(key, now);
    await record({ ...series, value: '2' }, '20');
    if (taken) await store.finishPoint(taken);
    expect(await rowAt(key)).toMatchObject({ work: 'point', value: '2' });
    expect(await store.takePoint(key, now)).toMatchObject({ ...series, value: '2' });
  });

  it('names for the sweep what nobody took, and what somebody took and never finished, the oldest first', async () => {
    const inAMinute = new Date(now.getTime() + 60_000);
    for (const [index, id] of ['first', 'second'].entries()) {
      const at = new Date(now.getTime() + index);
      await store.recordPoint(
        {
          source: 'erp',
          metric: id,
          dims: {},
          at: yesterday,
          asOf: now.toISOString(),
          value: '1',
          unit: 'QTY',
        },
        at,
      );
    }
    const keys = async (at: Date) =>
      (await store.listDuePoints(at))
        .map(({ metric }) => metric)
        .filter((metric) => metric.startsWith('erp:'));
    expect(await keys(now)).toEqual([]);
    expect(await keys(new Date(inAMinute.getTime() + 1))).toEqual(['erp:first#', 'erp:second#']);
    await store.takePoint({ metric: 'erp:first#', at: yesterday }, inAMinute);
    expect(await keys(new Date(inAMinute.getTime() + 1))).toEqual(['erp:second#']);
    expect(await keys(new Date(inAMinute.getTime() + 60_000))).toEqual(['erp:second#', 'erp:first#']);
  });
});
