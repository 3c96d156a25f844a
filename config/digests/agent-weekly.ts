import { digest } from '../../shared/digests/definition.ts';

/** Everybody's own week, and of the others only median and mean: never a list of names by points. */
export const agentWeekly = digest({
  id: 'agent-weekly',
  name: '工单周报',
  category: '我的一周',
  owner: '客服组长',
  source: { id: 'zhida', name: '直达' },
  // After lunch: before noon an agent has the list of the shift.
  trigger: { kind: 'at', time: '14:06' },
  calendar: 'firstWorkdayOfWeek',
  window: 'calendarDay',
  misfire: { policy: 'sendLate', withinMinutes: 180 },
  audience: { roles: ['客服', '客服组长', '店铺运营', '品控专员', '仓管'] },
  scope: { by: 'company' },
  headline: ['agentPoints', 'agentFirstResponse', 'agentResolved', 'agentReopened'],
  brief: ['agentPoints', 'agentResolved'],
  freshness: { maxAgeMinutes: 1440, onStale: 'sayOnCard' },
  sections: [
    {
      id: 'agent',
      query: 'agent.week',
      metrics: ['agentPoints', 'agentFirstResponse', 'agentResolved', 'agentReopened'],
      definition:
        '积分＝结案1×难度（P0 3、P1 2、P2 1、P3 0.5）＋首响达标0.2＋一次解决0.3－重开0.5－超时0.5；合并与自动关闭不计；团队不足5人不显示中位与均值。',
    },
  ],
});
