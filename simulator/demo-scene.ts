import type { Ticket } from '../shared/tickets/ticket.ts';
import { type Tap, type TapAnswer, tap } from './demo-clicks.ts';
import { type BotCard, botChat, type DemoPerson } from './demo-people.ts';
import { type Play, until } from './demo-play.ts';

/** What the chapter 售后 is played on. */
export type Desk = { readonly play: Play; readonly people: readonly DemoPerson[] };

export const idOf = ({ people }: Desk, name: string): string => {
  const person = people.find((one) => one.name === name);
  if (!person) throw new Error(`${name} left the company`);
  return person.unionId;
};

export const nameOf = ({ people }: Desk, unionId: string | undefined): string =>
  people.find((one) => one.unionId === unionId)?.name ?? '没有人';

const says = ({ content }: BotCard, words: string): boolean => JSON.stringify(content).includes(words);

/** Cards on a person's screen that say all of it, oldest first. */
const cardsSaying = async (
  desk: Desk,
  name: string,
  words: readonly string[],
): Promise<readonly BotCard[]> => {
  const { cards } = await botChat(desk.play.sim, idOf(desk, name));
  return cards.filter((card) => words.every((word) => says(card, word)));
};

/** Until a person sees a card that says all of it. */
export const sees = async (desk: Desk, name: string, words: readonly string[]): Promise<void> => {
  const { problems } = desk.play;
  const before = problems.length;
  const isSeen = async (): Promise<boolean> => (await cardsSaying(desk, name, words)).length > 0;
  await until(desk.play, `${name} doesn't see ${words.join(' ')}`, isSeen);
  if (problems.length === before) return;
  const { cards } = await botChat(desk.play.sim, idOf(desk, name));
  problems.push(
    `${name} sees: ${cards
      .slice(-3)
      .map(({ summary }) => summary)
      .join(' | ')}`,
  );
};

type Deed = { readonly about: string; readonly on: Tap };

const tapLatest = async (desk: Desk, name: string, { about, on }: Deed): Promise<TapAnswer | undefined> => {
  for (const card of (await cardsSaying(desk, name, [about])).toReversed()) {
    const answer = await tap(desk.play.sim, idOf(desk, name), { card, on });
    if (answer) return answer;
  }
  return undefined;
};

/** On the latest card about it that offers the act; what was refused is a problem, in the words of its toast. */
export const act = async (desk: Desk, name: string, deed: Deed): Promise<void> => {
  const answer = await tapLatest(desk, name, deed);
  const { type = '', content = 'no card offers it' } = answer?.toast ?? {};
  if (answer?.ok === true && !['warning', 'error'].includes(type)) return;
  desk.play.problems.push(`${name} could not ${deed.on.do} on ${deed.about}: ${content}`);
};

/** The ticket once it is as wanted. */
export const becomes = async (
  { play }: Desk,
  number: string,
  [what, is]: readonly [string, (ticket: Ticket) => boolean],
): Promise<Ticket | undefined> => {
  let ticket: Ticket | undefined;
  const isSo = async (): Promise<boolean> => {
    ticket = await play.tickets.find(number);
    return ticket !== undefined && is(ticket);
  };
  await until(play, `${number} isn't ${what}`, isSo);
  if (!ticket || is(ticket)) return ticket;
  const { state, team, owner, assignmentFailedAt = '' } = ticket;
  play.problems.push([number, state, team, owner?.name ?? 'nobody', assignmentFailedAt].join(' '));
  return ticket;
};
