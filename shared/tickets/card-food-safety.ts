import type { CardElement } from '../feishu/card-json.ts';
import { coloured, markdown } from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';
import type { TicketViewer } from './card.ts';
import { isFoodSafety } from './card-acts.ts';
import { isOpen, type Ticket } from './ticket.ts';
import { askWords, categoryWords, momentWords } from './words.ts';

/** 结块 2、异味 1: by category, the most frequent first. No words of customers. */
const countsOf = (cases: readonly Ticket[]): string => {
  const counts = new Map<string, number>();
  for (const one of cases) counts.set(categoryWords(one), (counts.get(categoryWords(one)) ?? 0) + 1);
  return [...counts]
    .toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .map(([name, count]) => `${escapeMarkdown(name)} ${count}`)
    .join('、');
};

/** 「蛋白棒 批次20261012：72 小时内 4 件（结块 2、异味 1、身体不适 1）」 */
const clusterLine = ({ productName, batchNo, cases: ids }: Ticket, cases: readonly Ticket[]): string => {
  const what = [productName ?? '', batchNo === undefined ? '' : `批次${batchNo}`];
  const name = escapeMarkdown(clip(what.filter((word) => word !== '').join(' '), 40));
  const counts = countsOf(cases);
  return `**${name}**：72 小时内 ${ids.length} 件${counts === '' ? '' : `（${counts}）`}`;
};

type Step = { readonly at: string; readonly words: string };

/** Who took the lead, who was asked and what they found, in their order. */
const stepsOf = ({ owner, ownedSince, ownedBy }: Ticket, children: readonly Ticket[]): readonly Step[] => {
  const lead =
    owner && ownedSince !== undefined
      ? [
          {
            at: ownedSince,
            words: `${escapeMarkdown(owner.name)} ${ownedBy === 'claim' || ownedBy === 'takeOver' ? '牵头' : '处理'}`,
          },
        ]
      : [];
  const asked = children.map(({ openedAt, ask }) => ({ at: openedAt, words: ask ? askWords[ask] : '协办' }));
  const found = children.flatMap(({ resolution }) =>
    resolution
      ? [{ at: resolution.at, words: `答复：${escapeMarkdown(clip(resolution.note ?? '', 40))}` }]
      : [],
  );
  return [...lead, ...asked, ...found].toSorted((a, b) => (a.at < b.at ? -1 : 1));
};

/** 食品安全: how many, what has been done, and that the recall's deadline waits for 品控's grade. */
export const foodSafetyOf = (
  ticket: Ticket,
  { children, cases }: Pick<TicketViewer, 'children' | 'cases'>,
): readonly CardElement[] => {
  if (!isFoodSafety(ticket)) return [];
  const steps = stepsOf(ticket, children).map(
    ({ at, words }) => `${coloured(momentWords(at, ticket.changedAt), 'grey')} ${words}`,
  );
  const lines = [
    ...(ticket.kind === 'batch' ? [clusterLine(ticket, cases)] : []),
    ...(steps.length > 0 ? ['**动作**', ...steps] : []),
    ...(isOpen(ticket) ? [coloured('召回时限由品控定级后显示', 'grey')] : []),
  ];
  return lines.length > 0 ? [markdown(lines.join('\n'))] : [];
};
