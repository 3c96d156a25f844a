import { alert } from '../../shared/alerts/definition.ts';

export const shippingOnTime = alert({
  id: 'shipping-on-time',
  name: '发货及时率过低',
  owner: '供应链负责人',
  source: { id: 'bi', name: 'BI' },
  metric: { id: 'shipping.on_time', label: '发货及时率', unit: 'ratio' },
  by: ['warehouse'],
  condition: { when: 'below', value: 0.95, recover: 0.97 },
  compare: '较昨日',
  hold: { minutes: 30 },
  recoverHold: { minutes: 30 },
  graceMinutes: 240,
  missingAfterMinutes: 180,
  level: 'orange',
  audience: { roles: ['供应链负责人'], departments: ['仓储'] },
  scope: { by: 'company' },
  definition: '发货及时率＝48 小时内发出的订单÷应发订单，按仓库。',
});
