import * as z from 'zod';
import { findCard, keepCard } from '../../shared/delivery/keep-card.ts';
import { planNothing, type Wish } from '../../shared/delivery/plan.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { carriedBy, changeFollowUp } from '../../shared/follow-ups/change.ts';
import type { FollowUp, FollowUpKey } from '../../shared/follow-ups/follow-up.ts';
import { withFollowUp } from '../../shared/follow-ups/on-card.ts';
import { parse } from '../../shared/parse.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { FollowUps } from '../../shared/store/follow-ups.ts';
import { type Notice, noticeCard } from './notice-card.ts';
import type { Occurrence, Reacted } from './reactions.ts';

export type FollowUpDeps = {
  readonly followUps: FollowUps;
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly send: (wish: Wish) => Promise<Ending>;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
};

export type FollowUpReactions = {
  /** A click has changed a follow-up: everybody else's copies are refreshed, and who was asked is told. */
  readonly changed: (occurrence: Occurrence) => Promise<Reacted>;
  /** 稍后 2 小时 is over. */
  readonly remind: (occurrence: Occurrence) => Promise<Reacted>;
};

const aboutSchema = z.object({
  item: z.string(),
  since: z.string(),
  subject: z.string(),
  person: z.string(),
  chatId: z.string(),
  answer: z.enum(['card', 'toastThenPatch']),
});
type About = z.output<typeof aboutSchema>;
const reminderSchema = aboutSchema.extend({ until: z.string() });

const done = (reason: string): Reacted => ({ kind: 'done', reason });

/** Under the row as it was read, so that two refreshes of one card never lose each other's line. */
const refreshCopy = async (deps: FollowUpDeps, first: Delivery, followUp: FollowUp): Promise<void> => {
  let copy: Delivery | undefined = first;
  while (copy?.wanted) {
    const { subject, recipient, wanted } = copy;
    const card = await findCard(deps.contents)(wanted.hash);
    const next = card && withFollowUp(card, followUp, { subject, recipient });
    if (!next) return;
    const { hash } = await keepCard(deps.contents)(next, { id: deliveryElementId(subject, recipient) });
    if (hash === wanted.hash) return;
    const final = followUp.state === 'closed';
    if (await deps.deliveries.want(copy, { hash, final, now: deps.now() })) return;
    copy = await deps.deliveries.find(copy);
  }
};

type IsMeant = (copy: Delivery) => boolean;

const ended = ['suppressed', 'excluded'];
const atOnce = 16;

/** Only the people of the scope have the line on their card. */
const copiesOf = async (deps: FollowUpDeps, followUp: FollowUp, isMeant: IsMeant) => {
  const people = new Set(followUp.people.map(({ person }) => person));
  const rows = await Promise.all(followUp.subjects.map((subject) => deps.deliveries.listOfSubject(subject)));
  return rows
    .flat()
    .filter(
      ({ recipient, state }) =>
        !ended.includes(state) && (people.has(recipient) || recipient.startsWith('chat:')),
    )
    .filter(isMeant);
};

const refresh = async (deps: FollowUpDeps, followUp: FollowUp, isMeant: IsMeant): Promise<void> => {
  const copies = await copiesOf(deps, followUp, isMeant);
  for (let from = 0; from < copies.length; from += atOnce) {
    await Promise.all(copies.slice(from, from + atOnce).map((copy) => refreshCopy(deps, copy, followUp)));
  }
};

/** What nobody has looked at for a day has been overtaken by the next card. */
const noticeMs = 24 * 3_600_000;

const wishFor = (deps: FollowUpDeps, { sender, at }: Occurrence, notice: Notice): Wish => ({
  subject: notice.subject,
  recipient: notice.recipient,
  sender,
  receiveIdType: 'union_id',
  receiveId: notice.recipient,
  eventAt: at,
  validUntil: new Date(deps.now().getTime() + noticeMs),
  // Somebody is asked by name: it passes the day's limit of messages, not the quiet hours.
  urgency: 'p1',
});

const notify = async (deps: FollowUpDeps, occurrence: Occurrence, notice: Notice): Promise<void> => {
  const id = deliveryElementId(notice.subject, notice.recipient);
  const kept = await keepCard(deps.contents)(noticeCard(notice), { id });
  await deps.send({ ...wishFor(deps, occurrence, notice), ...kept });
};

