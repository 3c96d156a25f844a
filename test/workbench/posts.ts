import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import type { DeliveryRow } from '../../shared/store/delivery.ts';
import type { LocalTables } from '../local.ts';

const editor = { person: 'on_editor', name: '法务编辑' };

/** A post that was sent, with all its fields. */
export const postOf = (more: Partial<Broadcast> = {}): Broadcast => ({
  broadcast: 'legal-42',
  item: 'broadcast',
  revision: 1,
  account: 'legal',
  issue: 42,
  version: 1,
  state: 'open',
  createdAt: '2026-11-22T08:00:00.000Z',
  changedAt: '2026-11-23T01:00:00.000Z',
  editors: [editor],
  article: { kind: 'document', ref: { kind: 'docx', token: 'doxcnArticle42' } },
  page: {
    url: 'https://mint.feishu.cn/docx/doxcnArticle42',
    docToken: 'doxcnArticle42',
    title: '广告法新规：功效宣称的 5 条红线',
    contentHash: '3f9a2b1c'.padEnd(64, '0'),
    minutes: 4,
    readAt: '2026-11-22T08:00:00.000Z',
  },
  title: '广告法新规：功效宣称的 5 条红线',
  summary:
    '12 月 1 日起，普通食品不得暗示减脂、降糖。\n详情页、直播话术、达人脚本一并适用。\n旧素材须在 11 月 30 日前下架。',
  concerns: '直播、详情页、客服话术',
  mustConfirm: true,
  deadlineAt: '2026-11-27T10:00:00.000Z',
  audience: { everyone: true, except: [] },
  startedAt: '2026-11-23T01:02:00.000Z',
  target: 2,
  snapshots: [],
  reminded: 0,
  done: [],
  ...more,
});

export const rowFor = (post: Broadcast, person: string, more: Partial<DeliveryRow> = {}): DeliveryRow => ({
  subject: personalSubject(post),
  recipient: person,
  state: 'accepted',
  sender: 'legal',
  receiveIdType: 'union_id',
  receiveId: person,
  wanted: { version: 1, hash: 'h1' },
  shown: { version: 1, hash: 'h1' },
  generation: 1,
  attempt: 1,
  eventAt: '2026-11-23T01:02:00.000Z',
  plannedAt: '2026-11-23T01:02:00.000Z',
  acceptedAt: '2026-11-23T01:02:01.000Z',
  messageId: `om_${post.broadcast}_${person}`,
  daySubject: `2026-11-23#${personalSubject(post)}`,
  ...more,
});

export const storesIn = (tables: LocalTables) => ({
  broadcasts: broadcasts(tables.name('broadcasts')),
  deliveries: deliveries(tables.name('deliveries')),
});

/** A post and the rows of whom it is for. */
export const publish = async (
  tables: LocalTables,
  { post, people, more = {} }: { post: Broadcast; people: readonly string[]; more?: Partial<DeliveryRow> },
): Promise<Broadcast> => {
  const stores = storesIn(tables);
  await stores.broadcasts.open(post, { step: 'start', now: new Date(), wakes: false });
  for (const person of people) await stores.deliveries.put(rowFor(post, person, more));
  return post;
};
