import * as z from 'zod';
import { idText, nameText } from '../digests/definition.ts';
import { sourceIds } from '../digests/metrics.ts';
import { InvalidConfigError } from '../errors.ts';
import { describeIssues } from '../parse.ts';

const role = z.string().min(1);
const dimension = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,31}$/, 'is not the name of a dimension');

/** A rate is 0–1, money is fen; `count` is the word behind a number: 件. */
const unit = z.union([z.enum(['ratio', 'money']), z.strictObject({ count: z.string().min(1).max(2) })]);

const versus = z.enum(['较昨日', '较上周同日']);
export type Versus = z.output<typeof versus>;

const change = { versus, by: z.number().positive(), in: z.enum(['%', 'pt']), recover: z.number() };

/**
 * `above` fires at `value` and higher and recovers at `recover` and lower, `below` the other way round. `rises` and `falls`
 * look at the change in per cent, or in points between two rates, against the same figure a day or a week before.
 */
const condition = z.discriminatedUnion('when', [
  z.strictObject({ when: z.literal('above'), value: z.number(), recover: z.number() }),
  z.strictObject({ when: z.literal('below'), value: z.number(), recover: z.number() }),
  z.strictObject({ when: z.literal('rises'), ...change }),
  z.strictObject({ when: z.literal('falls'), ...change }),
]);
export type Condition = z.output<typeof condition>;

/** How long a reading must stay before it counts: so many minutes, or so many points in a row. */
const hold = z.union([
  z.strictObject({ minutes: z.int().min(1).max(1440) }),
  z.strictObject({ points: z.int().min(1).max(20) }),
]);
export type Hold = z.output<typeof hold>;

const scope = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('company') }),
  z.strictObject({
    by: z.literal('dimension'),
    /** Whoever's department or region is called like the value of this dimension is told about it. */
    dimension,
    from: z.enum(['departments', 'region']),
    /** Roles that are told about every value. */
    wholeCompany: z.array(role),
  }),
]);

const alertShape = z.strictObject({
  id: idText,
  /** What is wrong, in the words of the reader: 退款率过高. */
  name: nameText,
  /** The role that answers for the figure and its thresholds. */
  owner: role,
  source: z.strictObject({
    id: z.string().refine((id) => sourceIds.includes(id), 'is no source that we know'),
    name: z.string().min(1),
  }),
  metric: z.strictObject({
    /** As the source reports it. */
    id: z.string().regex(/^[a-zA-Z][a-zA-Z0-9_.]{0,79}$/, 'is not the name of a metric'),
    label: z.string().min(1).max(12),
    unit,
  }),
  /** The dimensions of a series, all of them; each combination of their values fires on its own. */
  by: z.array(dimension).max(5).default([]),
  /** Only these values of a dimension. */
  where: z.record(dimension, z.array(z.string().min(1)).min(1)).default({}),
  condition,
  /** Stands on the card beside the figure. */
  compare: versus.optional(),
  hold: hold.default({ points: 1 }),
  recoverHold: hold.default({ points: 1 }),
  /** No second card within so many minutes after a recovery. */
  graceMinutes: z.int().min(0).max(10_080),
  /** Data older than this say nothing: they neither fire nor recover. */
  missingAfterMinutes: z.int().min(5).max(10_080),
  level: z.enum(['red', 'orange']),
  urgency: z.enum(['p0', 'p1', 'normal']).default('normal'),
  audience: z
    .strictObject({
      roles: z.array(role).default([]),
      departments: z.array(z.string().min(1)).default([]),
      /** union_ids. */
      people: z.array(z.string().min(1)).default([]),
    })
    .refine((who) => who.roles.length + who.departments.length + who.people.length > 0, 'names nobody'),
  scope,
  /** 口径: what the figure means, in the words of the reader. */
  definition: z.string().min(1).max(120),
});
type Shape = z.output<typeof alertShape>;
type Problem = { readonly path: readonly string[]; readonly message: string };

/** Without a distance between the two thresholds a figure that sways around one would fire again and again. */
const swaying = ({ condition: is }: Shape): readonly Problem[] => {
  const isApart =
    is.when === 'above'
      ? is.recover < is.value
      : is.when === 'below'
        ? is.recover > is.value
        : is.recover < is.by;
  return isApart
    ? []
    : [{ path: ['condition', 'recover'], message: 'is not on the good side of the threshold' }];
};

const mismatched = ({ condition: is, metric }: Shape): readonly Problem[] =>
  'in' in is && is.in === 'pt' && metric.unit !== 'ratio'
    ? [{ path: ['condition', 'in'], message: 'points are between two rates' }]
    : [];

const unknownDimensions = ({ by, where, scope: to }: Shape): readonly Problem[] => [
  ...Object.keys(where)
    .filter((name) => !by.includes(name))
    .map((name) => ({ path: ['where', name], message: 'stands not in by' })),
  ...(to.by === 'dimension' && !by.includes(to.dimension)
    ? [{ path: ['scope', 'dimension'], message: `${to.dimension} stands not in by` }]
    : []),
];

const alertSchema = alertShape.superRefine((shape, context) => {
  const problems = [...swaying(shape), ...mismatched(shape), ...unknownDimensions(shape)];
  for (const { path, message } of problems) context.addIssue({ code: 'custom', path: [...path], message });
});
export type Alert = z.output<typeof alertSchema>;

/** An alert as code. Throws `invalid_config` that names the file and the field. */
export const alert = (input: z.input<typeof alertSchema>): Alert => {
  const result = alertSchema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidConfigError(
    'invalid_config',
    `config/alerts/${input.id}.ts: ${describeIssues(result.error.issues)}`,
  );
};
