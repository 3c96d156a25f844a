import { alert } from '../../shared/alerts/definition.ts';

export const refundRate = alert({
  id: 'refund-rate',
  name: '退款率过高',
  owner: '渠道总监',
  source: { id: 'bi', name: 'BI' },
  metric: { id: 'refund.ratio', label: '退款率', unit: 'ratio' },
  by: ['channel'],
  condition: { when: 'above', value: 0.08, recover: 0.06 },
  compare: '较上周同日',
  hold: { points: 2 },
  recoverHold: { points: 2 },
  graceMinutes: 120,
  missingAfterMinutes: 180,
  level: 'orange',
  urgency: 'p1',
  audience: { roles: ['渠道总监', '渠道负责人', '财务负责人'] },
  scope: {
    by: 'dimension',
    dimension: 'channel',
    from: 'departments',
    wholeCompany: ['渠道总监', '财务负责人'],
  },
  definition: '退款率＝当日发起的退款金额÷当日支付金额，按渠道。',
});
