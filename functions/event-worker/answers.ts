import { dayOf } from '../../shared/calendar/day.ts';
import type { Calendar } from '../../shared/calendar/working-days.ts';
import { findCard, keepCard } from '../../shared/delivery/keep-card.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { explain } from '../../shared/digests/explain.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { People, Person } from '../../shared/store/people.ts';
import type { Windows } from '../../shared/store/windows.ts';
import { submissionCard } from '../../shared/tickets/submission.ts';
import type { Ask } from './commands.ts';
import type { DeskReactions } from './desk.ts';
import { mergedCard, otherMessageSteps } from './message-answers.ts';
import type { PostReactions } from './post-reactions.ts';
import { clearQuiet, quietCard, quietNotUnderstoodCard, setQuiet } from './quiet-answers.ts';
import {
  groupCard,
  helpCard,
  isFor,
  notForYouCard,
  notHereCard,
  notUnderstoodCard,
  type ReplyFrame,
  subscribedCard,
  subscriptionsCard,
  unknownDigestCard,
  whyCard,
} from './reply-cards.ts';

export type AnswersDeps = {
  readonly people: People;
  readonly windows: Windows;
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly releases: readonly Bundle[];
  readonly calendar: () => Promise<Calendar>;
  readonly send: (wish: Wish) => Promise<Ending>;
  readonly ticketsCard: DeskReactions['ticketsCard'];
  readonly posts: PostReactions;
  readonly postName: (subject: string) => string | undefined;
  readonly now: () => Date;
};

type Asked = { readonly subject: string; readonly sender: string; readonly at: Date; readonly ask: Ask };
type Reply = { readonly kind: 'done'; readonly reason: string };

export type Answers = {
  readonly toPerson: (asked: Asked & { readonly person: string }) => Promise<Reply>;
  readonly toGroup: (asked: Asked & { readonly chatId: string }) => Promise<Reply>;
};

/** `at`: when it was asked; `subject`: of the answer, which buttons carry. */
type Frame = ReplyFrame & { readonly at: Date; readonly subject: string };
type Say = (deps: AnswersDeps, person: Person, frame: Frame) => Promise<Card>;

/** The release that answers 今日 and 为什么没收到: the first one, the morning card. */
const morningOf = ({ releases }: AnswersDeps): Bundle | undefined => releases[0];

const stepsOf = async (deps: AnswersDeps, release: Bundle, person: Person) => {
  const now = deps.now();
  const day = dayOf(now);
  const subject = `digest:${release.id}:${day}`;
  const [window, delivery, calendar] = await Promise.all([
    deps.windows.find(release.id, day),
    deps.deliveries.find({ subject, recipient: person.person }),
    deps.calendar(),
  ]);
  const { isWorkday } = calendar;
  return { delivery, steps: explain({ release, day, person, window, delivery, isWorkday, now }) };
};

const why: Say = async (deps, person, frame) => {
  const release = morningOf(deps);
  if (!release) return helpCard(frame);
  const [{ steps }, others] = await Promise.all([
    stepsOf(deps, release, person),
    otherMessageSteps(deps, {
      person: person.person,
      except: `digest:${release.id}:${dayOf(deps.now())}`,
    }),
  ]);
  return whyCard(frame, release.name, { steps, others });
};

/** 今日: the card that was shown this morning, once more; without one, why there is none. */
const todayCard: Say = async (deps, person, frame) => {
  const release = morningOf(deps);
  if (!release) return helpCard(frame);
  const { delivery, steps } = await stepsOf(deps, release, person);
  const shown = delivery?.shown && (await findCard(deps.contents)(delivery.shown.hash));
  if (!delivery || !shown) return whyCard(frame, release.name, { steps, others: [] });
  // The copy carries its own element_id: it is another delivery.
  const id = deliveryElementId(delivery.subject, delivery.recipient);
  const elements = shown.body.elements.map((part) =>
    part.element_id === id ? { ...part, element_id: frame.id } : part,
  );
  return { ...shown, body: { elements } };
};

const digestNamed = (deps: AnswersDeps, name: string) =>
  deps.releases
    .flatMap(({ digests }) => digests)
    .find((digest) => digest.name === name || digest.id === name || digest.name === `${name}日报`);

