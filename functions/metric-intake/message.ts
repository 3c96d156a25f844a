import * as z from 'zod';
import { dayOf, daySchema } from '../../shared/calendar/day.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { parse, parseJson } from '../../shared/parse.ts';

/** Every moment is kept as UTC with milliseconds, so that moments compare as text. */
const momentSchema = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

const dimsSchema = z
  .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,31}$/), z.string().min(1).max(80))
  .refine((dims) => Object.keys(dims).length <= 5, 'has more than 5 dimensions');

const pointSchema = z.object({
  metric: z.string().regex(/^[a-zA-Z][a-zA-Z0-9_.]{0,79}$/),
  at: z.union([daySchema, momentSchema]),
  dims: dimsSchema.default({}),
  // Text, because a JSON number loses the last digits of money.
  value: z
    .string()
    .regex(/^-?\d{1,18}(\.\d{1,9})?$/, 'is not decimal text')
    .nullable(),
  unit: z.enum(['CNY_FEN', 'COUNT', 'RATIO', 'QTY']),
});

const messageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('points.recorded'),
    timestamp: momentSchema,
    data: z.object({ asOf: momentSchema, points: z.array(pointSchema).min(1).max(200) }),
  }),
  z.object({
    type: z.literal('day.completed'),
    timestamp: momentSchema,
    data: z.object({ asOf: momentSchema, day: daySchema }),
  }),
]);
type Message = z.output<typeof messageSchema>;
type ReportedPoint = z.output<typeof pointSchema>;

/** Milliseconds that a source's clock may run ahead of ours. */
const clockSkewMs = 300_000;

const identityOf = ({ metric, at, dims }: ReportedPoint): string =>
  JSON.stringify([metric, at, Object.entries(dims).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** A wrong clock at the source must not win: a later asOf replaces figures, so one from next year would freeze them. */
const refuseFuture = ({ type, data }: Message, now: Date): void => {
  if (Date.parse(data.asOf) > now.getTime() + clockSkewMs) {
    throw new InvalidInputError('as_of_in_future', 'data.asOf is later than our clock');
  }
  if (type === 'day.completed' && data.day > dayOf(now)) {
    throw new InvalidInputError('day_in_future', 'data.day has not begun in Asia/Shanghai');
  }
};

const refuseRepeats = ({ type, data }: Message): void => {
  if (type !== 'points.recorded') return;
  const seen = new Set(data.points.map(identityOf));
  if (seen.size < data.points.length) {
    throw new InvalidInputError('repeated_point', 'data.points has two values for one metric, dims and at');
  }
};

/**
 * What a source tells us. Throws `invalid_json`, `invalid_input` (naming the field), `as_of_in_future`,
 * `day_in_future` or `repeated_point`.
 */
export const readMessage = (text: string, now: Date): Message => {
  const message = parse(messageSchema, parseJson(text));
  refuseFuture(message, now);
  refuseRepeats(message);
  return message;
};
