import { allAccounts } from '../../config/accounts/all.ts';
import { allDigests } from '../../config/digests/all.ts';
import { releaseDue } from '../../functions/digest/due.ts';
import type { DigestDeps } from '../../functions/digest/release.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { sendDelivery } from '../../shared/delivery/send.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import type { DeliveryKey } from '../../shared/store/delivery.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { metrics } from '../../shared/store/metrics.ts';
import { windows } from '../../shared/store/windows.ts';
import { type Random, seededRandom } from '../../simulator/bi/random.ts';
import { contentWriter } from './content-writer.ts';
import { gatedSource } from './figures.ts';
import { type Finding, recall } from './findings.ts';
import { deliver } from './functions.ts';
import { isLedgerQuiet, judgeSubject, watchSubject } from './ledger-rules.ts';
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
    posts: {
      broadcasts: broadcasts(tableName('broadcasts')),
      deliveries: out.deliveries,
      accounts: allAccounts,
      pages: 'https://zhida.example.com/workbench',
    },
    sender,
    now: sending.now,
    sleep: sending.sleep,
  };
  return () => releaseDue(deps)(sending.now()).finally(out.settle);
};

const subjectsOf = ({ size }: Stage): readonly string[] =>
  allDigests.slice(0, size.digests).map(({ id }) => `digest:${id}:${day}`);

const windowsOf = ({ size }: Stage) =>
  Promise.all(allDigests.slice(0, size.digests).map(({ id }) => windows(tableName('digests')).find(id, day)));

/** Nothing changes any more after this. */
const lastChangeMs = 1_200_000;

/** One card changes a few times: in quick succession around its release, or slowly afterwards. */
const change = ({ plan, tell, at }: Stage, key: DeliveryKey, random: Random): void => {
  const isQuick = random.next() < 0.6;
  let ms = isQuick ? random.whole(235_000, 300_000) : random.whole(150_000, 600_000);
  for (let version = 2; version < 2 + plan.changes; version += 1) {
    const event = { ...key, version };
    at(ms, () => void tell('writer', event));
    ms += isQuick ? random.whole(100, 8_000) : random.whole(10_000, 200_000);
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
  if (stage.world.loop.now() < stage.startMs + lastChangeMs) return false;
  const found = await windowsOf(stage);
  const isOver = found.every((window) => window?.state === 'sent' || window?.state === 'skipped');
  return isOver && isLedgerQuiet(stage);
};

const watch = async (stage: Stage): Promise<readonly Finding[]> => {
  const found = (await windowsOf(stage)).flatMap((window) => window ?? []);
  return (await Promise.all(found.map((window) => watchSubject(stage, window)))).flat();
};

const judge = async (stage: Stage): Promise<readonly Finding[]> => {
  const unsent = (await windowsOf(stage)).flatMap((window, index): readonly Finding[] => {
    if (window?.state === 'sent') return [];
    return [{ kind: 'miss', what: `window ${index}: ${window?.state ?? 'none'} ${window?.reason ?? ''}` }];
  });
  const ofRows = await Promise.all(subjectsOf(stage).map((subject) => judgeSubject(stage, subject)));
  return [...unsent, ...ofRows.flat()];
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
