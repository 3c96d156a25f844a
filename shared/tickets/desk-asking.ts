import { type Acting, actor, changed, type Decide, mayDecide, mayTake, noRight, told } from './desk-act.ts';
import type { ChangeInput } from './event.ts';
import { resolutionAfterChild } from './source-end.ts';
import type { AskKind, Ticket } from './ticket.ts';
import { askedWords, shortNumber } from './words.ts';

type Asked = { readonly ask: AskKind; readonly team: string };

/** The facts that somebody else needs to look into it; who the buyer is stays with the parent. */
export const childOf = (ticket: Ticket, { ask, team }: Asked, now: Date): ChangeInput => {
  const { orderIds, skuIds, productName, batchNo, expiry, logistics, content, health, category } = ticket;
  return {
    do: 'opened',
    kind: 'child',
    parent: ticket.ticket,
    ask,
    openedAt: now.toISOString(),
    receivedAt: now.toISOString(),
    ...{ orderIds, skuIds, productName, batchNo, expiry, logistics, content, health, category },
    attachments: ticket.attachments,
    because: `${shortNumber(ticket.ticket)} 请求协办`,
    priority: ticket.priority,
    team,
    awaitsReply: false,
  };
};

/** 请仓储核实, 请产品协助, 请品控判定, 请法务: a child with its own clock, opened with its parent's word of it. */
export const ask: Decide<'ask'> = (ticket, acting, act) => {
  if (!mayDecide(acting.by)) return noRight;
  if (ticket.kind === 'child') return told('协办单不能再请协办，请回到原工单操作');
  const words = askedWords[act.ask];
  const open = ticket.children.find((child) => child.open && child.ask === act.ask);
  if (open) return told(`${words}（${shortNumber(open.ticket)}），请等待结果`, 'info');
  const child = `${ticket.ticket}-${ticket.children.length + 1}`;
  const asked = { ask: act.ask, team: acting.rules.desk.askTeams[act.ask] };
  const changes = [childOf(ticket, asked, acting.now)];
  const also = [{ id: child, before: undefined, by: actor(acting), changes }];
  const change: ChangeInput = { do: 'child_opened', child, ...asked };
  return changed({ ticket, acting, also }, [change], `已发起协办：${words}（${shortNumber(child)}）`);
};

const toParent = (ticket: Ticket, acting: Acting, finding: string) => {
  const { parent, now } = acting;
  if (!parent) return [];
  const change: ChangeInput = { do: 'child_ended', child: ticket.ticket, finding };
  const resolved = resolutionAfterChild(parent, ticket.ticket, now.toISOString());
  const changes = resolved ? [change, resolved] : [change];
  return [{ id: parent.ticket, before: parent, by: actor(acting), changes }];
};

/** 确认漏发, 未发现异常, 查不到: the child ends, and its parent learns what was found in the same transaction. */
export const answer: Decide<'answer'> = (ticket, acting, { finding }) => {
  const { by, now } = acting;
  if (ticket.kind !== 'child') return told('只有协办单可以这样答复');
  if (!mayTake(by)) return told('无权限：仅协办组成员可答复');
  const resolution = { at: now.toISOString(), by: 'person', who: by.who, note: finding } as const;
  const also = toParent(ticket, acting, finding);
  return changed({ ticket, acting, also }, [{ do: 'resolved', resolution }], `已答复：${finding}`);
};
