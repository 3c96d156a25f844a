import { type ClockRun, isPaused, runsOf } from './clock-runs.ts';
import type { Rung, RungTarget } from './desk.ts';
import type { Rules } from './rules.ts';
import type { ClockKind, Ticket } from './ticket.ts';

export type RungMoment = {
  /** `<cycle>:<clock>:<rung id>`: fired once. */
  readonly key: string;
  readonly rung: Rung;
  /** Ms since 1970. */
  readonly at: number;
};

const momentOf = ({ start, budget, time, breaks, due }: ClockRun, { at }: Rung): number | undefined => {
  if ('percent' in at) return time.add(start, (budget.minutes * at.percent) / 100, breaks);
  return due === undefined ? undefined : due - at.minutesBefore * 60_000;
};

/** A rung at 0 % says that something has begun; of what is asked within a case, the case has said so. */
const isSaidByParent = ({ at }: Rung, { kind }: Ticket): boolean =>
  kind === 'child' && 'percent' in at && at.percent === 0;

const fits = (rung: Rung, ticket: Ticket): boolean => {
  const { priority, group } = rung;
  if (isSaidByParent(rung, ticket)) return false;
  return priority.includes(ticket.priority) && (group === undefined || group === ticket.category?.group);
};

/** Rungs that are still to come or were not fired in time, in their order; a clock that stands still or has stopped has none. */
export const openRungs = (
  ticket: Ticket,
  { desk }: Rules,
  runs: readonly ClockRun[],
): readonly RungMoment[] =>
  ticket.state === 'closed'
    ? []
    : runs
        .filter((each) => each.stop === undefined && !isPaused(each))
        .flatMap((each) =>
          desk.ladder
            .filter((rung) => rung.clock === each.kind && fits(rung, ticket))
            .flatMap((rung) => {
              const key = `${ticket.cycle}:${each.kind}:${rung.id}`;
              const at = ticket.rungs[key] ? undefined : momentOf(each, rung);
              return at === undefined ? [] : [{ key, rung, at }];
            }),
        )
        .toSorted((a, b) => a.at - b.at);

export type DueRung = {
  readonly key: string;
  /** Empty: a later rung of the clock tells in its place. */
  readonly tells: readonly RungTarget[];
};

/** After an outage several are due at once: all count as fired, and the last one speaks to everybody, once. */
const oneVoice = (due: readonly RungMoment[]): readonly DueRung[] => {
  const speaker = due.findLast(({ rung }) => rung.channel !== 'group') ?? due.at(-1);
  const tells = [...new Set(due.flatMap(({ rung }) => rung.to))];
  return due.map(({ key }) => ({ key, tells: key === speaker?.key ? tells : [] }));
};

/** The rungs that are due at `now`, earliest first within their clock. */
export const dueRungs = (ticket: Ticket, rules: Rules, now: Date): readonly DueRung[] => {
  const due = openRungs(ticket, rules, runsOf(ticket, rules)).filter(({ at }) => at <= now.getTime());
  const clocks: readonly ClockKind[] = [...new Set(due.map(({ rung }) => rung.clock))];
  return clocks.flatMap((clock) => oneVoice(due.filter(({ rung }) => rung.clock === clock)));
};
