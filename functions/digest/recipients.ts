import type { Day } from '../../shared/calendar/day.ts';
import { carrying, type Waiting, waitingFor } from '../../shared/delivery/carry.ts';
import { type CardPlace, fitCard, keepCard } from '../../shared/delivery/keep-card.ts';
import { planDelivery, planNothing, type Wish } from '../../shared/delivery/plan.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { Person } from '../../shared/store/people.ts';
import type { Window } from '../../shared/store/windows.ts';
import { buildDigestCard } from './card.ts';
import { type Gathered, gatherer, type Member } from './gather.ts';
import type { DigestDeps } from './release.ts';

export type Occasion = {
  readonly release: Bundle;
  readonly day: Day;
  readonly members: readonly Member[];
  readonly notes: readonly string[];
  /** What else waits for this person: a line each instead of a message each. */
  readonly carried?: readonly Waiting[] | undefined;
};

type Sections = Extract<Gathered, { kind: 'sections' }>;

const designFor = (
  { release, day, notes, carried = [] }: Occasion,
  person: Person,
  { sections, why }: Sections,
): readonly [Card, CardPlace] => {
  const id = deliveryElementId(`digest:${release.id}:${day}`, person.person);
  const { name, region } = person;
  const to = { name, region, why };
  const { name: title, colours } = release;
  return [
    buildDigestCard({
      id,
      name: title,
      day,
      person: to,
      sections,
      notes,
      carried: carried.map(({ line }) => line),
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

const planOne = async (
  deps: DigestDeps,
  plan: Planning,
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
  const kept = await keepCard(deps.contents)(...designFor(plan, person, gathered));
  await planDelivery(deps.deliveries)({ ...wish, ...kept }, deps.now());
};

/** Enough to keep the tables busy, few enough for one partition and a small memory. */
const atOnce = 16;

/** One ledger row for everybody in the audience: planned with its card, or excluded with the reason. */
export const planPeople = async (deps: DigestDeps, plan: Planning): Promise<void> => {
  const gather = gatherer(plan.members, deps.source, { day: plan.day, now: deps.now() });
  const [here, waits] = await Promise.all([deps.people.listHere(), waitingFor(deps)(deps.now())]);
  const waiting = [...here];
  const planNext = async (): Promise<void> => {
    for (let person = waiting.pop(); person; person = waiting.pop()) {
      const gathered = await gather(person);
      const carried = waits.get(person.person);
      if (gathered) await planOne(deps, { ...plan, carried }, { person, gathered });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, planNext));
};
