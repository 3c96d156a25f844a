import { releases } from '../../config/bundles.ts';
import { type Bundle, releasesOf } from '../digests/bundle.ts';
import type { Digest } from '../digests/definition.ts';
import { errorFields, log } from '../log.ts';
import type { Settings } from '../store/settings.ts';
import { rowsInForce, versionText } from './in-force.ts';
import { pushSheet } from './push.ts';
import { bundles, digests, type PushRow, withPush } from './push-row.ts';

type Rows = readonly PushRow[];

/** A digest that is new in the code and has no row yet goes as the code has it. */
const digestFor = (rows: Rows, digest: Digest): readonly Digest[] => {
  const row = rows.find(({ id }) => id === digest.id);
  if (!row) return [digest];
  return row.isOn ? [withPush(digest, row)] : [];
};

/** Releases as the rows of 推送 have them. */
export const releasesWith = (rows: Rows): readonly Bundle[] => {
  const sent = digests.flatMap((digest) => digestFor(rows, digest));
  const merged = bundles
    .map((bundle) => ({
      ...bundle,
      at: rows.find(({ id }) => id === bundle.id)?.earliest ?? bundle.at,
      digests: sent.filter((digest) => digest.bundle === bundle.id),
    }))
    .filter((bundle) => bundle.digests.length > 0);
  return releasesOf(merged, sent);
};

const cacheMs = 60_000;

/** What is sent when and to whom, read once a minute. A state that can't be is logged, and the code's own counts. */
export const releasesInForce = (
  settings: Pick<Settings, 'current'>,
  now: () => Date,
): (() => Promise<readonly Bundle[]>) => {
  let known: { readonly releases: readonly Bundle[]; readonly until: number } | undefined;
  const read = async (): Promise<readonly Bundle[]> => {
    const push = await rowsInForce(settings)(pushSheet);
    const version = versionText(pushSheet, push).join('+');
    if (version === '') return releases;
    try {
      return releasesWith(push.rows.map(({ row }) => row)).map((release) => ({
        ...release,
        settings: version,
      }));
    } catch (error) {
      log.error('releases_unfit', { version, ...errorFields(error) });
      return releases;
    }
  };
  return async () => {
    const at = now().getTime();
    if (known && at < known.until) return known.releases;
    known = { releases: await read(), until: at + cacheMs };
    return known.releases;
  };
};
