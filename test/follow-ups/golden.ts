import { type FollowUp, newFollowUp } from '../../shared/follow-ups/follow-up.ts';

export const subject = 'digest:morning:2026-11-23';
export const lin = { person: 'on_lin', name: '林知夏' };
export const zhou = { person: 'on_zhou', name: '周明' };
export const chen = { person: 'on_chen', name: '陈晓' };

/** 10:41 on Monday 23 November in Shanghai. */
const at = '2026-11-23T02:41:00.000Z';

export const openLine: FollowUp = newFollowUp({
  item: `${subject}#0123456789ab`,
  since: '2026-11-23',
  line: '🔴 代餐奶昔·香草 可售 3 天，补货需 12 天',
  people: [lin, zhou, chen],
  subject,
});

export const assignedLine: FollowUp = {
  ...openLine,
  state: 'assigned',
  assigned: { to: zhou, by: lin, at },
  followedSince: at,
};
