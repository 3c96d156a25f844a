/**
 * Event → accepted at 20 events a second through `serverless offline`: people write to the bot, each message passes
 * feishu-events, the stream and event-worker, and its answer is a card that Feishu accepted. Both times are Feishu's.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { deliveryElementId } from '../shared/feishu/cards.ts';
import { peopleOf } from '../simulator/demo-people.ts';
import { command } from '../simulator/opening.ts';
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

/** Everybody has opened the bot and got its welcome. */
const openChats = async (stack: Stack): Promise<readonly Place[]> => {
  const { feishu } = stack;
  const places: Place[] = [];
  for (const { unionId } of await peopleOf({ url: feishu.url })) {
    await post(`${feishu.url}/sim/people/${unionId}/apps/${appId}/open`, {});
    const chat = feishu.tenant.chats
      .all()
      .find(({ kind, members, bots }) => kind === 'p2p' && members.has(unionId) && bots.has(appId));
    if (chat) places.push({ unionId, chatId: chat.id });
  }
  // The functions are cold, and every first opening is welcomed.
  await wait(5_000);
  for (const { unionId, chatId } of places.slice(0, 10)) await say(stack, unionId, chatId);
  await wait(5_000);
  return places;
};

/** Milliseconds from each question since then to its own answer, which carries the question's id; absent when there is none. */
const answersSince = ({ feishu }: Stack, since: number): readonly (number | undefined)[] =>
  feishu.tenant.chats.all().flatMap(({ messages }) => {
    const cards = messages.filter(({ sender }) => sender.kind === 'app');
    return messages.flatMap(({ id, sender, createdAt }) => {
      if (sender.kind !== 'user' || createdAt < since) return [];
      const mark = deliveryElementId(`reply:${id}`, sender.unionId);
      const answer = cards.find(({ content }) => content.includes(mark));
      return [answer && answer.createdAt - createdAt];
    });
  });

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
    const answered = times.filter((ms) => ms !== undefined);
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
  const places = await openChats(stack);
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
