import { log } from '../../shared/log.ts';
import type { Seals } from '../../shared/seal.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { Inbox } from '../../shared/store/inbox.ts';
import type { Person } from '../../shared/store/people.ts';
import { type ChangeDeps, changeTicket, type Plan } from '../../shared/tickets/change.ts';
import type { Desk, Team } from '../../shared/tickets/desk.ts';
import { type DeskAct, mayDecide, mayTake, type Toast } from '../../shared/tickets/desk-act.ts';
import { decideAct } from '../../shared/tickets/desk-acts.ts';
import { type MergeDeps, mergeTickets, type Refused, splitTicket } from '../../shared/tickets/merge.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import { standingOf } from '../../shared/tickets/standing.ts';
import { isOfTeam, teamOf } from '../../shared/tickets/team-people.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import { answerOf, type CardReply, inTime, say, type Waiting } from './in-time.ts';
import type { TicketAct, TicketClick } from './ticket-click.ts';
import { findTicketCopy, type TicketCopyDeps, ticketCardOf } from './ticket-copy.ts';

export type TicketActDeps = ChangeDeps &
  TicketCopyDeps & {
    readonly tickets: MergeDeps['tickets'];
    readonly people: () => Promise<readonly Person[]>;
    readonly inbox: Pick<Inbox, 'put'>;
    readonly seal: Seals['seal'];
    readonly answerWithinMs: number;
  };

type Clicked = TicketClick & { readonly sender: string; readonly appId: string };
type Clicker = { readonly click: Clicked; readonly reader: Person; readonly people: readonly Person[] };

type Wanted = Extract<TicketAct, { readonly kind: 'desk' | 'transfer' }>;

/** The act with the person it names; `undefined` when that isn't a colleague of the team. */
const deskActOf = (wanted: Wanted, team: Team | undefined, { people, desk }: Around): DeskAct | undefined => {
  if (wanted.kind === 'desk') return wanted.act;
  const to = people.find(({ person }) => person === wanted.to);
  if (!to || !team || !isOfTeam(desk, team, to)) return undefined;
  return { do: 'transfer', seen: wanted.seen, to: { person: to.person, name: to.name } };
};
type Around = { readonly people: readonly Person[]; readonly desk: Desk };

const tell = (content: string): Plan<Toast> => ({ intents: [], result: { type: 'warning', content } });

/** Decided anew for the ticket as it is in each round: of two at once one wins, the other is told by whom. */
const planAct =
  (deps: TicketActDeps, { reader, people }: Clicker, wanted: Wanted) =>
  async (ticket: Ticket, rules: Rules): Promise<Plan<Toast>> => {
    const around = { people, desk: rules.desk };
    const act = deskActOf(wanted, teamOf(rules.desk, ticket.team), around);
    if (!act) return tell('只能转派给本组成员');
    const by = standingOf(ticket, reader, around);
    const parent = ticket.parent === undefined ? undefined : await deps.tickets.find(ticket.parent);
    const decision = decideAct(ticket, act, { by, via: 'card', rules, parent, now: deps.now() });
    if (decision.kind === 'told') return { intents: [], result: decision.toast };
    return { intents: decision.intents, result: decision.toast };
  };

const noRight: Toast = { type: 'warning', content: '无权限：仅处理人或组长可操作' };

const whyRefused: Readonly<Record<Refused['why'], string>> = {
  unknown: '没有找到这张工单',
  same: '已经是同一张工单',
  not_open: '其中一张已结束',
  not_a_case: '协办单和批次事件不能合并',
  has_children: '还有协办未完结',
  not_merged: '已经拆分',
};

type Splitting = Parameters<ReturnType<typeof splitTicket>>[0];
const splitOff = (deps: TicketActDeps, { merged }: Ticket, asked: Splitting) =>
  merged.includes(asked.ticket)
    ? splitTicket(deps)(asked)
    : Promise.resolve({ kind: 'refused', why: 'not_merged' } as const);

const combined: Readonly<Record<'merge' | 'split', string>> = { merge: '合并', split: '拆分' };

/** 合并 into another case, or 拆分 of one that it stands for; both can be taken back. */
const combine = async (
  deps: TicketActDeps,
  { click, reader, people }: Clicker,
  { kind, other }: Extract<TicketAct, { readonly kind: 'merge' | 'split' }>,
): Promise<Toast | undefined> => {
  const [ticket, { desk }] = await Promise.all([deps.tickets.find(click.ticket), deps.rules()]);
  if (!ticket) return undefined;
  const standing = standingOf(ticket, reader, { desk, people });
  if (!mayDecide(standing)) return noRight;
  const by = { kind: 'person', who: standing.who, via: 'card' } as const;
  const because = `${standing.who.name} ${combined[kind]}`;
  const done =
    kind === 'merge'
      ? await mergeTickets(deps)({ ticket: ticket.ticket, into: other, by, because })
      : await splitOff(deps, ticket, { ticket: other, by, because });
  if (done.kind === 'refused')
    return { type: 'warning', content: `不能${combined[kind]}：${whyRefused[done.why]}` };
  return { type: 'success', content: kind === 'merge' ? `已并入 ${other}` : `已拆分：${other} 重新单独处理` };
};

