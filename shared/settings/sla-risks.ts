import { askKinds } from '../tickets/ticket.ts';
import type { Kept } from './sheet.ts';
import { type StepName, stepNames, steps } from './sla-ladder.ts';
import { isSame, type SlaRow, wordsOf } from './sla-row.ts';

const budgets = ['firstResponse', 'nextResponse', 'resolution', ...askKinds] as const;

/** More minutes, no limit where there was one, or minutes that only count while somebody works. */
const isLooser = (was: SlaRow, is: SlaRow): boolean => {
  const hasMore = budgets.some((key) => was[key] !== undefined && (is[key] ?? Infinity) > was[key]);
  const hasPauses = (['responseBy', 'resolutionBy', 'askBy'] as const).some(
    (key) => was[key] === 'wall' && is[key] !== 'wall',
  );
  const standsStill = (is.pausedIn ?? []).some((state) => !was.pausedIn?.includes(state));
  return hasMore || hasPauses || standsStill;
};

const p0Risk = (was: SlaRow, is: SlaRow | undefined): readonly string[] => {
  if (was.priority !== 'P0') return [];
  if (!is) return [`停用了${wordsOf(was)}的时效`];
  return isLooser(was, is) ? [`放宽了${wordsOf(was)}的时效`] : [];
};

const isUrgent = ({ channels = [] }: SlaRow, name: StepName): boolean => channels.includes(`${name}:urgent`);

/** A rung that is gone, tells fewer people, or no longer urges. */
const ladderRisks = (was: SlaRow, is: SlaRow | undefined): readonly string[] =>
  stepNames.flatMap((name) => {
    const { words } = steps[name];
    if (!was[name]) return [];
    if (!is?.[name]) return [`取消了${wordsOf(was)}的一档催办（${words}）`];
    const isFewer = was[name].some((to) => !is[name]?.includes(to));
    if (isFewer) return [`${wordsOf(was)}的${words}少通知了人`];
    return isUrgent(was, name) && !isUrgent(is, name) ? [`${wordsOf(was)}的${words}不再加急`] : [];
  });

/** P0 loosened, or a step of escalation weakened. */
export const risksOfSla = (change: {
  readonly before: readonly Kept<SlaRow>[];
  readonly after: readonly Kept<SlaRow>[];
}): readonly string[] =>
  change.before.flatMap(({ row: was }) => {
    const is = change.after.find(({ row }) => isSame(row, was))?.row;
    return [...p0Risk(was, is), ...ladderRisks(was, is)];
  });
