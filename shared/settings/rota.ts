import * as z from 'zod';
import { addDays, type Day, dayOf } from '../calendar/day.ts';
import { sourceNames } from '../sources/source-event.ts';
import type { Duty } from '../tickets/desk.ts';
import { whoSchema } from '../tickets/ticket.ts';
import { textIn } from './cells.ts';
import {
  type Choices,
  type Column,
  checkbox,
  choice,
  day,
  number,
  people,
  type Read,
  words,
} from './columns.ts';
import { nameOf } from './known.ts';
import { defineSheet, type Kept, type Objection, type Sheet } from './sheet.ts';

/** One row of 值班与坐席: somebody's shift of one day. */
const rotaRowSchema = z.strictObject({
  day: z.string(),
  team: z.string(),
  who: whoSchema,
  /** 08:30–16:30; up to 30:00 for a shift that ends after midnight. */
  shift: z.string(),
  cap: z.int().min(1).optional(),
  /** `qiyu:143`. */
  sourceAgents: z.array(z.string()).optional(),
  isDuty: z.boolean(),
});
export type RotaRow = z.output<typeof rotaRowSchema>;

const hoursOf = (shift: string): readonly [string, string] => {
  const [from = '', to = ''] = shift.split('–');
  return [from, to];
};

/** What the rows of 值班与坐席 mean. */
export const rotaOf = (rows: readonly RotaRow[]): readonly Duty[] =>
  rows.map(({ day: on, team, who, shift, cap, sourceAgents = [], isDuty }) => {
    const [from, to] = hoursOf(shift);
    return { day: on, team, ...who, from, to, ...(cap !== undefined && { cap }), sourceAgents, isDuty };
  });

const shiftPattern = /^(\d{1,2}:[0-5]\d)\s*[-–—~～至到]+\s*(\d{1,2}:[0-5]\d)$/u;
const shiftWords = '「班次」要写成 开始–结束，跨过零点的结束时间加 24 小时，例：08:30–16:30 或 16:00–26:00';

const shiftIn = (text: string): string | undefined => {
  const [, from, to] = shiftPattern.exec(text.replaceAll('：', ':')) ?? [];
  if (from === undefined || to === undefined) return undefined;
  const [begin, end] = [from.padStart(5, '0'), to.padStart(5, '0')];
  return begin < '24:00' && begin < end && end <= '30:00' ? `${begin}–${end}` : undefined;
};

const shift: Column = {
  name: '班次',
  kind: 'text',
  read: (cell): Read => {
    const value = shiftIn(textIn(cell));
    return value === undefined ? { problem: shiftWords } : { value };
  },
  write: (value) => (typeof value === 'string' ? value : ''),
  show: (value) => (typeof value === 'string' ? value : '（空）'),
};

const one = people('值班人', { example: '林晓', required: true, one: true });
/** With the name: rules that only know the rota say who it is. */
const who: Column = {
  ...one,
  read: (cell, known) => {
    const read = one.read(cell, known);
    if ('problem' in read || typeof read.value !== 'string') return read;
    return { value: { person: read.value, name: nameOf(known, read.value) } };
  },
  write: (value, known) => one.write(whoSchema.safeParse(value).data?.person, known),
  show: (value) => whoSchema.safeParse(value).data?.name ?? '（空）',
};

const agents = words('来源坐席号', { example: '七鱼客服:143', maxWords: 10 });
const agentExample = '「来源坐席号」要写成 来源:坐席号，例：七鱼客服:143';

/** 七鱼客服:143 → qiyu:143. */
const agentOf = (text: string): string | undefined => {
  const [, source = '', id = ''] = /^([^:：]+)[:：](\S+)$/u.exec(text) ?? [];
  const known = Object.entries(sourceNames).find(([key, name]) => [key, name].includes(source));
  return known && `${known[0]}:${id}`;
};

const namedAgent = (agent: string): string => {
  const [source = '', ...id] = agent.split(':');
  const name = Object.entries(sourceNames).find(([key]) => key === source)?.[1] ?? source;
  return [name, ...id].join(':');
};
const agentsSchema = z.array(z.string()).catch([]);
const named = (value: unknown): readonly string[] => agentsSchema.parse(value).map(namedAgent);

const sourceAgents: Column = {
  ...agents,
  read: (cell, known) => {
    const read = agents.read(cell, known);
    if ('problem' in read || !Array.isArray(read.value)) return read;
    const found = read.value.map((each) => agentOf(String(each)));
    return found.includes(undefined) ? { problem: agentExample } : { value: found };
  },
  write: (value, known) => agents.write(named(value), known),
  show: (value, known) => agents.show(named(value), known),
};

const teams: Choices = ({ desk }) => Object.fromEntries(desk.teams.map(({ id, name }) => [name, id]));

const isSame = (a: RotaRow, b: RotaRow): boolean =>
  a.day === b.day && a.team === b.team && a.who.person === b.who.person && a.shift === b.shift;

const twice = ({ after }: { readonly after: readonly Kept<RotaRow>[] }): readonly Objection[] =>
  after.flatMap(({ id, row }) => {
    const isThere = after.some((other) => other.id !== id && isSame(other.row, row));
    return isThere ? [{ id, problem: `${row.who.name} ${row.day} 的这个班次已有一行，例：换一个班次` }] : [];
  });

type Rows = readonly Kept<RotaRow>[];

const onDuty = (rows: Rows, on: Day, team: string): boolean =>
  rows.some(({ row }) => row.day === on && row.team === team && row.isDuty);

/** Days that had people and have nobody any more; without a row all of a team work, which nobody has planned. */
const emptied = (before: Rows, after: Rows, nameOfTeam: (id: string) => string): readonly string[] => {
  const places = new Map(before.map(({ row }) => [`${row.day} ${row.team}`, row]));
  return [...places.values()].flatMap(({ day: on, team }) => {
    const words = `${on.slice(5)} ${nameOfTeam(team)}`;
    if (!after.some(({ row }) => row.day === on && row.team === team)) return [`${words}没有人值班了`];
    return onDuty(before, on, team) && !onDuty(after, on, team) ? [`${words}没有值班人了`] : [];
  });
};

/** So long a plan fits into one row of the settings. */
const aheadDays = 62;

/** 值班与坐席. What is over is no longer read. */
export const rotaSheet: Sheet<RotaRow> = defineSheet<RotaRow>({
  id: 'rota',
  table: '值班与坐席',
  schema: rotaRowSchema,
  columns: {
    day: day('日期', { example: '2026/11/23', required: true }),
    team: choice('团队', teams, { example: '客诉组', required: true }),
    who,
    shift,
    cap: number('上限', { example: '25', min: 1, max: 500, whole: true }),
    sourceAgents,
    isDuty: checkbox('值班'),
  },
  title: ({ day: on, who: { name }, shift: hours }) => `${on} ${name} ${hours}`,
  check: ({ day: on }, { now }) =>
    on > addDays(dayOf(now), aheadDays) ? [`只能排到 ${aheadDays} 天以内，例：${dayOf(now)}`] : [],
  isOver: ({ day: on }, { now }) => on < addDays(dayOf(now), -1),
  objections: twice,
  risks: ({ before, after }, { desk }) =>
    emptied(before, after, (id) => desk.teams.find((team) => team.id === id)?.name ?? id),
  defaults: () => [],
});
