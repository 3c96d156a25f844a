import type { Alert } from '../../shared/alerts/definition.ts';
import { ConflictError, UpstreamError } from '../../shared/errors.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { AlertRow } from '../../shared/store/alerts.ts';
import type { Metrics, Point, PointKey } from '../../shared/store/metrics.ts';
import { advance, newState, type Observation, type Step } from './alert-state.ts';
import { baseAt, hasItsUnit, observe, watches } from './reading.ts';
import { refreshCards, subjectOf, type TellDeps, tellFiring } from './tell.ts';

export type AlertDeps = TellDeps & {
  readonly alerts: readonly Alert[];
  readonly metrics: Pick<Metrics, 'takePoint' | 'finishPoint' | 'findPoint' | 'listDuePoints'>;
};

type Happened = Step['event'];
/** A point that is looked at now, and when it reached us. */
type News = { readonly observation: Observation; readonly receivedAt: string | undefined };
type Subject = { readonly alert: Alert; readonly dims: AlertRow['dims'] };

const newRow = ({ alert, dims }: Subject): AlertRow => ({
  alert: alert.id,
  dims,
  version: 0,
  state: newState,
  planned: true,
});

/** A firing begins another subject: nobody has been told of it yet. */
const rowAfter = (row: AlertRow, { state, event }: Step, noticed: string): AlertRow => {
  const { seen, run } = state;
  if (event === undefined || !seen) return { ...row, state };
  const { at, asOf, value, base } = seen;
  const figure = { at, asOf, value, ...(base !== undefined && { base }) };
  if (event === 'recovered') return { ...row, state, recovery: figure };
  const firing = { ...figure, since: run?.since ?? seen.moment, noticedAt: noticed };
  return { ...row, state, firing, recovery: undefined, planned: false, target: undefined, face: undefined };
};

/** Brings to an end what a firing or recovery began, whoever began it. `undefined`: somebody else is at it. */
const settle = async (deps: AlertDeps, alert: Alert, row: AlertRow): Promise<AlertRow | undefined> => {
  const planned = row.planned ? row : await tellFiring(deps, { alert, row });
  return planned && refreshCards(deps, { alert, row: planned });
};

const noticedAt = (news: News | undefined, now: Date): string => news?.receivedAt ?? now.toISOString();

/** `again`: somebody else changed the row meanwhile. */
const tryStep = async (deps: AlertDeps, subject: Subject, news?: News): Promise<Happened | 'again'> => {
  const { alert, dims } = subject;
  const found = await deps.states.find(alert.id, dims);
  const row = found ? await settle(deps, alert, found) : newRow(subject);
  if (!row) return 'again';
  const now = deps.now();
  const stepped = advance(alert)(row.state, { now, ...(news && { observation: news.observation }) });
  if (stepped.state === row.state) return undefined;
  const written = await deps.states.write(rowAfter(row, stepped, noticedAt(news, now)));
  if (!written) return 'again';
  if (stepped.event) log.info(`alert_${stepped.event}`, { subject: subjectOf(written) });
  await settle(deps, alert, written);
  return stepped.event;
};

/** Somebody else changed the row in every one of these rounds: the point or the next minute tries again. */
const maxRounds = 10;

/**
 * One step of one alert under the version of its row: of two workers one writes it, the other looks again. What an
 * earlier firing still owes comes first, so a crash can't make one firing eat another.
 */
const step = async (deps: AlertDeps, subject: Subject, news?: News): Promise<Happened> => {
  for (let round = 0; round < maxRounds; round += 1) {
    const happened = await tryStep(deps, subject, news);
    if (happened !== 'again') return happened;
  }
  throw new ConflictError('alert_changed_meanwhile', 'the alert changed in every round');
};

const evaluate = async (deps: AlertDeps, alert: Alert, point: Point): Promise<Happened> => {
  if (!hasItsUnit(alert, point)) {
    log.warn('alert_unit_differs', { alert: alert.id, metric: point.metric, unit: point.unit });
    return undefined;
  }
  const before = baseAt(alert, point.at);
  const base = before === undefined ? undefined : await deps.metrics.findPoint(point, before);
  const observation = observe(alert, point, base);
  const { dims, receivedAt } = point;
  return observation && step(deps, { alert, dims }, { observation, receivedAt });
};

type Outcome = readonly Happened[] | 'broken';

/** One that breaks must not keep the others back, minute after minute. */
const guarded = async (what: object, run: () => Promise<readonly Happened[]>): Promise<Outcome> => {
  try {
    return await run();
  } catch (error) {
    log.error('alert_broken', { ...what, ...errorFields(error) });
    return 'broken';
  }
};

const happenedIn = (outcomes: readonly Outcome[]): readonly Happened[] =>
  outcomes.flatMap((each) => (each === 'broken' ? [] : each));

/**
 * A point that the stream or the sweep names: taken, shown to each alert that watches it, finished. A worker that dies in
 * between leaves it due within a minute; taken again it changes nothing that it changed before.
 */
export const evaluatePoint =
  (deps: AlertDeps) =>
  async (key: PointKey): Promise<readonly Happened[]> => {
    const point = await deps.metrics.takePoint(key, deps.now());
    if (!point) return [];
    const outcomes: Outcome[] = [];
    for (const alert of deps.alerts.filter((each) => watches(each)(point))) {
      outcomes.push(await guarded({ alert: alert.id }, async () => [await evaluate(deps, alert, point)]));
    }
    if (outcomes.includes('broken'))
      throw new UpstreamError('point_not_evaluated', 'an alert that watches it broke');
    await deps.metrics.finishPoint(point);
    return happenedIn(outcomes);
  };

/** Time alone may change it, or something is owed. */
const isOpen = ({ planned, state, face }: AlertRow): boolean =>
  !planned || state.active || state.run?.reading === 'breach' || (state.n > 0 && face !== 'recovered');

type Swept = {
  readonly points: number;
  readonly open: number;
  readonly fired: number;
  readonly recovered: number;
};

const openRows = async ({ alerts, states }: AlertDeps): Promise<readonly Subject[]> => {
  const lists = alerts.map(async (alert) =>
    (await states.listOf(alert.id)).filter(isOpen).map(({ dims }) => ({ alert, dims })),
  );
  return (await Promise.all(lists)).flat();
};

/**
 * The minute tick: points that the stream lost, holds and graces that ended, data that stopped, what a crash left. Throws
 * `alerts_broken` when it is through with the rest, so that the alarm rises; the next minute tries again.
 */
export const sweepAlerts =
  (deps: AlertDeps) =>
  async (now: Date): Promise<Swept> => {
    const outcomes: Outcome[] = [];
    const points = await deps.metrics.listDuePoints(now);
    for (const key of points) {
      outcomes.push(await guarded({ metric: key.metric }, () => evaluatePoint(deps)(key)));
    }
    const open = await openRows(deps);
    for (const one of open) {
      outcomes.push(await guarded({ alert: one.alert.id }, async () => [await step(deps, one)]));
    }
    const broken = outcomes.filter((each) => each === 'broken').length;
    if (broken > 0) throw new UpstreamError('alerts_broken', 'some alerts broke', { details: { broken } });
    const happened = happenedIn(outcomes);
    return {
      points: points.length,
      open: open.length,
      fired: happened.filter((each) => each === 'fired').length,
      recovered: happened.filter((each) => each === 'recovered').length,
    };
  };
