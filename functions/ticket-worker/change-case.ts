import type { TicketKeys } from '../../shared/store/ticket-keys.ts';
import { type AssignDeps, chooseOwner, type Owned, ownedBy, wishOf } from '../../shared/tickets/assign.ts';
import {
  type Changed,
  changeTicket,
  type Intent,
  type Plan,
  prepareWrite,
} from '../../shared/tickets/change.ts';
import { guessedByKind, type Verdict } from '../../shared/tickets/classify.ts';
import type { ChangeInput } from '../../shared/tickets/event.ts';
import { absorbing, standingFor } from '../../shared/tickets/merge.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import { resolutionBySource } from '../../shared/tickets/source-end.ts';
import { isOpen, type Ticket } from '../../shared/tickets/ticket.ts';
import { askDue } from './ask-at-once.ts';
import { findMatch, trailWrites } from './candidates.ts';
import { bySource, type Facts, isCustomers, saidId, saidOf, verdictOf } from './facts.ts';
import { isNewerState, linkIn, sourceChanges } from './link.ts';
import { isMereThanks } from './mere-thanks.ts';

export type ChangeCaseDeps = AssignDeps & { readonly keys: TicketKeys };
export type KnownCase = { readonly ticket: string; readonly openedBy: string };

/** What belongs together, and what must be true at the same moment. */
type Step = Owned;
const nothing: Step = { changes: [], also: [] };

/** A platform repeats its words, or only the reason before them, with every change; a message is said once, whatever it says. */
const isRepeated = ({ content, messages }: Ticket, { event, text }: Facts): boolean =>
  event.what !== 'message' &&
  [content, ...messages.map((message) => message.text)].some((known) => known.includes(text));

const words = async ({ keys }: ChangeCaseDeps, ticket: Ticket, facts: Facts): Promise<Step> => {
  const { event, text, attachments } = facts;
  if (text === '' && attachments.length === 0) return nothing;
  const id = saidId(facts);
  if (isRepeated(ticket, facts) || (await keys.wasSaid(event, id))) return nothing;
  return { changes: [saidOf(facts)], also: [keys.saidWrite(event, id)] };
};

type Seen = { readonly ticket: Ticket; readonly facts: Facts; readonly rules: Rules };

const isGraver = (verdict: Verdict, ticket: Ticket): boolean =>
  verdict.priority === 'P0' && ticket.priority !== 'P0';

const isKnown = ({ category, because }: Pick<Ticket, 'category' | 'because'>): boolean =>
  category !== undefined && because !== guessedByKind;

/** What somebody decided about it stays, unless a danger is named that nobody had named. */
const isNews = (verdict: Verdict, ticket: Ticket): boolean =>
  isKnown(verdict) &&
  verdict.category?.name !== ticket.category?.name &&
  (!isKnown(ticket) || isGraver(verdict, ticket));

/** New words may name the problem of a case that had none. */
const verdictChange = ({ ticket, facts, rules }: Seen): readonly ChangeInput[] => {
  if (!isCustomers(facts) || facts.text === '') return [];
  const verdict = verdictOf(facts, rules.desk);
  if (!isNews(verdict, ticket)) return [];
  const { category, because } = verdict;
  const priority = verdict.priority < ticket.priority ? verdict.priority : ticket.priority;
  return [{ do: 'classified', category, priority, team: ticket.owner ? ticket.team : verdict.team, because }];
};

const hasMoreToSay = (facts: Facts): boolean =>
  isCustomers(facts) && (facts.attachments.length > 0 || !isMereThanks(facts.text));

const isAfterEnd = (ticket: Ticket, facts: Facts): boolean =>
  facts.event.version > (linkIn(ticket, facts)?.version ?? -1);

/** A word that was said before its platform ended the case was heard there. */
const isUnheard = (ticket: Ticket, facts: Facts): boolean =>
  ticket.resolution?.by !== 'source' || isAfterEnd(ticket, facts);

/** The platform took up again what it had ended. */
const isTakenUp = (ticket: Ticket, facts: Facts): boolean =>
  facts.event.what !== 'ended' && isNewerState(ticket, facts) && linkIn(ticket, facts)?.ended === true;

/** Or the customer has more to say. */
const isToReopen = ({ ticket, facts }: Seen, hasWords: boolean): boolean => {
  if (isOpen(ticket)) return false;
  if (facts.event.what !== 'message') return isTakenUp(ticket, facts);
  return hasWords && isUnheard(ticket, facts) && hasMoreToSay(facts);
};

