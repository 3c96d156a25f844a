/**
 * Event → accepted through `serverless offline`: a person writes to the bot; the event passes feishu-events, the stream
 * and event-worker; the answer is a card in the chat. Baseline: one card posted straight to Feishu.
 */
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { command } from '../simulator/command.ts';
import { peopleOf, type Sim } from '../simulator/demo-people.ts';
import { freePorts, type Stack, startStack } from '../simulator/stack.ts';
import { compare, type Line } from './line.ts';

const app = { app_id: 'cli_a1zhida00000001', app_secret: 'dev-secret-zhida' };
const openSchema = z.object({ chatId: z.string() });
const messagesSchema = z.array(
  z.object({ sender: z.object({ kind: z.string() }), createdAt: z.string(), msgType: z.string() }),
);

const post = async (url: string, body: object, headers: Record<string, string> = {}): Promise<unknown> => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
  return (await fetch(url, { ...init, body: JSON.stringify(body) })).json();
};

const answersIn = async ({ url }: Sim, unionId: string, chatId: string) => {
  const response = await fetch(`${url}/sim/people/${unionId}/chats/${chatId}/messages?limit=50`);
  return messagesSchema.parse(await response.json());
};

/** Milliseconds from the person's message to the answer, both by Feishu's clock. */
const askAndWait = async (sim: Sim, unionId: string, chatId: string): Promise<number> => {
  const cards = (await answersIn(sim, unionId, chatId)).filter(
    ({ msgType }) => msgType === 'interactive',
  ).length;
  await post(`${sim.url}/sim/people/${unionId}/chats/${chatId}/messages`, { text: '帮助' });
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    await wait(10);
    const messages = await answersIn(sim, unionId, chatId);
    const answers = messages.filter(({ msgType }) => msgType === 'interactive');
    const asked = messages.filter(({ sender }) => sender.kind === 'user').at(-1);
    const answer = answers.at(-1);
    if (answers.length > cards && asked && answer)
      return Date.parse(answer.createdAt) - Date.parse(asked.createdAt);
  }
  throw new Error('no answer within 20 s');
};

const card = JSON.stringify({
  schema: '2.0',
  config: { update_multi: true, summary: { content: 'bench' } },
  header: { title: { tag: 'plain_text', content: 'bench' } },
  body: { elements: [{ tag: 'markdown', content: 'bench' }] },
});

const postDirectly = async ({ url }: Sim, unionId: string, token: string): Promise<number> => {
  const started = performance.now();
  const body = { receive_id: unionId, msg_type: 'interactive', content: card };
  const path = '/open-apis/im/v1/messages?receive_id_type=union_id';
  const answer = await post(`${url}${path}`, body, { authorization: `Bearer ${token}` });
  z.object({ code: z.literal(0) }).parse(answer);
  return performance.now() - started;
};

const measure = async (stack: Stack, rounds: number): Promise<readonly Line[]> => {
  const sim = { url: stack.feishu.url };
  await stack.invoke('people-sync', {});
  await command(stack, 'ops', { do: 'mode', id: 'zhida', mode: 'live', confirm: true });
  await wait(1_100);
  const { tenant_access_token: token } = z
    .object({ tenant_access_token: z.string() })
    .parse(await post(`${sim.url}/open-apis/auth/v3/tenant_access_token/internal`, app));
  const people = (await peopleOf(sim)).slice(0, 10);
  const hops: number[] = [];
  const direct: number[] = [];
  for (let round = -people.length; round < rounds; round += 1) {
    const { unionId } = people[(round + people.length) % people.length] ?? { unionId: '' };
    const { chatId } = openSchema.parse(
      await post(`${sim.url}/sim/people/${unionId}/apps/${app.app_id}/open`, {}),
    );
    // The first opening is welcomed with a card: the warm-up rounds wait until that is over.
    if (round < 0) await wait(1_500);
    const hop = await askAndWait(sim, unionId, chatId);
    const one = await postDirectly(sim, unionId, token);
    if (round >= 0) {
      hops.push(hop);
      direct.push(one);
    }
  }
  return [
    compare(
      'ms',
      { name: 'three-hops', values: hops },
      { name: 'one card posted straight to Feishu', values: direct },
    ),
  ];
};

export const threeHops = async (rounds: number): Promise<readonly Line[]> => {
  const stack = await startStack({ ports: await freePorts(), say: () => undefined });
  return measure(stack, rounds).finally(stack.close);
};
