import { beforeAll } from 'vitest';
import { allAlerts } from '../../config/alerts/all.ts';
import type { AlertDeps } from '../../functions/alert/evaluate.ts';
import { evaluatePoint, sweepAlerts } from '../../functions/alert/evaluate.ts';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { type Alerts, alerts } from '../../shared/store/alerts.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { type FollowUps, followUps } from '../../shared/store/follow-ups.ts';
import { dimsText, type Metrics, metrics, type Point } from '../../shared/store/metrics.ts';
import { type Ledger, localLedger } from '../delivery/ledger.ts';

type Told = { readonly name: string; readonly content: string };

/** The company with its directory, its metrics and the alert function on the ledger of a test. */
export type Company = {
  readonly ledger: Ledger;
  readonly states: () => Alerts;
  readonly metrics: () => Metrics;
  readonly followUps: () => FollowUps;
  /** What one invocation of the function holds. */
  readonly worker: (more?: Partial<AlertDeps>) => AlertDeps;
  /** Stores a point of now, as metric-intake does; wakes nobody. */
  readonly store: (point: Partial<Point> & Pick<Point, 'dims' | 'value'>) => Promise<Point>;
  /** The same, and the stream brings it to a worker. */
  readonly report: (
    point: Partial<Point> & Pick<Point, 'dims' | 'value'>,
    worker?: AlertDeps,
  ) => Promise<readonly unknown[]>;
  readonly sweep: (worker?: AlertDeps) => ReturnType<ReturnType<typeof sweepAlerts>>;
  readonly minutes: (count: number) => Promise<void>;
  readonly rowsOf: (subject: string) => Promise<readonly Delivery[]>;
  /** The cards of a subject as they stand on people's screens. */
  readonly screens: (subject: string) => Promise<readonly Told[]>;
};

export const refunds = { source: 'bi', metric: 'refund.ratio', unit: 'RATIO' } as const;
export const keyOf = ({ source, metric, dims, at }: Point) => ({
  metric: `${source}:${metric}#${dimsText(dims)}`,
  at,
});

export const localCompany = (): Company => {
  const ledger = localLedger();
  const now = (): Date => new Date(ledger.clock.now());
  const states = (): Alerts => alerts(ledger.tables.name('digests'));
  const store = (): Metrics => metrics(ledger.tables.name('metrics'));
  const allFollowUps = (): FollowUps =>
    followUps({ digests: ledger.tables.name('digests'), inbox: ledger.tables.name('inbox') });
  const people = () => ledger.feishu().tenant.company.people;
  beforeAll(async () => {
    const readDirectory = () => listDirectory(ledger.out().senders.bySender('zhida'));
    await syncPeople({ people: ledger.out().people, readDirectory })(now());
  });
  const worker: Company['worker'] = (more = {}) => {
    const sender = ledger.sender({ lane: 'urgent', patienceMs: 2_000 });
    return {
      ...ledger.out(),
      // Tests move the clock through noon and night; one of them is about that.
      alerts: allAlerts.map((alert) => ({ ...alert, urgency: 'p0' })),
      states: states(),
      metrics: store(),
      followUps: allFollowUps(),
      sendNow: sendNow(sender),
      wantContent: wantContent(sender),
      sender: 'zhida',
      now,
      ...more,
    };
  };
  const storePoint: Company['store'] = async (given) => {
    const moment = now().toISOString();
    const point: Point = { ...refunds, at: moment, asOf: moment, ...given };
    await store().recordPoint(point, now());
    return point;
  };
  return {
    ledger,
    states,
    metrics: store,
    followUps: allFollowUps,
    worker,
    store: storePoint,
    report: async (given, by = worker()) => evaluatePoint(by)(keyOf(await storePoint(given))),
    sweep: (by = worker()) => sweepAlerts(by)(now()),
    minutes: (count) => ledger.clock.advance(count * 60_000),
    rowsOf: (subject) => ledger.out().deliveries.listOfSubject(subject),
    screens: async (subject) => {
      const rows = await ledger.out().deliveries.listOfSubject(subject);
      const ids = new Set(rows.flatMap(({ messageId }) => messageId ?? []));
      return people()
        .flatMap(({ name }) =>
          ledger
            .screenOf(name)
            .filter(({ id }) => ids.has(id))
            .map(({ content }) => ({ name, content })),
        )
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
};