/** To whom it was, if they are here; else like a new one. */
const reopening = async (deps: ChangeCaseDeps, ticket: Ticket, rules: Rules): Promise<Step> => {
  const wish = { ...wishOf(ticket), before: ticket.owner?.person };
  const choice = await chooseOwner(deps)(wish, rules);
  const { changes, also } = ownedBy(choice);
  const reopened: ChangeInput = { do: 'reopened', because: '客户或平台又有新的动静' };
  const left: readonly ChangeInput[] =
    choice.kind === 'nobody' && ticket.owner ? [{ do: 'unassigned', because: choice.because }] : [];
  return { changes: [reopened, ...left, ...changes], also };
};

/** Whether it is over now that its source has ended it. */
const ending = ({ ticket, facts, rules }: Seen, before: readonly ChangeInput[]): readonly ChangeInput[] => {
  if (facts.event.what !== 'ended' || !isNewerState(ticket, facts)) return [];
  const intent = { id: ticket.ticket, before: ticket, by: bySource(facts), changes: before };
  const { after } = prepareWrite(rules, intent, new Date(facts.at));
  const resolved = askDue(after) ? undefined : resolutionBySource(after, facts.at);
  return resolved ? [resolved] : [];
};

/** In the order in which they stand in its history. */
const stepsOf = async (deps: ChangeCaseDeps, seen: Seen, openedBy: string): Promise<Step> => {
  const { ticket, facts, rules } = seen;
  const isOpening = openedBy === facts.event.eventId;
  const said = isOpening ? nothing : await words(deps, ticket, facts);
  const hasWords = said.changes.length > 0;
  const again = isToReopen(seen, hasWords) ? await reopening(deps, ticket, rules) : nothing;
  const verdict = hasWords ? verdictChange(seen) : [];
  const happened = [...sourceChanges(ticket, facts), ...again.changes, ...said.changes, ...verdict];
  return {
    changes: [...happened, ...ending(seen, happened)],
    also: [...said.also, ...again.also],
  };
};

/** The first words that say what it is about may be another system's second telling. */
const isNamed = (before: Ticket, after: Ticket): boolean =>
  before.category === undefined &&
  after.category !== undefined &&
  isOpen(after) &&
  after.merged.length === 0 &&
  after.children.length === 0;

type Told = Plan<Outcome> & { readonly intents: readonly [Intent] };

/** `after` goes into another that tells of the same, in the transaction that found out. */
const mergedPlan = async (deps: ChangeCaseDeps, { intents: [intent], also = [] }: Told, seen: Seen) => {
  const { after } = prepareWrite(seen.rules, intent, deps.now());
  if (!isNamed(seen.ticket, after)) return undefined;
  const { match, trails } = await findMatch(deps, after, seen.facts);
  if (!match) return undefined;
  const { ticket: main, because } = match;
  const into: ChangeInput = { do: 'merged_into', into: main.ticket, because };
  const changes = absorbing({ main, other: after, because });
  const entry = { ticket: main.ticket, at: main.openedAt };
  return {
    intents: [
      { ...intent, changes: [...intent.changes, into] },
      { id: main.ticket, before: main, by: intent.by, changes },
    ],
    also: [...also, ...trailWrites(deps, trails, entry)],
    result: 'changed' as const,
  };
};

type Outcome = 'changed' | 'unchanged' | 'moved';

const planFor =
  (deps: ChangeCaseDeps, facts: Facts, openedBy: string) =>
  async (ticket: Ticket, rules: Rules): Promise<Plan<Outcome>> => {
    if (ticket.state === 'merged') return { intents: [], result: 'moved' };
    const seen = { ticket, facts, rules };
    const { changes, also } = await stepsOf(deps, seen, openedBy);
    if (changes.length === 0) return { intents: [], result: 'unchanged' };
    const intent: Intent = { id: ticket.ticket, before: ticket, by: bySource(facts), changes };
    const plan: Told = { intents: [intent], also, result: 'changed' };
    return (await mergedPlan(deps, plan, seen)) ?? plan;
  };

/**
 * What an event of a known case changes in the ticket that stands for it; an older version, or one that was worked off,
 * changes nothing. `undefined`: it was merged at this very moment. Throws ConflictError `ticket_changed_meanwhile`.
 */
export const changeCase =
  (deps: ChangeCaseDeps) =>
  async (facts: Facts, { ticket, openedBy }: KnownCase): Promise<Changed<Outcome> | undefined> => {
    const change = (id: string) => changeTicket(deps)(id, planFor(deps, facts, openedBy));
    const changed = await change(ticket);
    if (changed?.result !== 'moved') return changed;
    const standing = await standingFor(deps.tickets, ticket);
    const again = standing && (await change(standing.ticket));
    return again?.result === 'moved' ? undefined : again;
  };
