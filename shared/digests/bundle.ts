import * as z from 'zod';
import { InvalidConfigError } from '../errors.ts';
import { describeIssues } from '../parse.ts';
import { type Digest, idText, misfireSchema, nameText, timeText } from './definition.ts';

const bundleSchema = z.strictObject({
  id: idText,
  name: nameText,
  at: timeText,
  /** The release moves by up to this many seconds, so that not every company calls Feishu on the same second. */
  jitterSeconds: z.int().min(0).max(600),
  misfire: misfireSchema,
  /** Colour of what is good for us; charts of Chinese markets rise in red. */
  colours: z.enum(['红涨绿跌', '绿涨红跌']),
  /** Says what its reader has to confirm, and which posts they haven't opened. */
  posts: z.literal(true).optional(),
});

/** What is released together at one moment and becomes one card per person. */
export type Bundle = z.output<typeof bundleSchema> & {
  readonly digests: readonly Digest[];
  /** Which versions of 「直达·设置」 made it what it is: push@3+targets@1. */
  readonly settings?: string;
};

/** Merges every digest that names this bundle. Throws `invalid_config` that names the bundle and the field. */
export const defineBundle = (input: z.input<typeof bundleSchema>, digests: readonly Digest[]): Bundle => {
  const fail = (problem: string): never => {
    throw new InvalidConfigError('invalid_config', `config/bundles.ts: ${input.id}: ${problem}`);
  };
  const result = bundleSchema.safeParse(input);
  if (!result.success) return fail(describeIssues(result.error.issues));
  const members = digests.filter(({ bundle }) => bundle === input.id);
  return members.length > 0 ? { ...result.data, digests: members } : fail('digests: no digest names it');
};

const refuse = ({ id }: Digest, problem: string): never => {
  throw new InvalidConfigError('invalid_config', `config/digests/${id}.ts: ${problem}`);
};

const alone = (single: Digest): Bundle => ({
  id: single.id,
  name: single.name,
  at: single.trigger.kind === 'at' ? single.trigger.time : single.trigger.notBefore,
  jitterSeconds: 0,
  misfire: single.misfire ?? refuse(single, 'misfire: is missing, and there is no bundle to have one'),
  colours: '红涨绿跌',
  digests: [single],
});

/** One person gets one scheduled card before noon, whoever they are; what else is for the morning stands on it. */
const refuseSecondMorning = (releases: readonly Bundle[]): void => {
  const [first, second] = releases.filter(({ at }) => at < '12:00');
  if (!first || !second) return;
  const problem = `${second.id} and ${first.id} both leave before noon: they are one card, or one leaves later`;
  throw new InvalidConfigError('invalid_config', `config/bundles.ts: ${problem}`);
};

/** Everything that is released: the bundles, and each digest that no bundle carries as a bundle of its own. */
export const releasesOf = (bundles: readonly Bundle[], digests: readonly Digest[]): readonly Bundle[] => {
  const bundleIds = new Set(bundles.map((bundle) => bundle.id));
  const lost = digests.find(({ bundle }) => bundle !== undefined && !bundleIds.has(bundle));
  if (lost) return refuse(lost, `bundle: ${String(lost.bundle)} is not in config/bundles.ts`);
  const releases = [...bundles, ...digests.filter(({ bundle }) => bundle === undefined).map(alone)];
  const ids = [...digests.map((each) => each.id), ...bundleIds];
  refuseSecondMorning(releases);
  const twice = ids.find((each, index) => ids.indexOf(each) !== index);
  if (twice === undefined) return releases;
  throw new InvalidConfigError('invalid_config', `config/digests/all.ts: id: ${twice} is used twice`);
};
