import { meaningOf } from './codes.ts';

const permissions = 'open.feishu.cn/app → 权限管理: add the scope, then publish a version (版本管理与发布)';
const availability = 'open.feishu.cn/app → 版本管理与发布: widen 可用范围 and publish a version';
const contactScope =
  'open.feishu.cn/app → 权限管理 → 通讯录权限范围: add the department or person, then publish a version';
const later = 'nothing to do: it is repeated by itself';
const preflight = 'report the card: pre-flight should have degraded it (step in the row\'s "degraded")';

/** One line to mend what a code means, by our word for it. */
const fixes: Readonly<Record<string, string>> = {
  rate_limited: `${later}; move a digest off the full and half hour if it comes daily`,
  ip_not_allowed:
    'open.feishu.cn/app → 安全设置 → IP 白名单: add the outgoing address of the functions or clear the list',
  quota_used_up:
    'the month\'s calls are used up: buy a plan with more, or wait for the 1st; `{"do":"budget"}` shows who used them',
  token_missing: later,
  token_expired: later,
  app_disabled: 'Feishu admin console → 工作台 → 应用管理: enable the app',
  app_not_installed: 'open.feishu.cn/app → 版本管理与发布: publish a version and have it approved',
  app_credentials_wrong:
    'put App ID and App Secret of 凭证与基础信息 into the secret feishu-apps and deploy again',
  scope_missing: permissions,
  bot_ability_off: 'open.feishu.cn/app → 添加应用能力 → 机器人, then publish a version',
  person_unknown: 'run people-sync; the union_id may come from another company or app developer',
  open_id_of_another_app: 'use union_id: an open_id belongs to one app',
  person_not_available: availability,
  person_not_visible: contactScope,
  department_not_visible: contactScope,
  person_resigned: 'run people-sync: the person has left',
  muted_by_person: 'ask the person to open the chat with the bot and allow its messages',
  bot_not_in_group: 'add the bot to the group again',
  chat_dissolved: 'the group is gone: take it off the list',
  card_refused: preflight,
  card_too_many_tables: preflight,
  card_too_many_elements: preflight,
  card_chart_refused: preflight,
  too_long: preflight,
  urgent_quota_used_up: "the company's 加急 by SMS or phone is used up: use in-app, or buy more",
  base_write_conflict: `${later}; look for somebody else who writes into the same Base`,
  base_busy: later,
  base_permission_missing:
    'open the Base → 分享: give the app the right to edit; with advanced permissions the right to manage',
  base_field_missing: 'give the column its name back, or run the set-up of the Base again',
  base_gone: 'the Base was deleted: take it out of the recycle bin of the space',
  base_table_gone: 'the table was deleted: take it back from the history of the Base',
  base_full: 'the Base has reached its number of rows: archive old ones',
  wiki_busy: later,
  wiki_full: 'the wiki space has reached its number of pages: archive old ones or use another space',
  document_busy: later,
  document_forbidden:
    'open the document → … → 更多 → 添加文档应用: add the app; a wiki space: 设置 → 成员管理, add a group with the bot as administrator',
  document_too_large:
    'split the article: a limit of Feishu documents (blocks, cells or characters) is reached',
  sender_unknown: 'no app is this sender any more: give feishu-apps its entry back and deploy again',
  no_connection: "the functions can't reach Feishu: look at the network (VPC, NAT) and FEISHU_DOMAIN",
  no_token: 'Feishu gave no token: look at the network, then try again',
  timeout: later,
  no_reply: later,
};

/** Our word for a code of Feishu's and one line to mend it. */
export const explainCode = (code: number | string): { readonly reason: string; readonly fix: string } => {
  const { reason } = meaningOf(code);
  const search = `search ${code} at open.feishu.cn/search`;
  return { reason, fix: fixes[reason] ?? search };
};
