import { digest } from '../../shared/digests/definition.ts';

export const stockDaily = digest({
  id: 'stock-daily',
  name: '商品与库存日报',
  category: '商品与库存',
  owner: '供应链负责人',
  source: { id: 'bi', name: 'BI' },
  trigger: { kind: 'ready', source: 'bi', notBefore: '08:30', notAfter: '09:20', onLate: 'sendStamped' },
  calendar: 'everyday',
  window: 'calendarDay',
  audience: { roles: ['总经理', '副总经理', '供应链负责人', '商品负责人', '品控负责人'] },
  scope: { by: 'company' },
  headline: ['stockCost', 'turnoverDays', 'riskSkus', 'expiringLots'],
  brief: ['stockoutSkus', 'riskSkus', 'expiringLots'],
  compare: ['较上月同期'],
  abnormal: [
    { when: 'above', metric: 'stockoutSkus', value: 0, level: 'red' },
    { when: 'runsOutBeforeRestock', level: 'red' },
    // A sixth of the shelf life is the lower of the two thresholds of the trade; at a third lots are only counted.
    { when: 'expiring', remainingRatioAtMost: 1 / 6, level: 'orange' },
  ],
  freshness: { maxAgeMinutes: 1440, onStale: 'sayOnCard' },
  sections: [
    {
      id: 'stock',
      query: 'stock.summary',
      metrics: ['stockCost', 'turnoverDays', 'stockoutSkus', 'riskSkus', 'expiringLots'],
      definition:
        '周转天数＝可售库存成本÷近30天日均出库成本；缺货风险指可售天数少于补货所需天数；临期指剩余效期不超过三分之一。',
    },
    { id: 'risks', query: 'stock.risks' },
    { id: 'expiring', query: 'stock.expiring' },
  ],
  bundle: 'morning',
});
