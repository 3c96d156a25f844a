import { createHash } from 'node:crypto';
import * as z from 'zod';
import { addDays, type Day, daysBetween, weekday } from '../../shared/calendar/day.ts';
import { fitCard, keepCard } from '../../shared/delivery/keep-card.ts';
import { planForDeliver } from '../../shared/delivery/plan.ts';
import { InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { findPerson } from '../../shared/find-person.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { People, Person } from '../../shared/store/people.ts';
import { findMeasured, type MeasureDeps } from '../../shared/tickets/find-measured.ts';
import { type Days, numbersOf } from '../../shared/tickets/numbers.ts';
import { day } from './asked-person.ts';
import { buildImpactCard, type Impact } from './impact-card.ts';
import { type Baseline, ratiosOf, readBaseline, sideOf, type Week } from './impact-weeks.ts';
import { confirm } from './setting-commands.ts';

export type ImpactDeps = MeasureDeps & {
  readonly people: People;
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly mainSender: string;
};

const mostWeeks = 12;

/** The whole weeks of the period, Monday to Sunday. */
const weeksIn = ({ from, to }: Days): readonly Day[] => {
  const first = addDays(from, (8 - weekday(from)) % 7);
  const count = Math.floor((daysBetween(first, to) + 1) / 7);
  return Array.from({ length: Math.max(0, count) }, (_, index) => addDays(first, 7 * index));
};

/** One week after the other: the tickets of one are enough for the memory. */
const measureWeeks = async (
  deps: ImpactDeps,
  { weeks, hoursAfter }: { readonly weeks: readonly Day[] } & Pick<Baseline, 'hoursAfter'>,
  now: Date,
): Promise<readonly Week[]> => {
  const measured: Week[] = [];
  for (const week of weeks) {
    const days = { from: week, to: addDays(week, 6) };
    const numbers = numbersOf(await findMeasured(deps, days, now), days);
    measured.push({
      week,
      closed: numbers.resolved.tickets.length,
      agentHours: hoursAfter.get(week) ?? null,
      firstResponseMinutes: numbers.firstResponse.median,
      inTimeRatio: numbers.inTimeAll.ratio,
      platformRefunds: numbers.platformRefunds.count,
    });
  }
  return measured;
};

/** Throws `weeks_unclear`. */
const chooseWeeks = (days: Days, { before }: Baseline): readonly Day[] => {
  const weeks = weeksIn(days);
  const refuse = (problem: string): never => {
    throw new InvalidInputError('weeks_unclear', problem);
  };
  if (weeks.length === 0) return refuse('"after" holds no whole week from Monday to Sunday');
  if (weeks.length > mostWeeks) return refuse(`"after" holds more than ${mostWeeks} weeks`);
  if (before.length === 0) return refuse('the baseline has no week with figures');
  return before.some(({ week }) => week >= (weeks[0] ?? ''))
    ? refuse('the baseline has figures of a week that is not before "after"')
    : weeks;
};

const rolePrefix = 'role:';

/** One person, or everybody with a role. */
const addressees = async ({ people }: ImpactDeps, wanted: string): Promise<readonly Person[]> => {
  const here = await people.listHere();
  if (!wanted.startsWith(rolePrefix)) return [findPerson(wanted, here)];
  const role = wanted.slice(rolePrefix.length);
  const found = here.filter(({ roles }) => roles.includes(role));
  if (found.length > 0) return found;
  throw new NotFoundError('unknown_role', 'nobody here has this role', { details: { role } });
};

type Sending = { readonly impact: Impact; readonly subject: string; readonly now: Date };

const cardFor = ({ impact, subject }: Sending, { person }: Person) => {
  const id = deliveryElementId(subject, person);
  return { id, card: buildImpactCard(impact, { id, why: '直达管理员发送' }) };
};

/** A repeat plans nothing a second time. */
const send = async (deps: ImpactDeps, sending: Sending, person: Person): Promise<boolean> => {
  const { subject, now } = sending;
  const { id, card } = cardFor(sending, person);
  const kept = await keepCard(deps.contents)(card, { id });
  const to = { recipient: person.person, receiveIdType: 'union_id', receiveId: person.person } as const;
  return planForDeliver(deps.deliveries)(
    { subject, sender: deps.mainSender, ...to, ...kept, eventAt: now },
    now,
  );
};

const deliver = async (
  deps: ImpactDeps,
  sending: Sending,
  { to, confirmed }: { readonly to: string; readonly confirmed: boolean },
): Promise<CommandReply> => {
  const people = await addressees(deps, to);
  const names = people.map(({ name }) => name);
  if (confirmed) {
    const planned = await Promise.all(people.map((person) => send(deps, sending, person)));
    return { subject: sending.subject, to: names, planned: planned.filter(Boolean).length };
  }
  const [first] = people;
  const shown = first && cardFor(sending, first);
  return {
    dryRun: true,
    to: names,
    card: shown && fitCard(shown.card, { id: shown.id }).card,
    hint: 'add "confirm": true to send',
  };
};

/** Under this the same weeks against the same baseline are one card, however often they are asked for. */
const subjectOf = ({ to }: Days, csv: string): string =>
  `notice:impact-${to}-${createHash('sha256').update(csv).digest('hex').slice(0, 8)}`;

/**
 * What changed since the start: the weeks of a baseline CSV against whole weeks from tickets. The CSV is docs/impact.md's;
 * a card only to whom `to` names, and only with `confirm`.
 */
export const impact = (deps: ImpactDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      csv: z.string().min(1),
      after: z.strictObject({ from: day, to: day }),
      /** A name, job number or union_id, or `role:副总经理`. */
      to: z.string().min(1).optional(),
      confirm,
    }),
    async ({ csv, after: days, to, confirm: confirmed }, now): Promise<CommandReply> => {
      const baseline = readBaseline(csv);
      const chosen = { ...baseline, weeks: chooseWeeks(days, baseline) };
      const weeks = await measureWeeks(deps, chosen, now);
      const [before, after] = [sideOf(baseline.before), sideOf(weeks)];
      const found: Impact = { before, after, ratios: ratiosOf(before, after), days };
      const sending = { impact: found, subject: subjectOf(days, csv), now };
      return {
        before,
        after,
        ratios: found.ratios,
        weeks,
        ...(to !== undefined && (await deliver(deps, sending, { to, confirmed }))),
      };
    },
  );
