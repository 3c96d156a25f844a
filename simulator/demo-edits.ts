import { editRow, readTable, settingsBase, ticketTable, wordIn } from './demo-bases.ts';
import { tell, until } from './demo-play.ts';
import { becomes, type Desk, idOf, sees } from './demo-scene.ts';

const promisedMs = 10_000;

const inTime = ({ play }: Desk, what: string, ms: number): number => {
  if (ms > promisedMs) play.problems.push(`${what} took ${ms} ms`);
  return ms;
};

/** Somebody changes the priority in the row; milliseconds until the owner's card says so. */
export const editTicket = async (desk: Desk, number: string): Promise<number> => {
  const { play } = desk;
  const ticket = await play.tickets.find(number);
  const owner = ticket?.owner?.name ?? '';
  const row = (await readTable(play.sim, ticketTable)).find(({ cells }) => cells['工单号'] === number);
  const since = Date.now();
  const where = { ...ticketTable, recordId: row?.recordId ?? '' };
  const edit = { person: idOf(desk, '潘小雨'), fields: { 优先级: 'P1' } };
  if (!(await editRow(play.sim, where, edit))) play.problems.push(`${number} has no row to edit`);
  await becomes(desk, number, ['P1', ({ priority }) => priority === 'P1']);
  await sees(desk, owner, [number, '【P1']);
  const ms = inTime(desk, 'an edit in Base', Date.now() - since);
  tell(`潘小雨在多维表格把 ${number} 改为 P1 → ${owner} 的卡片 ${ms} 毫秒内更新`);
  return ms;
};

const sla = { base: settingsBase, table: '时效与升级' } as const;

type Answered = { readonly status: string; readonly note: string; readonly ms: number };

/** Writes one value of the P1 row and waits for what the row answers. */
const setFirstResponse = async (desk: Desk, minutes: number, answer: string): Promise<Answered> => {
  const { sim } = desk.play;
  const find = async () => (await readTable(sim, sla)).find(({ cells }) => cells['优先级'] === 'P1');
  const row = await find();
  const before = row ? wordIn(row, '生效状态') : '';
  const since = Date.now();
  const where = { ...sla, recordId: row?.recordId ?? '' };
  await editRow(sim, where, { person: idOf(desk, '许念'), fields: { '首响（分）': minutes } });
  let [status, note] = [before, ''];
  await until(desk.play, `首响 ${minutes} isn't ${answer}`, async () => {
    const now = (await find()) ?? { cells: {} };
    [status, note] = [wordIn(now, '生效状态'), wordIn(now, '说明')];
    return status !== before && status.startsWith(answer);
  });
  return { status, note, ms: inTime(desk, `首响 ${minutes}`, Date.now() - since) };
};

/** A value that counts, one that can't, and back. */
export const editSettings = async (desk: Desk): Promise<number> => {
  const good = await setFirstResponse(desk, 12, '已生效');
  tell(`「时效与升级」P1 首响改为 12 分 → ${good.status}（${good.ms} 毫秒）`);
  const bad = await setFirstResponse(desk, 99_999, '未生效');
  if (!bad.note.includes('例：')) desk.play.problems.push('a wrong value is refused without an example');
  tell(`P1 首响填 99999 → ${bad.status}：${bad.note}`);
  await setFirstResponse(desk, 12, '已生效');
  return Math.max(good.ms, bad.ms);
};
