import { createHash } from 'node:crypto';
import type { Day } from '../../shared/calendar/day.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { windowsDue } from '../../shared/digests/window.ts';
import type { Window } from '../../shared/store/windows.ts';
import { notAfterOf } from './judge.ts';
import { type DigestDeps, type Manner, type Outcome, workOffWindow } from './release.ts';

/** EventBridge fires somewhere within its minute, so windows are taken early and released on the second. */
const lookAheadMs = 180_000;
/** Longer than the longest misfire policy (12 h): a window that was missed gets a row that says so, or is sent late. */
const missedHorizonMs = 13 * 3_600_000;

export const subjectOf = (release: string, day: Day): string => `digest:${release}:${day}`;

/** Changes with every change of the release or one of its digests. */
const definitionVersion = (release: Bundle): string =>
  createHash('sha256').update(JSON.stringify(release)).digest('hex').slice(0, 12);

/** The row of a window, made if it is new: whatever fires twice finds the same one. */
const armedWindow = async (
  deps: DigestDeps,
  release: Bundle,
  when: { readonly day: Day; readonly releaseAt: Date },
): Promise<Window> => {
  const found = await deps.windows.find(release.id, when.day);
  if (found) return found;
  const { version } = await deps.calendar();
  const fresh: Window = {
    digest: release.id,
    window: when.day,
    state: 'armed',
    subject: subjectOf(release.id, when.day),
    releaseAt: when.releaseAt.toISOString(),
    notAfter: notAfterOf(release, when.day).toISOString(),
    attempt: 0,
    versions: {
      calendar: version,
      definition: definitionVersion(release),
      ...(release.settings !== undefined && { settings: release.settings }),
    },
  };
  await deps.windows.arm(fresh);
  return (await deps.windows.find(release.id, when.day)) ?? fresh;
};

const workOff = async (deps: DigestDeps, now: Date, manner: Manner): Promise<readonly Outcome[]> => {
  const { isWorkday } = (await deps.calendar()).calendar;
  const { releases } = deps;
  const due = windowsDue({ releases, now, lookAheadMs, missedHorizonMs, isWorkday });
  const outcomes = due.map(async ({ releaseId, day, plannedAt: at }): Promise<Outcome> => {
    const release = releases.find(({ id }) => id === releaseId);
    if (!release) return 'taken';
    const window = await armedWindow(deps, release, { day, releaseAt: new Date(at) });
    // Only who may wait takes a window early; the stream's wake-up is for those whose time has come.
    if (!manner.mayWait && Date.parse(window.releaseAt) > now.getTime()) return 'waiting';
    if (window.state === 'sent' || window.state === 'skipped') return 'taken';
    return workOffWindow(deps, { release, window }, manner);
  });
  return Promise.all(outcomes);
};

const countOf = (outcomes: readonly Outcome[]) => ({
  sent: outcomes.filter((outcome) => outcome === 'sent').length,
  skipped: outcomes.filter((outcome) => outcome === 'skipped').length,
  waiting: outcomes.filter((outcome) => outcome === 'waiting').length,
});

/** One tick: arms what is due within 180 s, waits for its T, releases it; looks again at what waits for its source. */
export const releaseDue =
  (deps: DigestDeps) =>
  async (now: Date): Promise<Readonly<Record<string, number>>> =>
    countOf(await workOff(deps, now, { mayWait: true, force: false }));

/** A tick that asked the source a moment before it was ready still holds the window; it lets go within a second. */
const busyMs = 1_000;

/**
 * A source says that its day is complete (`ready#<source>` in `metrics`): what only waited for that leaves at once.
 * Whoever takes the row removes its `work`, so one signal releases once. It sends from within the stream: the one
 * consumer that works longer than 2 s, because a card that has waited for its source should not wait for the next minute.
 */
export const releaseReady = async (deps: DigestDeps, metric: string, day: Day): Promise<void> => {
  const [, source = ''] = metric.split('#');
  if (!(await deps.metrics.takeReady(source, day))) return;
  const manner = { mayWait: false, force: false };
  const outcomes = await workOff(deps, deps.now(), manner);
  if (!outcomes.includes('busy')) return;
  await deps.sleep(busyMs);
  await workOff(deps, deps.now(), manner);
};

/** An admin's run: now, with whatever the source has, its state stamped on the card. Never a second time. */
export const releaseNow = async (deps: DigestDeps, release: Bundle, day: Day): Promise<Outcome> => {
  const releaseAt = deps.now();
  const window = await armedWindow(deps, release, { day, releaseAt });
  if (window.state === 'skipped') await deps.windows.reopen(window, releaseAt);
  const current = await deps.windows.find(release.id, day);
  if (!current || current.state === 'sent') return 'taken';
  const due =
    Date.parse(current.releaseAt) > releaseAt.getTime()
      ? { ...current, releaseAt: releaseAt.toISOString() }
      : current;
  return workOffWindow(deps, { release, window: due }, { mayWait: true, force: true });
};
