import { digest } from '../../shared/digests/definition.ts';

export const peopleFinance = digest({
  id: 'people-finance',
  name: '人财日报',
  category: '人财',
  owner: '财务负责人',
  source: { id: 'bi', name: 'BI' },
  trigger: { kind: 'ready', source: 'bi', notBefore: '08:30', notAfter: '09:20', onLate: 'sendStamped' },
  calendar: 'workdays',
  window: 'calendarDay',
  audience: { roles: ['总经理', '副总经理', '财务负责人', '人力资源负责人'] },
  scope: { by: 'company' },
  headline: ['receivables', 'overdueAmount', 'collectedMonth', 'payable7d'],
  brief: ['overdueCount', 'attendedRatio'],
  abnormal: [
    { when: 'above', metric: 'overdueAmount', value: 0, level: 'orange' },
    { when: 'above', metric: 'pendingApprovals', value: 20, level: 'orange' },
  ],
  freshness: { maxAgeMinutes: 1440, onStale: 'sayOnCard' },
  sections: [
    {
      id: 'finance',
      query: 'finance.receivables',
      metrics: ['receivables', 'overdueAmount', 'overdueCount', 'collectedMonth', 'payable7d'],
      entitledRoles: ['总经理', '财务负责人'],
      definition: '逾期应收为超过约定账期未回款的余额。',
    },
    {
      id: 'people',
      query: 'people.headcount',
      metrics: ['onRoll', 'attendedRatio', 'joinedMonth', 'leftMonth', 'pendingApprovals'],
      definition: '到岗率＝实到÷应到；待审为提交超过 24 小时仍未处理的单据。',
    },
  ],
  bundle: 'morning',
});
