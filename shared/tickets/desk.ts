import * as z from 'zod';
import { askKinds, categorySchema, clockKinds, prioritySchema, ticketStateSchema } from './ticket.ts';

/** `HH:mm`; hours up to 30, so that 26:00 is two o'clock of the next morning. */
const clockText = z.string().regex(/^(?:[01]\d|2\d|30):[0-5]\d$/, 'is not HH:mm up to 30:00');
const dayText = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'is not a day YYYY-MM-DD');
const idText = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'is not an id');

export const intervalSchema = z
  .strictObject({ from: clockText, to: clockText })
  .refine(({ from, to }) => from < to, 'ends before it begins');
export type Interval = z.output<typeof intervalSchema>;

/** When a team works. Intervals of one day are in order and don't overlap. */
export const teamCalendarSchema = z.strictObject({
  id: idText,
  name: z.string().min(1),
  days: z.discriminatedUnion('on', [
    z.strictObject({ on: z.literal('everyday') }),
    /** 调休 included. */
    z.strictObject({ on: z.literal('workdays') }),
    /** 1 = Monday … 7 = Sunday; a named day off is off unless `holidays` says otherwise. */
    z.strictObject({
      on: z.literal('weekly'),
      weekdays: z.array(z.int().min(1).max(7)).min(1),
      holidays: z.enum(['off', 'work']),
    }),
  ]),
  intervals: z.array(intervalSchema).min(1),
  /** Dated days that work otherwise (大促, 盘点): their intervals replace the day's, none means closed. */
  overrides: z
    .array(
      z.strictObject({ from: dayText, to: dayText, intervals: z.array(intervalSchema), why: z.string() }),
    )
    .default([]),
});
export type TeamCalendar = z.output<typeof teamCalendarSchema>;

const budgetSchema = z.strictObject({
  minutes: z.number().positive(),
  /** A calendar's id, or `wall` for natural time. */
  calendar: z.string().min(1),
});
export type ClockBudget = z.output<typeof budgetSchema>;

/** 时效: the first policy that fits counts, so the narrower ones stand first. */
export const slaPolicySchema = z.strictObject({
  priority: prioritySchema,
  /** 一级类别; absent: all. */
  group: z.string().optional(),
  firstResponse: budgetSchema,
  nextResponse: budgetSchema.optional(),
  resolution: budgetSchema,
  /** What 协办 has. */
  asks: z.partialRecord(z.enum(askKinds), budgetSchema).default({}),
  /** States in which the resolution clock stands still. */
  pausedIn: z.array(ticketStateSchema).default(['waiting_customer']),
});
export type SlaPolicy = z.output<typeof slaPolicySchema>;

export const rungTargets = [
  'owner',
  'lead',
  'head',
  'director',
  'vp',
  'qaLead',
  'legalLead',
  'duty',
] as const;
export type RungTarget = (typeof rungTargets)[number];

/** 升级: one step of the ladder. */
export const rungSchema = z.strictObject({
  id: idText,
  priority: z.array(prioritySchema).min(1),
  /** 一级类别; absent: all. */
  group: z.string().optional(),
  clock: z.enum(clockKinds),
  /** Per cent of the budget that has passed, or minutes before the deadline (platform). */
  at: z.union([
    z.strictObject({ percent: z.number().min(0).max(400) }),
    z.strictObject({ minutesBefore: z.number().min(0) }),
  ]),
  to: z.array(z.enum(rungTargets)).min(1),
  /** card: a new card · group: a line on the team's board, never a post · urgent: the card and 加急 in-app. */
  channel: z.enum(['card', 'group', 'urgent']),
});
export type Rung = z.output<typeof rungSchema>;

export const teamSchema = z.strictObject({
  id: idText,
  /** On screens: 客诉组. */
  name: z.string().min(1),
  /** Whose people they are. */
  departments: z.array(z.string()).default([]),
  roles: z.array(z.string()).default([]),
  /** Roles: 组长 and 主管, looked for in its departments first. */
  lead: z.string().min(1),
  head: z.string().min(1),
  calendar: z.string(),
  /** When its people take what is P0, if that is longer than their office hours. */
  p0Calendar: z.string().optional(),
  mode: z.enum(['roundRobin', 'duty']),
  /** How its work reaches it: a card each, or one list a shift. */
  told: z.enum(['cards', 'list']),
  /** Open tickets per person. */
  cap: z.int().min(1),
  /** Its group, by name: the board stands there. */
  group: z.string().optional(),
});
export type Team = z.output<typeof teamSchema>;

/** 分派规则: the first that fits counts. */
export const routingRuleSchema = z.strictObject({
  order: z.number(),
  anyOf: z.array(z.string()).default([]),
  allOf: z.array(z.string()).default([]),
  noneOf: z.array(z.string()).default([]),
  sources: z.array(z.string()).default([]),
  skuIds: z.array(z.string()).default([]),
  category: categorySchema,
  priority: prioritySchema,
  team: idText,
  mode: z.enum(['sourceAgent', 'roundRobin', 'duty']).default('sourceAgent'),
});
export type RoutingRule = z.output<typeof routingRuleSchema>;

/** 值班与坐席: who works when, for one day. */
export const dutySchema = z.strictObject({
  day: dayText,
  team: idText,
  /** union_id. */
  person: z.string().min(1),
  name: z.string().min(1),
  from: clockText,
  to: clockText,
  cap: z.int().min(1).optional(),
  /** 来源坐席号: `qiyu:143`. */
  sourceAgents: z.array(z.string()).default([]),
  /** 值班: takes what comes to a team in mode `duty`. */
  isDuty: z.boolean().default(false),
});
export type Duty = z.output<typeof dutySchema>;

/** All rules in force at one moment, and the version that `why` prints. */
export const deskSchema = z.strictObject({
  version: z.string(),
  teams: z.array(teamSchema).min(1),
  /** Roles above the teams, by rung target. */
  leaders: z.strictObject({
    director: z.string().min(1),
    vp: z.string().min(1),
    qaLead: z.string().min(1),
    legalLead: z.string().min(1),
  }),
  /** Which team answers 请仓储核实, 请产品协助, 请品控判定, 请法务. */
  askTeams: z.record(z.enum(askKinds), idText),
  /** Who takes what no rule knows. */
  defaultTeam: idText,
  calendars: z.array(teamCalendarSchema).min(1),
  policies: z.array(slaPolicySchema).min(1),
  /** What a batch event (批次事件) has. */
  batch: z.strictObject({ firstResponse: budgetSchema, resolution: budgetSchema }),
  ladder: z.array(rungSchema),
  routing: z.array(routingRuleSchema),
  /** A team without a row for a day works with all its people in its calendar's hours. */
  rota: z.array(dutySchema),
  /** Added to the words that are always P0. */
  moreP0Words: z.array(z.string()).default([]),
  /** Open tickets per person on the days of an override (大促); absent: the team's. */
  promotionCap: z.int().min(1).optional(),
});
export type Desk = z.output<typeof deskSchema>;
