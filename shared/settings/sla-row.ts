import * as z from 'zod';
import { type Desk, rungTargets, type SlaPolicy } from '../tickets/desk.ts';
import { type AskKind, askKinds, type Priority, priorities } from '../tickets/ticket.ts';
import { rungsOf, tellsOf } from './sla-ladder.ts';

const targets = z.array(z.enum(rungTargets)).min(1).optional();
const minutes = z.number().positive().optional();

/** States of a ticket in which its resolution clock may stand still. */
const pausable = ['waiting_customer', 'waiting_internal'] as const;

/** One row of 时效与升级. Times are minutes, whatever unit the column has. */
export const slaRowSchema = z.strictObject({
  /** `platform`: the ladder of the platforms' own deadlines. */
  priority: z.enum([...priorities, 'platform']),
  group: z.string().optional(),
  firstResponse: minutes,
  nextResponse: minutes,
  /** A calendar's id, or `wall`. */
  responseBy: z.string().optional(),
  resolution: minutes,
  resolutionBy: z.string().optional(),
  warehouse: minutes,
  product: minutes,
  qa: minutes,
  legal: minutes,
  askBy: z.enum(['wall', 'teams']).optional(),
  pausedIn: z.array(z.enum(pausable)).optional(),
  opened: targets,
  half: targets,
  near: targets,
  late: targets,
  long: targets,
  first: targets,
  platform240: targets,
  platform60: targets,
  platform15: targets,
  channels: z.array(z.string()).optional(),
});
export type SlaRow = z.output<typeof slaRowSchema>;

export const wordsOf = ({ priority, group }: Pick<SlaRow, 'priority' | 'group'>): string =>
  priority === 'platform' ? '平台' : `${priority} · ${group ?? '全部类别'}`;

export const isSame = (a: SlaRow, b: SlaRow): boolean => a.priority === b.priority && a.group === b.group;

/** 各团队日历: an ask is counted by the calendar of the team that answers it. */
const calendarOfAsk = ({ askTeams, teams }: Desk, kind: AskKind): string =>
  teams.find(({ id }) => id === askTeams[kind])?.calendar ?? 'wall';

const asksOf = (row: SlaRow, desk: Desk): SlaPolicy['asks'] =>
  Object.fromEntries(
    askKinds.flatMap((kind) => {
      const minutes = row[kind];
      const calendar = row.askBy === 'teams' ? calendarOfAsk(desk, kind) : 'wall';
      return minutes === undefined ? [] : [[kind, { minutes, calendar }]];
    }),
  );

const narrowed = ({ group }: SlaRow) => (group === undefined ? {} : { group });

const responsesOf = (row: SlaRow): Pick<SlaPolicy, 'nextResponse'> => {
  const { nextResponse, responseBy = 'wall' } = row;
  return nextResponse === undefined ? {} : { nextResponse: { minutes: nextResponse, calendar: responseBy } };
};

const policyOf = (row: SlaRow, desk: Desk): readonly SlaPolicy[] => {
  const { priority, firstResponse, resolution, responseBy = 'wall', resolutionBy = 'wall' } = row;
  if (priority === 'platform' || firstResponse === undefined || resolution === undefined) return [];
  return [
    {
      priority,
      ...narrowed(row),
      firstResponse: { minutes: firstResponse, calendar: responseBy },
      ...responsesOf(row),
      resolution: { minutes: resolution, calendar: resolutionBy },
      asks: asksOf(row, desk),
      pausedIn: row.pausedIn ?? [],
    },
  ];
};

const rankOf = ({ priority, group }: SlaRow): string => `${group === undefined ? 1 : 0}${priority}`;

/** What the rows of 时效与升级 mean: the narrower ones first, as the first that fits counts. */
export const slaOf = (rows: readonly SlaRow[], desk: Desk): Pick<Desk, 'policies' | 'ladder'> => {
  const ordered = rows.toSorted((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
  return {
    policies: ordered.flatMap((row) => policyOf(row, desk)),
    ladder: ordered.flatMap(rungsOf),
  };
};

const asksIn = ({ asks }: SlaPolicy): Pick<SlaRow, AskKind | 'askBy'> => {
  const found = Object.entries(asks);
  if (found.length === 0) return {};
  const isWall = found.every(([, { calendar }]) => calendar === 'wall');
  return {
    ...Object.fromEntries(found.map(([kind, { minutes }]) => [kind, minutes])),
    askBy: isWall ? 'wall' : 'teams',
  };
};

const rowOf = (policy: SlaPolicy, { ladder }: Pick<Desk, 'ladder'>): SlaRow => {
  const { priority, group, firstResponse, nextResponse, resolution } = policy;
  const place = { priority, ...(group !== undefined && { group }) };
  const pausedIn = pausable.filter((state) => policy.pausedIn.includes(state));
  return {
    ...place,
    firstResponse: firstResponse.minutes,
    ...(nextResponse && { nextResponse: nextResponse.minutes }),
    responseBy: firstResponse.calendar,
    resolution: resolution.minutes,
    resolutionBy: resolution.calendar,
    ...asksIn(policy),
    ...(pausedIn.length > 0 && { pausedIn }),
    ...tellsOf(place, ladder),
  };
};

/** A desk's policies and ladder as rows. */
export const rowsOfSla = (desk: Pick<Desk, 'policies' | 'ladder'>): readonly SlaRow[] => [
  ...desk.policies.map((policy) => rowOf(policy, desk)),
  { priority: 'platform', ...tellsOf({ priority: 'platform' }, desk.ladder) },
];

/** The priorities whose clocks or rungs a change of rows touches. */
export const prioritiesOf = (rows: readonly unknown[]): readonly Priority[] => {
  const touched = rows.flatMap((row) => slaRowSchema.safeParse(row).data?.priority ?? []);
  return priorities.filter((priority) => touched.includes('platform') || touched.includes(priority));
};
