import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { signWebhook } from '../events/metric-intake/sign.ts';
import { clockTime } from '../shared/calendar/day.ts';
import type { Delivery } from '../shared/store/delivery.ts';
import { dimsText } from '../shared/store/metrics.ts';
import { command } from './command.ts';
import { type Tap, tap } from './demo-clicks.ts';
import { type BotCard, botChat, cardCounts, type DemoPerson, peopleOf, write } from './demo-people.ts';
import { type Play, tell, until } from './demo-play.ts';
import { latencies, type Summary } from './demo-summary.ts';

const metric = 'complaints.72h';
const dims = { product: '蛋白棒', batch: '20261012' };
const subject = `alert:batch-complaints:${dimsText(dims)}:1`;

/** Whom config/alerts/batch-complaints.ts names by role or department. */
const scope = ['冯知秋', '潘小雨', '程铁生', '孟繁星', '闻人杰', '裴律安'];

type Scene = { readonly play: Play; readonly people: readonly DemoPerson[] };

const idOf = ({ people }: Scene, name: string): string => {
  const person = people.find((one) => one.name === name);
  if (!person) throw new Error(`${name} left the company`);
  return person.unionId;
};

/** A source says everything twice: a repeat must change nothing. */
const report = async ({ play }: Scene, value: string, minutesAgo: number): Promise<void> => {
  const asOf = new Date().toISOString();
  const at = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  const points = [{ metric, at, dims, value, unit: 'COUNT' }];
  const body = JSON.stringify({ type: 'points.recorded', timestamp: asOf, data: { asOf, points } });
  const headers = signWebhook(body);
  for (const time of ['first', 'again']) {
    const { status } = await fetch(`${play.stack.httpUrl}/metrics/bi`, { method: 'POST', body, headers });
    if (status !== 200) play.problems.push(`the ${time} report of ${value} was answered ${status}`);
  }
};

/** The alert on a person's screen: exactly one, or something is wrong. */
const alertCards = async (scene: Scene, name: string): Promise<readonly BotCard[]> => {
  const { cards } = await botChat(scene.play.sim, idOf(scene, name));
  return cards.filter(({ content }) => JSON.stringify(content).includes('批次客诉集中'));
};

const showsEverywhere = async (scene: Scene, words: string): Promise<boolean> => {
  const screens = await Promise.all(scope.map((name) => alertCards(scene, name)));
  return screens.every((cards) => JSON.stringify(cards).includes(words));
};

/** Milliseconds until every copy shows the words. */
const refreshed = async (scene: Scene, words: string, since: number): Promise<number> => {
  await until(scene.play, `「${words}」 isn't on every card`, () => showsEverywhere(scene, words));
  return Date.now() - since;
};

type Deed = {
  readonly on: Tap;
  /** What the button says. */
  readonly label: string;
  /** What every copy shows afterwards. */
  readonly shown: string;
};

const act = async (scene: Scene, name: string, { on, label, shown }: Deed): Promise<number> => {
  const since = Date.now();
  const [card] = await alertCards(scene, name);
  const answer = card && (await tap(scene.play.sim, idOf(scene, name), { card, on }));
  if (!answer?.ok || !answer.cardUpdated) scene.play.problems.push(`${name} could not ${on.do}`);
  const ms = await refreshed(scene, shown, since);
  tell(`${name}：${label} → ${scope.length} 人的卡片 ${ms} 毫秒内原地更新`);
  return ms;
};

/** A client may take a change back that reaches a card within 3 s of the click on it. */
const guardMs = 3_300;

const hourMs = 3_600_000;

/** From an hour ago for three hours, so that it holds whenever the demo runs. */
const setQuiet = async (scene: Scene, name: string): Promise<void> => {
  const { play } = scene;
  const [from, to] = [Date.now() - hourMs, Date.now() + 2 * hourMs].map((at) => clockTime(new Date(at)));
  await write(play.sim, idOf(scene, name), `免打扰 ${from}-${to}`);
  const answered = async (): Promise<boolean> => {
    const { cards } = await botChat(play.sim, idOf(scene, name));
    return JSON.stringify(cards.at(-1)?.content).includes('免打扰已设置');
  };
  await until(play, `no answer to 免打扰 of ${name}`, answered);
  tell(`${name}：「免打扰 ${from}-${to}」；P0 仍会送达`);
};

type Accepted = Pick<Summary, 'p50' | 'p95' | 'p99'> & { readonly told: number };
const promisedMs = 3_000;

