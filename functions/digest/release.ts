import { addDays, atTime } from '../../shared/calendar/day.ts';
import type { Calendar } from '../../shared/calendar/working-days.ts';
import type { MetricSource } from '../../shared/connectors/metric-source.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { misfireOf } from '../../shared/digests/window.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { FollowUps } from '../../shared/store/follow-ups.ts';
import type { Metrics } from '../../shared/store/metrics.ts';
import type { People } from '../../shared/store/people.ts';
import type { Window, Windows } from '../../shared/store/windows.ts';
import { type Judged, judge } from './judge.ts';
import type { PostsDeps } from './own-posts.ts';
import { planPeople } from './recipients.ts';

export type DigestDeps = {
  readonly releases: readonly Bundle[];
  readonly windows: Windows;
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly people: People;
  readonly followUps: FollowUps;
  readonly metrics: Pick<Metrics, 'findReady' | 'takeReady'>;
  readonly source: MetricSource;
  readonly calendar: () => Promise<{ readonly calendar: Calendar; readonly version: string }>;
  readonly send: (delivery: Delivery) => Promise<Ending>;
  readonly posts: PostsDeps;
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

/**
 * Gives a window up. A takeover may find rows that a dead invocation planned: they are suppressed with the same reason,
 * because nobody else would ever look at them.
 */
const skip = async (deps: DigestDeps, window: Window, reason: string): Promise<Outcome> => {
  const planned = await plannedRows(deps, window.subject);
  for (const delivery of planned) await deps.deliveries.setAside(delivery, { reason, now: deps.now() });
  const finishedAt = deps.now().toISOString();
  if (!(await deps.windows.change(window, { state: 'skipped', reason, finishedAt }))) return 'taken';
  log.warn('window_skipped', { digest: window.digest, window: window.window, reason });
  return 'skipped';
};

type MemberOutcome = NonNullable<Window['members']>[number];

const outcomesOf = ({ members, verdict }: Judged): readonly MemberOutcome[] => [
  // Without complete figures the card said so in words: no day was shown.
  ...members.map(
    ({ digest, shown }): MemberOutcome => ({
      digest: digest.id,
      state: 'sent',
      ...(shown && { from: shown.from, to: shown.to }),
    }),
  ),
  ...(verdict.kind === 'wait' ? [] : verdict.skipped).map(
    ({ digestId, reason }): MemberOutcome => ({ digest: digestId, state: 'skipped', reason }),
  ),
];

const recordMembers = async (deps: DigestDeps, window: Window): Promise<void> => {
  for (const member of window.members ?? []) {
    if (member.digest === window.digest) continue;
    const carried = { ...window, reason: undefined, members: undefined, carriedBy: window.digest };
    await deps.windows.recordCarried({ ...carried, ...member });
  }
};

const plannedRows = async (deps: DigestDeps, subject: string): Promise<readonly Delivery[]> =>
  (await deps.deliveries.listOfSubject(subject)).filter(({ state }) => state === 'planned');

/** One that throws must not keep the others back: its row stays planned, and the next tick takes it up. */
const sendAll = async (deps: DigestDeps, subject: string): Promise<number> => {
  const endings = await Promise.all(
    (await plannedRows(deps, subject)).map(async (delivery): Promise<Ending | 'broken'> => {
      try {
        return await deps.send(delivery);
      } catch (error) {
        log.error('delivery_broken', { subject, ...errorFields(error) });
        return 'broken';
      }
    }),
  );
  return endings.filter((ending) => ending === 'accepted').length;
};

/** Everything is planned: sends at T what is still planned. Whoever takes over comes here without judging again. */
const finish = async (deps: DigestDeps, window: Window): Promise<Outcome> => {
  await deps.sleep(Math.max(0, Date.parse(window.releaseAt) - deps.now().getTime()));
  const releasedAt = window.releasedAt ?? deps.now().toISOString();
  const accepted = await sendAll(deps, window.subject);
  const finishedAt = deps.now().toISOString();
  const left = await plannedRows(deps, window.subject);
  if (left.length > 0) {
    await deps.windows.change(window, { state: 'armed', releasedAt });
    return 'waiting';
  }
  await recordMembers(deps, { ...window, releasedAt, finishedAt });
  const sent = { state: 'sent', releasedAt, finishedAt, reason: undefined } as const;
  if (!(await deps.windows.change(window, sent))) return 'taken';
  const { digest, window: day, target } = window;
  log.info('window_sent', { digest, window: day, target, accepted });
  return 'sent';
};

const lateNotes = ({ verdict }: Judged): readonly string[] => {
  const late = verdict.kind === 'go' ? verdict.digests.filter((each) => each.late) : [];
  return late.map(({ digest }) => `${digest.name}：数据未按时就绪，以下为已有数据`);
};

type Going = { readonly release: Bundle; readonly window: Window; readonly judged: Judged };

/** T, or later: when the source said that it was ready, or when a window that had waited for it was let go. */
const eventAtOf = (deps: DigestDeps, window: Window, { readyAt }: Judged): Date => {
  if (readyAt > window.releaseAt) return new Date(readyAt);
  return window.reason === 'source_not_ready' ? deps.now() : new Date(window.releaseAt);
};

const go = async (deps: DigestDeps, { release, window, judged }: Going): Promise<Outcome> => {
  const day = window.window;
  const eventAt = eventAtOf(deps, window, judged);
  const midnight = atTime(addDays(day, 1), '00:00');
  const validUntil = new Date(Math.max(midnight.getTime(), deps.now().getTime() + 2 * 3_600_000));
  const { calendar } = await deps.calendar();
  const notes = [calendar.note(day), ...lateNotes(judged)].filter((note) => note !== undefined);
  const { members } = judged;
  await planPeople(deps, { release, day, members, notes, eventAt, validUntil, window });
  const target = (await deps.deliveries.listOfSubject(window.subject)).length;
  if (target === 0) return skip(deps, window, 'no_recipients');
  const planned = { target, eventAt: eventAt.toISOString(), members: [...outcomesOf(judged)] };
  const held = await deps.windows.change(window, planned);
  return held ? finish(deps, { ...held, releaseAt: window.releaseAt }) : 'taken';
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

const judgeAndGo = async (
  deps: DigestDeps,
  { release, window }: Taking,
  manner: Manner,
): Promise<Outcome> => {
  const judged = await judgeInTime(deps, { release, window }, manner);
  const { verdict } = judged;
  if (verdict.kind === 'wait') return rest(deps, window);
  if (verdict.kind === 'skip') return skip(deps, window, verdict.skipped[0]?.reason ?? 'skipped');
  return go(deps, { release, window, judged });
};

/**
 * Takes one window as far as it gets: claims it, prepares it before T, releases it at T, or leaves it armed when its
 * source isn't ready. Safe to call any number of times by any number of invocations: what was planned once is finished,
 * never judged again.
 */
export const workOffWindow = async (deps: DigestDeps, taking: Taking, manner: Manner): Promise<Outcome> => {
  const { release, window } = taking;
  const started = deps.now();
  const leaseUntil = new Date(Math.max(Date.parse(window.releaseAt), started.getTime()) + leaseMs);
  const claimed = await deps.windows.claim(window, started, leaseUntil);
  if (!claimed) return 'busy';
  // Its T may have been moved to now by an admin's run.
  const held = { ...claimed, releaseAt: window.releaseAt };
  if (held.target !== undefined) return finish(deps, held);
  if (!manner.force && isMissed(release, window, started)) return skip(deps, held, 'missed');
  return judgeAndGo(deps, { release, window: held }, manner);
};
