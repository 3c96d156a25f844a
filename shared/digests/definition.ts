import * as z from 'zod';
import { InvalidConfigError } from '../errors.ts';
import { describeIssues } from '../parse.ts';
import { metricNames, metrics, queryNames, sourceIds } from './metrics.ts';

export const idText = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'is not lower-case words with hyphens');
export const nameText = z.string().min(2).max(20);
export const timeText = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time HH:mm');
const role = z.string().min(1);
const metric = z.enum(metricNames);
const sourceId = z.string().refine((id) => sourceIds.includes(id), 'is no source that we know');
const level = z.enum(['red', 'orange']);

const comparison = z.enum(['较昨日', '较上周同日', '较去年同期', '较上月同期']);
export type ComparisonName = z.output<typeof comparison>;

const trigger = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('at'), time: timeText }),
  z
    .strictObject({
      kind: z.literal('ready'),
      source: sourceId,
      notBefore: timeText,
      notAfter: timeText,
      onLate: z.enum(['sendStamped', 'skip']),
    })
    .refine(({ notBefore, notAfter }) => notBefore < notAfter, {
      path: ['notAfter'],
      message: 'is not later than notBefore',
    }),
]);

/** What happens to a window that nobody released in time. */
export const misfireSchema = z.discriminatedUnion('policy', [
  z.strictObject({ policy: z.literal('sendLate'), withinMinutes: z.int().min(1).max(720) }),
  z.strictObject({ policy: z.literal('skip') }),
]);

const audience = z
  .strictObject({
    roles: z.array(role).default([]),
    departments: z.array(z.string().min(1)).default([]),
    /** union_ids. */
    people: z.array(z.string().min(1)).default([]),
    /** union_ids of those who don't get it, whatever else says that they do. */
    except: z.array(z.string().min(1)).optional(),
  })
  .refine((who) => who.roles.length + who.departments.length + who.people.length > 0, 'names nobody');

const scope = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('大区'),
    from: z.literal('people.region'),
    regions: z.array(z.string().min(1)).min(1),
    /** Roles that see every region; anybody else without a region sees nothing. */
    wholeCompany: z.array(role),
  }),
  z.strictObject({ by: z.literal('company') }),
]);

const change = {
  metric,
  versus: comparison,
  percent: z.number().positive().optional(),
  pt: z.number().positive().optional(),
  /** Splits the metric; the rule then holds for each part. */
  by: z.literal('channel').optional(),
  /** Below this many orders in the base, a change is chance. */
  min: z.strictObject({ orders: z.int().positive() }).optional(),
  level,
};
const abnormal = z.discriminatedUnion('when', [
  z.strictObject({ when: z.literal('falls'), ...change }),
  z.strictObject({ when: z.literal('rises'), ...change }),
  z.strictObject({ when: z.literal('above'), metric, value: z.number(), level }),
  /** Past the red line it is red, past the yellow one orange; on a line is past it. */
  z.strictObject({
    when: z.literal('beyond'),
    metric,
    bad: z.enum(['above', 'below']),
    yellow: z.number().optional(),
    red: z.number().optional(),
  }),
  z.strictObject({ when: z.literal('runsOutBeforeRestock'), level }),
  z.strictObject({ when: z.literal('expiring'), remainingRatioAtMost: z.number().gt(0).lt(1), level }),
]);

const section = z.strictObject({
  id: idText,
  query: z.enum(queryNames),
  metrics: z.array(metric).default([]),
  /** Only these roles see the section, and only for them its query runs. Absent: everyone in the audience. */
  entitledRoles: z.array(role).min(1).optional(),
  /** 口径: what the figures mean, in the words of the reader; only who sees the section reads it. */
  definition: z.string().min(1).max(120).optional(),
});