/** One complaint, two, four: only the last crosses the threshold. */
const raise = async (scene: Scene): Promise<Accepted> => {
  const { play } = scene;
  for (const [value, minutesAgo] of [
    ['1', 2],
    ['2', 1],
    ['4', 0],
  ] as const) {
    await report(scene, value, minutesAgo);
  }
  const accepted = async (): Promise<readonly Delivery[]> =>
    (await play.deliveries.listOfSubject(subject)).filter(({ acceptedAt }) => acceptedAt);
  await until(play, 'the alert missed somebody', async () => (await accepted()).length === scope.length);
  const rows = await accepted();
  const measured = latencies(rows);
  if ((measured.p95 ?? Infinity) > promisedMs) play.problems.push(`the alert took ${measured.p95 ?? '—'} ms`);
  tell(`同一批次 72 小时客诉 4 件 → ${rows.length} 人收到预警，p95 ${measured.p95 ?? '—'} 毫秒`);
  return { told: rows.length, ...measured };
};

const whySchema = z.looseObject({ about: z.array(z.object({ outcome: z.string() })).min(1) });
const doctorSchema = z.looseObject({ healthy: z.boolean(), checked: z.number(), broken: z.number() });

/** What an administrator asks. */
const inspect = async ({ play }: Scene, person: string) => {
  const since = Date.now();
  const why = { do: 'why', person, about: 'alert:batch-complaints' };
  const { about } = whySchema.parse(await command(play.stack, 'ops', why));
  const whyMs = Date.now() - since;
  const outcome = about[0]?.outcome ?? '';
  if (!['accepted', 'read'].includes(outcome)) play.problems.push(`why says ${outcome} of ${person}`);
  const doctor = doctorSchema.parse(await command(play.stack, 'ops', { do: 'doctor' }));
  if (!doctor.healthy) play.problems.push(`the doctor found ${doctor.broken} broken`);
  tell(
    `管理员：why ${person} → ${outcome}（${whyMs} 毫秒）；doctor 检查 ${doctor.checked} 项，异常 ${doctor.broken} 项`,
  );
  return { why: outcome, whyMs, doctor: { checked: doctor.checked, broken: doctor.broken } };
};

/** Cards beyond one for each of the scope; the answer to 免打扰 came before. */
const countExtra = async (scene: Scene, before: ReadonlyMap<string, number>): Promise<number> => {
  let extra = 0;
  for (const [who, cards] of await cardCounts(scene.play.sim)) {
    const news = cards - (before.get(who) ?? 0);
    const [name = ''] = who.split('/');
    if (news !== (scope.includes(name) ? 1 : 0))
      scene.play.problems.push(`${name} got ${news} cards of the alert`);
    extra += Math.max(0, news - (scope.includes(name) ? 1 : 0));
  }
  return extra;
};

type AlertResult = Accepted & {
  /** From the click, or the source's report, until every copy shows it. */
  readonly refreshMs: Readonly<Record<'acknowledged' | 'assigned' | 'closed' | 'recovered', number>>;
  readonly duplicates: number;
} & Awaited<ReturnType<typeof inspect>>;

/** A figure crosses its threshold; people are told, one follows it up and closes it; the figure recovers. */
export const playAlert = async (play: Play): Promise<AlertResult> => {
  const scene: Scene = { play, people: await peopleOf(play.sim) };
  await setQuiet(scene, '程铁生');
  const before = await cardCounts(play.sim);
  const accepted = await raise(scene);
  const seen = { on: { do: 'acknowledge' }, label: '已知晓', shown: '冯知秋 已于' };
  const acknowledged = await act(scene, '冯知秋', seen);
  const inspected = await inspect(scene, '程铁生');
  await wait(guardMs);
  const mine = { do: 'assign', option: idOf(scene, '潘小雨') };
  const assigned = await act(scene, '潘小雨', { on: mine, label: '指派跟进（我）', shown: '潘小雨 跟进中' });
  const words = { 原因: '封口温度偏低', 措施: '该批次停发，通知客户换货' };
  const done = { on: { do: 'close', words }, label: '办结，写明原因与措施', shown: '措施：该批次停发' };
  const closed = await act(scene, '潘小雨', done);
  await wait(guardMs);
  const since = Date.now();
  await report(scene, '1', 0);
  const recovered = await refreshed(scene, '已恢复：1件', since);
  tell(`回到 1 件，卡片 ${recovered} 毫秒内改为「已恢复」，没有新消息`);
  const duplicates = await countExtra(scene, before);
  return { ...accepted, refreshMs: { acknowledged, assigned, closed, recovered }, duplicates, ...inspected };
};
