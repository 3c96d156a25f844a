import { addDays, dayOf } from '../shared/calendar/day.ts';
import type { Delivery } from '../shared/store/delivery.ts';
import { openDesk } from './after-sales.ts';
import { command } from './command.ts';
import { playAlert } from './demo-alert.ts';
import { countDigests } from './demo-digests.ts';
import { botChat, cardCounts, openChat, peopleOf, tapMenu, write } from './demo-people.ts';
import { openStores, type Play, tell, until } from './demo-play.ts';
import { playPost } from './demo-posts.ts';
import { latencies, type Summary } from './demo-summary.ts';
import { playTickets } from './demo-tickets.ts';
import { makeLive, pushMorning } from './opening.ts';
import { freePorts, type Stack, startStack } from './stack.ts';

const trial = ['林知夏', '沈南乔'];

const rehearse = async ({ stack, sim, problems }: Play, day: string): Promise<void> => {
  tell(`试运行：${day} 的晨报只发给试用名单（${trial.join('、')}）`);
  await command(stack, 'ops', { do: 'trial', people: trial, confirm: true });
  await pushMorning(stack, day);
  const reached = [...(await cardCounts(sim))]
    .filter(([, cards]) => cards > 0)
    .map(([who]) => who.split('/')[0]);
  if (reached.sort().join() !== [...trial].sort().join())
    problems.push(`rehearsal reached ${reached.join()}`);
};

/** Who is in the audience and has something to read: heads of service have nothing before the first case. */
const isAddressed = ({ state }: Delivery): boolean => state !== 'excluded';

/** Exactly one card for everybody in the audience, none for anybody else, and never a second time. */
const goLive = async ({ stack, sim, deliveries, problems }: Play, day: string): Promise<void> => {
  tell(`正式推送：${day} 的晨报`);
  const before = await cardCounts(sim);
  await makeLive(stack);
  await pushMorning(stack, day);
  const second = JSON.stringify(
    await stack.invoke('digest', { do: 'run', id: 'morning', date: day, confirm: true }),
  );
  if (!second.includes('window_sent')) problems.push('a window that was sent could be run again');
  const planned = new Set(
    (await deliveries.listOfSubject(`digest:morning:${day}`))
      .filter(isAddressed)
      .map(({ recipient }) => recipient),
  );
  for (const [who, cards] of await cardCounts(sim)) {
    const [name = '', unionId = ''] = who.split('/');
    const news = cards - (before.get(who) ?? 0);
    if (news !== (planned.has(unionId) ? 1 : 0)) problems.push(`${name} got ${news} cards`);
  }
};

/** Everybody but three opens the chat; the ledger learns it from Feishu's events. */
const readCards = async (play: Play, day: string): Promise<ReadonlySet<string>> => {
  const subject = `digest:morning:${day}`;
  const rows = (await play.deliveries.listOfSubject(subject)).filter(isAddressed);
  const readers = rows.map(({ recipient }) => recipient).slice(0, -3);
  tell(`${readers.length} 人打开会话，已读写回触达明细`);
  for (const reader of readers) await openChat(play.sim, reader);
  const isRead = ({ state }: Delivery): boolean => state === 'read';
  await until(play, 'reads are missing from the ledger', async () => {
    const now = await play.deliveries.listOfSubject(subject);
    return now.filter(isRead).length >= readers.length;
  });
  return new Set(readers);
};

const questions = ['今日', '帮助', '订阅', '退订 经营日报', '/为什么没收到', '订阅 经营日报', '菜单：今日'];

const askOne = async (play: Play, unionId: string, question: string): Promise<void> => {
  const { sim, problems } = play;
  const before = (await botChat(sim, unionId)).cards.length;
  if (question.startsWith('菜单')) await tapMenu(sim, unionId, 'today');
  else await write(sim, unionId, question);
  await until(
    play,
    `no answer to ${question}`,
    async () => (await botChat(sim, unionId)).cards.length > before,
  );
  const { cards } = await botChat(sim, unionId);
  if (cards.length > before + 1) problems.push(`${cards.length - before} answers to ${question}`);
  tell(`「${question}」→ ${cards.at(-1)?.summary ?? '没有回答'}`);
};

const ask = async (
  play: Play,
  day: string,
): Promise<Pick<Summary, 'p50' | 'p95' | 'p99'> & { answered: number }> => {
  const person = (await peopleOf(play.sim)).find(({ name }) => name === '沈南乔');
  if (!person) throw new Error('the demo person left the company');
  for (const question of questions) await askOne(play, person.unionId, question);
  const accepted = async (): Promise<readonly Delivery[]> =>
    (await play.deliveries.listOfPerson(person.unionId, day)).filter(
      ({ subject, acceptedAt }) => acceptedAt && /^(?:reply|menu):/.test(subject),
    );
  await until(
    play,
    'answers are missing from the ledger',
    async () => (await accepted()).length === questions.length,
  );
  const rows = await accepted();
  return { answered: rows.length, ...latencies(rows) };
};

const perform = async (stack: Stack): Promise<Omit<Result, 'seconds'>> => {
  const play: Play = { stack, sim: { url: stack.feishu.url }, problems: [], ...(await openStores(stack)) };
  const today = dayOf(Date.now());
  const yesterday = addDays(today, -1);
  tell('通讯录同步');
  await stack.invoke('people-sync', {});
  // Functions read the rules once a minute: before they read them first, the rota is there.
  await openDesk(stack, tell);
  await rehearse(play, yesterday);
  await goLive(play, today);
  const readers = await readCards(play, today);
  const replies = await ask(play, today);
  const alert = await playAlert(play);
  // Before a whole company reads whatever is unread.
  const digests = await countDigests(play, { yesterday, today, readers, trial: trial.length });
  const post = await playPost(play).catch((error: unknown) => {
    play.problems.push(error instanceof Error ? error.message : 'unknown');
    return {};
  });
  // What it found before it broke is worth more than what broke it.
  const tickets = await playTickets(play).catch((error: unknown) => {
    play.problems.push(error instanceof Error ? error.message : 'unknown');
    return {};
  });
  return { ok: play.problems.length === 0, digests, replies, alert, post, tickets, problems: play.problems };
};

type Result = {
  readonly ok: boolean;
  readonly seconds: number;
  readonly digests?: readonly Summary[];
  readonly replies?: object;
  readonly alert?: object;
  readonly post?: object;
  readonly tickets?: object;
  readonly problems: readonly string[];
};

const main = async (): Promise<Omit<Result, 'seconds'>> => {
  const stack = await startStack({
    ports: await freePorts(),
    say: tell,
    onOutput: (line) => {
      if (process.env['ZHIDA_VERBOSE']) console.log(`    ${line}`);
    },
  });
  return perform(stack).finally(stack.close);
};

const failed = (error: unknown): Omit<Result, 'seconds'> => ({
  ok: false,
  problems: [error instanceof Error ? error.message : 'unknown'],
});

const started = Date.now();
const result = await main().catch(failed);
const seconds = Math.round((Date.now() - started) / 100) / 10;
process.exitCode = result.ok ? 0 : 1;
// The last line is the result: everything is down before it is said.
console.log(JSON.stringify({ ...result, seconds }));
