import { clockTime } from '../../shared/calendar/day.ts';
import { dayAndTime, type FollowUp, laterMs, type Who } from '../../shared/follow-ups/follow-up.ts';
import type { Act } from './click.ts';

export type Toast = {
  readonly type: 'info' | 'success' | 'warning' | 'error';
  readonly content: string;
};

/** `told`: nothing changes, and this is why. `remindAt`: whoever clicked wants to be reminded then. */
export type Decision =
  | { readonly kind: 'told'; readonly toast: Toast }
  | {
      readonly kind: 'changed';
      readonly followUp: FollowUp;
      readonly toast: Toast;
      readonly remindAt?: Date;
    };

type Clicker = { readonly by: Who; readonly now: Date };

const told = (content: string, type: Toast['type'] = 'warning'): Decision => ({
  kind: 'told',
  toast: { type, content },
});

/** 10:41 today, 11-22 10:41 on another day. */
const when = (iso: string, now: Date): string =>
  dayAndTime(iso).startsWith(dayAndTime(now.toISOString()).slice(0, 5))
    ? clockTime(new Date(iso))
    : dayAndTime(iso);

/** Somebody was first; to themselves it is only said that it is done. */
const wasDone = ({ by, at }: { by: Who; at: string }, what: string, clicker: Clicker): Decision =>
  by.person === clicker.by.person
    ? told(`已${what}`, 'info')
    : told(`${by.name} 已于 ${when(at, clicker.now)} ${what}`);

const assignedAlready = ({ assigned }: FollowUp, clicker: Clicker): Decision | undefined => {
  if (!assigned) return undefined;
  const { to, by } = assigned;
  const what = to.person === by.person ? '开始跟进' : `指派 ${to.name} 跟进`;
  return wasDone(assigned, what, clicker);
};

const assign = (followUp: FollowUp, to: Who, { by, now }: Clicker): Decision => {
  const at = now.toISOString();
  const toast = to.person === by.person ? '已由你跟进' : `已指派 ${to.name} 跟进`;
  return {
    kind: 'changed',
    followUp: {
      ...followUp,
      state: 'assigned',
      assigned: { to, by, at },
      followedSince: followUp.followedSince ?? at,
    },
    toast: { type: 'success', content: toast },
  };
};

const handOver = (followUp: FollowUp, to: Who, clicker: Clicker): Decision => {
  const { assigned } = followUp;
  if (!assigned) return assign(followUp, to, clicker);
  if (assigned.to.person === to.person) return told(`已由 ${to.name} 跟进`, 'info');
  const isTheirs = [assigned.to.person, assigned.by.person].includes(clicker.by.person);
  return isTheirs ? assign(followUp, to, clicker) : (assignedAlready(followUp, clicker) ?? told('无权限'));
};

const give = (followUp: FollowUp, act: Extract<Act, { readonly to: string }>, clicker: Clicker): Decision => {
  const to = followUp.people.find(({ person }) => person === act.to);
  if (!to) return told('只能指派给收到这条提醒的人');
  if (act.do === 'handOver') return handOver(followUp, to, clicker);
  return assignedAlready(followUp, clicker) ?? assign(followUp, to, clicker);
};

const acknowledge = (followUp: FollowUp, clicker: Clicker): Decision => {
  const { acknowledged } = followUp;
  const before = assignedAlready(followUp, clicker);
  if (before) return before;
  if (acknowledged) return wasDone(acknowledged, '知晓', clicker);
  const { by, now } = clicker;
  return {
    kind: 'changed',
    followUp: { ...followUp, state: 'acknowledged', acknowledged: { by, at: now.toISOString() } },
    toast: { type: 'success', content: '已记录：已知晓' },
  };
};

/** Personal: the others' cards stay as they are. */
const later = (followUp: FollowUp, { by, now }: Clicker): Decision => {
  const known = followUp.reminders[by.person];
  if (known !== undefined) return told(`将于 ${clockTime(new Date(known))} 提醒你`, 'info');
  const remindAt = new Date(now.getTime() + laterMs);
  return {
    kind: 'changed',
    followUp: { ...followUp, reminders: { ...followUp.reminders, [by.person]: remindAt.toISOString() } },
    toast: { type: 'success', content: `将于 ${clockTime(remindAt)} 提醒你` },
    remindAt,
  };
};

const close = (
  followUp: FollowUp,
  { cause, measure }: Extract<Act, { readonly do: 'close' }>,
  { by, now }: Clicker,
): Decision => {
  if (followUp.assigned?.to.person !== by.person) return told('无权限：仅跟进人可以办结');
  return {
    kind: 'changed',
    followUp: { ...followUp, state: 'closed', closed: { by, at: now.toISOString(), cause, measure } },
    toast: { type: 'success', content: '已办结' },
  };
};

/** What a click does to a follow-up as it is now. The clicker is one of its people. */
export const decide = (followUp: FollowUp, act: Act, clicker: Clicker): Decision => {
  if (followUp.closed) return wasDone(followUp.closed, '办结', clicker);
  switch (act.do) {
    case 'assign':
    case 'handOver':
      return give(followUp, act, clicker);
    case 'acknowledge':
      return acknowledge(followUp, clicker);
    case 'later':
      return later(followUp, clicker);
    case 'close':
      return close(followUp, act, clicker);
  }
};
