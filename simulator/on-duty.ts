import { setTimeout as wait } from 'node:timers/promises';
import { atTime, clockTime, dayOf } from '../shared/calendar/day.ts';
import { UpstreamError } from '../shared/errors.ts';
import { command } from './command.ts';
import { addRow, readTable, settingsBase, wordIn } from './demo-bases.ts';
import { peopleOf, type Sim } from './demo-people.ts';
import type { Stack } from './stack.ts';

const rota = { base: settingsBase, table: '值班与坐席' } as const;

type Duty = {
  readonly team: string;
  readonly who: string;
  /** 来源坐席号. */
  readonly agents?: string;
  readonly isDuty?: true;
};

/** Who is at work today, whatever time of the day it is. */
const crew: readonly Duty[] = [
  { team: '客诉组', who: '孙佳禾', agents: '七鱼客服:143、微信客服:sunjiahe', isDuty: true },
  { team: '客诉组', who: '汪晓棠' },
  { team: '客诉组', who: '吕一诺' },
  { team: '仓储', who: '牛宏伟' },
  { team: '仓储', who: '田小禾' },
  { team: '品控', who: '施远帆', isDuty: true },
  { team: '品控', who: '柳青瑶' },
  { team: '店铺运营', who: '丁一舟' },
  { team: '店铺运营', who: '卢星野' },
  { team: '产品', who: '贺兰朵' },
];
/** A promotion's: a day of cases comes within minutes here, and nobody closes any. */
const cap = 120;

const minuteMs = 60_000;

/** All day but for one minute, which lies as far away as possible. */
const allDay = (now: Date): { readonly from: string; readonly to: string } => {
  const opposite = new Date(now.getTime() - 12 * 60 * minuteMs);
  return { from: clockTime(opposite), to: clockTime(new Date(opposite.getTime() - minuteMs)) };
};

/** Everybody whom 直达 may see. */
const staffOf = ({ feishu }: Stack): readonly string[] => {
  const { people, outOfRangeUserIds } = feishu.tenant.company;
  return people
    .filter(({ resigned, userId }) => !resigned && !outOfRangeUserIds.includes(userId))
    .map(({ unionId }) => unionId);
};

/** A shift that isn't now: 法务 has a rota and nobody on it. */
const elsewhen = (now: Date): string => (clockTime(now) < '12:00' ? '20:00–23:00' : '01:00–04:00');

const rowsOf = (now: Date, idOf: (name: string) => string) => {
  const day = atTime(dayOf(now), '00:00').getTime();
  const row = ({ team, who, agents, isDuty }: Duty, shift: string) => ({
    日期: day,
    团队: team,
    值班人: [{ id: idOf(who) }],
    班次: shift,
    上限: cap,
    ...(agents && { 来源坐席号: agents }),
    ...(isDuty && { 值班: true }),
    启用: true,
  });
  // Until six the next morning: a night that is played into goes on.
  const working = crew.map((duty) => row(duty, '00:00–30:00'));
  return [...working, row({ team: '法务', who: '裴律安' }, elsewhen(now))];
};

const answerMs = 60_000;

const inForce = async (sim: Sim, ids: readonly string[]): Promise<void> => {
  const deadline = Date.now() + answerMs;
  for (;;) {
    const rows = (await readTable(sim, rota)).filter(({ recordId }) => ids.includes(recordId));
    const says = rows.map((row) => wordIn(row, '生效状态'));
    if (says.length === ids.length && says.every((word) => word.startsWith('已生效'))) return;
    if (Date.now() > deadline) {
      const notes = rows.map((row) => wordIn(row, '说明')).filter((note) => note !== '');
      throw new UpstreamError('rota_not_in_force', `值班与坐席: ${[...says, ...notes].join(' | ')}`);
    }
    await wait(100);
  }
};

/**
 * Today's rota, as an administrator fills it in 「直达·设置」, and everybody's shift, so that no night keeps a card away from
 * the company: the rules of quiet hours stay as they are.
 * Comes back when the rows say that they are in force.
 */
export const putOnDuty = async (stack: Stack, say: (line: string) => void): Promise<void> => {
  const sim = { url: stack.feishu.url };
  const now = new Date();
  const people = await peopleOf(sim);
  const idOf = (name: string): string => people.find((one) => one.name === name)?.unionId ?? name;
  const ids: string[] = [];
  for (const fields of rowsOf(now, idOf)) ids.push(await addRow(sim, rota, { person: idOf('许念'), fields }));
  const setShifts = (): Promise<unknown> =>
    command(stack, 'ops', { do: 'shift', person: staffOf(stack), shift: allDay(now), confirm: true });
  await Promise.all([setShifts(), inForce(sim, ids)]);
  say(`今天的排班已写入「${settingsBase}·${rota.table}」：${ids.length} 行，已生效`);
  say('全员的班次设为现在在班：深夜打开也收得到卡片，免打扰规则照常');
};
