import type { Write } from '../../shared/store/table.ts';
import type { TicketKeys } from '../../shared/store/ticket-keys.ts';
import { type AssignDeps, chooseOwner, wishOf } from '../../shared/tickets/assign.ts';
import { changeTicket, type Plan, prepareWrite } from '../../shared/tickets/change.ts';
import type { ChangeInput } from '../../shared/tickets/event.ts';
import { standingFor } from '../../shared/tickets/merge.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import { resolutionBySource } from '../../shared/tickets/source-end.ts';
import { isOpen, type SourceLink, type Ticket } from '../../shared/tickets/ticket.ts';
import { bySource, type Facts, isCustomers, saidOf, verdictOf } from './facts.ts';
import { isMereThanks } from './mere-thanks.ts';

export type ChangeCaseDeps = AssignDeps & { readonly keys: TicketKeys };

const linkIn = ({ sources }: Ticket, { link }: Facts): SourceLink | undefined =>
  sources.find(({ source, caseId }) => source === link.source && caseId === link.caseId);

const missing = (from: readonly string[], known: readonly string[]): string[] =>
  from.filter((each) => !known.includes(each));

/** What an event knows and the ticket doesn't: an older one fills gaps, and never replaces anything. */
const gapsIn = (ticket: Ticket, { event, batchNo, refs }: Facts) => {
  const facts = {
    orderIds: missing(event.orderIds, ticket.orderIds),
    skuIds: missing(event.skuIds, ticket.skuIds),
    buyerRefs: missing(refs.signed, ticket.buyerRefs),
    ...(ticket.batchNo === undefined && batchNo !== undefined && { batchNo }),
    ...(ticket.productName === undefined &&
      event.productName !== undefined && { productName: event.productName }),
    ...(ticket.expiry === undefined && event.expiry !== undefined && { expiry: event.expiry }),
  };
  return { ...facts, isNone: Object.values(facts).every((fact) => fact.length === 0) };
};

type Sourced = { readonly changes: readonly ChangeInput[]; readonly isNewer: boolean };

/** The link as it is after the event; a message tells only who answers, or that a conversation goes on after its end. */
const linkAfter = (known: SourceLink | undefined, facts: Facts): SourceLink => {
  const { event, link } = facts;
  if (!known) return link;
  if (event.what !== 'message') return event.version > known.version ? link : known;
  const goesOn = known.ended && isCustomers(facts) && event.version > known.version;
  return {
    ...known,
    ...(goesOn && { ended: false, version: event.version }),
    ...(event.agentId !== undefined && { agentId: event.agentId }),
  };
};

const sourceChanges = (ticket: Ticket, facts: Facts): Sourced => {
  const known = linkIn(ticket, facts);
  const { isNone, ...gaps } = gapsIn(ticket, facts);
  const { event } = facts;
  const isNewer = event.what !== 'message' && event.version > (known?.version ?? -1);
  const source = linkAfter(known, facts);
  const isLinkNew = !known || isNewer || source.ended !== known.ended || source.agentId !== known.agentId;
  if (!isLinkNew && isNone) return { changes: [], isNewer };
  const { amountFen, logistics } = event;
  return {
    changes: [{ do: 'source_changed', source, ...gaps, ...(isNewer && { amountFen, logistics }) }],
    isNewer,
  };
};

/** A platform repeats its words with every change; a message is said once, whatever it says. */
const isRepeated = ({ content, messages }: Ticket, { event, text }: Facts): boolean =>
  event.what !== 'message' && (content === text || messages.some((message) => message.text === text));

type Words = { readonly changes: readonly ChangeInput[]; readonly also: readonly Write[] };
const silent: Words = { changes: [], also: [] };

const words = async ({ keys }: ChangeCaseDeps, ticket: Ticket, facts: Facts): Promise<Words> => {
  const { event, text, attachments } = facts;
  if (text === '' && attachments.length === 0) return silent;
  if (isRepeated(ticket, facts) || (await keys.wasSaid(event, event.eventId))) return silent;
  return { changes: [saidOf(facts)], also: [keys.saidWrite(event, event.eventId)] };
};

