import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { addDays, dayOf } from '../shared/calendar/day.ts';
import type { Delivery } from '../shared/store/delivery.ts';
import type { Ticket } from '../shared/tickets/ticket.ts';
import { compressedDay, playDay } from './after-sales.ts';
import { command } from './command.ts';
import { readTable, ticketTable } from './demo-bases.ts';
import { tellDangers } from './demo-calm.ts';
import { playedCases } from './demo-cases.ts';
import { claimWhatNobodyHas, escalate, letCountdownEnd, resolveMissing } from './demo-desk.ts';
import { editSettings, editTicket } from './demo-edits.ts';
import { peopleOf } from './demo-people.ts';
import { type Play, tell, within } from './demo-play.ts';
import { allTickets, areCardsDone, sourceReceipts } from './demo-rows.ts';
import type { Desk } from './demo-scene.ts';
import { nameOf, sees } from './demo-scene.ts';
import { percentile } from './demo-summary.ts';
import type { DayOfCases } from './sources/cases.ts';

const size = { cases: 100, seconds: 20 } as const;
/** On a busy machine. */
const patienceMs = 90_000;

const isAllSent = ({ stack }: Play, day: DayOfCases): boolean => {
  const sent = stack.shops.deliveries();
  return sent.length >= day.events.length && sent.every(({ state }) => state === 'delivered');
};

const workedOff = async (play: Play, day: DayOfCases): Promise<void> => {
  await within(patienceMs)(play, 'receipts of tickets are not done', async () => {
    if (!isAllSent(play, day)) return false;
    return (await sourceReceipts(play.stack)).every(({ state }) => state !== 'received');
  });
  const dead = (await sourceReceipts(play.stack)).filter(({ state }) => state === 'dead');
  for (const { id, reason } of dead.slice(0, 3)) play.problems.push(`${id} is dead: ${reason ?? ''}`);
};

const isCase = ({ kind }: Ticket): boolean => kind === 'case';

/** Cases of sources that have more than one ticket, or none that stands for them. */
const countDuplicates = (tickets: readonly Ticket[]): number => {
  const standing = tickets.filter(({ state }) => state !== 'merged');
  const links = standing.flatMap(({ sources }) => sources.map(({ source, caseId }) => `${source} ${caseId}`));
  const lost = tickets.filter(
    ({ state, mergedInto }) => state === 'merged' && !tickets.some(({ ticket }) => ticket === mergedInto),
  );
  return links.length - new Set(links).size + lost.length;
};

/** One dangerous batch: one event with its cases below it, and its card with QA. */
const checkBatch = async (desk: Desk, tickets: readonly Ticket[]): Promise<number> => {
  const events = tickets.filter(({ kind }) => kind === 'batch');
  const [event] = events;
  if (!event || event.cases.length < 3) desk.play.problems.push('the bad batch has no event with its cases');
  else {
    const owner = nameOf(desk, event.owner?.person);
    await sees(desk, owner, [event.ticket, '食品安全']);
    tell(
      `批次 ${event.batchNo ?? ''}：${event.cases.length} 件归入批次事件 ${event.ticket}，P0 卡片已到品控 ${owner}`,
    );
  }
  return events.length;
};

type Counted = {
  readonly cases: number;
  readonly tickets: number;
  readonly merged: number;
  readonly batchEvents: number;
  readonly endedBySource: number;
  readonly duplicates: number;
};

const count = async (desk: Desk, day: DayOfCases): Promise<Counted> => {
  const { play } = desk;
  const tickets = await allTickets(play.stack);
  const cases = day.facts.length + 4;
  const merged = tickets.filter(({ state }) => state === 'merged').length;
  const found = {
    cases,
    tickets: tickets.filter(isCase).length,
    merged,
    batchEvents: await checkBatch(desk, tickets),
    endedBySource: tickets.filter(({ resolution }) => resolution?.by === 'source').length,
    duplicates: countDuplicates(tickets),
  };
  if (found.tickets !== cases) play.problems.push(`${cases} cases made ${found.tickets} tickets`);
  if (found.duplicates > 0) play.problems.push(`${found.duplicates} cases have two tickets`);
  if (merged === 0) play.problems.push('no case of two systems was merged');
  const sent = play.stack.shops.deliveries().length;
  tell(
    `${sent} 次推送（含重复）→ ${cases} 个问题、${found.tickets} 张工单，其中 ${merged} 张合并，平台已完结 ${found.endedBySource} 张`,
  );
  return found;
};

const checkSchema = z.looseObject({ checked: z.number(), waiting: z.number(), drift: z.number() });

