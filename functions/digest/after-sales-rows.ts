import type { QueryReply } from '../../shared/connectors/metric-source.ts';
import type { AfterSales, AgentWeek } from '../../shared/digests/own-rows.ts';
import type { BaseHomes } from '../../shared/store/base-home.ts';
import { findMeasured, type MeasureDeps } from '../../shared/tickets/find-measured.ts';
import type { MeasuredCycle } from '../../shared/tickets/measure.ts';
import { type Days, groupNumbers, numbersOf } from '../../shared/tickets/numbers.ts';
import { type Points, pointsOf, teamPoints } from '../../shared/tickets/points.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import { type LocalReader, textParam } from './local-rows.ts';

export type AfterSalesReading = MeasureDeps & {
  readonly homes: Pick<BaseHomes, 'find'>;
  readonly now: () => Date;
};

type Measured = { readonly days: Days; readonly cycles: readonly MeasuredCycle[] };
type Measure = (from: string, to: string) => Promise<Measured>;

/** One run of the digest asks for many readers at once; a later one shall see what has changed since. */
const keptMs = 120_000;

/** The cycles of a period, read once for everybody who asks within two minutes. */
const measuredOnce = (deps: AfterSalesReading): Measure => {
  const known = new Map<string, { readonly at: number; readonly measured: Promise<Measured> }>();
  const read = async (days: Days, now: Date): Promise<Measured> => ({
    days,
    cycles: await findMeasured(deps, days, now),
  });
  return (from, to) => {
    const now = deps.now();
    const hit = known.get(`${from}:${to}`);
    if (hit && now.getTime() - hit.at < keptMs) return hit.measured;
    known.clear();
    const measured = read({ from, to }, now);
    known.set(`${from}:${to}`, { at: now.getTime(), measured });
    return measured;
  };
};

type OpenTeam = AfterSales['openByTeam'][number];

/** As it is now, by the keys of the index alone. */
const openByTeam = async ({ tickets, rules }: AfterSalesReading): Promise<readonly OpenTeam[]> => {
  const { desk } = await rules();
  const rows = await Promise.all(
    desk.teams.map(async ({ id, name }) => {
      const [owned, unassigned] = await Promise.all([tickets.listOfTeam(id), tickets.listUnassigned(id)]);
      return { team: name, open: owned.length + unassigned.length, unassigned: unassigned.length };
    }),
  );
  return rows.filter(({ open }) => open > 0).sort((a, b) => b.open - a.open);
};

const shownCategories = 5;

const categoriesOf = ({ cycles, days }: Measured, { desk }: Rules) =>
  groupNumbers(cycles, { by: 'category', days, desk })
    .map(({ name, numbers }) => ({ name, count: numbers.opened.count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, shownCategories);

const afterSalesOf = async (deps: AfterSalesReading, measured: Measured): Promise<AfterSales> => {
  const numbers = numbersOf(measured.cycles, measured.days);
  const [teams, home, rules] = await Promise.all([openByTeam(deps), deps.homes.find(), deps.rules()]);
  const { firstResponse, inTimeAll, unclassified } = numbers;
  return {
    opened: numbers.opened.count,
    taken: numbers.taken.yes.count,
    resolved: numbers.resolved.tickets.length,
    open: teams.reduce((sum, { open }) => sum + open, 0),
    firstMedian: firstResponse.median,
    firstP90: firstResponse.p90,
    answered: firstResponse.answered.count,
    inTimeRatio: inTimeAll.ratio,
    overdue: numbers.overdue.count,
    batches: numbers.batches.count,
    unclassifiedRatio: unclassified.ratio,
    platformRefunds: numbers.platformRefunds.count,
    openByTeam: [...teams],
    categories: categoriesOf(measured, rules),
    url: home.url,
  };
};

const none: Points = { who: { person: '', name: '' }, total: 0, lines: [] };

/** Where most of the reader's cases of the period belong. */
const ownTeam = (own: readonly MeasuredCycle[]): string | undefined => {
  const teams = own.map(({ ticket }) => ticket.team);
  return [...new Set(teams)].sort(
    (a, b) => teams.filter((each) => each === b).length - teams.filter((each) => each === a).length,
  )[0];
};

const lineOf = (ticket: Ticket | undefined): Pick<AgentWeek['lines'][number], 'category'> => ({
  category: ticket?.category?.name ?? '未分类',
});

const agentWeekOf = ({ cycles, days }: Measured, reader: string): Omit<AgentWeek, 'url'> => {
  const own = cycles.filter(({ owner }) => owner?.person === reader);
  const numbers = numbersOf(own, days);
  const points = pointsOf(cycles, days).find(({ who }) => who.person === reader) ?? none;
  const team = ownTeam(own);
  const { median, mean, people } = teamPoints(
    pointsOf(
      cycles.filter(({ ticket }) => ticket.team === team),
      days,
    ),
  );
  const ticketOf = new Map(own.map(({ ticket }) => [ticket.ticket, ticket]));
  return {
    points: points.total,
    teamMedian: median,
    teamMean: mean,
    teamPeople: people,
    firstMedian: numbers.firstResponse.median,
    firstP90: numbers.firstResponse.p90,
    resolved: numbers.resolved.tickets.length,
    reopenRatio: numbers.reopened.ratio,
    reopened: numbers.reopened.happened.count,
    lines: points.lines.map(({ ticket, priority, total }) => ({
      ticket,
      ...lineOf(ticketOf.get(ticket)),
      priority,
      points: total,
    })),
  };
};

/** `afterSales.day` for heads of service, and `agent.week` for one reader about their own cases. */
export const afterSalesReaders = (deps: AfterSalesReading): Readonly<Record<string, LocalReader>> => {
  const measure = measuredOnce(deps);
  const reply = (row: object, at: Date): QueryReply => ({
    rows: [{ ...row }],
    asOf: at.toISOString(),
    truncated: false,
  });
  return {
    'afterSales.day': async (params) => {
      const at = deps.now();
      const measured = await measure(textParam(params, 'from'), textParam(params, 'to'));
      return reply(await afterSalesOf(deps, measured), at);
    },
    'agent.week': async (params) => {
      const at = deps.now();
      const measured = await measure(textParam(params, 'from'), textParam(params, 'to'));
      const { url } = await deps.homes.find();
      return reply({ ...agentWeekOf(measured, textParam(params, 'reader')), url }, at);
    },
  };
};
