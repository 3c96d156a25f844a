import {
  assigned,
  at,
  endedBySource,
  type Kept,
  keep,
  link,
  missing,
  opened,
  person,
  resolved,
  rule,
  said,
  wu,
  zhou,
} from './histories.ts';

const cook = { person: 'on_cang', name: '程铁生' };
const deadline = at('23 20:50');

/** One day of after-sales, small enough to be counted by hand. */
export const oneDay: readonly Kept[] = [
  // First answer 20 min; next ones 30, 90 (late) and 60 min; 7 h less 2 h of waiting for the customer.
  keep('T-20261123-0001', [
    opened('23 09:00', 'P2', { batchNo: '20261012', skuIds: ['SKU-1', 'SKU-2'] }),
    assigned('23 09:01', zhou),
    said('23 09:20', 'agent'),
    said('23 10:00', 'customer'),
    said('23 10:30', 'agent'),
    said('23 11:00', 'customer'),
    said('23 12:30', 'agent'),
    ['23 13:00', person(zhou), { do: 'state', to: 'waiting_customer' }],
    said('23 15:00', 'customer'),
    resolved('23 16:00', zhou),
  ]),
  // Opened half an hour before closing, answered ten minutes after opening: 40 business minutes, on the next day.
  keep('T-20261123-0002', [
    opened('23 23:30', 'P3', { source: link('b', { source: 'youzan' }) }),
    assigned('23 23:31', zhou),
    said('24 08:40', 'agent'),
    [
      '24 10:00',
      person(zhou, 'ops'),
      { do: 'resolved', resolution: { at: at('24 10:00'), by: 'person', who: zhou } },
    ],
  ]),
  // First answer 25 min (late after 15); reopened after two hours, answered only by its second resolution.
  keep('T-20261123-0003', [
    opened('23 10:00', 'P1'),
    assigned('23 10:01', wu),
    said('23 10:25', 'agent'),
    resolved('23 12:00', wu, false),
    ['23 14:00', rule, { do: 'reopened', because: '客户再次来信' }],
    resolved('23 15:00', wu, true),
  ]),
  // Nobody but a bot answered, and the platform refunded ten minutes after its deadline.
  keep('T-20261123-0004', [
    opened('23 20:00', 'P2', { category: undefined, source: link('d', { deadlineAt: deadline }) }),
    said('23 20:01', 'bot'),
    ...endedBySource('23 21:00', 'd', deadline),
  ]),
  keep('T-20261123-0005', [
    opened('23 09:05', 'P2'),
    assigned('23 09:06', zhou),
    ['23 09:10', rule, { do: 'merged_into', into: 'T-20261123-0001', because: '同一订单' }],
  ]),
  // At night, by the clock on the wall: late after 10 min, answered after 30, still open.
  keep('T-20261123-0006', [
    opened('23 03:00', 'P0', { category: { group: '食品安全', name: '异物' } }),
    assigned('23 03:01', wu),
    ['23 03:11', rule, { do: 'breached', clock: 'firstResponse', at: at('23 03:10') }],
    said('23 03:30', 'agent'),
  ]),
  keep('T-20261123-0001-1', [
    opened('23 10:00', 'P2', {
      kind: 'child',
      ask: 'warehouse',
      team: 'warehouse',
      parent: 'T-20261123-0001',
    }),
    assigned('23 10:00', cook),
    resolved('23 11:00', cook),
  ]),
  keep('B-20261123-0001', [opened('23 13:00', 'P0', { kind: 'batch', team: 'qa', category: missing })]),
];
