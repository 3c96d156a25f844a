import { allDigests } from '../../config/digests/all.ts';
import { releaseDue } from '../../functions/digest/due.ts';
import type { DigestDeps } from '../../functions/digest/release.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendDelivery } from '../../shared/delivery/send.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery, DeliveryKey } from '../../shared/store/delivery.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { metrics } from '../../shared/store/metrics.ts';
import { people } from '../../shared/store/people.ts';
import { windows } from '../../shared/store/windows.ts';
import { type Random, seededRandom } from '../../simulator/bi/random.ts';
import { contentWriter } from './content-writer.ts';
import { gatedSource } from './figures.ts';
import { type Finding, judgeRow, recall, screensOf } from './findings.ts';
import { deliver } from './functions.ts';
import type { Flow, Size, Stage } from './stage.ts';
import { sender, tableName, type World } from './world.ts';

const day = '2026-11-24';
const times = ['08:47', '08:47', '08:49'];

/** Each digest as a release of its own, for everybody. */
const releasesFor = (audience: World['audience'], { digests }: Size): readonly Bundle[] =>
  allDigests.slice(0, digests).map((each, index) => {
    const people = audience.map(({ unionId }) => unionId);
    const digest: Digest = { ...each, audience: { roles: [], departments: [], people } };
    return {
      id: digest.id,
      name: digest.name,
      at: times[index] ?? '08:47',
      jitterSeconds: 0,
      misfire: { policy: 'sendLate', withinMinutes: 360 },
      colours: '红涨绿跌',
      digests: [digest],
    };
  });

const openDigest = (releases: readonly Bundle[]) => () => {
  const out = outbox('digest', 10_000);
  const { sending } = out;
  const deps: DigestDeps = {
    ...out,
    releases,
    windows: windows(tableName('digests')),
    followUps: followUps({ digests: tableName('digests') }),
    metrics: metrics(tableName('metrics')),
    source: gatedSource(),
    calendar: () => loadCalendar(out.settings, sending.now()),
    send: sendDelivery(sending),
    sender,
    now: sending.now,
    sleep: sending.sleep,
  };
  return () => releaseDue(deps)(sending.now()).finally(out.settle);
};

const subjectsOf = ({ size }: Stage): readonly string[] =>
  allDigests.slice(0, size.digests).map(({ id }) => `digest:${id}:${day}`);

const ledger = () => deliveries(tableName('deliveries'));

const windowsOf = ({ size }: Stage) =>
  Promise.all(allDigests.slice(0, size.digests).map(({ id }) => windows(tableName('digests')).find(id, day)));

/** Nothing changes any more after this. */
const lastChangeMs = 1_200_000;

/** One card changes a few times: in quick succession around its release, or slowly afterwards. */
const change = ({ plan, tell, at }: Stage, key: DeliveryKey, random: Random): void => {
  const isQuick = random.next() < 0.6;
  let ms = isQuick ? random.whole(230_000, 420_000) : random.whole(150_000, 600_000);
  for (let version = 2; version < 2 + plan.changes; version += 1) {
    const event = { ...key, version };
    at(ms, () => void tell('writer', event));
    ms += isQuick ? random.whole(100, 20_000) : random.whole(10_000, 200_000);
  }
};

/** Contents change, and what is on a screen is recalled, while the digests go out. */
const begin = (stage: Stage): void => {
  const { plan, world, size, at } = stage;
  const random = seededRandom(plan.seed * 5 + 3);
  const cards = size.digests * world.audience.length;
  for (const subject of subjectsOf(stage)) {
    for (const { unionId: recipient } of world.audience) {
      if (random.next() < plan.changed / cards) change(stage, { subject, recipient }, random);
      if (random.next() >= plan.recalled / cards) continue;
      at(random.whole(300_000, lastChangeMs), () => {
        recall(world, { subject, recipient });
      });
    }
  }
};

const isDone = async (stage: Stage): Promise<boolean> => {
  const { loop } = stage.world;
  if (loop.now() < Date.parse(digestFlow.startIso) + lastChangeMs) return false;
  const found = await windowsOf(stage);
  if (!found.every((window) => window?.state === 'sent' || window?.state === 'skipped')) return false;
  return (await ledger().listDue(new Date(loop.now() + 30 * 86_400_000))).length === 0;
};

