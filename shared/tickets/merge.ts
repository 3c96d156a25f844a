import { ConflictError } from '../errors.ts';
import type { Tickets } from '../store/tickets.ts';
import { type Intent, prepareWrite } from './change.ts';
import type { By, ChangeInput, TicketChange } from './event.ts';
import type { Rules } from './rules.ts';
import { resolutionBySource } from './source-end.ts';
import { isOpen, type SourceLink, type Ticket } from './ticket.ts';

const missing = (from: readonly string[], known: readonly string[]): string[] =>
  from.filter((each) => !known.includes(each));

/** What is printed on the goods is the same for both, whoever wrote it down. */
const goodsOf = (main: Ticket, other: Ticket): ChangeInput[] => {
  const { batchNo, productName, expiry, sources } = other;
  const link = sources.at(-1);
  const isNews = (['batchNo', 'productName', 'expiry'] as const).some(
    (fact) => main[fact] === undefined && other[fact] !== undefined,
  );
  return link && isNews ? [{ do: 'source_changed', source: link, batchNo, productName, expiry }] : [];
};

/** Of a longer conversation the newest are enough to go on with. */
const keptWords = 5;

/** What the customer said there, as if it had been said here. */
const wordsOf = (
  main: Ticket,
  { content, health, openedAt, attachments, messages }: Ticket,
): ChangeInput[] => {
  const own = messages.filter(({ speaker }) => speaker === 'customer');
  const said = [{ at: openedAt, text: content }, ...own].filter(
    ({ text }) => text !== '' && text !== main.content,
  );
  return said.slice(-keptWords).map(({ at, text }, index, kept) => ({
    do: 'said',
    at,
    speaker: 'customer',
    text,
    ...(index === kept.length - 1 && { health, attachments }),
  }));
};

/** The graver of both counts for both. */
const urgencyOf = (
  main: Ticket,
  { priority, because, category = main.category, team }: Ticket,
): ChangeInput[] =>
  priority < main.priority
    ? [{ do: 'classified', category, priority, team: main.owner ? main.team : team, because }]
    : [];

/** What the one that stands for both learns from the other. */
const learned = (main: Ticket, other: Ticket): ChangeInput[] => [
  ...goodsOf(main, other),
  ...wordsOf(main, other),
  ...urgencyOf(main, other),
];

export type Merging = {
  readonly main: Ticket;
  readonly other: Ticket;
  readonly because: string;
};

/** What a merge changes in the one that stays, in the order of its history. */
export const absorbing = ({ main, other, because }: Merging): ChangeInput[] => [
  {
    do: 'absorbed',
    ticket: other.ticket,
    sources: other.sources,
    orderIds: missing(other.orderIds, main.orderIds),
    skuIds: missing(other.skuIds, main.skuIds),
    buyerRefs: missing(other.buyerRefs, main.buyerRefs),
    because,
  },
  ...learned(main, other),
];

export type MergeDeps = {
  readonly tickets: Pick<Tickets, 'find' | 'write' | 'history'>;
  readonly rules: () => Promise<Rules>;
  readonly now: () => Date;
};

type Found = Pick<MergeDeps['tickets'], 'find'>;

/** Longer chains than anybody makes by hand. */
const maxChain = 20;

/** The ticket that stands for this one now; itself when it wasn't merged. */
export const standingFor = async ({ find }: Found, id: string): Promise<Ticket | undefined> => {
  let ticket = await find(id);
  for (let step = 0; step < maxChain && ticket?.mergedInto !== undefined; step += 1) {
    ticket = await find(ticket.mergedInto);
  }
  return ticket;
};

type Refusal = 'unknown' | 'same' | 'not_open' | 'not_a_case' | 'has_children' | 'not_merged';
type Merged = { readonly kind: 'merged'; readonly into: string };
type Split = { readonly kind: 'split'; readonly from: string };
export type Refused = { readonly kind: 'refused'; readonly why: Refusal };

const refused = (why: Refusal): Refused => ({ kind: 'refused', why });

const whyNot = (other: Ticket, main: Ticket): Refusal | undefined => {
  if (other.ticket === main.ticket) return 'same';
  if (other.kind !== 'case' || main.kind !== 'case') return 'not_a_case';
  if (!isOpen(other) || !isOpen(main)) return 'not_open';
  return other.children.some(({ open }) => open) ? 'has_children' : undefined;
};

const maxRounds = 6;

