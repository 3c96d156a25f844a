import { digest } from '../../shared/digests/definition.ts';

/** Yesterday's cases for those who answer for service, warehouse, goods and quality. Its rows are our own. */
export const afterSalesDaily = digest({
  id: 'after-sales-daily',
  name: '售后日报',
  category: '售后',
  owner: '客服组长',
  source: { id: 'zhida', name: '直达' },
  trigger: { kind: 'at', time: '08:47' },
  calendar: 'everyday',
  window: 'calendarDay',
  // 部门负责人 leads one of the teams that work on cases: 客服, 仓储, 产品, 法务.
  audience: { roles: ['副总经理', '部门负责人', '客服组长', '品控负责人', '供应链负责人', '商品负责人'] },
  scope: { by: 'company' },
  headline: ['casesOpened', 'casesResolved', 'firstResponse', 'casesInTime'],
  brief: ['casesOpened', 'casesOverdue', 'batchEvents'],
  abnormal: [
    { when: 'above', metric: 'batchEvents', value: 0, level: 'red' },
    { when: 'above', metric: 'platformRefunds', value: 0, level: 'red' },
    // A rule that knows no words for a tenth of the cases misses a new problem.
    { when: 'above', metric: 'unclassified', value: 0.1, level: 'orange' },
  ],
  freshness: { maxAgeMinutes: 1440, onStale: 'sayOnCard' },
  sections: [
    {
      id: 'after-sales',
      query: 'afterSales.day',
      metrics: [
        'casesOpened',
        'casesResolved',
        'firstResponse',
        'casesInTime',
        'casesOverdue',
        'batchEvents',
        'unclassified',
        'platformRefunds',
      ],
      definition:
        '首响按时效规则的工作时间计，只计人工首次答复；时效达成率＝按时÷（按时＋超时），含首响、再次回复、处理、平台四种时效；未结为此刻。',
    },
  ],
  bundle: 'morning',
});