/** A changed card makes no sound: who was asked by somebody else gets a card of their own, once. */
const tellAssignee = async (
  deps: FollowUpDeps,
  occurrence: Occurrence,
  followUp: FollowUp,
): Promise<FollowUp> => {
  const { assigned, item, state } = followUp;
  if (state !== 'assigned' || !assigned || assigned.to.person === assigned.by.person) return followUp;
  const subject = `follow-up:${item}:${assigned.at}`;
  const carried = await changeFollowUp(deps.followUps)(followUp, carriedBy(subject));
  const told = carried ?? followUp;
  await notify(deps, occurrence, { why: 'assigned', followUp: told, subject, recipient: assigned.to.person });
  return told;
};

/** A card that is updated while its click is answered goes back to what it was. */
const guardMs = 3_000;
/** With a toast alone as the answer nothing is taken back; the answer must only be out. */
const toastMs = 1_500;

type AboutCopies = FollowUpKey & { readonly isMeant: IsMeant };

const isOwn =
  ({ subject, person, chatId }: About): IsMeant =>
  (copy) =>
    copy.subject === subject && [person, `chat:${chatId}`].includes(copy.recipient);

/** Until the row is as it was when its copies were read: whoever writes last has seen it as it is. */
const refreshAll = async (
  deps: FollowUpDeps,
  occurrence: Occurrence,
  about: AboutCopies,
): Promise<boolean> => {
  for (;;) {
    const followUp = await deps.followUps.find(about);
    if (!followUp) return false;
    const told = await tellAssignee(deps, occurrence, followUp);
    await refresh(deps, told, about.isMeant);
    if ((await deps.followUps.find(about))?.version === told.version) return true;
  }
};

const changed = async (deps: FollowUpDeps, occurrence: Occurrence): Promise<Reacted> => {
  const about = parse(aboutSchema, occurrence.event);
  const ageMs = Math.max(0, deps.now().getTime() - occurrence.at.getTime());
  if (about.answer === 'toastThenPatch' && ageMs < toastMs) await deps.sleep(toastMs - ageMs);
  const isEarly = about.answer === 'card' && ageMs < guardMs;
  const isMeant: IsMeant = (copy) => !(isEarly && isOwn(about)(copy));
  if (!(await refreshAll(deps, occurrence, { ...about, isMeant }))) return done('unknown_follow_up');
  // Normally it shows the answer already; if that was lost on the way, the sweep brings it.
  return isEarly ? { kind: 'again', reason: 'own_copy_later' } : done('copies_refreshed');
};

const withoutReminder =
  (person: string, until: string) =>
  (followUp: FollowUp): FollowUp => {
    if (followUp.reminders[person] !== until) return followUp;
    const reminders = Object.entries(followUp.reminders).filter(([who]) => who !== person);
    return { ...followUp, reminders: Object.fromEntries(reminders) };
  };

const remind = async (deps: FollowUpDeps, occurrence: Occurrence): Promise<Reacted> => {
  const { item, since, person, until } = parse(reminderSchema, occurrence.event);
  const subject = `follow-up:${item}:${until}`;
  const found = await deps.followUps.find({ item, since });
  if (!found) return done('unknown_follow_up');
  const notice: Notice = { why: 'later', followUp: found, subject, recipient: person };
  if (found.state === 'closed') {
    const why = { state: 'suppressed', reason: 'follow_up_closed', now: deps.now() } as const;
    await planNothing(deps.deliveries)(wishFor(deps, occurrence, notice), why);
    return done('follow_up_closed');
  }
  const followUp = await changeFollowUp(deps.followUps)(found, (row) =>
    withoutReminder(person, until)(carriedBy(subject)(row)),
  );
  if (!followUp) return done('unknown_follow_up');
  await notify(deps, occurrence, { ...notice, followUp });
  // Their other cards still say when they will be reminded.
  await refresh(deps, followUp, ({ recipient }) => recipient === person);
  return done('reminded');
};

export const followUpReactions = (deps: FollowUpDeps): FollowUpReactions => ({
  changed: (occurrence) => changed(deps, occurrence),
  remind: (occurrence) => remind(deps, occurrence),
});
