import { applyOpening } from './apply-opening.ts';
import type { TicketChange, TicketEvent } from './event.ts';
import { type Attachment, isOpen, type SourceLink, type Ticket, type TicketState } from './ticket.ts';

type Happened = { readonly at: string; readonly isByPerson: boolean; readonly event: TicketEvent };
type Kind = Exclude<TicketChange['do'], 'opened'>;
type Of<D extends Kind> = { [P in D]: Extract<TicketChange, { do: P }> & { readonly do: P } }[D];
type Applied = Partial<Ticket>;

const union = <T>(some: readonly T[], more: readonly T[]): T[] => [...new Set([...some, ...more])];
const without = <T>(all: readonly T[], gone: readonly T[]): T[] => all.filter((each) => !gone.includes(each));

const isSameCase = (
  a: Pick<SourceLink, 'source' | 'caseId'>,
  b: { source: string; caseId: string },
): boolean => a.source === b.source && a.caseId === b.caseId;

/** The newest version of a case counts, whatever the order of its events. */
const withSource = (sources: readonly SourceLink[], link: SourceLink): SourceLink[] => {
  const known = sources.find((each) => isSameCase(each, link));
  if (!known) return [...sources, link];
  if (known.version > link.version) return [...sources];
  const endedAt = link.ended ? (known.endedAt ?? link.endedAt) : undefined;
  return sources.map((each) => (each === known ? { ...each, ...link, endedAt } : each));
};

const withEnd = (link: SourceLink, at: string): SourceLink =>
  link.ended ? { ...link, endedAt: link.endedAt ?? at } : link;

const changeLastCycle = (ticket: Ticket, change: Partial<Ticket['cycles'][number]>): Ticket['cycles'] =>
  ticket.cycles.map((cycle, index) => (index === ticket.cycles.length - 1 ? { ...cycle, ...change } : cycle));

/** A person has answered the customer: the first response is given once, the next ones end the waiting. */
const responded = (ticket: Ticket, at: string): Applied => ({
  waitingSince: undefined,
  ...(ticket.cycles.at(-1)?.firstRespondedAt === undefined && {
    cycles: changeLastCycle(ticket, { firstRespondedAt: at }),
  }),
});

const keptMessages = 20;
const keptAttachments = 50;

const said = (ticket: Ticket, change: Of<'said'>): Applied => {
  const { at, speaker, text } = change;
  const messages = [...ticket.messages, ...(text === '' ? [] : [{ at, speaker, text }])].slice(-keptMessages);
  const kept = {
    messages,
    health: union(ticket.health, change.health),
    attachments: withAttachments(ticket, change.attachments),
  };
  if (speaker === 'agent') return { ...kept, ...responded(ticket, at) };
  if (speaker !== 'customer' || !isOpen(ticket)) return kept;
  return {
    ...kept,
    waitingSince: ticket.waitingSince ?? at,
    ...(ticket.state === 'waiting_customer' && { state: 'in_progress' }),
  };
};

const withAttachments = (ticket: Ticket, more: readonly Attachment[]): Attachment[] =>
  [...ticket.attachments, ...more].slice(-keptAttachments);

const afterTriage = ({ state, category }: Ticket, hasCategory: boolean): TicketState =>
  state === 'new' && (hasCategory || category !== undefined) ? 'triaged' : state;

const unowned: ReadonlySet<TicketState> = new Set(['new', 'triaged']);
const owned: ReadonlySet<TicketState> = new Set(['assigned', 'in_progress', 'waiting_internal']);

const childEnded = (ticket: Ticket, { child, finding }: Of<'child_ended'>, { at }: Happened): Applied => {
  const children = ticket.children.map((each) =>
    each.ticket === child ? { ...each, open: false, finding, endedAt: at } : each,
  );
  const isFree = ticket.state === 'waiting_internal' && children.every(({ open }) => !open);
  return { children, ...(isFree && { state: ticket.owner ? 'in_progress' : 'triaged' }) };
};

/** What it was before it was merged. */
const beforeMerge = ({ spans }: Ticket): TicketState =>
  spans.findLast(({ state }) => state !== 'merged')?.state ?? 'triaged';

/** What is printed on them doesn't change: the first who wrote it down counts. */
const goods = (ticket: Ticket, change: Of<'source_changed'>): Applied => ({
  batchNo: ticket.batchNo ?? change.batchNo,
  productName: ticket.productName ?? change.productName,
  expiry: ticket.expiry ?? change.expiry,
});

type Appliers = {
  readonly [D in Kind]: (ticket: Ticket, change: Of<D>, happened: Happened) => Applied;
};

