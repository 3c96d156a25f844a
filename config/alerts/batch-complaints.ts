import { alert } from '../../shared/alerts/definition.ts';

// Three complaints about one batch are a food safety event: they are told at once, at night too.
export const batchComplaints = alert({
  id: 'batch-complaints',
  name: '批次客诉集中',
  owner: '品控负责人',
  source: { id: 'bi', name: 'BI' },
  metric: { id: 'complaints.72h', label: '72 小时客诉', unit: { count: '件' } },
  by: ['product', 'batch'],
  condition: { when: 'above', value: 3, recover: 1 },
  hold: { points: 1 },
  graceMinutes: 1440,
  missingAfterMinutes: 1440,
  level: 'red',
  urgency: 'p0',
  audience: { roles: ['品控负责人', '商品负责人', '供应链负责人', '客服组长'], departments: ['法务'] },
  scope: { by: 'company' },
  definition: '72 小时客诉为同一批次最近 72 小时登记的品质与食品安全客诉件数。',
});
