import { setTimeout as wait } from 'node:timers/promises';
import type { Ticket } from '../shared/tickets/ticket.ts';
import { shortNumber } from '../shared/tickets/words.ts';
import { readTable, ticketTable } from './demo-bases.ts';
import { caseIds, paidOut } from './demo-cases.ts';
import { write } from './demo-people.ts';
import { tell, until, within } from './demo-play.ts';
import { allTickets } from './demo-rows.ts';
import { act, becomes, type Desk, idOf, sees } from './demo-scene.ts';

/** The ticket of a case at its source. */
const numberOf = async ({ play }: Desk, caseId: string): Promise<string> => {
  let found: Ticket | undefined;
  await until(play, `${caseId} has no ticket`, async () => {
    const all = await allTickets(play.stack);
    found = all.find(
      ({ sources, state }) => state !== 'merged' && sources.some((each) => each.caseId === caseId),
    );
    return found !== undefined;
  });
  return found?.ticket ?? caseId;
};

/** What the next minute would bring: rungs, and an owner for what has none. */
const tickNow = ({ play }: Desk): Promise<unknown> => play.stack.invoke('ticket-sla', {});

/** Nobody of 法务 is at work, and it can't wait: who leads it is told at once, and takes it. */
export const claimWhatNobodyHas = async (desk: Desk): Promise<void> => {
  const number = await numberOf(desk, caseIds.lawyer);
  const lead = '闻人杰';
  await sees(desk, lead, [number, '领取']);
  await act(desk, lead, { about: number, on: { do: 'claim' } });
  await becomes(desk, number, ['claimed', ({ owner }) => owner?.name === lead]);
  tell(`${number} 律师函（P0），法务没有人在班 → 负责人${lead}收到卡片并领取`);
};

/** The platform's time is over and nobody has done anything: the case ends by itself on every card. */
export const letCountdownEnd = async (desk: Desk): Promise<void> => {
  const number = await numberOf(desk, caseIds.countdown);
  const hasClock = ({ owner, clocks }: Ticket): boolean =>
    owner !== undefined && clocks.platform !== undefined;
  const ticket = await becomes(desk, number, ['counted down', hasClock]);
  const owner = ticket?.owner?.name ?? '';
  await sees(desk, owner, [number]);
  const dueAt = Date.parse(ticket?.clocks.platform?.dueAt ?? '');
  await until(desk.play, `the countdown of ${number} never ends`, () => Promise.resolve(Date.now() > dueAt));
  desk.play.stack.shops.send(paidOut());
  await becomes(desk, number, ['ended by its source', ({ resolution }) => resolution?.by === 'source']);
  await sees(desk, owner, [number, '平台已完结']);
  tell(`${number} 平台倒计时归零，抖店自动退款 → ${owner} 的卡片改为「平台已完结」`);
};

/** Ten minutes are left: one card to whoever leads the team and to its head. */
export const escalate = async (desk: Desk): Promise<string> => {
  const number = await numberOf(desk, caseIds.late);
  await tickNow(desk);
  for (const lead of ['潘小雨', '唐若谷']) await sees(desk, lead, [number]);
  tell(`${number} 平台只剩 10 分钟 → 处理人、组长潘小雨、主管唐若谷收到升级卡片（加急）`);
  return number;
};

/** Who of the warehouse is given it: at the next tick, or at the one after which the rota is known. */
const keeperOf = async (desk: Desk, child: string): Promise<string> => {
  let keeper: string | undefined;
  await within(75_000)(desk.play, `nobody is asked about ${child}`, async () => {
    await tickNow(desk);
    keeper = (await desk.play.tickets.find(child))?.owner?.name;
    if (keeper === undefined) await wait(1_000);
    return keeper !== undefined;
  });
  return keeper ?? '田小禾';
};

const askWarehouse = async (desk: Desk, number: string, owner: string): Promise<void> => {
  await sees(desk, owner, [number, '请仓储核实']);
  await act(desk, owner, { about: number, on: { do: 'ask', with: { ask: 'warehouse' } } });
  const keeper = await keeperOf(desk, `${number}-1`);
  await write(desk.play.sim, idOf(desk, keeper), '我的工单');
  await sees(desk, keeper, ['我的待办', shortNumber(`${number}-1`)]);
  await act(desk, keeper, { about: '我的待办', on: { do: 'open', with: { ticket: `${number}-1` } } });
  await sees(desk, keeper, [`${number}-1`, '确认漏发', '答复']);
  await act(desk, keeper, { about: `${number}-1`, on: { do: 'answer', with: { finding: '确认漏发' } } });
  tell(`${number}：${owner} 请仓储核实 → ${keeper}「我的工单」→ 确认漏发`);
};

/** Asked, answered, resolved on cards; the row of Base follows. */
export const resolveMissing = async (desk: Desk): Promise<void> => {
  const number = await numberOf(desk, caseIds.missing);
  const ticket = await becomes(desk, number, ['somebody’s', ({ owner }) => owner !== undefined]);
  const owner = ticket?.owner?.name ?? '';
  await askWarehouse(desk, number, owner);
  await sees(desk, owner, [number, '确认漏发', '标记已解决']);
  const words = { '处理方式（必选）': '补发', '责任方（必选）': '仓库', '备注（可不填）': '已补发一盒' };
  await act(desk, owner, { about: number, on: { do: 'resolve', words } });
  await becomes(desk, number, ['resolved', ({ state }) => state === 'resolved']);
  await until(desk.play, `the row of ${number} doesn't follow`, async () => {
    const rows = await readTable(desk.play.sim, ticketTable);
    return rows.some(({ cells }) => cells['工单号'] === number && cells['状态'] === '已解决');
  });
  tell(`${number}：${owner} 标记已解决（补发 · 仓库）→ 多维表格同步为「已解决」`);
};
