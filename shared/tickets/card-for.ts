import type { Card } from '../feishu/card-json.ts';
import type { Person } from '../store/people.ts';
import { buildTicketCard } from './card.ts';
import type { Place } from './card-acts.ts';
import type { Desk } from './desk.ts';
import { type RelatedDeps, relatedOf } from './related.ts';
import type { Rules } from './rules.ts';
import { rungWords } from './rung-words.ts';
import { standingOf } from './standing.ts';
import { peopleOfTeam, teamOf } from './team-people.ts';
import type { Ticket, Who } from './ticket.ts';

export type CardForDeps = RelatedDeps & {
  readonly rules: () => Promise<Rules>;
  readonly people: () => Promise<readonly Person[]>;
};

/** `ticket:<T>`: the copy of whoever works on it; what follows the number says why somebody else has one. */
export const ticketSubject = (ticket: string, reason = ''): string =>
  reason === '' ? `ticket:${ticket}` : `ticket:${ticket}:${reason}`;

/** The ticket and the reason of a subject; `undefined` when it isn't a ticket's. */
export const readTicketSubject = (
  subject: string,
): { readonly ticket: string; readonly reason: string } | undefined => {
  const found = /^ticket:([^:]+)(?::(.+))?$/u.exec(subject);
  return found?.[1] === undefined ? undefined : { ticket: found[1], reason: found[2] ?? '' };
};

const raisedWords = ({ raised }: Ticket, reason: string): string => {
  const nth = raised[Number(reason.slice('raised:'.length)) - 1];
  return nth ? `${nth.by.name} 升级处理` : '升级处理';
};

const whyOf = (
  ticket: Ticket,
  reason: string,
  { desk, isOwner }: { desk: Desk; isOwner: boolean },
): string => {
  if (reason.startsWith('rung:')) return rungWords(desk, reason.slice('rung:'.length));
  if (reason.startsWith('raised:')) return raisedWords(ticket, reason);
  if (reason.startsWith('view:')) return '你打开了这张工单';
  if (reason.startsWith('answered:')) return '你请的协办有了答复';
  if (reason.startsWith('failed')) return '没有可分派的人，请你指派';
  return isOwner ? '你是处理人' : '你曾是处理人';
};

const colleaguesOf = (
  { team }: Ticket,
  { desk, people, reader }: { desk: Desk; people: readonly Person[]; reader: Person },
): readonly Who[] => {
  const its = teamOf(desk, team);
  if (!its) return [];
  return peopleOfTeam(desk, its, people)
    .filter(({ person }) => person !== reader.person)
    .map(({ person, name }) => ({ person, name }));
};

const findAll = async (deps: CardForDeps, ids: readonly string[]): Promise<readonly Ticket[]> => {
  const found = await Promise.all(ids.map((id) => deps.tickets.find(id)));
  return found.filter((ticket) => ticket !== undefined);
};

/** One person's copy of a ticket's card as everything is now; `undefined` for somebody who isn't here any more. */
export const ticketCardFor =
  (deps: CardForDeps) =>
  async (ticket: Ticket, place: Place): Promise<Card | undefined> => {
    const [people, { desk }, children, cases, related] = await Promise.all([
      deps.people(),
      deps.rules(),
      findAll(
        deps,
        ticket.children.map((child) => child.ticket),
      ),
      findAll(deps, ticket.cases),
      relatedOf(deps, ticket),
    ]);
    const reader = people.find(({ person }) => person === place.recipient);
    if (!reader) return undefined;
    const standing = standingOf(ticket, reader, { desk, people });
    const reason = readTicketSubject(place.subject)?.reason ?? '';
    return buildTicketCard(ticket, {
      place,
      standing,
      colleagues: colleaguesOf(ticket, { desk, people, reader }),
      children,
      cases,
      related,
      why: whyOf(ticket, reason, { desk, isOwner: standing.isOwner }),
      isPast: reason === '' && !standing.isOwner,
    });
  };
