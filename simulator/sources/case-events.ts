import {
  appMessage,
  doudianMessage,
  qiyuEnd,
  qiyuMessage,
  type Speaker,
  youzanMessage,
} from './case-messages.ts';
import type { CaseSource, Told, World } from './case-stories.ts';
import { agentWords, moreWords } from './grave-words.ts';
import type { Message } from './sign.ts';
import type { KfMessage } from './wecom-api.ts';

/** One thing that a source says at a moment of the day. */
export type CaseEvent = {
  /** Milliseconds after the day's begin. */
  readonly afterMs: number;
  /** The story that it belongs to. */
  readonly story: number;
} & ({ readonly push: Message } | { readonly kf: KfMessage });

const kfId = 'wkdev0000000001';

const minute = 60_000;
const hour = 60 * minute;

const at = ({ begin, speed }: World, afterMs: number): Date =>
  new Date(begin.getTime() + Math.round(afterMs / speed));

type Ends = { readonly deadline: Date; readonly endMs: number };

const pushOf = ({ fact }: Told, afterMs: number, push: Message): CaseEvent => ({
  afterMs,
  story: fact.story,
  push,
});

const doudianEvents = (world: World, told: Told, { deadline, endMs }: Ends): readonly CaseEvent[] => {
  const { story, fact, afterMs } = told;
  const created = at(world, afterMs);
  const changedMs = afterMs + 10 * minute;
  const ending = story.number % 5 === 0 && !fact.endsByItself ? 'closed' : 'success';
  return [
    pushOf(told, afterMs, doudianMessage(story, 'created', { at: created })),
    pushOf(told, afterMs + 2_000, doudianMessage(story, 'deadline', { at: created, deadline })),
    ...(story.number % 7 === 0
      ? [pushOf(told, changedMs, doudianMessage(story, 'modified', { at: at(world, changedMs) }))]
      : []),
    ...(fact.isEnded ? [pushOf(told, endMs, doudianMessage(story, ending, { at: at(world, endMs) }))] : []),
  ];
};

const youzanEvents = (world: World, told: Told, { deadline, endMs }: Ends): readonly CaseEvent[] => {
  const { story, fact, afterMs } = told;
  const ending = story.number % 5 === 0 && !fact.endsByItself ? 'closed' : 'success';
  const times = { at: at(world, afterMs), deadline };
  return [
    pushOf(told, afterMs, youzanMessage(story, 'created', times)),
    ...(fact.isEnded ? [pushOf(told, endMs, youzanMessage(story, ending, { at: at(world, endMs) }))] : []),
  ];
};

/** A refund ends on its platform: agreed, taken back, or at its deadline by itself. */
const platformEvents = (world: World, told: Told): readonly CaseEvent[] => {
  const { fact, afterMs } = told;
  const countdownMs = afterMs + 3 * hour;
  // A day that is played faster still has platforms that leave two days' time.
  const deadline = fact.endsByItself
    ? at(world, countdownMs)
    : new Date(at(world, afterMs).getTime() + 48 * hour);
  const endMs = fact.endsByItself
    ? countdownMs + 1_000 * world.speed
    : afterMs + world.random.whole(40 * minute, 4 * hour);
  const events = fact.source === 'doudian' ? doudianEvents : youzanEvents;
  return events(world, told, { deadline, endMs });
};

const qiyuEvents = (world: World, { fact, story, afterMs }: Told): readonly CaseEvent[] => {
  const { random } = world;
  const said = (ms: number, speaker: Speaker): CaseEvent => ({
    afterMs: ms,
    story: fact.story,
    push: qiyuMessage(story, speaker, at(world, ms)),
  });
  const answerMs = afterMs + random.whole(minute, 20 * minute);
  const moreMs = answerMs + random.whole(minute, 30 * minute);
  const talk = [
    said(afterMs, { number: 1, who: 'customer', text: story.text }),
    ...(story.number % 3 === 0
      ? []
      : [said(answerMs, { number: 2, who: 'agent', text: random.pick(agentWords) })]),
    ...(story.number % 4 === 0
      ? [said(moreMs, { number: 3, who: 'customer', text: random.pick(moreWords) })]
      : []),
  ];
  if (!fact.isEnded) return talk;
  return [...talk, { afterMs: moreMs + 5 * minute, story: fact.story, push: qiyuEnd(story) }];
};

const kfMessage = (told: Told, part: Partial<KfMessage> & { n: number; sentAt: Date }): KfMessage => {
  const { n, sentAt, ...rest } = part;
  return {
    msgid: `kf-${told.story.number}-${n}`,
    open_kfid: kfId,
    external_userid: `wm-${told.story.buyer}`,
    send_time: Math.floor(sentAt.getTime() / 1000),
    origin: 3,
    msgtype: 'text',
    ...rest,
  };
};

const wecomEvents = (world: World, told: Told): readonly CaseEvent[] => {
  const { story, afterMs } = told;
  const answerMs = afterMs + world.random.whole(minute, 20 * minute);
  const text = (content: string) => ({ text: { content } });
  const first = kfMessage(told, { n: 1, sentAt: at(world, afterMs), ...text(story.text) });
  const answer = kfMessage(told, {
    n: 2,
    sentAt: at(world, answerMs),
    origin: 5,
    servicer_userid: 'sunjiahe',
    ...text(world.random.pick(agentWords)),
  });
  const begin: CaseEvent = { afterMs, story: story.number, kf: first };
  return story.number % 3 === 0 ? [begin] : [begin, { afterMs: answerMs, story: story.number, kf: answer }];
};

const appEvents = (world: World, { fact, story, afterMs }: Told): readonly CaseEvent[] => {
  const event = (step: 'created' | 'message' | 'closed', ms: number, text: string): CaseEvent => ({
    afterMs: ms,
    story: fact.story,
    push: appMessage(story, step, { at: at(world, ms), text }),
  });
  const moreMs = afterMs + world.random.whole(20 * minute, 3 * hour);
  return [
    event('created', afterMs, story.text),
    ...(story.number % 4 === 0 ? [event('message', moreMs, world.random.pick(moreWords))] : []),
    ...(fact.isEnded ? [event('closed', moreMs + 10 * minute, '')] : []),
  ];
};

/** What the sources say about a story, in its order. */
export const eventsOf: Readonly<Record<CaseSource, (world: World, told: Told) => readonly CaseEvent[]>> = {
  youzan: platformEvents,
  doudian: platformEvents,
  qiyu: qiyuEvents,
  wecom: wecomEvents,
  app: appEvents,
};