const appliers: Appliers = {
  source_changed: (ticket, change, { at }) => ({
    sources: withSource(ticket.sources, withEnd(change.source, at)),
    orderIds: union(ticket.orderIds, change.orderIds),
    skuIds: union(ticket.skuIds, change.skuIds),
    buyerRefs: union(ticket.buyerRefs, change.buyerRefs),
    ...goods(ticket, change),
    ...(change.amountFen !== undefined && { amountFen: change.amountFen }),
    ...(change.logistics !== undefined && { logistics: change.logistics }),
  }),
  said,
  classified: (ticket, { category, priority, team, because }) => ({
    ...(category && { category }),
    priority,
    team,
    because,
    state: afterTriage(ticket, category !== undefined),
  }),
  assigned: (ticket, { to, how }, { at }) => ({
    owner: to,
    ownedSince: at,
    ownedBy: how,
    assignments: ticket.assignments + 1,
    assignmentFailedAt: undefined,
    cycles: changeLastCycle(ticket, { owner: to }),
    ...(unowned.has(ticket.state) && { state: 'assigned' }),
  }),
  unassigned: (ticket) => ({ owner: undefined, ...(owned.has(ticket.state) && { state: 'triaged' }) }),
  assignment_failed: (ticket, _, { at }) => ({ assignmentFailedAt: ticket.assignmentFailedAt ?? at }),
  state: (ticket, { to }, { at, isByPerson }) => ({
    ...(to === 'waiting_customer' && isByPerson && responded(ticket, at)),
    state: to,
  }),
  responded: (ticket, _, { at }) => responded(ticket, at),
  child_opened: (ticket, { child, ask, team }) => ({
    children: [...ticket.children, { ticket: child, ask, team, open: true }],
    ...(ticket.state !== 'waiting_customer' && isOpen(ticket) && { state: 'waiting_internal' }),
  }),
  child_ended: childEnded,
  resolved: (ticket, { resolution, closedHere }, { at, isByPerson }) => {
    const answered = isByPerson ? { ...ticket, ...responded(ticket, at) } : ticket;
    return {
      state: 'resolved',
      resolution,
      waitingSince: undefined,
      cycles: changeLastCycle(answered, { resolvedAt: resolution.at }),
      ...(closedHere !== undefined && { closedHere }),
    };
  },
  closed: () => ({ state: 'closed' }),
  reopened: (ticket, _, { at }) => ({
    cycle: ticket.cycle + 1,
    cycles: [
      ...ticket.cycles,
      { cycle: ticket.cycle + 1, openedAt: at, ...(ticket.owner && { owner: ticket.owner }) },
    ],
    state: ticket.owner ? 'assigned' : 'triaged',
    resolution: undefined,
    waitingSince: at,
  }),
  priority: (_, { to }) => ({ priority: to }),
  raised: (ticket, { reason }, { at, event }) => ({
    raised: [...ticket.raised, ...(event.by.kind === 'person' ? [{ at, by: event.by.who, reason }] : [])],
  }),
  rung: (ticket, { rung, to }, { at }) => ({ rungs: { ...ticket.rungs, [rung]: { at, to } } }),
  breached: (ticket, { clock, at }) => {
    const name = `${ticket.cycle}:${clock}`;
    return { breaches: { ...ticket.breaches, [name]: ticket.breaches[name] ?? at } };
  },
  noted: (ticket, { text, attachments }, { at }) => ({
    messages: [
      ...ticket.messages,
      ...(text === '' ? [] : [{ at, speaker: 'colleague' as const, text }]),
    ].slice(-keptMessages),
    attachments: withAttachments(ticket, attachments),
  }),
  note_set: (_, { text }) => ({ note: text }),
  merged_into: (_, { into }) => ({ state: 'merged', mergedInto: into }),
  absorbed: (ticket, { ticket: other, sources, orderIds, skuIds, buyerRefs }) => ({
    merged: union(ticket.merged, [other]),
    sources: sources.reduce(withSource, ticket.sources),
    orderIds: union(ticket.orderIds, orderIds),
    skuIds: union(ticket.skuIds, skuIds),
    buyerRefs: union(ticket.buyerRefs, buyerRefs),
  }),
  split_off: (ticket) => ({ state: beforeMerge(ticket), mergedInto: undefined }),
  gave_back: (ticket, { ticket: other, sources, orderIds, skuIds, buyerRefs }) => ({
    merged: without(ticket.merged, [other]),
    sources: ticket.sources.filter((each) => !sources.some((gone) => isSameCase(each, gone))),
    orderIds: without(ticket.orderIds, orderIds),
    skuIds: without(ticket.skuIds, skuIds),
    buyerRefs: without(ticket.buyerRefs, buyerRefs),
  }),
  batch_joined: (_, { batch, priority }) => ({ batch, ...(priority && { priority }) }),
  case_joined: (ticket, { ticket: other }) => ({ cases: union(ticket.cases, [other]) }),
  rules_changed: (_, { version }) => ({ rulesVersion: version }),
  row_restored: () => ({}),
};

const applyChange = <D extends Kind>(ticket: Ticket, change: Of<D>, happened: Happened): Applied =>
  appliers[change.do](ticket, change, happened);

const withSpan = (before: Ticket, after: Ticket, at: string): Ticket => {
  const { state, priority, cycle } = after;
  const isSame = before.state === state && before.priority === priority && before.cycle === cycle;
  return isSame ? after : { ...after, spans: [...after.spans, { at, state, priority, cycle }] };
};

/** The ticket after one row of its history; clocks are `withClocks`'s. Throws when the rows don't follow each other. */
export const applyEvent = (ticket: Ticket | undefined, event: TicketEvent): Ticket => {
  const { at, by, change } = event;
  if (!ticket) return applyOpening(event);
  if (change.do === 'opened') throw new Error(`${ticket.ticket} is opened already`);
  const happened = { at, isByPerson: by.kind === 'person', event };
  const after = {
    ...ticket,
    ...applyChange(ticket, change, happened),
    version: ticket.version + 1,
    changedAt: at,
  };
  return withSpan(ticket, after, at);
};
