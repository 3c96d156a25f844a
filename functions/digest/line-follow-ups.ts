import { addDays, type Day, monthOf } from '../../shared/calendar/day.ts';
import { type Recipient, scopeFor, sectionsFor, whyReceives } from '../../shared/digests/audience.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import { carriedBy, changeFollowUp } from '../../shared/follow-ups/change.ts';
import { type FollowUp, lineItem, newFollowUp, type Who } from '../../shared/follow-ups/follow-up.ts';
import type { FollowUps } from '../../shared/store/follow-ups.ts';
import type { Person } from '../../shared/store/people.ts';
import { plain } from './figures.ts';
import { type Abnormal, dotted } from './findings.ts';
import type { Section } from './section.ts';

/** What the lines of one release have in common on one day. */
export type Circle = {
  readonly release: string;
  readonly day: Day;
  readonly people: readonly Person[];
  /** What somebody already follows up since an earlier day, by `lineItem` of today. */
  readonly ongoing: ReadonlyMap<string, FollowUp>;
};

export const recipientOf = ({ person, roles, departments, region }: Person): Recipient => ({
  unionId: person,
  roles,
  departments,
  region,
});

const partOf = (item: string): string => item.slice(item.indexOf('#'));

/** A line that is still abnormal today is followed up by whoever does since its first day: nobody is asked twice. */
export const ongoingLines = async (
  followUps: Pick<FollowUps, 'listMonth'>,
  release: string,
  day: Day,
): Promise<ReadonlyMap<string, FollowUp>> => {
  const months = [monthOf(addDays(`${monthOf(day)}-01`, -1)), monthOf(day)];
  const rows = await Promise.all(months.map((month) => followUps.listMonth(month)));
  return new Map(
    rows
      .flat()
      .filter(({ item, state, since }) => {
        return item.startsWith(`digest:${release}:`) && state === 'assigned' && since < day;
      })
      .sort((a, b) => a.since.localeCompare(b.since))
      .map((row) => [`digest:${release}:${day}${partOf(row.item)}`, row]),
  );
};

/** Who gets the same part of the same digest about the same scope; who answers for the figures first. */
const sharing = (
  people: readonly Person[],
  { digest, scope, line }: { readonly digest: Digest; readonly scope: string; readonly line: Abnormal },
): Who[] =>
  people
    .filter((person) => {
      const recipient = recipientOf(person);
      return (
        whyReceives(digest, recipient) !== undefined &&
        !person.unsubscribed.includes(digest.id) &&
        scopeFor(digest, recipient)?.label === scope &&
        sectionsFor(digest, recipient).some(({ query }) => query === line.query)
      );
    })
    .sort(
      (a, b) =>
        Number(b.roles.includes(digest.owner)) - Number(a.roles.includes(digest.owner)) ||
        a.name.localeCompare(b.name, 'zh-CN'),
    )
    .map(({ person, name }) => ({ person, name }));

/** Two products may have the same name on a card, and each is looked after by itself. */
const again = (lines: readonly Abnormal[], index: number): readonly string[] => {
  const key = JSON.stringify(lines[index]?.key);
  const before = lines.slice(0, index).filter((line) => JSON.stringify(line.key) === key).length;
  return before > 0 ? [String(before)] : [];
};

/** The section with somebody to look after each of its abnormal lines, the same for all who share them. */
export const followedSection =
  ({ release, day, people, ongoing }: Circle) =>
  (digest: Digest, reader: Recipient, section: Section): Section => {
    const scope = scopeFor(digest, reader)?.label ?? '';
    const abnormal = section.abnormal.map((line, index) => {
      const item = lineItem(release, day, [digest.id, scope, ...line.key, ...again(section.abnormal, index)]);
      const fresh = newFollowUp({
        item,
        since: day,
        line: plain(dotted(line)),
        people: sharing(people, { digest, scope, line }),
        subject: `digest:${release}:${day}`,
      });
      const known = ongoing.get(item);
      return { ...line, followUp: known ? { ...known, line: fresh.line, people: fresh.people } : fresh };
    });
    return { ...section, abnormal };
  };

/** Before a card leaves, the row that its buttons change is there; an ongoing one learns that today's cards carry it. */
export const openLine =
  (followUps: FollowUps) =>
  async ({ followUp }: Abnormal, subject: string): Promise<void> => {
    if (!followUp || (await followUps.open(followUp))) return;
    await changeFollowUp(followUps)(followUp, (row) => {
      const carried = carriedBy(subject)(row);
      return carried === row ? row : { ...carried, people: followUp.people };
    });
  };