const inRounds = async <R>(round: () => Promise<R | undefined>): Promise<R> => {
  for (let count = 0; count < maxRounds; count += 1) {
    const result = await round();
    if (result !== undefined) return result;
  }
  throw new ConflictError('ticket_changed_meanwhile', 'a ticket changed in every round');
};

const writeBoth = async (deps: MergeDeps, rules: Rules, intents: readonly Intent[]): Promise<boolean> => {
  const at = deps.now();
  return deps.tickets.write(intents.map((intent) => prepareWrite(rules, intent, at)));
};

type Ask = { readonly ticket: string; readonly by: By; readonly because: string };

/**
 * From now on `into` stands for both. Both are written under what was read, so of two merges in opposite directions one
 * finds the other done and answers `same`. Throws ConflictError `ticket_changed_meanwhile`.
 */
export const mergeTickets =
  (deps: MergeDeps) =>
  async ({ ticket, into, by, because }: Ask & { readonly into: string }): Promise<Merged | Refused> => {
    const rules = await deps.rules();
    return inRounds(async () => {
      const other = await standingFor(deps.tickets, ticket);
      const main = await standingFor(deps.tickets, into);
      if (!other || !main) return refused('unknown');
      const why = whyNot(other, main);
      if (why !== undefined) return refused(why);
      const isDone = await writeBoth(deps, rules, [
        { id: other.ticket, before: other, by, changes: [{ do: 'merged_into', into: main.ticket, because }] },
        { id: main.ticket, before: main, by, changes: absorbing({ main, other, because }) },
      ]);
      return isDone ? { kind: 'merged', into: main.ticket } : undefined;
    });
  };

type Absorbed = Extract<TicketChange, { do: 'absorbed' }>;

const absorbedFrom = async (deps: MergeDeps, main: string, other: string): Promise<Absorbed | undefined> => {
  const changes = (await deps.tickets.history(main)).map(({ change }) => change);
  return changes.findLast(
    (change): change is Absorbed => change.do === 'absorbed' && change.ticket === other,
  );
};

/** What its sources have said meanwhile was told to the other. */
const newerLinks = (other: Ticket, main: Ticket): readonly SourceLink[] =>
  main.sources.filter((link) =>
    other.sources.some(
      ({ source, caseId, version }) =>
        source === link.source && caseId === link.caseId && version < link.version,
    ),
  );

/** As it would be without the merge: its source may have ended it meanwhile. */
const splitting = (other: Ticket, main: Ticket, because: string): ChangeInput[] => {
  const links = newerLinks(other, main);
  const sources = other.sources.map(
    (own) => links.find(({ source, caseId }) => source === own.source && caseId === own.caseId) ?? own,
  );
  const after = { ...other, state: 'triaged' as const, sources };
  const resolved = resolutionBySource(after, sources.at(-1)?.endedAt ?? other.changedAt);
  return [
    { do: 'split_off', because },
    ...links.map((source): ChangeInput => ({ do: 'source_changed', source })),
    ...(resolved ? [resolved] : []),
  ];
};

/** Ends the merge in both, all or nothing; `false`: somebody was faster. */
const split = async (deps: MergeDeps, { other, main, because }: Merging, by: By): Promise<boolean> => {
  const {
    orderIds = [],
    skuIds = [],
    buyerRefs = [],
  } = (await absorbedFrom(deps, main.ticket, other.ticket)) ?? {};
  const sources = other.sources.map(({ source, caseId }) => ({ source, caseId }));
  const back: ChangeInput = { do: 'gave_back', ticket: other.ticket, sources, orderIds, skuIds, buyerRefs };
  return writeBoth(deps, await deps.rules(), [
    { id: other.ticket, before: other, by, changes: splitting(other, main, because) },
    { id: main.ticket, before: main, by, changes: [back] },
  ]);
};

/**
 * Takes a merge back: both go on as they would have without it; who is to have it is found like for a new one. What was
 * said meanwhile stays with the one that stood for both. Throws ConflictError `ticket_changed_meanwhile`.
 */
export const splitTicket =
  (deps: MergeDeps) =>
  ({ ticket, by, because }: Ask): Promise<Split | Refused> =>
    inRounds(async () => {
      const other = await deps.tickets.find(ticket);
      if (other?.mergedInto === undefined) return refused(other ? 'not_merged' : 'unknown');
      const main = await deps.tickets.find(other.mergedInto);
      if (!main) return refused('unknown');
      const isDone = await split(deps, { other, main, because }, by);
      return isDone ? { kind: 'split', from: main.ticket } : undefined;
    });
