import { digest } from '../../shared/digests/definition.ts';

/** What was taken on and not yet closed. Its rows are our own, so it waits for no other system. */
export const followUpsWeekly = digest({
  id: 'follow-ups-weekly',
  name: '跟进周报',
  category: '跟进',
  owner: '总经理',
  source: { id: 'zhida', name: '直达' },
  // After lunch: one scheduled card before noon is the 晨报.
  trigger: { kind: 'at', time: '14:02' },
  calendar: 'firstWorkdayOfWeek',
  window: 'calendarDay',
  misfire: { policy: 'sendLate', withinMinutes: 180 },
  audience: {
    roles: [
      '总经理',
      '副总经理',
      '销售总监',
      '渠道总监',
      '财务负责人',
      '人力资源负责人',
      '大区负责人',
      '渠道负责人',
      '供应链负责人',
      '商品负责人',
      '品控负责人',
    ],
  },
  scope: { by: 'company' },
  headline: ['followUpsOpen', 'followUpAge', 'followUpsClosed', 'followUpTime'],
  brief: ['followUpsOpen', 'followUpsClosed'],
  freshness: { maxAgeMinutes: 1440, onStale: 'sayOnCard' },
  sections: [
    {
      id: 'follow-ups',
      query: 'followUps.week',
      metrics: ['followUpsOpen', 'followUpAge', 'followUpsClosed', 'followUpTime'],
      definition:
        '未办结为已有人跟进、尚未填写原因与措施的事项；时长从首次指派算起，转派不重新计时；只统计你能看到的事项。',
    },
  ],
});
