import { allAccounts } from '../../config/accounts/all.ts';
import { allAlerts } from '../../config/alerts/all.ts';
import { releases } from '../../config/bundles.ts';
import { postNameOf } from '../../shared/broadcasts/post-name.ts';
import { reasonInWords } from '../../shared/digests/reason-words.ts';
import { dayAndTime } from '../../shared/follow-ups/follow-up.ts';
import type { Delivery } from '../../shared/store/delivery.ts';

const kinds: ReadonlyMap<string, (id: string) => string> = new Map<string, (id: string) => string>([
  ['digest', (id) => releases.find((release) => release.id === id)?.name ?? '定时推送'],
  ['alert', (id) => allAlerts.find((alert) => alert.id === id)?.name ?? '异常提醒'],
  ['ticket', (id) => `工单 ${id}`],
  ['list', () => '工单清单'],
  ['todo', () => '工单清单'],
  ['board', () => '工单看板'],
  ['follow-up', () => '跟进事项'],
  ['reply', () => '机器人回复'],
  ['menu', () => '机器人回复'],
  ['welcome', () => '使用说明'],
  ['joined', () => '使用说明'],
  ['post', () => '订阅号管理'],
  ['notice', () => '系统通知'],
]);

const postName = postNameOf(allAccounts);

/** Who reads it knows the name, not the key. */
export const deliveryName = ({ subject }: Delivery): string => {
  const post = postName(subject);
  if (post !== undefined) return post;
  const [kind = '', id = ''] = subject.split(':');
  return kinds.get(kind)?.(id) ?? '系统消息';
};

const places = { page: '页面', card: '卡片' } as const;

const confirmedAt = ({ confirmed }: Delivery): readonly string[] =>
  confirmed ? [`${dayAndTime(confirmed.at)} 确认 v${confirmed.version}（${places[confirmed.via]}）`] : [];

const unsent = ({ reason, code, plannedAt }: Delivery): string => {
  const why = reason ?? code;
  return why === undefined
    ? `${dayAndTime(plannedAt)} 排队中`
    : `${dayAndTime(plannedAt)} 未发送：${reasonInWords(why)}`;
};

/** When it arrived, was read, opened and confirmed, or why it wasn't sent. */
export const deliveryMoments = (row: Delivery): string => {
  const steps: readonly (readonly [string | undefined, string])[] = [
    [row.acceptedAt, '已送达'],
    [row.readAt, '读了卡片'],
    [row.openedAt, '打开文章'],
  ];
  const said = steps.flatMap(([at, words]) => (at === undefined ? [] : [`${dayAndTime(at)} ${words}`]));
  const all = [...said, ...confirmedAt(row)];
  return all.length > 0 ? all.join(' · ') : unsent(row);
};
