import { defaultDesk } from '../../config/tickets/desk.ts';
import { type Choices, type Column, choice, choices, number } from './columns.ts';
import { defineSheet, type Sheet } from './sheet.ts';
import { checkSla, objectionsToSla } from './sla-checks.ts';
import { channelWords, type StepName, steps, targetWords } from './sla-ladder.ts';
import { risksOfSla } from './sla-risks.ts';
import { rowsOfSla, type SlaRow, slaRowSchema, wordsOf } from './sla-row.ts';

const hour = 60;
const hours = (name: string, example: string): Column =>
  number(name, { example, min: 0.1, max: 2000, per: hour });
const span = (name: string, example: string): Column => number(name, { example, min: 1, max: 10_000 });

const calendars: Choices = ({ desk }) => ({
  自然时间: 'wall',
  ...Object.fromEntries(desk.calendars.map(({ id, name }) => [name, id])),
});
const groups: Choices = ({ desk }) =>
  Object.fromEntries(desk.routing.map(({ category }) => [category.group, category.group]));

const tells = (name: StepName): Column =>
  choices(`${steps[name].words} 通知谁`, () => targetWords, { example: '组长' });

/** 时效与升级. */
export const slaSheet: Sheet<SlaRow> = defineSheet<SlaRow>({
  id: 'sla',
  table: '时效与升级',
  schema: slaRowSchema,
  columns: {
    priority: choice('优先级', () => ({ P0: 'P0', P1: 'P1', P2: 'P2', P3: 'P3', 平台: 'platform' }), {
      example: 'P1',
      required: true,
      isIndex: true,
    }),
    group: choice('类别', groups, { example: '食品安全，留空表示全部' }),
    firstResponse: span('首响（分）', '15'),
    nextResponse: span('再响（分）', '30'),
    responseBy: choice('首响日历', calendars, { example: '客服' }),
    resolution: hours('处理（小时）', '8'),
    resolutionBy: choice('处理日历', calendars, { example: '客服' }),
    warehouse: hours('仓储核实（小时）', '4'),
    product: hours('产品协助（小时）', '7.5'),
    qa: hours('品控判定（小时）', '2'),
    legal: hours('法务（小时）', '2'),
    askBy: choice('协办日历', () => ({ 自然时间: 'wall', 各团队日历: 'teams' }), { example: '各团队日历' }),
    pausedIn: choices(
      '暂停计时',
      () => ({ 等客户回复: 'waiting_customer', 等内部协办: 'waiting_internal' }),
      { example: '等客户回复' },
    ),
    opened: tells('opened'),
    half: tells('half'),
    near: tells('near'),
    late: tells('late'),
    long: tells('long'),
    first: tells('first'),
    platform240: tells('platform240'),
    platform60: tells('platform60'),
    platform15: tells('platform15'),
    channels: choices('渠道', () => channelWords, { example: '用时100% 加急' }),
  },
  title: wordsOf,
  check: checkSla,
  objections: objectionsToSla,
  risks: risksOfSla,
  defaults: () => rowsOfSla(defaultDesk),
});
