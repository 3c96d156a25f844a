import { allAlerts } from '../../config/alerts/all.ts';
import { type AlertDeps, evaluatePoint, sweepAlerts } from '../../functions/alert/evaluate.ts';
import type { Alert } from '../../shared/alerts/definition.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { eachRecord, isStreamEvent } from '../../shared/lambda/stream.ts';
import { alerts as alertStates } from '../../shared/store/alerts.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { dimsText, metrics } from '../../shared/store/metrics.ts';
import { seededRandom } from '../../simulator/bi/random.ts';
import type { Finding } from './findings.ts';
import { deliver } from './functions.ts';
import { intake, pointsMessage } from './intake.ts';
import { isLedgerQuiet, judgeSubject, watchSubject } from './ledger-rules.ts';
import type { Flow, Size, Stage } from './stage.ts';
import { sender, tableName, type World } from './world.ts';

/** The alert that passes quiet hours, told to everybody, once for each batch. */
const alertFor = (audience: World['audience']): Alert => {
  const found = allAlerts.find(({ id }) => id === 'batch-complaints');
  if (!found) throw new Error('config/alerts has no batch-complaints');
  const people = audience.map(({ unionId }) => unionId);
  return { ...found, audience: { roles: [], departments: [], people } };
};

const batchesOf = ({ digests }: Size) =>
  Array.from({ length: digests }, (_, index) => ({ product: 'P1', batch: `2026112${index}` }));

const openAlert = (alert: Alert) => () => {
  const out = outbox('urgent', 2_000);
  const { sending } = out;
  const deps: AlertDeps = {
    ...out,
    alerts: [alert],
    states: alertStates(tableName('digests')),
    metrics: metrics(tableName('metrics')),
    followUps: followUps({ digests: tableName('digests') }),
    sendNow: sendNow(sending),
    wantContent: wantContent(sending),
    sender,
    now: sending.now,
  };
  const run = (event: unknown): Promise<unknown> =>
    isStreamEvent(event)
      ? eachRecord(event, async (image) => {
          await evaluatePoint(deps)({ metric: image['metric']?.S ?? '', at: image['at']?.S ?? '' });
        })
      : sweepAlerts(deps)(sending.now());
  return (event: unknown) => run(event).finally(out.settle);
};

/** Minutes after the start and the figure then: over the threshold of 3, more, and back to where it recovers. */
const figures = [
  [1, '2'],
  [3, '5'],
  [4, '6'],
  [6, '5'],
  [30, '4'],
  [31, '0'],
] as const;
const lastFigureMs = 32 * 60_000;

/** The source reports each figure until it is answered, up to three times, in whatever order they arrive. */
const begin = (stage: Stage): void => {
  const { size, plan, startMs, tell, at } = stage;
  const random = seededRandom(plan.seed * 5 + 3);
  for (const dims of batchesOf(size)) {
    for (const [minute, value] of figures) {
      const moment = new Date(startMs + minute * 60_000).toISOString();
      const message = pointsMessage({ dims, at: moment, value });
      for (let copy = random.whole(1, plan.copies); copy > 0; copy -= 1)
        at(minute * 60_000 + random.whole(0, 40_000), () => void tell('metric-intake', message));
    }
  }
};

const rowsOf = ({ size }: Stage) =>
  Promise.all(
    batchesOf(size).map(async (dims) => ({
      dims,
      row: await alertStates(tableName('digests')).find('batch-complaints', dims),
    })),
  );

type Found = Awaited<ReturnType<typeof rowsOf>>[number];
const subjectOf = ({ dims, row }: Found): string =>
  `alert:batch-complaints:${dimsText(dims)}:${row?.state.n ?? 1}`;

const isDone = async (stage: Stage): Promise<boolean> => {
  if (stage.world.loop.now() < stage.startMs + lastFigureMs) return false;
  const points = await metrics(tableName('metrics')).listDuePoints(
    new Date(stage.world.loop.now() + 3_600_000),
  );
  const isOver = (await rowsOf(stage)).every(({ row }) => row?.face === 'recovered');
  return points.length === 0 && isOver && isLedgerQuiet(stage);
};

const watch = async (stage: Stage): Promise<readonly Finding[]> => {
  const findings = (await rowsOf(stage)).map((found) =>
    watchSubject(stage, {
      subject: subjectOf(found),
      target: found.row?.planned ? found.row.target : undefined,
    }),
  );
  return (await Promise.all(findings)).flat();
};

const judge = async (stage: Stage): Promise<readonly Finding[]> => {
  const findings = (await rowsOf(stage)).map(async (found): Promise<readonly Finding[]> => {
    const n = found.row?.state.n ?? 0;
    const fired: readonly Finding[] =
      n === 1
        ? []
        : [{ kind: n === 0 ? 'miss' : 'duplicate', what: `${subjectOf(found)}: fired ${n} times` }];
    return [...fired, ...(await judgeSubject(stage, subjectOf(found)))];
  });
  return (await Promise.all(findings)).flat();
};

/** A source reports figures; whoever is concerned is told once, and the card says when it is over. */
export const alertFlow: Flow = {
  name: 'alert',
  startIso: '2026-11-24T10:00:00+08:00',
  functions: (audience) => [{ name: 'alert', open: openAlert(alertFor(audience)) }, intake, deliver],
  everyMinute: ['alert', 'deliver'],
  mappings: [
    { table: 'deliveries', work: ['now'], wakes: 'deliver' },
    { table: 'metrics', work: ['point'], wakes: 'alert' },
  ],
  begin,
  isDone,
  watch,
  judge,
};