/** Until nothing waits any more: rows of Base, read one by one, against the tickets. */
const settled = async ({ play }: Desk): Promise<{ readonly rows: number; readonly drift: number }> => {
  let found = { checked: 0, waiting: 0, drift: 0 };
  await within(patienceMs)(play, 'Base differs from the tickets', async () => {
    found = checkSchema.parse(await command(play.stack, 'ops', { do: 'base', check: true, days: 2 }));
    if (found.waiting + found.drift > 0) await wait(500);
    return found.waiting + found.drift === 0;
  });
  const total = (await readTable(play.sim, ticketTable)).length;
  tell(`多维表格「${ticketTable.base}」：${total} 行，与工单逐列比对，不一致 ${found.drift}`);
  return { rows: total, drift: found.drift };
};

const verifySchema = z.looseObject({ tickets: z.number(), holds: z.boolean() });

const inspect = async ({ play }: Desk): Promise<{ readonly verified: number }> => {
  const period = { from: addDays(dayOf(Date.now()), -1), to: dayOf(Date.now()) };
  const { stack, problems } = play;
  const verified = verifySchema.parse(await command(stack, 'ops', { do: 'verify', tickets: period }));
  if (!verified.holds) problems.push('the tickets do not follow from their histories');
  tell(`管理员：verify ${verified.tickets} 张工单，由历史重算${verified.holds ? '逐项一致' : '不一致'}`);
  const { numbers } = await command(stack, 'ops', { do: 'numbers', period, lists: false });
  console.log(`    ${JSON.stringify(numbers)}`);
  return { verified: verified.tickets };
};

type Spent = { readonly ticketP95: number | null; readonly urgentP95: number | null };

const p95 = (values: readonly number[]): number | null =>
  percentile(
    values.toSorted((a, b) => a - b),
    0.95,
  );

const since = (at: string, from: string): number => Date.parse(at) - Date.parse(from);

/** From the moment at which the intake has the event: to its ticket, and to the first urgent card that Feishu took. */
const measure = async ({ play }: Desk): Promise<Spent & { readonly cardsToAgents: number }> => {
  const cases = (await allTickets(play.stack)).filter(isCase);
  const openings = await Promise.all(
    cases.map(async ({ ticket, receivedAt }) => {
      const [first] = await play.tickets.history(ticket);
      return first ? [since(first.at, receivedAt)] : [];
    }),
  );
  const copies = await Promise.all(
    cases.map(async (one) => ({
      one,
      sent: (await play.deliveries.listOfSubject(`ticket:${one.ticket}`)).filter(
        (row): row is Delivery & { acceptedAt: string } => row.acceptedAt !== undefined,
      ),
    })),
  );
  const urgent = copies.flatMap(({ one, sent }) =>
    one.priority === 'P0' ? sent.map(({ acceptedAt }) => since(acceptedAt, one.receivedAt)) : [],
  );
  const cardsToAgents = copies.reduce((sum, { sent }) => sum + sent.length, 0);
  const spent = { ticketP95: p95(openings.flat()), urgentP95: p95(urgent) };
  tell(
    `一天压缩到 ${size.seconds} 秒：事件 → 工单 p95 ${spent.ticketP95 ?? '—'} 毫秒，事件 → P0 卡片 p95 ${spent.urgentP95 ?? '—'} 毫秒；处理人收到 ${cardsToAgents} 张工单卡`,
  );
  return { ...spent, cardsToAgents };
};

/** A day of after-sales: what shops and service systems tell becomes tickets, people work on them, Base follows and is followed. */
export const playTickets = async (play: Play): Promise<object> => {
  const desk: Desk = { play, people: await peopleOf(play.sim) };
  const { stack } = play;
  for (const message of playedCases()) stack.shops.send(message);
  await stack.shops.idle();
  const day = compressedDay(size);
  const played = playDay(stack, day);
  await letCountdownEnd(desk);
  await played;
  await workedOff(play, day);
  const counted = await count(desk, day);
  const { cardsToAgents, ...squeezed } = await measure(desk);
  await within(patienceMs)(play, 'cards of tickets are not done', () => areCardsDone(stack));
  const calm = await tellDangers(desk);
  await claimWhatNobodyHas(desk);
  const late = await escalate(desk);
  await resolveMissing(desk);
  const editMs = await editTicket(desk, late);
  const settingMs = await editSettings(desk);
  const base = await settled(desk);
  const inspected = await inspect(desk);
  return { ...counted, cardsToAgents, ...calm, squeezed, base, editMs, settingMs, ...inspected };
};