const change =
  (name: string, wanted: 'subscribe' | 'unsubscribe'): Say =>
  async (deps, person, frame) => {
    const digest = digestNamed(deps, name);
    if (!digest) return unknownDigestCard(frame, name, deps.releases);
    if (wanted === 'subscribe' && !isFor(digest, person)) return notForYouCard(frame, digest);
    const listOf = ({ unsubscribed }: Person): readonly string[] => {
      const others = unsubscribed.filter((id) => id !== digest.id);
      return wanted === 'unsubscribe' ? [...others, digest.id] : others;
    };
    let now: Person | undefined = person;
    while (now && !(await deps.people.recordUnsubscribed(now.person, listOf(now), now.unsubscribed)))
      now = await deps.people.find(person.person);
    return subscribedCard(frame, digest, wanted);
  };

const sayings: Readonly<Record<Exclude<Ask['kind'], 'subscribe' | 'unsubscribe' | 'setQuiet'>, Say>> = {
  today: todayCard,
  why,
  help: (_, __, frame) => Promise.resolve(helpCard(frame)),
  subscriptions: (deps, person, frame) => Promise.resolve(subscriptionsCard(frame, person, deps.releases)),
  quiet: (deps, person, frame) => Promise.resolve(quietCard(frame, person, deps.now())),
  clearQuiet: ({ people }, person, { at, ...frame }) => clearQuiet({ people, person, frame, at }),
  quietNotUnderstood: (_, __, frame) => Promise.resolve(quietNotUnderstoodCard(frame)),
  merged: (deps, { person }, frame) => mergedCard(deps, person, frame),
  submit: (_, { person }, { subject }) => Promise.resolve(submissionCard({ subject, recipient: person })),
  tickets: ({ ticketsCard }, { person }, { subject }) => ticketsCard({ subject, recipient: person }),
  posts: ({ posts }, person, frame) => posts.postsCard(person, frame),
  unread: ({ posts }, person, frame) => posts.unreadCard(person, frame),
  unknown: (_, __, frame) => Promise.resolve(notUnderstoodCard(frame)),
};

const sayingFor = (ask: Ask): Say => {
  if (ask.kind === 'subscribe' || ask.kind === 'unsubscribe') return change(ask.name, ask.kind);
  if (ask.kind !== 'setQuiet') return sayings[ask.kind];
  return ({ people }, person, { at, ...frame }) => setQuiet({ people, person, frame, at }, ask.spans);
};

/** Longer than the ledger repeats a try (49 minutes); after that the question is forgotten and the figures are old. */
const answerMs = 60 * 60_000;

const reasonOf = (ask: Ask, ending: Ending): Reply => ({
  kind: 'done',
  reason: `answered:${ask.kind}:${ending}`,
});

/** Answers once per question, through the ledger like everything else that leaves. */
export const answers = (deps: AnswersDeps): Answers => ({
  toPerson: async ({ subject, sender, at, ask, person }) => {
    const frame = { id: deliveryElementId(subject, person) };
    const known = await deps.people.find(person);
    const card =
      known?.directory === 'here'
        ? await sayingFor(ask)(deps, known, { ...frame, at, subject })
        : notHereCard(frame);
    const kept = await keepCard(deps.contents)(card, frame);
    const target = { recipient: person, receiveIdType: 'union_id', receiveId: person } as const;
    const validUntil = new Date(deps.now().getTime() + answerMs);
    const wish = { subject, sender, ...kept, eventAt: at, validUntil, ...target };
    return reasonOf(ask, await deps.send({ ...wish, urgency: 'reply' }));
  },
  toGroup: async ({ subject, sender, at, ask, chatId }) => {
    const recipient = `chat:${chatId}`;
    const frame = { id: deliveryElementId(subject, recipient) };
    const kept = await keepCard(deps.contents)(groupCard(frame), frame);
    const target = { recipient, receiveIdType: 'chat_id', receiveId: chatId } as const;
    const validUntil = new Date(deps.now().getTime() + answerMs);
    const wish = { subject, sender, ...kept, eventAt: at, validUntil, ...target };
    return reasonOf(ask, await deps.send({ ...wish, urgency: 'reply' }));
  },
});
