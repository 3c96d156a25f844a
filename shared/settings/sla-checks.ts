import { askKinds } from '../tickets/ticket.ts';
import type { Kept, Objection } from './sheet.ts';
import { stepNames, steps } from './sla-ladder.ts';
import { isSame, type SlaRow, wordsOf } from './sla-row.ts';

const isPlatform = ({ priority }: SlaRow): boolean => priority === 'platform';
const platformSteps = ['platform240', 'platform60', 'platform15'] as const;

const missing = (row: SlaRow): readonly string[] => {
  const needed = [
    ['首响（分）', row.firstResponse, '15'],
    ['首响日历', row.responseBy, '客服'],
    ['处理（小时）', row.resolution, '8'],
    ['处理日历', row.resolutionBy, '客服'],
  ] as const;
  return needed.flatMap(([name, value, example]) =>
    value === undefined ? [`「${name}」还没有填，例：${example}`] : [],
  );
};

const unheard = (row: SlaRow): readonly string[] =>
  stepNames
    .filter((name) => row.channels?.some((channel) => channel.startsWith(`${name}:`)) && !row[name])
    .map((name) => `「渠道」选了${steps[name].words}，但「${steps[name].words} 通知谁」是空的，例：组长`);

const twoWays = ({ channels = [] }: SlaRow): readonly string[] =>
  stepNames
    .filter((name) => channels.filter((channel) => channel.startsWith(`${name}:`)).length > 1)
    .map((name) => `「渠道」里${steps[name].words}只能选一种，例：${steps[name].words} 加急`);

const misplaced = (row: SlaRow): readonly string[] => {
  if (!isPlatform(row)) {
    const isWrong = platformSteps.some((name) => row[name]);
    return isWrong ? ['平台倒计时的通知只写在优先级为「平台」的一行，例：平台剩1小时 通知谁：组长'] : [];
  }
  const allowed: readonly string[] = ['priority', 'channels', ...platformSteps];
  const isWrong = Object.keys(row).some((key) => !allowed.includes(key));
  return isWrong ? ['「平台」一行只填平台倒计时的通知和渠道，其余留空，例：平台剩4小时 通知谁：本人'] : [];
};

const askWithout = (row: SlaRow): readonly string[] =>
  askKinds.some((kind) => row[kind] !== undefined) && row.askBy === undefined
    ? ['填了协办时限，还要选「协办日历」，例：各团队日历']
    : [];

/** What can't be right within one row. */
export const checkSla = (row: SlaRow): readonly string[] => [
  ...(isPlatform(row) ? [] : missing(row)),
  ...misplaced(row),
  ...askWithout(row),
  ...unheard(row),
  ...twoWays(row),
];

const twice = (after: readonly Kept<SlaRow>[]): readonly Objection[] =>
  after.flatMap(({ row }, index) =>
    after
      .filter((other, at) => at !== index && isSame(other.row, row))
      .map(({ id }) => ({
        id,
        problem: `「${wordsOf(row)}」已有一行，同一优先级和类别只能有一行，例：换一个类别`,
      })),
  );

/** Each priority needs a policy, or its tickets would have no clock. */
const gone = (before: readonly Kept<SlaRow>[], after: readonly Kept<SlaRow>[]): readonly Objection[] =>
  before
    .filter(({ row }) => row.group === undefined && !after.some((other) => isSame(other.row, row)))
    .map(({ id, row }) => ({
      id,
      problem: `「${wordsOf(row)}」不能停用或删除，例：改时限，或为一个类别另加一行`,
    }));

/** What can't stand beside the other rows. */
export const objectionsToSla = (change: {
  readonly before: readonly Kept<SlaRow>[];
  readonly after: readonly Kept<SlaRow>[];
}): readonly Objection[] => [...twice(change.after), ...gone(change.before, change.after)];
