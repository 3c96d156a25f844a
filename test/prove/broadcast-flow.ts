import { broadcasts } from '../../shared/store/broadcasts.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { feishuEvents, receivePushes } from './feishu-pushes.ts';
import type { Finding } from './findings.ts';
import { deliver, loadHandler } from './functions.ts';
import { postCast } from './post-cast.ts';
import { postDesk } from './post-desk.ts';
import { judgePosts, lookAtSum, watchPost } from './post-rules.ts';
import { startIso, storyOf, tellStory } from './post-story.ts';
import type { Flow, Stage } from './stage.ts';
import { tableName } from './world.ts';

/** So many rows are written between two looks at the tables. */
const writesPerLook = 300;
const minuteMs = 60_000;
/** Longer than the longest pause between two tries: what waits for its next one is not at rest. */
const restMs = 20 * minuteMs;

/** What a look has found wrong; each is told once. */
const found = new WeakMap<Stage, Finding[]>();
const looked = new WeakMap<Stage, number>();
const told = new WeakMap<Stage, Set<string>>();

const onlyNew = (stage: Stage, findings: readonly Finding[]): readonly Finding[] => {
  const known = told.get(stage) ?? new Set();
  told.set(stage, known);
  return findings.filter(({ what }) => {
    const isNew = !known.has(what);
    known.add(what);
    return isNew;
  });
};

const findingsOf = (stage: Stage): Finding[] => {
  const known = found.get(stage) ?? [];
  found.set(stage, known);
  return known;
};

/** Each write is heard of; now and then somebody asks for the sum, whatever is going on. */
const hear: NonNullable<Flow['hear']> = (stage) => {
  const { diary, hear: write } = storyOf(stage);
  return (table, image) => {
    write(table, image);
    if (!['deliveries', 'broadcasts'].includes(table) || diary.writes % writesPerLook !== 0) return;
    stage.at(0, () => {
      void stage.world.loop.hold(lookAtSum().then((findings) => findingsOf(stage).push(...findings)));
    });
  };
};

const isDone = async (stage: Stage): Promise<boolean> => {
  const { diary } = storyOf(stage);
  const last = diary.states.at(-1);
  const now = stage.world.loop.now();
  if (last?.state !== 'closed' || now < last.at + 5 * minuteMs) return false;
  const soon = new Date(now + restMs);
  const ledger = deliveries(tableName('deliveries'));
  const waiting = await Promise.all([
    ledger.listDue(soon),
    ledger.listDue(soon, 'bulk'),
    broadcasts(tableName('broadcasts')).listDue(soon),
  ]);
  return waiting.every(({ length }) => length === 0);
};

const watch = (stage: Stage): readonly Finding[] => {
  const { diary } = storyOf(stage);
  const fresh = [...diary.findings.splice(0), ...findingsOf(stage).splice(0)];
  if (looked.get(stage) === diary.writes) return onlyNew(stage, fresh);
  looked.set(stage, diary.writes);
  return onlyNew(stage, [...fresh, ...watchPost(stage)]);
};

/** From the evening to the morning, in Shanghai. */
const isNight = (at: number): boolean => {
  const hour = new Date(at + 8 * 60 * minuteMs).getUTCHours();
  return hour >= 19 || hour < 9;
};

const names = ['broadcast', 'deliver-bulk', 'event-worker', 'feishu-cards'] as const;

/** A post that everybody must confirm, from the link of its document to its end two days later. */
export const broadcastFlow: Flow = {
  name: 'broadcast',
  startIso,
  people: { usual: 300, least: 8, most: 10_000 },
  cast: ({ people }) => postCast(people),
  functions: () => [
    postDesk,
    feishuEvents,
    deliver,
    ...names.map((name) => ({ name, open: () => loadHandler(name) })),
  ],
  everyMinute: ['broadcast', 'deliver', 'deliver-bulk', 'event-worker'],
  mappings: [
    { table: 'broadcasts', work: ['broadcast'], wakes: 'broadcast' },
    { table: 'inbox', work: ['event'], wakes: 'event-worker' },
    { table: 'deliveries', work: ['now', 'bulk'], wakes: 'deliver' },
  ],
  receive: receivePushes,
  hear,
  isIdle: isNight,
  busyMs: 5 * 60 * minuteMs,
  patienceMs: 60 * 60 * minuteMs,
  begin: tellStory,
  isDone,
  watch: (stage) => Promise.resolve(watch(stage)),
  judge: judgePosts,
};
