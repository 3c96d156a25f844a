import type { Day } from '../../shared/calendar/day.ts';
import { carrying, type Waiting, waitingFor } from '../../shared/delivery/carry.ts';
import { type CardPlace, fitCard, keepCard } from '../../shared/delivery/keep-card.ts';
import { planDelivery, planNothing, type Wish } from '../../shared/delivery/plan.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { Person } from '../../shared/store/people.ts';
import type { Window } from '../../shared/store/windows.ts';
import { worstOf } from './abnormal-lines.ts';
import { buildDigestCard, type DigestCardInput } from './card.ts';
import type { Abnormal } from './findings.ts';
import { type Gathered, gatherer, type Member } from './gather.ts';
import { type Circle, ongoingLines, openLine } from './line-follow-ups.ts';
import { ownPosts } from './own-posts.ts';
import type { DigestDeps } from './release.ts';

export type Occasion = {
  readonly release: Bundle;
  readonly day: Day;
  readonly members: readonly Member[];
  readonly notes: readonly string[];
  /** What else waits for this person: a line each instead of a message each. */
  readonly carried?: readonly Waiting[] | undefined;
  /** What this person has to confirm, and hasn't read. */
  readonly posts?: DigestCardInput['posts'];
};

type Sections = Extract<Gathered, { kind: 'sections' }>;

const designFor = (
  { release, day, notes, carried = [], posts }: Occasion,
  person: Person,
  { sections, why }: Sections,
): readonly [Card, CardPlace] => {
  const place = { subject: `digest:${release.id}:${day}`, recipient: person.person };
  const id = deliveryElementId(place.subject, place.recipient);
  const { name, region } = person;
  const to = { name, region, why };
  const { name: title, colours } = release;
  return [
    buildDigestCard({
      id,
      place,
      name: title,
      day,
      person: to,
      sections,
      notes,
      carried: carried.map(({ line }) => line),
      ...(posts && { posts }),
      colours,
    }),
    { id },
  ];
};

export type Rendered = { readonly text: string; readonly step: string; readonly bytes: number };

/** One person's card as it would leave. */
export const renderFor = (occasion: Occasion, person: Person, sections: Sections): Rendered => {
  const { card, step, bytes } = fitCard(...designFor(occasion, person, sections));
  return { text: JSON.stringify(card), step, bytes };
};

export type Planning = Occasion & {
  readonly eventAt: Date;
  readonly validUntil: Date;
  readonly window: Window;
};

type Opening = Planning & { readonly openLine: (line: Abnormal) => Promise<void> };

const planOne = async (
  deps: DigestDeps,
  plan: Opening,
  to: { person: Person; gathered: Gathered },
): Promise<void> => {
  const { person, gathered } = to;
  const wish: Wish = {
    subject: plan.window.subject,
    recipient: person.person,
    sender: deps.sender,
    receiveIdType: 'union_id',
    receiveId: person.person,
    eventAt: plan.eventAt,
    validUntil: plan.validUntil,
    urgency: 'scheduled',
    decidedBy: { ...plan.window.versions, ...carrying(plan.carried ?? []) },
  };
  if (gathered.kind === 'nothing') {
    const { reason } = gathered;
    await planNothing(deps.deliveries)(wish, { state: 'excluded', reason, now: deps.now() });
    return;
  }
  for (const line of worstOf(gathered.sections)) await plan.openLine(line);
  const kept = await keepCard(deps.contents)(...designFor(plan, person, gathered));
  await planDelivery(deps.deliveries)({ ...wish, ...kept }, deps.now());
};

/** Who and what a release's lines are about today. */
export const circleOf = async (
  { people, followUps }: Pick<DigestDeps, 'people' | 'followUps'>,
  { release, day }: Pick<Occasion, 'release' | 'day'>,
): Promise<Circle> => {
  const [here, ongoing] = await Promise.all([people.listHere(), ongoingLines(followUps, release.id, day)]);
  return { release: release.id, day, people: here, ongoing };
};

/** What everybody's card says about posts: read once, however many people there are. */
export const postsOf = async (
  { posts, calendar }: Pick<DigestDeps, 'posts' | 'calendar'>,
  { release, day }: Pick<Occasion, 'release' | 'day'>,
): Promise<(person: Person) => NonNullable<Occasion['posts']>> => {
  const { isWorkday } = (await calendar()).calendar;
  const own = await ownPosts(posts, { release, day, isWorkday });
  return (person) => ({ own: own(person), pages: posts.pages });
};

/** People share their lines: each is opened once per plan, and everybody's card waits for it. */
const openOnce = ({ followUps }: DigestDeps, subject: string): Opening['openLine'] => {
  const opened = new Map<string, Promise<void>>();
  return (line) => {
    const item = line.followUp?.item ?? '';
    const opening = opened.get(item) ?? openLine(followUps)(line, subject);
    opened.set(item, opening);
    return opening;
  };
};

/** Enough to keep the tables busy, few enough for one partition and a small memory. */
const atOnce = 16;

/** One ledger row for everybody in the audience: planned with its card, or excluded with the reason. */
export const planPeople = async (deps: DigestDeps, plan: Planning): Promise<void> => {
  const [circle, waits, posts] = await Promise.all([
    circleOf(deps, plan),
    waitingFor(deps)(deps.now()),
    postsOf(deps, plan),
  ]);
  const gather = gatherer(plan.members, deps.source, { ...circle, now: deps.now() });
  const openLine = openOnce(deps, plan.window.subject);
  const waiting = [...circle.people];
  const planNext = async (): Promise<void> => {
    for (let person = waiting.pop(); person; person = waiting.pop()) {
      const gathered = await gather(person);
      const carried = waits.get(person.person);
      if (!gathered) continue;
      await planOne(deps, { ...plan, carried, posts: posts(person), openLine }, { person, gathered });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, planNext));
};
