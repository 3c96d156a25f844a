import type { Day } from '../calendar/day.ts';
import { clockTime } from '../calendar/day.ts';
import type { Delivery } from '../store/delivery.ts';
import type { Person } from '../store/people.ts';
import type { Window } from '../store/windows.ts';
import { scopeFor, sectionsFor, whyReceives } from './audience.ts';
import type { Bundle } from './bundle.ts';
import type { Digest } from './definition.ts';
import { reasonInWords } from './reason-words.ts';
import { digestsOn, type IsWorkday, plannedAt } from './window.ts';

/** One decision that led to a send or no send: a stable code for machines, a sentence for the person. */
export type Step = { readonly code: string; readonly text: string };

export type Question = {
  readonly release: Bundle;
  readonly day: Day;
  readonly person: Person | undefined;
  readonly window: Window | undefined;
  readonly delivery: Delivery | undefined;
  readonly isWorkday: IsWorkday;
  readonly now: Date;
};

const time = (iso: string | undefined): string => (iso ? clockTime(new Date(iso)) : '—');

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

type Said = (delivery: Delivery, name: string) => Step;

const deliverySteps: Readonly<Record<Delivery['state'], Said>> = {
  planned: (_, name) => ({ code: 'planned', text: `${name}已排队，等待发送` }),
  claimed: (_, name) => ({ code: 'claimed', text: `${name}正在发送` }),
  accepted: ({ acceptedAt }, name) => ({
    code: 'accepted',
    text: `${name}已于 ${time(acceptedAt)} 送达，尚未打开`,
  }),
  read: ({ acceptedAt, readAt }, name) => ({
    code: 'read',
    text: `${name}已于 ${time(acceptedAt)} 送达，${time(readAt)} 已读`,
  }),
  confirmed: (_, name) => ({ code: 'confirmed', text: `${name}已确认` }),
  held: ({ reason, dueAt }, name) => ({
    code: `held:${reason ?? ''}`,
    text: `${name}暂缓发送：${reasonInWords(reason)}（${time(dueAt)} 再试）`,
  }),
  failed: ({ code, dueAt }, name) => ({
    code: `failed:${code ?? ''}`,
    text: dueAt
      ? `${name}发送未成功：${reasonInWords(code)}（${time(dueAt)} 重试）`
      : `${name}发送失败：${reasonInWords(code)}`,
  }),
  suppressed: ({ reason }, name) => ({
    code: `suppressed:${reason ?? ''}`,
    text: `${name}未发送：${reasonInWords(reason)}`,
  }),
  excluded: ({ reason }, name) => ({
    code: `excluded:${reason ?? ''}`,
    text: `${name}未发送：${reasonInWords(reason)}`,
  }),
};

const waitingStep = ({ release, window }: Question): Step => {
  const { name } = release;
  if (window?.state === 'claimed') return { code: 'window_working', text: `${name}正在生成和推送` };
  // Without a reason nobody has looked at it yet.
  if (!window?.reason) return { code: 'window_missing', text: `${name}本期还没有开始处理` };
  const latest = `（最晚 ${time(window.notAfter)}）`;
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
    return { code: 'window_sent', text: `${name}已于 ${time(window.releasedAt)} 推送` };
  const at = window ? new Date(window.releaseAt) : plannedAt(release, day);
  if (at > now) return { code: 'not_yet', text: `${name}计划 ${clockTime(at)} 推送，还没到时间` };
  return waitingStep(question);
};

/** It left without a row for this person, so it was planned before they were recorded. */
const lateComerSteps = ({ window }: Question): readonly Step[] =>
  window?.state === 'sent'
    ? [{ code: 'came_after_release', text: '推送时名单里还没有你，下一期起推送' }]
    : [];

/** Every decision that led to a send or no send of one release for one person on one day, in order. */
export const explain = (question: Question): readonly Step[] => {
  const { release, day, person, delivery, isWorkday } = question;
  if (!person?.directory) {
    const text = person?.left
      ? '已离职或不在应用可用范围'
      : '通讯录里没有这个人，或不在应用的通讯录权限范围内';
    return [{ code: 'not_in_directory', text }];
  }
  const digests = digestsOn(release, day, isWorkday);
  if (digests.length === 0) return [{ code: 'not_a_push_day', text: `${day} 不是${release.name}的推送日` }];
  const members = digests.map((digest) => memberStep(digest, person));
  if (delivery)
    return [...members, windowStep(question), deliverySteps[delivery.state](delivery, release.name)];
  const included = members.some(({ code }) => code.endsWith(':included'));
  if (included) return [...members, windowStep(question), ...lateComerSteps(question)];
  return [...members, { code: 'not_a_recipient', text: `因此${release.name}不会推送给你` }];
};
