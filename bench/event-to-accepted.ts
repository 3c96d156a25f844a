/**
 * Event → accepted at 20 events a second through `serverless offline`: people write to the bot, each message passes
 * feishu-events, the stream and event-worker, and its answer is a card that Feishu accepted. Both times are Feishu's.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { deliveryElementId } from '../shared/feishu/cards.ts';
import { command } from '../simulator/command.ts';
import { peopleOf } from '../simulator/demo-people.ts';
import { freePorts, type Stack, startStack } from '../simulator/stack.ts';
import { compare, type Line } from './line.ts';

const appId = 'cli_a1zhida00000001';
const perSecond = 20;
/** Promised in the design: p50 ≤ 1 s, p95 ≤ 3 s. */
const aims = { p50: 1_000, p95: 3_000 } as const;
/** Who has not got an answer by then is lost. */
const patienceMs = 60_000;

const post = async (url: string, body: object): Promise<void> => {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
};

const say = ({ feishu }: Stack, unionId: string, chatId: string): Promise<void> =>
  post(`${feishu.url}/sim/people/${unionId}/chats/${chatId}/messages`, { text: '帮助' });

type Place = { readonly unionId: string; readonly chatId: string };

type Answer = { readonly chatId: string; readonly ms: number | undefined };

/** Milliseconds from each question since then to its own answer, which carries the question's id; absent when there is none. */
const answersSince = ({ feishu }: Stack, since: number): readonly Answer[] =>
  feishu.tenant.chats.all().flatMap(({ messages }) => {
    const cards = messages.filter(({ sender }) => sender.kind === 'app');
    return messages.flatMap(({ id, chatId, sender, createdAt }) => {
      if (sender.kind !== 'user' || createdAt < since) return [];
      const mark = deliveryElementId(`reply:${id}`, sender.unionId);
      const answer = cards.find(({ content }) => content.includes(mark));
      return [{ chatId, ms: answer && answer.createdAt - createdAt }];
    });
  });

/** Everybody opens the bot and asks once: whoever left or may not use it gets no answer, and the functions are warm. */
const warmUp = async (stack: Stack): Promise<readonly Place[]> => {
  const { feishu } = stack;
  const since = Date.now();
  const places: Place[] = [];
  for (const { unionId } of (await peopleOf({ url: feishu.url })).slice(0, 24)) {
    await post(`${feishu.url}/sim/people/${unionId}/apps/${appId}/open`, {});
    const chat = feishu.tenant.chats
      .all()
      .find(({ kind, members, bots }) => kind === 'p2p' && members.has(unionId) && bots.has(appId));
    if (!chat) continue;
    places.push({ unionId, chatId: chat.id });
    await say(stack, unionId, chat.id);
    await wait(300);
  }
  await wait(8_000);
  const answered = new Set(
    answersSince(stack, since).flatMap(({ chatId, ms }) => (ms === undefined ? [] : chatId)),
  );
  return places.filter(({ chatId }) => answered.has(chatId));
};

const askAtPace = async (stack: Stack, places: readonly Place[], seconds: number): Promise<void> => {
  const started = performance.now();
  const asked: Promise<void>[] = [];
  for (let count = 0; count < seconds * perSecond; count += 1) {
    await wait(Math.max(0, started + (count * 1_000) / perSecond - performance.now()));
    const { unionId, chatId } = places[count % places.length] ?? { unionId: '', chatId: '' };
    asked.push(say(stack, unionId, chatId));
  }
  await Promise.all(asked);
};

const untilAnswered = async (stack: Stack, since: number): Promise<readonly number[]> => {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const times = answersSince(stack, since);
    const answered = times.flatMap(({ ms }) => ms ?? []);
    if (answered.length === times.length) return answered;
    if (Date.now() > deadline) throw new Error(`${times.length - answered.length} questions got no answer`);
    await wait(200);
  }
};

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN;

const measure = async (stack: Stack, seconds: number): Promise<readonly Line[]> => {
  await stack.invoke('people-sync', {});
  await command(stack, 'ops', { do: 'mode', id: 'zhida', mode: 'live', confirm: true });
  await wait(1_100);
  const places = await warmUp(stack);
  const since = Date.now();
  await askAtPace(stack, places, seconds);
  const times = await untilAnswered(stack, since);
  const lineOf = (name: keyof typeof aims, share: number): Line => ({
    ...compare(
      'ms',
      { name: `event-to-accepted:${name}`, values: [quantile(times, share)] },
      { name: `the promise, at ${perSecond} events/s`, values: [aims[name]] },
    ),
    runs: times.length,
  });
  return [lineOf('p50', 0.5), lineOf('p95', 0.95)];
};

export const eventToAccepted = async (seconds: number): Promise<readonly Line[]> => {
  const stack = await startStack({ ports: await freePorts(), say: () => undefined });
  return measure(stack, seconds).finally(stack.close);
};
