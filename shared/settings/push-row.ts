import * as z from 'zod';
import { releases } from '../../config/bundles.ts';
import type { Bundle } from '../digests/bundle.ts';
import type { Digest } from '../digests/definition.ts';
import { thresholdText, withThresholds } from './thresholds.ts';

const list = z.array(z.string()).min(1).optional();

/** One row of 推送: a digest, or the bundle that merges several. */
export const pushRowSchema = z.strictObject({
  /** Of the digest or the bundle. */
  id: z.string(),
  category: z.string().optional(),
  /** HH:mm. */
  earliest: z.string(),
  /** Of one that waits for its source: after that it says that it is late, or is left out. */
  latest: z.string().optional(),
  calendar: z.enum(['everyday', 'workdays', 'firstWorkdayOfWeek']).optional(),
  roles: list,
  departments: list,
  /** union_ids. */
  people: list,
  except: list,
  onlyAbnormal: z.boolean(),
  bundled: z.boolean(),
  thresholds: z.string().optional(),
  isOn: z.boolean(),
});
export type PushRow = z.output<typeof pushRowSchema>;

/** What merges several digests; a digest alone is a release of its own under the digest's id. */
export const bundles: readonly Bundle[] = releases.filter(({ id, digests }) =>
  digests.every((digest) => digest.id !== id),
);
export const digests: readonly Digest[] = releases.flatMap((release) => release.digests);

export const bundleCalled = (id: string): Bundle | undefined => bundles.find((bundle) => bundle.id === id);
export const digestCalled = (id: string): Digest | undefined => digests.find((digest) => digest.id === id);

const some = (texts: readonly string[] | undefined) => (texts && texts.length > 0 ? [...texts] : undefined);

const audienceOf = ({ audience }: Digest): Pick<PushRow, 'roles' | 'departments' | 'people' | 'except'> => {
  const lists = { ...audience };
  return Object.fromEntries(
    Object.entries(lists).flatMap(([key, texts]) => (some(texts) ? [[key, some(texts)]] : [])),
  );
};

const triggerOf = ({ trigger }: Digest): Pick<PushRow, 'earliest' | 'latest'> =>
  trigger.kind === 'at'
    ? { earliest: trigger.time }
    : { earliest: trigger.notBefore, latest: trigger.notAfter };

const rowOfDigest = (digest: Digest): PushRow => {
  const thresholds = thresholdText(digest);
  return {
    id: digest.id,
    category: digest.category,
    ...triggerOf(digest),
    calendar: digest.calendar,
    ...audienceOf(digest),
    onlyAbnormal: digest.onlyAbnormal,
    bundled: digest.bundle !== undefined,
    ...(thresholds !== '' && { thresholds }),
    isOn: true,
  };
};

/** Releases as rows: the bundles first, then every digest. */
export const rowsOfPush = (): readonly PushRow[] => [
  ...bundles.map(({ id, at }) => ({ id, earliest: at, onlyAbnormal: false, bundled: false, isOn: true })),
  ...digests.map(rowOfDigest),
];

const triggerFor = ({ trigger }: Digest, { earliest, latest }: PushRow): Digest['trigger'] => {
  if (trigger.kind === 'at') return { ...trigger, time: earliest };
  return { ...trigger, notBefore: earliest, notAfter: latest ?? trigger.notAfter };
};

const audienceFor = ({ roles = [], departments = [], people = [], except }: PushRow): Digest['audience'] => ({
  roles,
  departments,
  people,
  ...(except && { except }),
});

/** In the bundle that it was in, or the first one; alone it needs to know what happens when it was missed. */
const placeFor = (digest: Digest, { bundled }: PushRow): Pick<Digest, 'bundle' | 'misfire'> => {
  const bundle = bundleCalled(digest.bundle ?? '') ?? bundles[0];
  if (!bundle) return {};
  return bundled ? { bundle: bundle.id } : { misfire: digest.misfire ?? bundle.misfire };
};

/** A digest with what its row says. */
export const withPush = (digest: Digest, row: PushRow): Digest => {
  return {
    ...digest,
    bundle: undefined,
    misfire: undefined,
    trigger: triggerFor(digest, row),
    calendar: row.calendar ?? digest.calendar,
    audience: audienceFor(row),
    onlyAbnormal: row.onlyAbnormal,
    abnormal: [...withThresholds(digest, row.thresholds ?? '')],
    ...placeFor(digest, row),
  };
};