/** New words may name the problem of a case that had none, or a danger that nobody had named. */
const verdictChange = (ticket: Ticket, facts: Facts, { desk }: Rules): readonly ChangeInput[] => {
  if (!isCustomers(facts) || facts.text === '') return [];
  const { category, priority, team, because } = verdictOf(facts, desk);
  const isFirst = ticket.category === undefined && category !== undefined;
  const isGraver = priority === 'P0' && ticket.priority !== 'P0' && category?.name !== ticket.category?.name;
  if (!isFirst && !isGraver) return [];
  const urgent = priority < ticket.priority ? priority : ticket.priority;
  return [{ do: 'classified', category, priority: urgent, team: ticket.owner ? ticket.team : team, because }];
};

/** The customer has more to say, or the platform took the case up again. */
const isToReopen = (ticket: Ticket, facts: Facts, hasWords: boolean): boolean => {
  if (isOpen(ticket) || ticket.state === 'merged') return false;
  const { event, text, attachments } = facts;
  const known = linkIn(ticket, facts);
  const isAfterEnd = ticket.resolution?.by !== 'source' || event.version > (known?.version ?? -1);
  if (event.what !== 'message') {
    return event.what !== 'ended' && known?.ended === true && event.version > known.version;
  }
  const isMore = attachments.length > 0 || !isMereThanks(text);
  return hasWords && isCustomers(facts) && isAfterEnd && isMore;
};

/** To whom it was, if they are here; else like a new one. */
const reopening = async (deps: ChangeCaseDeps, ticket: Ticket, rules: Rules): Promise<Words> => {
  const because = '客户又有新消息';
  const wish = { ...wishOf(ticket), before: ticket.owner?.person };
  const choice = await chooseOwner(deps)(wish, rules);
  const reopened: ChangeInput = { do: 'reopened', because };
  if (choice.kind === 'given') return { changes: [reopened, choice.change], also: [choice.also] };
  const left: ChangeInput[] = ticket.owner ? [{ do: 'unassigned', because: choice.because }] : [];
  return { changes: [reopened, ...left, { do: 'assignment_failed', because: choice.because }], also: [] };
};

type Changed = 'changed' | 'unchanged' | 'moved';

const resolvedBy = (ticket: Ticket, changes: readonly ChangeInput[], facts: Facts, rules: Rules) => {
  if (changes.length === 0) return undefined;
  const intent = { id: ticket.ticket, before: ticket, by: bySource(facts), changes };
  return resolutionBySource(prepareWrite(rules, intent, new Date(facts.at)).after, facts.at);
};

const planFor =
  (deps: ChangeCaseDeps, facts: Facts, openedBy: string) =>
  async (ticket: Ticket, rules: Rules): Promise<Plan<Changed>> => {
    if (ticket.state === 'merged') return { intents: [], result: 'moved' };
    const { changes: sourced, isNewer } = sourceChanges(ticket, facts);
    const said = openedBy === facts.event.eventId ? silent : await words(deps, ticket, facts);
    const reopened = isToReopen(ticket, facts, said.changes.length > 0)
      ? await reopening(deps, ticket, rules)
      : silent;
    const verdict = said.changes.length > 0 ? verdictChange(ticket, facts, rules) : [];
    const happened = [...sourced, ...reopened.changes, ...said.changes, ...verdict];
    const isEnd = isNewer && facts.event.what === 'ended';
    const resolved = isEnd ? resolvedBy(ticket, happened, facts, rules) : undefined;
    const changes = [...happened, ...(resolved ? [resolved] : [])];
    if (changes.length === 0) return { intents: [], result: 'unchanged' };
    return {
      intents: [{ id: ticket.ticket, before: ticket, by: bySource(facts), changes }],
      also: [...said.also, ...reopened.also],
      result: 'changed',
    };
  };

/**
 * What an event of a known case changes in the ticket that stands for it; an older version, or one that was worked off,
 * changes nothing. `undefined`: it was merged at this very moment. Throws ConflictError `ticket_changed_meanwhile`.
 */
export const changeCase =
  (deps: ChangeCaseDeps) =>
  async (facts: Facts, { ticket, openedBy }: { ticket: string; openedBy: string }) => {
    const standing = await standingFor(deps.tickets, ticket);
    const changed = standing && (await changeTicket(deps)(standing.ticket, planFor(deps, facts, openedBy)));
    return changed?.result === 'moved' ? undefined : changed;
  };
