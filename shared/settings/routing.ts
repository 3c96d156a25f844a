import * as z from 'zod';
import { p0Words } from '../../config/tickets/categories.ts';
import { defaultDesk } from '../../config/tickets/desk.ts';
import { sourceNames } from '../sources/source-event.ts';
import { type Desk, type RoutingRule, routingRuleSchema } from '../tickets/desk.ts';
import { peopleOfTeam } from '../tickets/team-people.ts';
import { prioritySchema } from '../tickets/ticket.ts';
import { type Choices, choice, choices, number, text, words } from './columns.ts';
import type { Known } from './known.ts';
import { defineSheet, type Kept, type Objection, type Sheet } from './sheet.ts';

const list = z.array(z.string()).min(1).optional();

/** One row of 分派规则. `p0Words` is no rule: its words are added to those that are always P0. */
const routingRowSchema = z.strictObject({
  order: z.number(),
  anyOf: list,
  allOf: list,
  noneOf: list,
  sources: list,
  skuIds: list,
  group: z.string().optional(),
  name: z.string().optional(),
  priority: prioritySchema,
  team: z.string().optional(),
  mode: z.enum(['sourceAgent', 'roundRobin', 'duty', 'p0Words']),
});
export type RoutingRow = z.output<typeof routingRowSchema>;

const ruleOf = (row: RoutingRow): readonly RoutingRule[] => {
  const { group, name, mode, ...rest } = row;
  if (mode === 'p0Words') return [];
  return [routingRuleSchema.parse({ ...rest, mode, category: { group, name } })];
};

/** What the rows of 分派规则 mean. */
export const routingOf = (rows: readonly RoutingRow[]): Pick<Desk, 'routing' | 'moreP0Words'> => ({
  routing: rows.flatMap(ruleOf).toSorted((a, b) => a.order - b.order),
  moreP0Words: [...new Set(rows.flatMap(({ mode, anyOf }) => (mode === 'p0Words' ? (anyOf ?? []) : [])))],
});

const some = (texts: readonly string[]) => (texts.length > 0 ? [...texts] : undefined);

/** A desk's rules as rows. */
const rowsOfRouting = ({ routing }: Pick<Desk, 'routing'>): readonly RoutingRow[] =>
  routing.map(({ category, anyOf, allOf, noneOf, sources, skuIds, ...rest }) => {
    const lists = { anyOf, allOf, noneOf, sources, skuIds };
    const filled = Object.entries(lists).flatMap(([key, texts]) => (some(texts) ? [[key, some(texts)]] : []));
    return routingRowSchema.parse({ ...Object.fromEntries(filled), ...rest, ...category });
  });

const teams: Choices = ({ desk }) => Object.fromEntries(desk.teams.map(({ id, name }) => [name, id]));
const sources: Choices = () =>
  Object.fromEntries(Object.entries(sourceNames).map(([id, name]) => [name, id]));

const checkWords = ({ anyOf, ...row }: RoutingRow): readonly string[] => {
  const others = [row.allOf, row.noneOf, row.sources, row.skuIds].some((texts) => texts !== undefined);
  return anyOf && !others && row.priority === 'P0'
    ? []
    : ['追加 P0 词的一行只填「关键词（任一）」，优先级选 P0，例：刀片、针头'];
};

const missing = (row: RoutingRow): readonly string[] => [
  ...(row.group === undefined ? ['「一级类别」还没有填，例：仓储发货'] : []),
  ...(row.name === undefined ? ['「二级类别」还没有填，例：漏发/少发'] : []),
  ...(row.team === undefined ? ['「团队」还没有填，例：客诉组'] : []),
];

