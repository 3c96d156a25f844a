import { addDays, atTime } from '../../shared/calendar/day.ts';
import type { Calendar } from '../../shared/calendar/working-days.ts';
import type { MetricSource } from '../../shared/connectors/metric-source.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { misfireOf } from '../../shared/digests/window.ts';
import { log } from '../../shared/log.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { Metrics } from '../../shared/store/metrics.ts';
import type { People } from '../../shared/store/people.ts';
import type { Window, Windows } from '../../shared/store/windows.ts';
import { type Judged, judge, later } from './judge.ts';
import { planPeople } from './recipients.ts';

export type DigestDeps = {
  readonly releases: readonly Bundle[];
  readonly windows: Windows;
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly people: People;
  readonly metrics: Pick<Metrics, 'findReady' | 'takeReady'>;
  readonly source: MetricSource;
  readonly calendar: () => Promise<{ readonly calendar: Calendar; readonly version: string }>;
  readonly send: (delivery: Delivery) => Promise<Ending>;
  readonly sender: string;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
};

/** May this invocation sleep until T, and must it go now whatever the source says? */
export type Manner = { readonly mayWait: boolean; readonly force: boolean };

/** `busy`: somebody else holds the window. `taken`: it is done, or was taken over meanwhile. */
export type Outcome = 'sent' | 'skipped' | 'waiting' | 'busy' | 'taken';

/** Rendering for a few hundred people takes seconds; it starts this long before T. */
const prepareMs = 20_000;
/** A dead invocation is taken over this long after T. */
const leaseMs = 120_000;

const skip = async (deps: DigestDeps, window: Window, reason: string): Promise<Outcome> => {
  await deps.windows.change(window, { state: 'skipped', reason, finishedAt: deps.now().toISOString() });
  log.warn('window_skipped', { digest: window.digest, window: window.window, reason });
  return 'skipped';
};

const recordMembers = async (deps: DigestDeps, window: Window, judged: Judged): Promise<void> => {
  const carried = { ...window, carriedBy: window.digest, state: 'sent' } as const;
  for (const { digest, wanted, shown } of judged.members) {
    if (digest.id === window.digest) continue;
    const { from, to } = shown ?? wanted;
    await deps.windows.recordCarried({ ...carried, digest: digest.id, from, to });
  }
  const skipped = judged.verdict.kind === 'wait' ? [] : judged.verdict.skipped;
  for (const { digestId, reason } of skipped) {
    await deps.windows.recordCarried({ ...carried, digest: digestId, state: 'skipped', reason });
  }
};

const sendAll = async (deps: DigestDeps, subject: string): Promise<number> => {
  const planned = await deps.deliveries.listOfSubject(subject);
  const open = planned.filter(({ state }) => state === 'planned');
  const endings = await Promise.all(open.map((delivery) => deps.send(delivery)));
  return endings.filter((ending) => ending === 'accepted').length;
};

const lateNotes = ({ verdict }: Judged): readonly string[] => {
  const late = verdict.kind === 'go' ? verdict.digests.filter((each) => each.late) : [];
  return late.map(({ digest }) => `${digest.name}：数据未按时就绪，以下为已有数据`);
};

type Going = { readonly release: Bundle; readonly window: Window; readonly judged: Judged };

const go = async (deps: DigestDeps, { release, window, judged }: Going): Promise<Outcome> => {
  const day = window.window;
  const eventAt = new Date(later(window.releaseAt, judged.readyAt));
  const validUntil = atTime(addDays(day, 1), '00:00');
  const stillToday = new Date(Math.max(validUntil.getTime(), deps.now().getTime() + 2 * 3_600_000));
  const { calendar } = await deps.calendar();
  const notes = [calendar.note(day), ...lateNotes(judged)].filter((note) => note !== undefined);
  const { members } = judged;
  await planPeople(deps, { release, day, members, notes, eventAt, validUntil: stillToday, window });
  const target = (await deps.deliveries.listOfSubject(window.subject)).length;
  if (target === 0) return skip(deps, window, 'no_recipients');
  const held = await deps.windows.change(window, { target, eventAt: eventAt.toISOString() });
  if (!held) return 'taken';
  await deps.sleep(Math.max(0, Date.parse(window.releaseAt) - deps.now().getTime()));
  const releasedAt = deps.now().toISOString();
  const accepted = await sendAll(deps, window.subject);
  const finishedAt = deps.now().toISOString();
  await recordMembers(deps, { ...held, releasedAt, finishedAt }, judged);
  await deps.windows.change(window, { state: 'sent', releasedAt, finishedAt });
  log.info('window_sent', { digest: window.digest, window: window.window, target, accepted });
  return 'sent';
};

const rest = async (deps: DigestDeps, window: Window): Promise<Outcome> => {
  await deps.windows.change(window, { state: 'armed', reason: 'source_not_ready' });
  return 'waiting';
};

const isMissed = (release: Bundle, window: Window, now: Date): boolean => {
  // Nobody tried yet: the declared policy decides. Somebody did: it is late for a reason, until nobody may send it any more.
  if (window.attempt === 0) return misfireOf(release.misfire, window.releaseAt, now).kind === 'skip';
  const { misfire } = release;
  const graceMs = misfire.policy === 'sendLate' ? misfire.withinMinutes * 60_000 : 600_000;
  return now.getTime() > Math.max(Date.parse(window.notAfter), Date.parse(window.releaseAt)) + graceMs;
};

/** Judged shortly before T, so that cards are ready when it comes; once more at T when the source wasn't. */
const judgeInTime = async (
  deps: DigestDeps,
  { release, window }: Taking,
  manner: Manner,
): Promise<Judged> => {
  const releaseAt = Date.parse(window.releaseAt);
  const judgeNow = (): Promise<Judged> =>
    judge(
      deps,
      { release, day: window.window, at: new Date(Math.max(releaseAt, deps.now().getTime())) },
      manner,
    );
  await deps.sleep(Math.max(0, releaseAt - prepareMs - deps.now().getTime()));
  const early = await judgeNow();
  if (early.verdict.kind !== 'wait' || !manner.mayWait) return early;
  await deps.sleep(Math.max(0, releaseAt - deps.now().getTime()));
  return judgeNow();
};

type Taking = { readonly release: Bundle; readonly window: Window };

/**
 * Takes one window as far as it gets: claims it, prepares it before T, releases it at T, or leaves it armed when its
 * source isn't ready. Safe to call any number of times by any number of invocations.
 */
export const workOffWindow = async (deps: DigestDeps, taking: Taking, manner: Manner): Promise<Outcome> => {
  const { release, window } = taking;
  const started = deps.now();
  const leaseUntil = new Date(Math.max(Date.parse(window.releaseAt), started.getTime()) + leaseMs);
  const claimed = await deps.windows.claim(window, started, leaseUntil);
  if (!claimed) return 'busy';
  if (!manner.force && isMissed(release, window, started)) return skip(deps, claimed, 'missed');
  const judged = await judgeInTime(deps, taking, manner);
  const { verdict } = judged;
  if (verdict.kind === 'wait') return rest(deps, claimed);
  if (verdict.kind === 'skip') return skip(deps, claimed, verdict.skipped[0]?.reason ?? 'skipped');
  // Its T may have been moved to now by an admin's run.
  return go(deps, { release, window: { ...claimed, releaseAt: window.releaseAt }, judged });
};
