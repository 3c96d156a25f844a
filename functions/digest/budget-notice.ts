import { budget as shares } from '../../config/budget.ts';
import { type Forecast, forecastOf } from '../../shared/delivery/budget-forecast.ts';
import { type BudgetLevel, isReserved } from '../../shared/delivery/budget-level.ts';
import type { Budget, Standing } from '../../shared/delivery/call-budget.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { grouped, percent } from '../../shared/digests/wording.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { card, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import { escapeMarkdown } from '../../shared/feishu/markdown.ts';
import { errorFields, log } from '../../shared/log.ts';
import { type HorizonDeps, isAdmin } from './horizon.ts';

export type BudgetNoticeDeps = HorizonDeps & {
  readonly budget: Pick<Budget, 'standing'>;
  /** What a digest is called. */
  readonly releases: readonly { readonly id: string; readonly name: string }[];
};

type Told = { readonly budgetUsedPercent: number; readonly budgetTold: number };

/** Each is told once a month, the highest that was reached. Refusals of Feishu can't be told by a card. */
const thresholdOf = ({ level, share }: Standing): number | undefined => {
  if (level === 'usedUp') return undefined;
  const { p0From, reservedFrom, economyFrom, forecastFrom } = shares;
  return [p0From, reservedFrom, economyFrom, forecastFrom].find((from) => share >= from);
};

const whole = (share: number): string => `${Math.round(share * 100)}`;
const from = (share: number): string => `${whole(share)}%`;

const nowOff: Readonly<Record<BudgetLevel, string>> = {
  normal: '',
  forecast: `用到 ${from(shares.economyFrom)} 起：卡片只更新最终结果，不再核对已读；用到 ${from(shares.reservedFrom)} 起：只发紧急消息、需确认通知、晨报和提问的回答，其余顺延`,
  economy: `现在起：卡片只更新最终结果，不再核对已读；用到 ${from(shares.reservedFrom)} 起：只发紧急消息、需确认通知、晨报和提问的回答，其余顺延`,
  reserved: `现在起：只发紧急消息、需确认通知、晨报；提问用到 ${from(shares.silentFrom)} 后不再回答。其余顺延到下月 1 日，提额后一小时内补发`,
  p0Only: '现在起：只发 P0 紧急消息。其余顺延到下月 1 日，提额后一小时内补发',
  usedUp: '',
};

const topicNames: Readonly<Record<string, string>> = {
  reply: '提问的回答',
  menu: '菜单的回答',
  alert: '预警',
  ticket: '工单',
  broadcast: '订阅号',
  notice: '系统提醒',
  base: '多维表格',
};

const dayWords = (day: string): string => `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`;

const topicLine = (deps: BudgetNoticeDeps, { byTopic }: Forecast): string => {
  const nameOf = (topic: string): string =>
    deps.releases.find(({ id }) => id === topic)?.name ?? topicNames[topic] ?? topic;
  const parts = Object.entries(byTopic)
    .slice(0, 4)
    .map(
      ([topic, { calls, perWorkday }]) => `${nameOf(topic)} ${grouped(calls)}（日均 ${grouped(perWorkday)}）`,
    );
  return `主要用在：${parts.join(' · ')}`;
};

const forecastLine = ({ workdaysLeft, monthEnd, runsOutOn }: Forecast, quota: number): string => {
  const end = `还有 ${workdaysLeft} 个工作日，照此到月底约 ${grouped(monthEnd)} 次`;
  if (runsOutOn !== undefined) return `${end}，**约 ${dayWords(runsOutOn)}用完**`;
  return monthEnd > quota ? end : `${end}，够用`;
};

type Notice = {
  readonly standing: Standing;
  readonly quota: number;
  readonly threshold: number;
  readonly now: Date;
};

const noticeCard = (
  deps: BudgetNoticeDeps,
  { standing, quota, threshold, id, forecast }: Notice & { readonly id: string; readonly forecast: Forecast },
): Card => {
  const { calls, share, level } = standing;
  const title = `本月接口额度已用 ${whole(threshold)}%`;
  return card({
    id,
    summary: `${title}：${grouped(calls)} / ${grouped(quota)} 次`,
    header: { title, colour: isReserved(level) ? 'red' : 'orange' },
    elements: [
      markdown(
        `已用 **${grouped(calls)}** / ${grouped(quota)} 次（${percent(share)}）\n${forecastLine(forecast, quota)}`,
      ),
      markdown(escapeMarkdown(topicLine(deps, forecast))),
      markdown(nowOff[level]),
      markdown(
        '提额或升级后告诉系统：`npx serverless invoke -f ops -d \'{"do":"budget","monthlyCalls":…,"confirm":true}\'`',
      ),
    ],
    footer: ['每月每档提醒一次 · 为什么收到：直达管理员'],
  });
};

const tell = async (deps: BudgetNoticeDeps, admin: string, notice: Notice): Promise<boolean> => {
  const { standing, quota, threshold, now } = notice;
  const key = { subject: `notice:budget-${standing.month}-${whole(threshold)}`, recipient: admin };
  if (await deps.deliveries.find(key)) return false;
  const id = deliveryElementId(key.subject, key.recipient);
  const { calendar } = await deps.calendar();
  const forecast = forecastOf({ month: standing.month, row: standing.row, quota, calendar, now });
  const kept = await keepCard(deps.contents)(noticeCard(deps, { ...notice, id, forecast }), { id });
  const to = { receiveIdType: 'union_id', receiveId: admin } as const;
  // It says that the rest is held, so it isn't held with the rest.
  const urgency = isReserved(standing.level) ? ({ urgency: 'p0' } as const) : {};
  await deps.sendNow({ ...key, ...to, ...urgency, sender: deps.sender, ...kept, eventAt: now });
  return true;
};

const tellAdmins = async (deps: BudgetNoticeDeps, notice: Notice): Promise<number> => {
  const admins = (await deps.people.listHere()).filter(isAdmin(deps.admins));
  if (admins.length === 0) log.warn('budget_nobody_to_tell', { month: notice.standing.month });
  const told = await Promise.all(admins.map(({ person }) => tell(deps, person, notice)));
  return told.filter(Boolean).length;
};

/**
 * At 70, 85, 95 and 99 % of the month's calls the administrators get a card with the forecast, once each. Answers the share
 * that is used in per cent (0 without a limit): the alarm looks at it.
 */
export const tellOfBudget = (deps: BudgetNoticeDeps): ((now: Date) => Promise<Told>) => {
  // The directory is not read again each minute for what this container has told.
  const done = new Set<string>();
  return async (now) => {
    const standing = await deps.budget.standing(now);
    const { month, quota, share } = standing;
    const budgetUsedPercent = Math.floor(share * 100);
    const threshold = thresholdOf(standing);
    if (quota === null || threshold === undefined || done.has(`${month} ${threshold}`))
      return { budgetUsedPercent, budgetTold: 0 };
    try {
      const budgetTold = await tellAdmins(deps, { standing, quota, threshold, now });
      done.add(`${month} ${threshold}`);
      return { budgetUsedPercent, budgetTold };
    } catch (error) {
      // A notice that fails must not keep today's cards back; the next minute tries again.
      log.warn('budget_not_told', errorFields(error));
      return { budgetUsedPercent, budgetTold: 0 };
    }
  };
};
