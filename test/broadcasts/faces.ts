import { allAccounts } from '../../config/accounts/all.ts';
import type { ApprovalInput } from '../../shared/broadcasts/approval-card.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { faceOf, type PostFace } from '../../shared/broadcasts/post-card.ts';

export const accountNamed = (id: string) => {
  const account = allAccounts.find((each) => each.id === id);
  if (!account) throw new Error(`there is no account ${id}`);
  return account;
};

const legal = accountNamed('legal');

/** 薄荷法讯 42 as an editor has filled it in. */
export const post: Broadcast = {
  broadcast: 'legal-42',
  item: 'broadcast',
  revision: 3,
  account: 'legal',
  issue: 42,
  version: 1,
  state: 'in_review',
  createdAt: '2026-11-23T01:00:00.000Z',
  changedAt: '2026-11-23T01:10:00.000Z',
  editors: [{ person: 'on_editor', name: '周敏' }],
  article: { kind: 'document', ref: { kind: 'wiki', token: 'wikcnAdvertisingLaw0000000' } },
  page: {
    url: 'https://mint.feishu.cn/wiki/wikcnAdvertisingLaw0000000',
    docToken: 'doxcnAdvertisingLaw0000000',
    nodeToken: 'wikcnAdvertisingLaw0000000',
    title: '广告法新规：功效宣称的5条红线',
    contentHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    minutes: 4,
    readAt: '2026-11-23T01:01:00.000Z',
  },
  title: '广告法新规：功效宣称的5条红线',
  summary:
    '12 月 1 日起，普通食品不得宣称减脂、控糖等功效。\n直播口播、详情页、客服话术都算广告。\n附：5 条红线与可用的替换说法。',
  concerns: '直播、详情页、客服话术',
  mustConfirm: true,
  deadlineAt: '2026-11-27T10:00:00.000Z',
  audience: legal.audience,
  target: 0,
  snapshots: [],
  reminded: 0,
  done: [],
};

const found = faceOf(post, legal);
if (!found) throw new Error('the post has no page');
export const face: PostFace = found;

export const approval: ApprovalInput = {
  place: { subject: 'post:legal-42:approval-3', recipient: 'on_head' },
  face,
  revision: 3,
  editors: ['周敏'],
  scope: '全员',
  people: Array.from({ length: 300 }, (_, at) => `同事${at + 1}`),
  changes: { more: ['王一', '李二', '张三', '赵四', '钱五', '孙六'], fewer: ['陈七', '吴八'] },
  unreachable: [
    { name: '何九', reason: 'not_activated' },
    { name: '许十', reason: 'not_activated' },
    { name: '', reason: 'unknown_person' },
    { name: '沈一', reason: 'out_of_scope' },
  ],
  calls: { expected: 312, left: 4_120 },
  minutes: 1.2,
};
