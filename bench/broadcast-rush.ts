/**
 * `broadcast-rush.ts <people> <fixed|sliding>`: a post for so many people leaves in simulated time, by the functions as
 * they are wired, through the simulator with its limits on and the latencies of the proof; an urgent card of a ticket is
 * sent every few seconds meanwhile. Prints what was measured as JSON.
 */
import * as z from 'zod';
import { personalSubject } from '../shared/broadcasts/broadcast.ts';
import { keepCard } from '../shared/delivery/keep-card.ts';
import { outbox } from '../shared/delivery/outbox.ts';
import { sendNow } from '../shared/delivery/send.ts';
import { card, deliveryElementId, markdown } from '../shared/feishu/cards.ts';
import { seededRandom } from '../simulator/bi/random.ts';
import type { Person } from '../simulator/company.ts';
import { broadcastFlow } from '../test/prove/broadcast-flow.ts';
import type { CloudFunction } from '../test/prove/cloud.ts';
import { cardsOf, type Screens, screensOf } from '../test/prove/findings.ts';
import { cleanPlan } from '../test/prove/plan.ts';
import { isGone, unreachableBecause } from '../test/prove/post-cast.ts';
import { findPost, publishPost, storyOf } from '../test/prove/post-story.ts';
import { prepareProcess } from '../test/prove/seeds.ts';
import { type Flow, runSeed, type Stage } from '../test/prove/stage.ts';

const [count, rateWindow] = z
  .tuple([z.coerce.number().int(), z.enum(['fixed', 'sliding'])])
  .parse(process.argv.slice(2));

const urgentEveryMs = 2_000;
const urgentSchema = z.object({ n: z.number(), recipient: z.string() });
const subjectOf = (n: number): string => `ticket:T-${n}:assigned:1`;

/** A P1 of after-sales, as ticket-flow sends it. */
const urgent: CloudFunction = {
  name: 'urgent',
  open: () => {
    const out = outbox('urgent', 2_000);
    return async (event) => {
      const { n, recipient } = urgentSchema.parse(event);
      const subject = subjectOf(n);
      const id = deliveryElementId(subject, recipient);
      const header = { title: `工单 T-${n}`, colour: 'red' } as const;
      const kept = await keepCard(out.contents)(
        card({ id, summary: '新工单', header, elements: [markdown('请尽快处理')], footer: [] }),
        { id },
      );
      const to = { sender: 'zhida', receiveIdType: 'union_id', receiveId: recipient } as const;
      const wish = { subject, recipient, ...to, ...kept, urgency: 'p1', eventAt: out.sending.now() } as const;
      await sendNow(out.sending)(wish);
      await out.settle();
    };
  },
};

type Rung = { readonly n: number; readonly recipient: string; readonly at: number };
const rung: Rung[] = [];

/** From the moment at which the post starts until its last card. */
const ringOn = (stage: Stage): void => {
  const { diary } = storyOf(stage);
  const { audience, feishu } = stage.world;
  const isReached = (each: Person): boolean =>
    !isGone(each) && unreachableBecause(feishu.tenant.company, each) === undefined;
  const people = audience.filter(isReached).slice(0, 50);
  const ring = (): void => {
    const state = diary.states.at(-1)?.state;
    if (state === 'sending') {
      const n = rung.length + 1;
      const recipient = people[n % people.length]?.unionId ?? '';
      rung.push({ n, recipient, at: stage.world.loop.now() });
      void stage.tell('urgent', { n, recipient });
    }
    if (state !== 'open') stage.at(urgentEveryMs, ring);
  };
  stage.at(urgentEveryMs, ring);
};

const sentAt = (screens: Screens, key: { subject: string; recipient: string }): number =>
  Math.min(Infinity, ...cardsOf(screens, key).map(({ createdAt }) => createdAt));

/** Seconds from the start of the post to its last card, and of each urgent card. */
const measure = async (stage: Stage) => {
  const { diary } = storyOf(stage);
  const post = await findPost();
  if (!post) throw new Error('nothing was sent');
  const startedAt = diary.states.find(({ state }) => state === 'sending')?.at ?? Infinity;
  const screens = screensOf(stage.world);
  const subject = personalSubject(post);
  const times = stage.world.audience
    .map(({ unionId: recipient }) => sentAt(screens, { subject, recipient }))
    .filter((at) => at < Infinity);
  const last = times.reduce((latest, at) => Math.max(latest, at), 0);
  const calls = stage.world.feishu.tenant.calls.since(0);
  return {
    cards: times.length,
    seconds: (last - startedAt) / 1_000,
    urgent: rung.map(
      ({ n, recipient, at }) => (sentAt(screens, { subject: subjectOf(n), recipient }) - at) / 1_000,
    ),
    refused: calls.filter(({ code }) => code === 99991400 || code === 230020).length,
  };
};

let measured: Awaited<ReturnType<typeof measure>> | undefined;

const rush: Flow = {
  ...broadcastFlow,
  name: 'rush',
  functions: (audience, size) => [...broadcastFlow.functions(audience, size), urgent],
  begin: (stage) => {
    // Nobody reads: what they do is no message.
    storyOf(stage).playing.crowd.stop();
    publishPost(stage, seededRandom(1));
    ringOn(stage);
  },
  isDone: (stage) => Promise.resolve(storyOf(stage).diary.states.at(-1)?.state === 'open'),
  watch: () => Promise.resolve([]),
  judge: async (stage) => {
    measured = await measure(stage);
    return [];
  },
};

prepareProcess();
const { findings } = await runSeed({
  flow: rush,
  plan: { ...cleanPlan, switches: { rateWindow } },
  size: { people: count, digests: 1 },
});
console.log(JSON.stringify({ ...measured, findings: findings.length }));