const checkRule = (row: RoutingRow): readonly string[] => {
  const isOpen = [row.anyOf, row.allOf, row.sources, row.skuIds].every((texts) => texts === undefined);
  const grave = row.priority === 'P0' ? [] : (row.anyOf ?? []).filter((word) => p0Words.includes(word));
  return [
    ...missing(row),
    ...(isOpen ? ['至少填一个条件，例：关键词（任一）：漏发、少发'] : []),
    ...(grave.length > 0 ? [`「${grave.join('、')}」始终按 P0 处理，不能改成 ${row.priority}，例：P0`] : []),
  ];
};

/** The first that fits counts, so no two may claim one place. */
const twice = ({ after }: { readonly after: readonly Kept<RoutingRow>[] }): readonly Objection[] =>
  after.flatMap(({ id, row }) => {
    const isTaken = after.some((other) => other.id !== id && other.row.order === row.order);
    return isTaken ? [{ id, problem: `「顺序」${row.order} 已有一行，例：${row.order + 1}` }] : [];
  });

const titleOf = ({ order, group, name, mode }: RoutingRow): string =>
  mode === 'p0Words' ? `规则${order} 追加 P0 词` : `规则${order} ${group ?? ''}›${name ?? ''}`;

type Change = { readonly before: readonly Kept<RoutingRow>[]; readonly after: readonly Kept<RoutingRow>[] };

/** A rule for P0 that is gone, knows fewer words or means less. */
const p0Risks = ({ before, after }: Change): readonly string[] =>
  before
    .filter(({ row }) => row.priority === 'P0')
    .flatMap(({ id, row }) => {
      const now = after.find((kept) => kept.id === id)?.row;
      if (!now) return [`停用了 P0 的${titleOf(row)}`];
      if (now.priority !== 'P0') return [`${titleOf(row)}不再是 P0`];
      const lost = (row.anyOf ?? []).filter((word) => !now.anyOf?.includes(word));
      return lost.length > 0 ? [`P0 的${titleOf(row)}少了关键词：${lost.join('、')}`] : [];
    });

const emptyTeams = ({ before, after }: Change, { desk, people }: Known): readonly string[] => {
  const used = new Set(after.flatMap(({ row }) => row.team ?? []));
  const usedBefore = new Set(before.flatMap(({ row }) => row.team ?? []));
  return desk.teams
    .filter(({ id }) => used.has(id) && !usedBefore.has(id))
    .filter((team) => peopleOfTeam(desk, team, people).length === 0)
    .map(({ name }) => `分派给了没有人的团队：${name}`);
};

/** 分派规则. */
export const routingSheet: Sheet<RoutingRow> = defineSheet<RoutingRow>({
  id: 'routing',
  table: '分派规则',
  schema: routingRowSchema,
  columns: {
    order: number('顺序', { example: '105', required: true, min: 0, max: 100_000 }),
    anyOf: words('关键词（任一）', { example: '漏发、少发', maxWords: 80 }),
    allOf: words('关键词（全部）', { example: '赠品、没有', maxWords: 20 }),
    noneOf: words('关键词（排除）', { example: '少一点', maxWords: 40 }),
    sources: choices('来源', sources, { example: '抖音' }),
    skuIds: words('SKU', { example: 'BSN-VAN-6', maxWords: 40 }),
    group: text('一级类别', { example: '仓储发货', maxLength: 12 }),
    name: text('二级类别', { example: '漏发/少发', maxLength: 20 }),
    priority: choice('优先级', () => ({ P0: 'P0', P1: 'P1', P2: 'P2', P3: 'P3' }), {
      example: 'P2',
      required: true,
    }),
    team: choice('团队', teams, { example: '客诉组' }),
    mode: choice(
      '方式',
      () => ({ 原客服: 'sourceAgent', 轮流: 'roundRobin', 值班: 'duty', '追加 P0 词': 'p0Words' }),
      { example: '原客服', required: true },
    ),
  },
  title: titleOf,
  check: (row) => (row.mode === 'p0Words' ? checkWords(row) : checkRule(row)),
  objections: twice,
  risks: (change, known) => [...p0Risks(change), ...emptyTeams(change, known)],
  defaults: () => rowsOfRouting(defaultDesk),
});