/** Only a delivery whose chat nobody knew may end as unknown: every other chat can be read. */
const readableUnknowns = async (
  { seen, world }: Stage,
  rows: readonly Delivery[],
): Promise<readonly Finding[]> => {
  const fresh = rows.filter(
    ({ code, subject, recipient }) =>
      code === 'outcome_unknown' && !seen.unknown.has(`${subject} ${recipient}`),
  );
  for (const { subject, recipient } of fresh) seen.unknown.add(`${subject} ${recipient}`);
  const wrong = fresh.filter(({ recipient }) => seen.chats.has(recipient));
  if (world.loop.now() > Date.parse(digestFlow.startIso) + 30 * 60_000) {
    const known = await people(tableName('people')).listHere();
    seen.chats = new Set(
      known.filter(({ chats }) => chats[sender] !== undefined).map(({ person }) => person),
    );
  }
  return wrong.map(({ subject }) => ({
    kind: 'violation',
    what: `${subject}: unknown, though its chat can be read`,
  }));
};

/** target = Σ states from the moment that a window names its target. */
const watch = async (stage: Stage): Promise<readonly Finding[]> => {
  const findings = (await windowsOf(stage)).map(async (window): Promise<readonly Finding[]> => {
    if (window?.target === undefined) return [];
    const rows = await ledger().listOfSubject(window.subject);
    const unknowns = await readableUnknowns(stage, rows);
    if (rows.length === window.target) return unknowns;
    return [
      ...unknowns,
      { kind: 'violation', what: `${window.subject}: target ${window.target}, ${rows.length} rows` },
    ];
  });
  return (await Promise.all(findings)).flat();
};

/** Resigned, or outside the app's range: Feishu refuses them for good. */
const isFinalFor =
  ({ feishu, audience }: World) =>
  (recipient: string, code: string): boolean => {
    const person = audience.find(({ unionId }) => unionId === recipient);
    if (person?.resigned) return code === '230029';
    const { outOfRangeUserIds } = feishu.tenant.company;
    return person !== undefined && outOfRangeUserIds.includes(person.userId) && code === '230013';
  };

const judge = async (stage: Stage): Promise<readonly Finding[]> => {
  const { world, plan } = stage;
  const screens = screensOf(world);
  // The pauses between the tries of a delivery add up to 49 minutes.
  const mayGiveUp = plan.weather.some(
    ({ service, fromMs, untilMs }) => service === 'feishu' && untilMs - fromMs > 45 * 60_000,
  );
  const allowed = { isFinalFor: isFinalFor(world), mayGiveUp };
  const found = await windowsOf(stage);
  const ofWindows = found.flatMap((window, index): readonly Finding[] =>
    window?.state === 'sent'
      ? []
      : [{ kind: 'miss', what: `window ${index}: ${window?.state} ${window?.reason ?? ''}` }],
  );
  const ofRows = subjectsOf(stage).map(async (subject): Promise<readonly Finding[]> => {
    const rows = await ledger().listOfSubject(subject);
    const forgotten = world.audience
      .filter(({ unionId }) => !rows.some(({ recipient }) => recipient === unionId))
      .map(({ name }): Finding => ({ kind: 'miss', what: `${subject} / ${name}: no row` }));
    return [...forgotten, ...rows.flatMap((row) => judgeRow(world, { row, screens }, allowed))];
  });
  return [...ofWindows, ...(await Promise.all(ofRows)).flat()];
};

/** The morning: three digests for everybody, whose cards change while they go out. */
export const digestFlow: Flow = {
  name: 'digest',
  startIso: `${day}T08:43:00+08:00`,
  functions: (audience, size) => [
    { name: 'digest', open: openDigest(releasesFor(audience, size)) },
    deliver,
    contentWriter,
  ],
  everyMinute: ['digest', 'deliver'],
  mappings: [{ table: 'deliveries', work: ['now'], wakes: 'deliver' }],
  begin,
  isDone,
  watch,
  judge,
};
