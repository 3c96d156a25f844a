import { releases } from '../../config/bundles.ts';
import { dayOf, monthOf } from '../calendar/day.ts';
import { type Bundle, releasesOf } from '../digests/bundle.ts';
import type { Digest } from '../digests/definition.ts';
import { errorFields, log } from '../log.ts';
import type { Settings } from '../store/settings.ts';
import { rowsInForce, versionText } from './in-force.ts';
import { withLines } from './lines.ts';
import { pushSheet } from './push.ts';
import { bundles, digests, type PushRow, withPush } from './push-row.ts';
import { rememberFor } from './remember.ts';
import type { TargetRow } from './target-row.ts';
import { targetsSheet } from './targets.ts';

type Rows = readonly PushRow[];

/** A digest that is new in the code and has no row yet goes as the code has it. */
const digestFor = (rows: Rows, digest: Digest): readonly Digest[] => {
  const row = rows.find(({ id }) => id === digest.id);
  if (!row) return [digest];
  return row.isOn ? [withPush(digest, row)] : [];
};

type Lines = { readonly rows: readonly TargetRow[]; readonly month: string };

/** Releases as the rows of 推送 have them, their figures judged by the lines of 目标与阈值. */
export const releasesWith = (rows: Rows, lines: Lines = { rows: [], month: '' }): readonly Bundle[] => {
  const sent = digests
    .flatMap((digest) => digestFor(rows, digest))
    .map((digest) => withLines(digest, lines.rows, lines.month));
  const merged = bundles
    .map((bundle) => ({
      ...bundle,
      at: rows.find(({ id }) => id === bundle.id)?.earliest ?? bundle.at,
      digests: sent.filter((digest) => digest.bundle === bundle.id),
    }))
    .filter((bundle) => bundle.digests.length > 0);
  return releasesOf(merged, sent);
};

/** What is sent when and to whom, read once a minute. A state that can't be is logged, and the code's own counts. */
export const releasesInForce = (
  settings: Pick<Settings, 'current'>,
  now: () => Date,
): (() => Promise<readonly Bundle[]>) =>
  rememberFor(now, async (at) => {
    const read = rowsInForce(settings);
    const [push, targets] = await Promise.all([read(pushSheet), read(targetsSheet)]);
    const version = [...versionText(pushSheet, push), ...versionText(targetsSheet, targets)].join('+');
    if (version === '') return releases;
    const lines = { rows: targets.rows.map(({ row }) => row), month: monthOf(dayOf(at)) };
    try {
      const made = releasesWith(
        push.rows.map(({ row }) => row),
        lines,
      );
      return made.map((release) => ({ ...release, settings: version }));
    } catch (error) {
      log.error('releases_unfit', { version, ...errorFields(error) });
      return releases;
    }
  });
