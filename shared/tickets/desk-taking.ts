import {
  type Acting,
  changed,
  type Decide,
  type DeskDecision,
  mayDecide,
  mayTake,
  noRight,
  told,
} from './desk-act.ts';
import type { ChangeInput } from './event.ts';
import type { Ticket } from './ticket.ts';
import { momentWords } from './words.ts';

const waysWords: Readonly<Record<NonNullable<Ticket['ownedBy']>, string>> = {
  sourceAgent: '分派到',
  roundRobin: '分派到',
  duty: '分派到',
  claim: '领取',
  takeOver: '接手',
  transfer: '收到转派',
  base: '在多维表格中被指定为处理人',
  reopened: '继续处理',
};

/** Who was first, and when: 潘小雨 已于 10:41 领取. */
const ownedWords = ({ owner, ownedSince, ownedBy = 'claim', changedAt }: Ticket, now: Date): string =>
  `${owner?.name ?? ''} 已于 ${momentWords(ownedSince ?? changedAt, now.toISOString())} ${waysWords[ownedBy]}`;

/** Whoever saw it with another owner than it has now was too late. */
const isTaken = ({ owner, assignments }: Ticket, seen: number): boolean =>
  owner !== undefined && seen !== assignments;

/** What waits goes on waiting, whoever has it. */
const begins = ({ state }: Ticket): readonly ChangeInput[] =>
  state.startsWith('waiting') ? [] : [{ do: 'state', to: 'in_progress' }];

/** 领取 what nobody has, 接手 what somebody has. */
export const claim = (ticket: Ticket, acting: Acting, { seen }: { readonly seen: number }): DeskDecision => {
  const { by, now } = acting;
  if (by.isOwner) return told('已由你处理', 'info');
  if (isTaken(ticket, seen)) return told(ownedWords(ticket, now));
  if (!mayTake(by)) return told('无权限：仅本组成员可领取或接手');
  const { owner } = ticket;
  const how = owner ? 'takeOver' : 'claim';
  const words = owner ? `已接手，原处理人 ${owner.name} 会看到` : '已领取，由你处理';
  return changed({ ticket, acting }, [{ do: 'assigned', to: by.who, how }, ...begins(ticket)], words);
};

export const transfer: Decide<'transfer'> = (ticket, acting, { seen, to }) => {
  if (!mayDecide(acting.by)) return noRight;
  if (ticket.owner?.person === to.person) return told(`已由 ${to.name} 处理`, 'info');
  if (isTaken(ticket, seen)) return told(ownedWords(ticket, acting.now));
  return changed({ ticket, acting }, [{ do: 'assigned', to, how: 'transfer' }], `已转派给 ${to.name}`);
};
