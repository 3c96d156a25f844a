import { keepCard } from '../../shared/delivery/keep-card.ts';
import { planNothing, type Wish } from '../../shared/delivery/plan.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { spread } from '../../shared/spread.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Person } from '../../shared/store/people.ts';
import type { Place } from '../../shared/tickets/card-acts.ts';
import type { Team } from '../../shared/tickets/desk.ts';
import { askedCard, todoCard } from '../../shared/tickets/list-cards.ts';
import { isOnLeave } from '../../shared/tickets/presence.ts';
import { type ListDeps, listSubject, openOfOwner, openOfTeam } from '../../shared/tickets/redraw.ts';
import { type Shift, shiftsAt, slotName } from '../../shared/tickets/shifts.ts';
import { peopleOfTeam } from '../../shared/tickets/team-people.ts';

export type TellListsDeps = ListDeps & {
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly sendNow: (wish: Wish) => Promise<Ending>;
  readonly sender: string;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** A tick that comes later than this after its moment tells nobody any more: the next list does. */
const graceMs = 30 * minuteMs;

/** Start, middle, an hour before the end. */
const momentsOf = ({ from, to, middle }: Shift): readonly number[] => [from, middle, to - hourMs];

/**
 * One to four minutes later, the same for one person whoever computes it: shifts begin on the hour, when Feishu refuses
 * most (11232, open.feishu.cn/document/server-docs/api-call-guide/frequency-control).
 */
const delayOf = ({ person }: Person): number => (1 + (spread(person) % 4)) * minuteMs;

const dueMoment = (shift: Shift, person: Person, now: Date): number | undefined =>
  momentsOf(shift).findLast((moment) => {
    const late = now.getTime() - moment - delayOf(person);
    return late >= 0 && late < graceMs;
  });

const isOf = ({ people }: Shift, { person }: Person): boolean => people?.includes(person) ?? true;

const workingIn = async (deps: TellListsDeps, team: Team, shift: Shift): Promise<readonly Person[]> => {
  const [people, { desk }] = await Promise.all([deps.people(), deps.rules()]);
  const now = deps.now();
  return peopleOfTeam(desk, team, people).filter((person) => isOf(shift, person) && !isOnLeave(person, now));
};

const wishOf = (deps: TellListsDeps, { subject, recipient }: Place, until: number): Wish => ({
  subject,
  recipient,
  sender: deps.sender,
  receiveIdType: 'union_id',
  receiveId: recipient,
  eventAt: deps.now(),
  validUntil: new Date(until),
  // When it comes is the shift's decision, like a digest's.
  urgency: 'scheduled',
});

const send = async (
  deps: TellListsDeps,
  place: Place,
  { card, until }: { readonly card: Card; readonly until: number },
): Promise<void> => {
  const kept = await keepCard(deps.contents)(card, { id: deliveryElementId(place.subject, place.recipient) });
  await deps.sendNow({ ...wishOf(deps, place, until), ...kept });
};

/** 我的待办 of one person at one moment, once; who has nothing open has a row that says so. */
const tellTodo = async (deps: TellListsDeps, place: Place, shift: Shift): Promise<number> => {
  if (await deps.deliveries.find(place)) return 0;
  const tickets = await openOfOwner(deps, place.recipient);
  if (tickets.length === 0) {
    const why = { state: 'excluded', reason: 'nothing_to_do', now: deps.now() } as const;
    await planNothing(deps.deliveries)(wishOf(deps, place, shift.to), why);
    return 0;
  }
  await send(deps, place, { card: todoCard(place, tickets), until: shift.to });
  return 1;
};

const todoOfTeam = async (deps: TellListsDeps, team: Team, shift: Shift): Promise<number> => {
  let told = 0;
  for (const person of await workingIn(deps, team, shift)) {
    const moment = dueMoment(shift, person, deps.now());
    if (moment === undefined) continue;
    const place = { subject: listSubject.todo(slotName(moment)), recipient: person.person };
    told += await tellTodo(deps, place, shift);
  }
  return told;
};

/** One list a shift, as soon as there is something to look into; later it changes on the screen. */
const listOfTeam = async (deps: TellListsDeps, team: Team, shift: Shift): Promise<number> => {
  const subject = listSubject.team(team.id, slotName(shift.from));
  const places = (await workingIn(deps, team, shift)).map(({ person }) => ({ subject, recipient: person }));
  const known = await Promise.all(places.map((place) => deps.deliveries.find(place)));
  const missing = places.filter((_, index) => known[index] === undefined);
  const tickets = missing.length === 0 ? [] : await openOfTeam(deps, team.id);
  if (tickets.length === 0) return 0;
  for (const place of missing)
    await send(deps, place, { card: askedCard(place, team, tickets), until: shift.to });
  return missing.length;
};

/** The lists that are due now, each once per person. */
export const tellLists =
  (deps: TellListsDeps) =>
  async (now: Date): Promise<{ readonly todo: number; readonly lists: number }> => {
    const rules = await deps.rules();
    let [todo, lists] = [0, 0];
    for (const team of rules.desk.teams) {
      for (const shift of shiftsAt(team, rules, now)) {
        if (team.told === 'list') lists += await listOfTeam(deps, team, shift);
        else todo += await todoOfTeam(deps, team, shift);
      }
    }
    return { todo, lists };
  };