/** Sent by event-worker: this function has no way to Feishu. */
const ask = async (deps: TicketActDeps, { click }: Clicker, what: 'open' | 'all'): Promise<Toast> => {
  const { eventId, appId, sender, ticket, person } = click;
  const body = deps.seal(JSON.stringify({ event: { ticket, person, what } }));
  const receipt = {
    id: `feishu:${appId}#${eventId}`,
    sender,
    eventType: 'zhida.ticket.asked',
    at: deps.now(),
    body,
  };
  await deps.inbox.put(receipt);
  return { type: 'info', content: what === 'all' ? '完整记录已发到你的私聊' : '工单卡已发到你的私聊' };
};

const notOfTeam: Toast = { type: 'warning', content: '无权限：仅本组成员可查看' };

/** A group's board is seen by people of other teams too; whoever has a copy of their own was meant. */
const maySee = async (deps: TicketActDeps, { click, reader, people }: Clicker): Promise<boolean> => {
  if (!click.subject.startsWith('board:')) return true;
  const [ticket, { desk }] = await Promise.all([deps.tickets.find(click.ticket), deps.rules()]);
  const standing = ticket && standingOf(ticket, reader, { desk, people });
  return standing !== undefined && (mayTake(standing) || standing.seesHealth);
};

const perform = async (deps: TicketActDeps, clicker: Clicker): Promise<Toast | undefined> => {
  const { act, ticket } = clicker.click;
  switch (act.kind) {
    case 'unreadable':
      return { type: 'warning', content: act.why };
    case 'asked':
      return (await maySee(deps, clicker)) ? ask(deps, clicker, act.what) : notOfTeam;
    case 'merge':
    case 'split':
      return combine(deps, clicker, act);
    default:
      return (await changeTicket(deps)(ticket, planAct(deps, clicker, act)))?.result;
  }
};

const noPerson = say('warning', '你还不在直达的通讯录里，请联系直达管理员');
const notYours = say('warning', '这张工单卡不是发给你的，无法操作');
const noTicket = say('warning', '没有找到这张工单，可能已归档');

/** Whoever takes something from a group's board works on it on a card of their own: forms stand nowhere else. */
const followTo = async (deps: TicketActDeps, clicker: Clicker, { copy, toast }: Acted): Promise<void> => {
  const hasTaken = toast.type === 'success' && copy.recipient.startsWith('chat:');
  if (hasTaken) await ask(deps, clicker, 'open');
};
type Acted = { readonly copy: Delivery; readonly toast: Toast; readonly waiting: Waiting };

const replyTo = async (deps: TicketActDeps, clicker: Clicker, acted: Acted): Promise<CardReply> => {
  const { click } = clicker;
  const { toast, copy, waiting } = acted;
  const ticket = await deps.tickets.find(click.ticket);
  if (!ticket) return noTicket;
  await followTo(deps, clicker, acted);
  return answerOf(toast, await ticketCardOf(deps, click, { copy, ticket, waiting }));
};

const logged = ({ sender, eventId, ticket, act }: Clicked, kind: string): void => {
  log.info('ticket_action', {
    sender,
    eventId,
    ticket,
    do: act.kind === 'desk' ? act.act.do : act.kind,
    kind,
  });
};

const actOnTicket =
  (deps: TicketActDeps) =>
  async (click: Clicked, waiting: Waiting): Promise<CardReply> => {
    const [copy, people] = await Promise.all([findTicketCopy(deps, click), deps.people()]);
    if (!copy) return notYours;
    const reader = people.find(({ person }) => person === click.person);
    if (!reader) return noPerson;
    // Before anything changes: the stream may be faster with the same card, and a PATCH beside the answer is taken back.
    await deps.deliveries.guardClick(copy, deps.now());
    const clicker = { click, reader, people };
    const toast = await perform(deps, clicker);
    logged(click, toast?.type ?? 'unknown');
    if (!toast) return noTicket;
    waiting.say(toast);
    // What was asked for is on its way as a card of its own.
    return click.act.kind === 'asked' ? { toast } : replyTo(deps, clicker, { copy, toast, waiting });
  };

/** One click on a ticket, one transaction: durable before it is answered; ticket-flow refreshes everybody else's copy. */
export const actOnTicketInTime =
  (deps: TicketActDeps) =>
  (click: Clicked): Promise<CardReply> =>
    inTime(deps.answerWithinMs)(click, (waiting) => actOnTicket(deps)(click, waiting));
