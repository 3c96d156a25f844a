import * as z from 'zod';

const names = z.array(z.string().min(1)).min(1);

/** Everybody who meets all that it says; a department includes those below it. */
const circleSchema = z
  .strictObject({
    departments: names.optional(),
    /** See config/roles.ts. */
    roles: names.optional(),
    /** union_ids. */
    people: z
      .array(z.string().regex(/^on_\w+$/u, 'is not a union_id'))
      .min(1)
      .optional(),
    /** Days since they came: new joiners. */
    joinedWithinDays: z.int().min(1).max(366).optional(),
  })
  .refine((circle) => Object.keys(circle).length > 0, 'names nobody');
export type Circle = z.output<typeof circleSchema>;

/** Whoever is in one of the circles and in none of the exceptions. */
export const audienceSchema = z.union([
  z.strictObject({ everyone: z.literal(true), except: z.array(circleSchema).default([]) }),
  z.strictObject({ any: z.array(circleSchema).min(1), except: z.array(circleSchema).default([]) }),
]);
export type Audience = z.output<typeof audienceSchema>;

const clockSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/u, 'is not a time HH:mm');

/** When somebody who hasn't confirmed is asked again. The last step tells their manager. */
export const ladderSchema = z.strictObject({
  /** Minutes after the card arrived, counted in working time of 工作日 09:00–18:00; for one that arrived off hours, in natural time. */
  remindAfter: z.strictObject({ workingMinutes: z.int().min(1), offHoursMinutes: z.int().min(1) }),
  /** On the next working day, 加急 in the app. */
  urgentAt: clockSchema,
  /** One more working day later, the list to the manager. */
  managersAt: clockSchema,
});
export type Ladder = z.output<typeof ladderSchema>;

/** A subscription account (订阅号): who speaks to whom, who may write and who has to agree. */
export const accountSchema = z.strictObject({
  /** Part of the ids of its posts: `legal-42`. */
  id: z.string().regex(/^[a-z][a-z0-9]{1,19}$/u, 'is not a short lower-case word'),
  name: z.string().min(1).max(20),
  /** See config/senders.ts. */
  sender: z.string().min(1),
  editors: z.array(circleSchema).min(1),
  approvers: z.array(circleSchema).min(1),
  audience: audienceSchema,
  /** Days without a post after which its editors are reminded. */
  cadenceDays: z.int().min(1).max(366),
  /** Name of the wiki space that its own articles stand in; the app is one of its administrators. */
  wikiSpace: z.string().min(1),
  /** Names of groups that the sender's bot is in. */
  groups: z.array(z.string().min(1)),
  /** Whether a new post has to be confirmed unless its editor says otherwise. */
  mustConfirm: z.boolean(),
  /** New joiners get what is open, one post a day of all accounts together, also after those who were here have confirmed. */
  joinersOnePerDay: z.boolean(),
  ladder: ladderSchema,
  /** Who answers questions about a post, as it stands on the card. */
  contact: z.string().min(1).max(20),
});
export type Account = z.output<typeof accountSchema>;
