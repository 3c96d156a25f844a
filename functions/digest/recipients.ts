import type { Day } from '../../shared/calendar/day.ts';
import { degrade } from '../../shared/delivery/degrade.ts';
import { planDelivery, planNothing, type Wish } from '../../shared/delivery/plan.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
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
};

export type Rendered = { readonly text: string; readonly step: string; readonly bytes: number };

/** One person's card, degraded step by step when it is over a limit of Feishu's; nothing is dropped silently. */
export const renderFor = (
  occasion: Occasion,
  person: Person,
  { sections, why }: Extract<Gathered, { kind: 'sections' }>,
): Rendered => {
  const { release, day, notes } = occasion;
  const id = deliveryElementId(`digest:${release.id}:${day}`, person.person);
  const { name, region } = person;
  const card = buildDigestCard({
    id,
    name: release.name,
    day,
    person: { name, region, why },
    sections,
    notes,
    colours: release.colours,
  });
  const { card: sendable, step, bytes } = degrade(card, { id });
  return { text: JSON.stringify(sendable), step, bytes };
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
    decidedBy: plan.window.versions,
  };
  if (gathered.kind === 'nothing') {
    const { reason } = gathered;
    await planNothing(deps.deliveries)(wish, { state: 'excluded', reason, now: deps.now() });
    return;
  }
  const { text, step } = renderFor(plan, person, gathered);
  const hash = await deps.contents.keep(text);
  await planDelivery(deps.deliveries)(
    { ...wish, hash, ...(step !== 'none' && { degraded: step }) },
    deps.now(),
  );
};

/** Enough to keep the tables busy, few enough for one partition and a small memory. */
const atOnce = 16;

/** One ledger row for everybody in the audience: planned with its card, or excluded with the reason. */
export const planPeople = async (deps: DigestDeps, plan: Planning): Promise<void> => {
  const gather = gatherer(plan.members, deps.source, { day: plan.day, now: deps.now() });
  const waiting = [...(await deps.people.listHere())];
  const planNext = async (): Promise<void> => {
    for (let person = waiting.pop(); person; person = waiting.pop()) {
      const gathered = await gather(person);
      if (gathered) await planOne(deps, plan, { person, gathered });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, planNext));
};
