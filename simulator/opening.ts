import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { senders } from '../config/senders.ts';
import { openDesk } from './after-sales.ts';
import { ask, command, commandFailed, type Reply } from './command.ts';
import type { Stack } from './stack.ts';

const statesSchema = z.record(z.string(), z.number());

const words: ReadonlyMap<string, string> = new Map([
  ['excluded', '今天没有内容'],
  ['suppressed', '未发送'],
  ['held', '稍后发送'],
  ['failed', '失败'],
]);

/** From rehearsal to live, every sender of the company; comes back when every function knows. */
export const makeLive = async (stack: Stack): Promise<void> => {
  for (const { id } of senders)
    await command(stack, 'ops', { do: 'mode', id, mode: 'live', confirm: true, changedBy: 'npm start' });
  // A decision is used for one second.
  await wait(1_100);
};

/** The card of a day. The tick of this minute may have pushed it a moment ago: then the reply isn't `ok`, and nothing is missing. */
export const pushMorning = async (stack: Stack, date?: string): Promise<Reply> => {
  const reply = await ask(stack, 'digest', { do: 'run', id: 'morning', date, confirm: true });
  if (reply.ok || reply.code === 'window_sent') return reply;
  throw commandFailed('digest', reply);
};

/**
 * What an admin does after set-up, on the simulated tenant: read the directory, make the Base of the settings and put
 * people on duty, go from rehearsal to live, and push today's card without waiting for tomorrow morning.
 */
export const openForBusiness = async (stack: Stack, say: (line: string) => void): Promise<void> => {
  say('通讯录同步');
  await stack.invoke('people-sync', {});
  // Functions read the rules once a minute: before they read them first, the rota is there.
  await openDesk(stack, say);
  say('试运行 → 正式推送（仅本机模拟租户）');
  await makeLive(stack);
  say('推送今天的晨报');
  const reply = await pushMorning(stack);
  if (!reply.ok) {
    say('晨报：每分钟的任务已先推送');
    return;
  }
  const { accepted = 0, ...others } = statesSchema.parse(reply['states']);
  const rest = Object.entries(others).map(([state, count]) => `，${words.get(state) ?? state} ${count} 人`);
  say(`晨报：已送达 ${accepted} 人${rest.join('')}`);
};
