import * as z from 'zod';
import { type KeptCard, keepCard } from '../../shared/delivery/keep-card.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { parse } from '../../shared/parse.ts';
import { findHome } from '../../shared/settings/home.ts';
import { type Review, reviewSubject } from '../../shared/settings/review.ts';
import { reviewCard } from '../../shared/settings/review-card.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { EditQueue } from '../../shared/store/edit-queue.ts';
import type { Reviews } from '../../shared/store/reviews.ts';
import type { Settings } from '../../shared/store/settings.ts';
import type { Occurrence, Reacted } from './reactions.ts';

export type SettingReviewDeps = {
  readonly reviews: Pick<Reviews, 'ofSubject'>;
  readonly settings: Pick<Settings, 'current'>;
  readonly edits: Pick<EditQueue, 'queue'>;
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly send: (wish: Wish) => Promise<Ending>;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
};

const aboutSchema = z.object({ sheet: z.string(), subject: z.string() });
type About = z.output<typeof aboutSchema>;

/** The buttons die after 14 days (open.feishu.cn/document/feishu-cards/card-callback-communication); so does the question. */
const validMs = 14 * 24 * 3_600_000;
/** The toast that answers the click must be out before its card changes. */
const toastMs = 1_500;

const keep = (deps: SettingReviewDeps, review: Review, recipient: string): Promise<KeptCard> =>
  keepCard(deps.contents)(reviewCard(review, recipient), {
    id: deliveryElementId(reviewSubject(review), recipient),
  });

const ask = async (deps: SettingReviewDeps, review: Review, { sender, at }: Occurrence): Promise<void> => {
  for (const { person } of review.asked) {
    await deps.send({
      subject: reviewSubject(review),
      recipient: person,
      sender,
      receiveIdType: 'union_id',
      receiveId: person,
      eventAt: at,
      validUntil: new Date(at.getTime() + validMs),
      // Somebody is asked by name: it passes the day's limit of messages, not the quiet hours.
      urgency: 'p1',
      ...(await keep(deps, review, person)),
    });
  }
};

const refresh = async (deps: SettingReviewDeps, review: Review): Promise<void> => {
  for (const { person } of review.asked) {
    const { hash } = await keep(deps, review, person);
    await wantContent(deps)({ subject: reviewSubject(review), recipient: person }, { hash, final: true });
  }
};

/** Base-sync looks at the table again: it applies what was approved, and its rows say what became of them. */
const wakeTable = async (deps: SettingReviewDeps, { sheet, subject }: About): Promise<void> => {
  const home = await findHome(deps.settings);
  const tableId = home?.tables[sheet];
  if (!home || tableId === undefined) return;
  const touch = { action: 'edited' as const, revision: 0, fields: [] };
  const where = { appToken: home.appToken, tableId, recordId: 'review' };
  await deps.edits.queue({ ...where, stamp: subject, touch }, deps.now());
};

/** A risky change of settings waits, was answered or was undone: its cards follow, each exactly once. */
export const reviewReaction =
  (deps: SettingReviewDeps) =>
  async (occurrence: Occurrence): Promise<Reacted> => {
    const about = parse(aboutSchema, occurrence.event);
    const review = await deps.reviews.ofSubject(about.sheet, about.subject);
    if (!review) return { kind: 'done', reason: 'unknown_review' };
    if (review.state === 'open') {
      await ask(deps, review, occurrence);
      return { kind: 'done', reason: 'review_asked' };
    }
    await wakeTable(deps, about);
    const ageMs = Math.max(0, deps.now().getTime() - occurrence.at.getTime());
    if (ageMs < toastMs) await deps.sleep(toastMs - ageMs);
    await refresh(deps, review);
    return { kind: 'done', reason: `review_${review.state}` };
  };
