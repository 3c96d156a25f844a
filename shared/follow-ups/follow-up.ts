import { createHash } from 'node:crypto';
import * as z from 'zod';
import { clockTime, type Day, dayOf } from '../calendar/day.ts';

const whoSchema = z.object({ person: z.string(), name: z.string() });
/** Somebody by union_id, and by the name that stands on cards. */
export type Who = z.output<typeof whoSchema>;

const stepSchema = z.object({ by: whoSchema, at: z.string() });

/**
 * One thing that somebody should look after: an alert, or an abnormal line of a digest. The same for all who share its
 * scope, so everyone sees who follows up. open → acknowledged → assigned → closed.
 */
export const followUpSchema = z.object({
  /** The alert's subject, or `digest:<release>:<day>#<hash of scope, rule and part>`. */
  item: z.string(),
  /** The day on which it came up, Asia/Shanghai; half of its key. */
  since: z.string(),
  /** How it stands on cards: markdown, one line. */
  line: z.string(),
  /** The people of its scope: who may act, and to whom it may be given. */
  people: z.array(whoSchema),
  /** Whose cards carry it: subjects of deliveries. */
  subjects: z.array(z.string()),
  version: z.number().int(),
  state: z.enum(['open', 'acknowledged', 'assigned', 'closed']),
  acknowledged: stepSchema.optional(),
  assigned: stepSchema.extend({ to: whoSchema }).optional(),
  /** When somebody began to follow it up; handing it over does not begin anew. */
  followedSince: z.string().optional(),
  closed: stepSchema.extend({ cause: z.string(), measure: z.string() }).optional(),
  /** union_id → when that person wants to be reminded, ISO UTC. */
  reminders: z.record(z.string(), z.string()).default({}),
});
export type FollowUp = z.output<typeof followUpSchema>;
export type FollowUpKey = Pick<FollowUp, 'item' | 'since'>;

/** More people than this are a company, not the scope of a line; a row stays far below its limit. */
const maxPeople = 60;

export type NewFollowUp = Pick<FollowUp, 'item' | 'since' | 'line'> & {
  readonly people: readonly Who[];
  readonly subject: string;
};

/** What nobody has touched yet. `since` is the day of the thing, the same for whoever writes it. */
export const newFollowUp = ({ item, since, line, people, subject }: NewFollowUp): FollowUp => ({
  item,
  since,
  line,
  people: people.slice(0, maxPeople),
  subjects: [subject],
  version: 1,
  state: 'open',
  reminders: {},
});

/** An abnormal line of a digest: the same for all whose card has it, whoever plans it and however often. */
export const lineItem = (release: string, day: Day, parts: readonly string[]): string =>
  `digest:${release}:${day}#${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)}`;

/** The start of the `element_id`s of its elements, by which they are found again on a card. */
export const blockId = (item: string): string =>
  `f${createHash('sha256').update(item).digest('hex').slice(0, 14)}`;

/** What the buttons do, as it comes back in `value.do`. */
export const followUpActs = ['assign', 'handOver', 'acknowledge', 'later', 'close'] as const;
export type FollowUpAct = (typeof followUpActs)[number];

/** 稍后 2 小时. */
export const laterMs = 2 * 3_600_000;
/** Cause and measure, in characters. */
export const maxWords = 200;

/** 11-23 10:41. */
export const dayAndTime = (iso: string): string => {
  const at = new Date(iso);
  return `${dayOf(at).slice(5)} ${clockTime(at)}`;
};
