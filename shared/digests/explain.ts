import type { Day } from '../calendar/day.ts';
import { clockTime } from '../calendar/day.ts';
import { explainDelivery, type Step, timeIn } from '../delivery/explain-delivery.ts';
import type { Delivery } from '../store/delivery.ts';
import type { Person } from '../store/people.ts';
import type { Window } from '../store/windows.ts';
import { scopeFor, sectionsFor, whyReceives } from './audience.ts';
import type { Bundle } from './bundle.ts';
import type { Digest } from './definition.ts';
import { reasonInWords } from './reason-words.ts';
import { digestsOn, type IsWorkday, plannedAt } from './window.ts';

export type Question = {
  readonly release: Bundle;
  readonly day: Day;
  readonly person: Person | undefined;
  readonly window: Window | undefined;
  readonly delivery: Delivery | undefined;
  readonly isWorkday: IsWorkday;
  /** Which lists of holidays decided; only administrators are told. */
  readonly calendarVersion?: string;
  readonly now: Date;
};

const memberStep = (digest: Digest, person: Person): Step => {
  const who = { ...person, unionId: person.person };
  if (whyReceives(digest, who) === undefined) {
    return { code: `${digest.id}:not_in_audience`, text: `${digest.name}：你的职务不在接收范围` };
  }
  if (person.unsubscribed.includes(digest.id)) {
    return {
      code: `${digest.id}:unsubscribed`,
      text: `${digest.name}：你已退订，发送「订阅 ${digest.name}」可恢复`,
    };
  }
  if (!scopeFor(digest, who) || sectionsFor(digest, who).length === 0) {
    return { code: `${digest.id}:nothing_to_show`, text: `${digest.name}：没有你可查看的内容` };
  }
  return { code: `${digest.id}:included`, text: `${digest.name}：包含（${whyReceives(digest, who) ?? ''}）` };
};

const waitingStep = ({ release, window }: Question): Step => {
  const { name } = release;
  if (window?.state === 'claimed') return { code: 'window_working', text: `${name}正在生成和推送` };
  // Without a reason nobody has looked at it yet.
  if (!window?.reason) return { code: 'window_missing', text: `${name}本期还没有开始处理` };
  const latest = `（最晚 ${timeIn(window.notAfter)}）`;
  // In these words the reason is for a window that was skipped: here the latest moment is still to come.
  const waitsFor = window.reason === 'source_not_ready' ? '数据源就绪' : `：${reasonInWords(window.reason)}`;
  return { code: `window_waiting:${window.reason}`, text: `${name}正在等待${waitsFor}${latest}` };
};

const windowStep = (question: Question): Step => {
  const { release, day, window, now } = question;
  const { name } = release;
  if (window?.state === 'skipped') {
    const text = `${name}本期未推送：${reasonInWords(window.reason)}`;
    return { code: `window_skipped:${window.reason ?? ''}`, text };
  }
  if (window?.state === 'sent')
    return { code: 'window_sent', text: `${name}已于 ${timeIn(window.releasedAt)} 推送` };
  const at = window ? new Date(window.releaseAt) : plannedAt(release, day);
  if (at > now) return { code: 'not_yet', text: `${name}计划 ${clockTime(at)} 推送，还没到时间` };
  return waitingStep(question);
};

const memberOutcome = ({ name }: Digest, member: NonNullable<Window['members']>[number]): Step => {
  const { digest, state, reason, from = '', to = '' } = member;
  const days = from === to ? to : `${from} 至 ${to}`;
  if (state === 'skipped')
    return {
      code: `${digest}:skipped:${reason ?? ''}`,
      text: `${name}本期未推送：${reasonInWords(reason)}`,
      detail: true,
    };
  const text = to ? `${name}显示 ${days} 的数据` : `${name}没有完整数据，卡片上已写明`;
  return { code: `${digest}:${to ? 'shown' : 'without_figures'}`, text, detail: true };
};

/** Whether each source was ready, and which days its figures are of. */
const freshnessSteps = ({ release, window }: Question): readonly Step[] =>
  (window?.members ?? []).flatMap((member) => {
    const digest = release.digests.find(({ id }) => id === member.digest);
    return digest ? [memberOutcome(digest, member)] : [];
  });

const windowSteps = (question: Question): readonly Step[] => [
  windowStep(question),
  ...freshnessSteps(question),
];

const calendarStep = ({ day, isWorkday, calendarVersion }: Question): readonly Step[] =>
  calendarVersion === undefined
    ? []
    : [
        {
          code: isWorkday(day) ? 'workday' : 'day_off',
          text: `${day} 是${isWorkday(day) ? '工作日' : '非工作日'}（放假安排 ${calendarVersion}）`,
          detail: true,
        },
      ];

/** It left without a row for this person, so it was planned before they were recorded. */
const lateComerSteps = ({ window }: Question): readonly Step[] =>
  window?.state === 'sent'
    ? [{ code: 'came_after_release', text: '推送时名单里还没有你，下一期起推送' }]
    : [];

const absentStep = (person: Person | undefined): Step => ({
  code: 'not_in_directory',
  text: person?.left ? '已离职或不在应用可用范围' : '通讯录里没有这个人，或不在应用的通讯录权限范围内',
});

const withoutRow = (question: Question, members: readonly Step[]): readonly Step[] => {
  const included = members.some(({ code }) => code.endsWith(':included'));
  if (included) return [...members, ...windowSteps(question), ...lateComerSteps(question)];
  const text = `因此${question.release.name}不会推送给你`;
  return [...members, { code: 'not_a_recipient', text }];
};

/** Every decision that led to a send or no send of one release for one person on one day, in order. */
export const explain = (question: Question): readonly Step[] => {
  const { release, day, person, delivery, isWorkday } = question;
  // What was planned for them before they left still has a row that tells its own story.
  const told = delivery ? explainDelivery(delivery, release.name) : [];
  if (person?.directory !== 'here') return [absentStep(person), ...told];
  const digests = digestsOn(release, day, isWorkday);
  if (digests.length === 0) {
    const dayOff: Step = { code: 'not_a_push_day', text: `${day} 不是${release.name}的推送日` };
    return [...calendarStep(question), dayOff, ...told];
  }
  const members = digests.map((digest) => memberStep(digest, person));
  const steps = delivery ? [...members, ...windowSteps(question), ...told] : withoutRow(question, members);
  return [...calendarStep(question), ...steps];
};
