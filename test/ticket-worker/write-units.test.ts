import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Meter, meterWrites } from '../../bench/metered.ts';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import { deskWorld, event, START } from './desk-world.ts';

const world = deskWorld();
let meter: Meter;

beforeAll(async () => {
  meter = await meterWrites(world.local.endpoint());
  // Before the first call: the stores find the meter instead of the database.
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = meter.url;
});
afterAll(() => {
  meter.close();
});

type Cost = { readonly requests: number; readonly units: number };

const costOf = async (said: SourceEvent): Promise<Cost> => {
  meter.take();
  await world.tell(said);
  const consumed = meter.take();
  return { requests: consumed.length, units: consumed.reduce((sum, { units }) => sum + units, 0) };
};

const refund = (more: Partial<SourceEvent>): SourceEvent =>
  event({
    ...{ source: 'youzan', kind: 'refund', caseId: 'cost-1', orderIds: ['E-cost-1'], skuIds: ['NX-CHOCO-6'] },
    ...{ content: '少发了一袋', amountFen: 13_200, shopName: '薄荷健康有赞店', ...more },
  });

/**
 * The floor of an opening is one number and one transaction of five rows: case key, order key, ticket, history (opened,
 * assigned) and the team's router; a transaction costs two units a KB, each index entry one more.
 */
it('a case from opening to its end costs few writes, and a repeat none', async () => {
  const deadline = new Date(START + 86_400_000).toISOString();
  const costs = {
    opened: await costOf(refund({ version: 10, eventId: 'open', sourceDeadlineAt: deadline })),
    repeated: await costOf(refund({ version: 10, eventId: 'open', sourceDeadlineAt: deadline })),
    changed: await costOf(refund({ version: 20, what: 'changed', sourceState: '等待商家收货' })),
    older: await costOf(refund({ version: 15, what: 'changed', sourceState: '等待买家退货' })),
    said: await costOf(
      event({
        source: 'youzan',
        kind: 'refund',
        caseId: 'cost-1',
        what: 'message',
        speaker: 'customer',
        version: 25,
        content: '补发了吗',
      }),
    ),
    ended: await costOf(refund({ version: 30, what: 'ended', content: '' })),
  };
  process.stdout.write(`${JSON.stringify({ writeUnits: costs })}\n`);
  expect(costs.opened.requests).toBe(2);
  expect(costs.repeated).toEqual({ requests: 0, units: 0 });
  expect(costs.older).toEqual({ requests: 0, units: 0 });
  for (const once of [costs.changed, costs.said, costs.ended]) expect(once.requests).toBe(1);
  expect(costs.opened.units).toBeLessThanOrEqual(20);
  for (const once of [costs.changed, costs.said, costs.ended]) expect(once.units).toBeLessThanOrEqual(11);
});
