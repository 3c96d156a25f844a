import { parse } from '../parse.ts';
import type { BaseCell } from '../store/base-rows.ts';
import { applyEvent } from './apply-event.ts';
import { type By, type ChangeInput, changeSchema } from './event.ts';
import { maskText } from './mask.ts';
import { isOpen, priorities, type Ticket, type TicketState, ticketStates, type Who } from './ticket.ts';
import { askedWords, shortNumber, stateWords } from './words.ts';

/** What an edit of one cell does to the ticket; `objection`: nothing, and the row says why. */
type Edited = { readonly changes: readonly ChangeInput[] } | { readonly objection: string };

export type Editing = {
  /** Who did it; absent: something that is no person. */
  readonly who: Who | undefined;
  /** Who works here, by union_id. */
  readonly person: (unionId: string) => Who | undefined;
  readonly now: Date;
};
type Edit = (ticket: Ticket, cell: BaseCell | undefined, editing: Editing) => Edited;

const objection = (text: string): Edited => ({ objection: text });
const does = (...changes: readonly ChangeInput[]): Edited => ({ changes });

const editorOf = ({ who }: Editing): string => (who ? `${who.name} 在多维表格中修改` : '在多维表格中修改');

const openAsks = ({ children }: Ticket): string =>
  children
    .filter(({ open }) => open)
    .map(({ ask, ticket }) => `${askedWords[ask]}（${shortNumber(ticket)}）`)
    .join('、');

type Reach = (ticket: Ticket, editing: Editing) => Edited;

const reopened = (ticket: Ticket, editing: Editing): readonly ChangeInput[] =>
  isOpen(ticket) ? [] : [{ do: 'reopened', because: editorOf(editing) }];

const resolve: Reach = (ticket, editing) => {
  if (ticket.state === 'closed') return objection('工单已关闭；需要继续处理，请把状态改为「处理中」');
  if (ticket.kind === 'child') return objection('协办单请在卡片或清单上答复');
  const asked = openAsks(ticket);
  if (asked !== '') return objection(`还不能解决：${asked}，请等协办答复`);
  const { who, now } = editing;
  const resolution = { at: now.toISOString(), by: who ? 'person' : 'rule', ...(who && { who }) } as const;
  return does({ do: 'resolved', resolution, closedHere: true });
};

const close: Reach = (ticket, editing) => {
  const closed: ChangeInput = { do: 'closed', because: editorOf(editing) };
  if (!isOpen(ticket)) return does(closed);
  const resolved = resolve(ticket, editing);
  return 'objection' in resolved ? resolved : does(...resolved.changes, closed);
};

const begin: Reach = (ticket, editing) => {
  if (!ticket.owner) return objection('还没有处理人，请先填「处理人」');
  const asked = isOpen(ticket) ? openAsks(ticket) : '';
  if (asked !== '') return objection(`${asked}，协办答复后会自动变为处理中`);
  return does(...reopened(ticket, editing), { do: 'state', to: 'in_progress', because: editorOf(editing) });
};

const waitCustomer: Reach = (ticket, editing) => {
  if (!ticket.owner) return objection('还没有处理人，请先填「处理人」');
  return does(...reopened(ticket, editing), {
    do: 'state',
    to: 'waiting_customer',
    because: editorOf(editing),
  });
};

const giveBack: Reach = (ticket, editing) => {
  if (ticket.state === 'waiting_customer' || openAsks(ticket) !== '')
    return objection('等待中的工单不能退回待领取，请先改为「处理中」');
  if (ticket.state === 'new') return objection('还没有分类，请在卡片上分类或转派');
  const taken: readonly ChangeInput[] = ticket.owner
    ? [{ do: 'unassigned', because: editorOf(editing) }]
    : [];
  return does(...reopened(ticket, editing), ...taken);
};

const again: Reach = (ticket, editing) => {
  if (isOpen(ticket)) return objection('处理已开始，不能退回「待处理」');
  if (!ticket.owner) return objection('还没有处理人，请先填「处理人」');
  return does(...reopened(ticket, editing));
};

const reaches: Readonly<Record<TicketState, Reach>> = {
  new: () => objection('不能退回「待分类」'),
  triaged: giveBack,
  assigned: again,
  in_progress: begin,
  waiting_customer: waitCustomer,
  waiting_internal: () => objection('「等协办」请在工单卡片上用「请仓储核实」等按钮发起'),
  resolved: resolve,
  closed: close,
  merged: () => objection('合并请在工单卡片上操作'),
};

const editState: Edit = (ticket, cell, editing) => {
  const wanted = ticketStates.find((state) => stateWords[state] === cell);
  if (cell === undefined) return objection('状态不能为空');
  if (!wanted) return objection('没有这个状态，请从下拉选项中选择');
  return wanted === ticket.state ? does() : reaches[wanted](ticket, editing);
};

const editPriority: Edit = (ticket, cell, editing) => {
  const to = priorities.find((priority) => priority === cell);
  if (!to) return objection('优先级只能是 P0、P1、P2、P3');
  if (!isOpen(ticket)) return objection('已结工单不能改优先级，请先重开');
  return to === ticket.priority ? does() : does({ do: 'priority', to, because: editorOf(editing) });
};

const editOwner: Edit = (ticket, cell, editing) => {
  const people = Array.isArray(cell) ? cell : [];
  const [first, ...others] = people;
  if (others.length > 0) return objection('只能有一位处理人');
  if (first === ticket.owner?.person) return does();
  if (!isOpen(ticket)) return objection('已结工单不能改派，请先重开');
  if (first === undefined) return does({ do: 'unassigned', because: editorOf(editing) });
  const to = editing.person(first);
  if (!to) return objection('这位同事已离职，或不在直达的可用范围内');
  return does({ do: 'assigned', to, how: 'base', because: editorOf(editing) });
};

const longestNote = 1000;

const editNote: Edit = ({ note }, cell) => {
  const text = typeof cell === 'string' ? cell : '';
  if (text.length > longestNote) return objection(`备注最多 ${longestNote} 个字`);
  return maskText(text) === note ? does() : does({ do: 'note_set', text: maskText(text) });
};

/** In this order: a state may need the owner that was filled in at the same time. */
const edits: readonly (readonly [string, Edit])[] = [
  ['处理人', editOwner],
  ['优先级', editPriority],
  ['状态', editState],
  ['备注', editNote],
];

export const byEditor = (who: Who | undefined): By =>
  who ? { kind: 'person', who, via: 'base' } : { kind: 'rule', rule: 'base' };

const after = (ticket: Ticket, changes: readonly ChangeInput[], { who, now }: Editing): Ticket =>
  changes.reduce<Ticket>((before, input) => {
    const change = parse(changeSchema, input);
    const event = { ticket: ticket.ticket, item: '', at: now.toISOString(), by: byEditor(who), change };
    return applyEvent(before, event);
  }, ticket);

/** What edits of one person do to the ticket as it is now, and one line for each that could not be. */
export const decideEdits = (
  ticket: Ticket,
  cells: ReadonlyMap<string, BaseCell | undefined>,
  editing: Editing,
): { readonly changes: readonly ChangeInput[]; readonly objections: readonly string[] } => {
  let current = ticket;
  const changes: ChangeInput[] = [];
  const objections: string[] = [];
  for (const [name, edit] of edits) {
    if (!cells.has(name)) continue;
    const edited = edit(current, cells.get(name), editing);
    if ('objection' in edited) {
      objections.push(`「${name}」未生效：${edited.objection}`);
      continue;
    }
    changes.push(...edited.changes);
    current = after(current, edited.changes, editing);
  }
  return { changes, objections };
};
