/** When a person may be disturbed: what they set themselves, their rota, their leave. Fields of the row in `people`. */
import * as z from 'zod';
import type { Table } from './table.ts';

const isOfSomeLength = ({ from, to }: { from: string; to: string }): boolean => from !== to;
const timeText = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time HH:mm');
const spanShape = z.object({ from: timeText, to: timeText });
const spanSchema = spanShape.refine(isOfSomeLength, 'has no length');
export const shiftSchema = spanShape
  .extend({
    /** On which weekdays it begins, 1 = Monday; absent: every day. */
    days: z.array(z.int().min(1).max(7)).min(1).optional(),
  })
  .refine(isOfSomeLength, 'has no length');
const leaveSchema = z.object({
  /** ISO instants; `until` is the first moment back. */
  from: z.string(),
  until: z.string(),
});
export type Leave = z.output<typeof leaveSchema>;

/** Added to the schema of a person. */
export const hoursShape = {
  /** 免打扰 as the person set it; without spans they took it back, and the usual hours count. */
  quiet: z.object({ spans: z.array(spanSchema).optional(), setAt: z.string() }).optional(),
  /** Their hours of work by the rota. */
  shift: shiftSchema.optional(),
  leave: z.array(leaveSchema).optional(),
};

type Shift = z.output<typeof shiftSchema>;
type Quiet = NonNullable<z.output<typeof hoursShape.quiet>>;
/** A row that has those fields. */
type Rows = Pick<Table<z.ZodType>, 'update'>;

/** The message that was written last counts, in whatever order they are worked off. */
const recordQuiet =
  (rows: Rows) =>
  async (person: string, quiet: Quiet): Promise<boolean> => {
    const changed = await rows.update(
      { person },
      {
        UpdateExpression: 'SET quiet = :quiet',
        ConditionExpression:
          'attribute_exists(person) AND (attribute_not_exists(quiet) OR quiet.setAt <= :setAt)',
        ExpressionAttributeValues: { ':quiet': quiet, ':setAt': quiet.setAt },
      },
    );
    return changed !== undefined;
  };

const recordShift =
  (rows: Rows) =>
  async (person: string, shift: Shift | undefined): Promise<boolean> => {
    const changed = await rows.update(
      { person },
      {
        UpdateExpression: shift ? 'SET shift = :shift' : 'REMOVE shift',
        ConditionExpression: 'attribute_exists(person)',
        ...(shift && { ExpressionAttributeValues: { ':shift': shift } }),
      },
    );
    return changed !== undefined;
  };

const recordLeave =
  (rows: Rows) =>
  async (person: string, leave: readonly Leave[], before: readonly Leave[]): Promise<boolean> => {
    const none = before.length === 0 ? 'attribute_not_exists(#leave) OR ' : '';
    const changed = await rows.update(
      { person },
      {
        UpdateExpression: 'SET #leave = :leave',
        ConditionExpression: `attribute_exists(person) AND (${none}#leave = :before)`,
        ExpressionAttributeNames: { '#leave': 'leave' },
        ExpressionAttributeValues: { ':leave': leave, ':before': before },
      },
    );
    return changed !== undefined;
  };

export type PersonHours = {
  /** `false` when nobody is known by this id, or when they have said something newer. */
  readonly recordQuiet: (person: string, quiet: Quiet) => Promise<boolean>;
  /** Without a shift it is removed; `false` when nobody is known by this id. */
  readonly recordShift: (person: string, shift: Shift | undefined) => Promise<boolean>;
  /** `false` when nobody is known by this id, or when it is no longer what `before` says. */
  readonly recordLeave: (
    person: string,
    leave: readonly Leave[],
    before: readonly Leave[],
  ) => Promise<boolean>;
};

export const personHours = (rows: Rows): PersonHours => ({
  recordQuiet: recordQuiet(rows),
  recordShift: recordShift(rows),
  recordLeave: recordLeave(rows),
});
