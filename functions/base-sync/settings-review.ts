import type { Admins } from '../../config/admins.ts';
import { ConflictError } from '../../shared/errors.ts';
import { log } from '../../shared/log.ts';
import type { Decision } from '../../shared/settings/decide.ts';
import { type Known, nameOf } from '../../shared/settings/known.ts';
import { approversFor, type Proposal, type Review, reviewReceipt } from '../../shared/settings/review.ts';
import type { FoundReview, Reviews } from '../../shared/store/reviews.ts';

export type Asking = {
  readonly reviews: Pick<Reviews, 'write'>;
  /** Who may approve settings. */
  readonly approvers: Admins;
  readonly seal: (text: string) => string;
  readonly sender: string;
};

type About = {
  readonly known: Known;
  readonly decision: Decision;
  readonly editors: ReadonlyMap<string, string | undefined>;
  readonly found: FoundReview | undefined;
};

const write = async (
  deps: Asking,
  review: Review,
  { after, now }: { readonly after: number; readonly now: Date },
): Promise<void> => {
  const told = { by: review.editors[0]?.person ?? 'base', now, receipt: reviewReceipt(deps, review, now) };
  if (!(await deps.reviews.write(review, after, told)))
    throw new ConflictError('review_changed_meanwhile', 'somebody answered at the same moment');
  log.info('setting_review', { sheet: review.sheet, state: review.state });
};

/** Whoever changed one of the rows that wait, now or when they were first looked at. */
const editorsOf = ({ editors, found }: About, { changes }: Proposal): readonly string[] => {
  const now = changes.flatMap(({ id }) => editors.get(id) ?? []);
  const before = (found?.review.editors ?? []).map(({ person }) => person);
  const isSame = found?.review.changes.some(({ id }) => changes.some((change) => change.id === id));
  return [...new Set([...now, ...(isSame === true ? before : [])])];
};

const opened = (deps: Asking, about: About, proposal: Proposal): Review => {
  const { known } = about;
  const editors = editorsOf(about, proposal);
  const { sheet, fingerprint, changes, lines, reasons } = proposal;
  const asked = approversFor(deps.approvers, known, editors);
  if (asked.length === 0) log.warn('setting_nobody_to_ask', { sheet: sheet.id });
  return {
    sheet: sheet.id,
    table: sheet.table,
    state: 'open',
    fingerprint,
    changes: changes.map(({ id, row }) => ({ id, row })),
    lines: [...lines],
    reasons: [...reasons],
    editors: editors.map((person) => ({ person, name: nameOf(known, person) })),
    asked: asked.map(({ person, name }) => ({ person, name })),
    openedAt: known.now.toISOString(),
    refused: [...about.decision.refused],
  };
};

/** What waited and is no longer there, or has become something else. */
const withdraw = async (deps: Asking, { known, decision, found }: About): Promise<number> => {
  const isOver = found?.review.fingerprint !== decision.waiting?.fingerprint;
  if (found?.review.state !== 'open' || !isOver) return found?.version ?? 0;
  await write(deps, { ...found.review, state: 'withdrawn' }, { after: found.version, now: known.now });
  return found.version + 1;
};

/** What is said about the change that waits; a new one is written with the receipt that has a second person asked. */
export const settleReview = async (deps: Asking, about: About): Promise<Review | undefined> => {
  const { known, decision, found } = about;
  const after = await withdraw(deps, about);
  if (!decision.waiting) return undefined;
  const isSame = found?.review.fingerprint === decision.waiting.fingerprint;
  if (isSame && found.review.state === 'open') return found.review;
  const review = opened(deps, about, decision.waiting);
  await write(deps, review, { after, now: known.now });
  return review;
};