const digestShape = z.strictObject({
  id: idText,
  name: nameText,
  category: z.enum(['经营', '商品与库存', '人财', '跟进', '售后', '我的一周']),
  /** The role that answers for the figures. */
  owner: role,
  source: z.strictObject({ id: sourceId, name: z.string().min(1) }),
  trigger,
  calendar: z.enum(['everyday', 'workdays', 'firstWorkdayOfWeek']),
  window: z.enum(['calendarDay', 'sinceLastSend']),
  mondayShows: z.literal('fridayToSunday').optional(),
  /** Only of a digest without a bundle: a bundle has its own. */
  misfire: misfireSchema.optional(),
  audience,
  scope,
  headline: z.array(metric).min(1).max(4),
  /** Metrics of the one-line form and of the notification. */
  brief: z.array(metric).min(1).max(4),
  compare: z.array(comparison).default([]),
  /** The month so far against its target, as `sales.target` has it. */
  progress: z.strictObject({ against: z.literal('时间进度') }).optional(),
  abnormal: z.array(abnormal).default([]),
  /** A day on which nothing is abnormal is worth no line. */
  onlyAbnormal: z.boolean().default(false),
  freshness: z.strictObject({
    maxAgeMinutes: z.int().positive(),
    onStale: z.enum(['sayOnCard', 'skip']),
  }),
  sections: z.array(section).min(1),
  bundle: idText.optional(),
  /** May its card be passed on? One that merges several may only if each of them may. */
  forward: z.boolean().default(false),
});

type Shape = z.output<typeof digestShape>;
type Problem = { readonly path: readonly (string | number)[]; readonly message: string };

const unreachable = (field: 'headline' | 'brief', shape: Shape): readonly Problem[] => {
  const known = new Set(shape.sections.flatMap((part) => part.metrics));
  return shape[field].flatMap((wanted, index) =>
    known.has(wanted) ? [] : [{ path: [field, index], message: `${wanted} stands in no section` }],
  );
};

const misplaced = (shape: Shape): readonly Problem[] =>
  shape.sections.flatMap((part, index) =>
    part.metrics
      .filter((wanted) => metrics[wanted].query !== part.query)
      .map((wanted) => ({
        path: ['sections', index, 'metrics'],
        message: `${wanted} comes from ${metrics[wanted].query}, not from ${part.query}`,
      })),
  );

const unclear = (shape: Shape): readonly Problem[] =>
  shape.abnormal.flatMap((rule, index) => {
    if (rule.when !== 'falls' && rule.when !== 'rises') return [];
    if ((rule.percent === undefined) !== (rule.pt === undefined)) return [];
    return [{ path: ['abnormal', index], message: 'states either percent or pt' }];
  });

const unexplained = (shape: Shape): readonly Problem[] =>
  shape.sections.flatMap(({ metrics: figures, definition }, index) =>
    figures.length === 0 || definition !== undefined
      ? []
      : [{ path: ['sections', index, 'definition'], message: 'says nowhere what its figures mean' }],
  );

/** Fields that would be taken and do nothing, or wait for ever. */
const idle = ({ bundle, misfire, progress, sections, trigger, window }: Shape): readonly Problem[] => [
  ...(bundle !== undefined && misfire !== undefined
    ? [{ path: ['misfire'], message: `that of the bundle ${bundle} counts` }]
    : []),
  ...(progress !== undefined && !sections.some(({ query }) => query === 'sales.target')
    ? [{ path: ['progress'], message: 'no section asks for sales.target' }]
    : []),
  ...(window === 'sinceLastSend' && trigger.kind === 'ready'
    ? [{ path: ['window'], message: 'sinceLastSend goes with a trigger at a time, not with ready' }]
    : []),
];

/** Sales rows are asked for by region; a scope without regions would ask for none and show nothing. */
const unscoped = (shape: Shape): readonly Problem[] =>
  shape.sections.flatMap(({ query }, index) =>
    shape.scope.by === 'company' && query.startsWith('sales.')
      ? [{ path: ['sections', index, 'query'], message: `${query} needs a scope by 大区` }]
      : [],
  );

const digestSchema = digestShape.superRefine((shape, context) => {
  const problems = [
    ...unreachable('headline', shape),
    ...unreachable('brief', shape),
    ...misplaced(shape),
    ...unclear(shape),
    ...unexplained(shape),
    ...idle(shape),
    ...unscoped(shape),
  ];
  for (const { path, message } of problems) context.addIssue({ code: 'custom', path: [...path], message });
});

export type Digest = z.output<typeof digestSchema>;
export type DigestSection = Digest['sections'][number];
export type AbnormalRule = Digest['abnormal'][number];
export type Misfire = z.output<typeof misfireSchema>;

/** A digest as code. Throws `invalid_config` that names the file and the field. */
export const digest = (input: z.input<typeof digestSchema>): Digest => {
  const result = digestSchema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidConfigError(
    'invalid_config',
    `config/digests/${input.id}.ts: ${describeIssues(result.error.issues)}`,
  );
};
