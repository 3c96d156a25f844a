import {
  type Acting,
  changed,
  type Decide,
  type DeskAct,
  type DeskDecision,
  mayDecide,
  mayTake,
  noRight,
  told,
} from './desk-act.ts';
import { answer, ask } from './desk-asking.ts';
import { claim, transfer } from './desk-taking.ts';
import type { ChangeInput } from './event.ts';
import { maskText } from './mask.ts';
import { isOpen, type Ticket } from './ticket.ts';
import { askedWords, momentWords, shortNumber } from './words.ts';

const waitCustomer: Decide<'waitCustomer'> = (ticket, acting) => {
  if (!mayDecide(acting.by)) return noRight;
  if (ticket.state === 'waiting_customer') return told('已在等客户回复', 'info');
  const change: ChangeInput = { do: 'state', to: 'waiting_customer', because: '处理人在等客户回复' };
  return changed({ ticket, acting }, [change], '已记录：等客户回复，处理时效暂停');
};

const resume: Decide<'resume'> = (ticket, acting) => {
  if (!mayDecide(acting.by)) return noRight;
  if (ticket.state !== 'waiting_customer') return told('已在处理中', 'info');
  return changed({ ticket, acting }, [{ do: 'state', to: 'in_progress' }], '已继续处理，时效继续计时');
};

/** It is over here, but a system that decides by itself at some time doesn't know yet. */
export const awaitsPlatform = ({ sources }: Pick<Ticket, 'sources'>): boolean =>
  sources.some(({ ended, deadlineAt }) => !ended && deadlineAt !== undefined);

const resolve: Decide<'resolve'> = (ticket, acting, { resolving }) => {
  const { by, now } = acting;
  if (!mayDecide(by)) return noRight;
  const open = ticket.children.filter((child) => child.open);
  if (open.length > 0) {
    const which = open.map((child) => `${askedWords[child.ask]}（${shortNumber(child.ticket)}）`).join('、');
    return told(`还不能解决：${which}，请等协办答复`);
  }
  const cause = resolving.cause ?? ticket.category?.name;
  const resolution = { at: now.toISOString(), by: 'person', who: by.who, ...resolving, cause } as const;
  const words = awaitsPlatform(ticket) ? '已标记解决，等待平台完结' : '已标记解决';
  return changed({ ticket, acting }, [{ do: 'resolved', resolution, closedHere: true }], words);
};

const raise: Decide<'raise'> = (ticket, acting) => {
  if (!mayTake(acting.by)) return noRight;
  const since = ticket.cycles.at(-1)?.openedAt ?? ticket.openedAt;
  const before = ticket.raised.find(({ at }) => at >= since);
  if (before) {
    const when = momentWords(before.at, acting.now.toISOString());
    return told(`${before.by.name} 已于 ${when} 升级处理`, 'info');
  }
  const change: ChangeInput = { do: 'raised', reason: '处理人请求升级' };
  return changed({ ticket, acting }, [change], '已升级处理，组长和主管会收到');
};

const reopen: Decide<'reopen'> = (ticket, acting) => {
  if (!mayTake(acting.by)) return noRight;
  if (isOpen(ticket)) return told('工单已重开', 'info');
  const change: ChangeInput = { do: 'reopened', because: `${acting.by.who.name} 重开` };
  return changed({ ticket, acting }, [change], '已重开，时效重新计时');
};

/** A repeat of the message changes nothing. */
const note: Decide<'note'> = (ticket, acting, { text, attachment }) => {
  const { by, now } = acting;
  const isKnown = ticket.attachments.some(({ messageId }) => messageId === attachment.messageId);
  if (isKnown) return told(`已加入 ${shortNumber(ticket.ticket)}`, 'info');
  const attachments = [{ ...attachment, at: now.toISOString(), by: by.who }];
  const change: ChangeInput = { do: 'noted', text: maskText(text), attachments };
  return changed({ ticket, acting }, [change], `已加入 ${shortNumber(ticket.ticket)}`);
};

const decides: { readonly [D in DeskAct['do']]: Decide<D> } = {
  claim,
  takeOver: claim,
  transfer,
  ask,
  answer,
  waitCustomer,
  resume,
  resolve,
  raise,
  reopen,
  note,
};

const endedBy = ({ kind, resolution }: Ticket, when: string): string => {
  if (resolution?.by === 'source') return `平台已于 ${when} 完结`;
  const who = resolution?.who?.name ?? '系统';
  return `${who} 已于 ${when} ${kind === 'child' ? '答复' : '标记解决'}`;
};

/** How it ended: only 重开 is left. */
const endedWords = (ticket: Ticket, { now }: Acting): string => {
  const { state, resolution, changedAt, mergedInto = '' } = ticket;
  if (state === 'merged') return `已并入 ${shortNumber(mergedInto)}，请在那张工单上操作`;
  return endedBy(ticket, momentWords(resolution?.at ?? changedAt, now.toISOString()));
};

const decideBy = <D extends DeskAct['do']>(
  ticket: Ticket,
  acting: Acting,
  act: Extract<DeskAct, { readonly do: D }> & { readonly do: D },
): DeskDecision => decides[act.do](ticket, acting, act);

/** What an act does to a ticket as it is now: changes for one transaction, or the words why nothing changes. */
export const decideAct = (ticket: Ticket, act: DeskAct, acting: Acting): DeskDecision => {
  const outlivesEnd = act.do === 'note' || act.do === 'reopen';
  return isOpen(ticket) || (outlivesEnd && ticket.state !== 'merged')
    ? decideBy(ticket, acting, act)
    : told(endedWords(ticket, acting));
};
