import { dayOf } from '../calendar/day.ts';
import type { Card } from '../feishu/card-json.ts';
import { card, markdown } from '../feishu/cards.ts';
import { escapeMarkdown } from '../feishu/markdown.ts';
import type { Account } from './account.ts';
import { type Broadcast, issueWords } from './broadcast.ts';

export type Silence = {
  readonly account: Account;
  readonly last: Broadcast;
  /** Since the last one went out. */
  readonly days: number;
};

/** 更新提醒: how long the account has been silent, and how to begin. */
export const buildCadenceCard = ({ account, last, days }: Silence, id: string): Card =>
  card({
    id,
    summary: `${account.name} 已 ${days} 天没有新内容`,
    header: { title: `${account.name} 已 ${days} 天没有新内容`, colour: 'orange' },
    elements: [
      markdown(
        `上一期：${issueWords(last)}《${escapeMarkdown(last.title)}》，${dayOf(new Date(last.startedAt ?? last.createdAt)).slice(5)} 发出。`,
      ),
      markdown('把写好的飞书文档链接发给我，就可以开始新的一期。'),
    ],
    footer: [`每 ${account.cadenceDays} 天至少一期 · 为什么收到：你是${escapeMarkdown(account.name)}的编辑`],
  });
