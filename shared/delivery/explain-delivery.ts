import { clockTime, dayOf } from '../calendar/day.ts';
import { reasonInWords } from '../digests/reason-words.ts';
import type { Delivery } from '../store/delivery.ts';

/** One decision that led to a send or no send: a stable code for machines, a sentence for the person. */
export type Step = {
  readonly code: string;
  readonly text: string;
  /** For administrators only: versions of settings, tries, codes. */
  readonly detail?: true;
};

export const timeIn = (iso: string | undefined): string => (iso ? clockTime(new Date(iso)) : '—');

/** The time alone on the day of the question, with its date on another. */
const momentFrom = (iso: string | undefined, plannedAt: string): string => {
  if (!iso || dayOf(new Date(iso)) === dayOf(new Date(plannedAt))) return timeIn(iso);
  return `${dayOf(new Date(iso)).slice(5)} ${timeIn(iso)}`;
};

type Said = (delivery: Delivery, name: string) => Step;

const untold = ({ reason, state }: Delivery, name: string): Step => ({
  code: `${state}:${reason ?? ''}`,
  text: `${name}未发送：${reasonInWords(reason)}`,
});

/** Held for a while that is known beforehand, not until somebody mends something. */
const knownWaits = ['quiet_hours', 'own_quiet_hours', 'off_shift', 'on_leave', 'attention_limit'];

const waitsTill = ({ reason = '', dueAt, plannedAt }: Delivery): string => {
  const moment = momentFrom(dueAt, plannedAt);
  return knownWaits.includes(reason) ? `预计 ${moment} 送达` : `${moment} 再试`;
};

/** Of the article that a card is about. */
const openedWords = ({ openedAt, plannedAt }: Delivery): string =>
  openedAt === undefined ? '' : `，${momentFrom(openedAt, plannedAt)} 打开文章`;

const confirmedOn = { card: '卡片', page: '页面' } as const;

const confirmedWords = ({ confirmed, plannedAt }: Delivery): string =>
  confirmed
    ? `已于 ${momentFrom(confirmed.at, plannedAt)} 在${confirmedOn[confirmed.via]}上确认 v${confirmed.version}`
    : '已确认';

const endings: Readonly<Record<Delivery['state'], Said>> = {
  planned: (_, name) => ({ code: 'planned', text: `${name}已排队，等待发送` }),
  claimed: (_, name) => ({ code: 'claimed', text: `${name}正在发送` }),
  accepted: (delivery, name) => ({
    code: 'accepted',
    text: `${name}已于 ${momentFrom(delivery.acceptedAt, delivery.plannedAt)} 送达${openedWords(delivery) || '，尚未打开'}`,
  }),
  read: (delivery, name) => ({
    code: 'read',
    text: `${name}已于 ${momentFrom(delivery.acceptedAt, delivery.plannedAt)} 送达，${momentFrom(delivery.readAt, delivery.plannedAt)} 已读${openedWords(delivery)}`,
  }),
  confirmed: (delivery, name) => ({
    code: 'confirmed',
    text: `${name}${confirmedWords(delivery)}${openedWords(delivery)}`,
  }),
  held: (delivery, name) => ({
    code: `held:${delivery.reason ?? ''}`,
    text: `${name}暂缓发送：${reasonInWords(delivery.reason)}（${waitsTill(delivery)}）`,
  }),
  failed: ({ code, dueAt, plannedAt }, name) => ({
    code: `failed:${code ?? ''}`,
    text: dueAt
      ? `${name}发送未成功：${reasonInWords(code)}（${momentFrom(dueAt, plannedAt)} 重试）`
      : `${name}发送失败：${reasonInWords(code)}`,
  }),
  suppressed: untold,
  excluded: untold,
};

const detail = (code: string, text: string): Step => ({ code, text, detail: true });

const urgencies: Readonly<Record<NonNullable<Delivery['urgency']>, string>> = {
  p0: '最高级（P0），不受免打扰和上限限制',
  p1: '紧急（P1），不受条数和额度限制',
  mustConfirm: '须确认，不受额度限制',
  scheduled: '定时推送',
  reply: '回复本人的提问',
};

/** `{mode: 'live@00000001/0', calendar: 'built-in'}` as one line; a setting that nobody changed has version 0. */
const versionsStep = (versions: Readonly<Record<string, string>> | undefined): readonly Step[] => {
  const all = Object.entries(versions ?? {}).filter(([name]) => name !== 'held' && name !== 'carries');
  if (all.length === 0) return [];
  return [
    detail('versions', `依据的设置版本：${all.map(([name, version]) => `${name} ${version}`).join('，')}`),
  ];
};

const degradeWords: Readonly<Record<string, string>> = {
  rows: '减少行数',
  charts: '图表改为文字',
  sections: '折叠区改为标题',
  headlines: '只留要点',
  text: '只留摘要和链接',
};

const degradedStep = ({ degraded }: Delivery): readonly Step[] =>
  degraded
    ? [detail(`degraded:${degraded}`, `卡片超出飞书限制，已精简：${degradeWords[degraded] ?? degraded}`)]
    : [];

/** What once kept it back and doesn't any more. */
const heldBeforeStep = ({ decidedBy }: Delivery): readonly Step[] => {
  const reasons = decidedBy?.['held']?.split('+') ?? [];
  return reasons.map((reason) => detail(`was_held:${reason}`, `曾暂缓发送：${reasonInWords(reason)}`));
};

const triesStep = ({ attempt, code, state, generation }: Delivery): readonly Step[] => {
  const again = generation > 1 ? [detail('resent', `按管理员要求重新发送（第 ${generation} 次发出）`)] : [];
  if (attempt <= 1 && (code === undefined || state === 'failed')) return again;
  const because = code ? `，最近一次未成功：${reasonInWords(code)}（代码 ${code}）` : '';
  return [...again, detail('tried', `尝试 ${attempt} 次${because}`)];
};

const codeStep = ({ code, state }: Delivery): readonly Step[] =>
  state === 'failed' && code ? [detail('code', `返回代码 ${code}`)] : [];

const refreshStep = ({ shown, wanted, messageId, frozen }: Delivery): readonly Step[] => {
  if (!messageId || !shown || !wanted) return [];
  if (frozen !== undefined) {
    const versions = `显示第 ${shown.version} 版，最新为第 ${wanted.version} 版`;
    return [detail('refresh_given_up', `卡片不再更新：${reasonInWords(frozen)}（${versions}）`)];
  }
  if (wanted.version > shown.version)
    return [
      detail(
        'refresh_waiting',
        `内容有更新，等待刷新（显示第 ${shown.version} 版，应为第 ${wanted.version} 版）`,
      ),
    ];
  return shown.version > 1 ? [detail('refreshed', `已刷新到第 ${shown.version} 版`)] : [];
};

/** Every decision about one delivery after it was planned, in order; `name` is what the person calls it. */
export const explainDelivery = (delivery: Delivery, name: string): readonly Step[] => [
  ...versionsStep(delivery.decidedBy),
  ...(delivery.urgency
    ? [detail(`urgency:${delivery.urgency}`, `级别：${urgencies[delivery.urgency]}`)]
    : []),
  ...degradedStep(delivery),
  ...heldBeforeStep(delivery),
  ...triesStep(delivery),
  ...codeStep(delivery),
  endings[delivery.state](delivery, name),
  ...refreshStep(delivery),
];
