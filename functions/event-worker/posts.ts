import * as z from 'zod';
import type { Account } from '../../shared/broadcasts/account.ts';
import { type Broadcast, personalSubject, workSubject } from '../../shared/broadcasts/broadcast.ts';
import { faceOf, previewCard } from '../../shared/broadcasts/post-card.ts';
import { type KeptCard, keepCard } from '../../shared/delivery/keep-card.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { parseDocumentRead } from '../../shared/feishu/drive-views.ts';
import { parse } from '../../shared/parse.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Person } from '../../shared/store/people.ts';
import type { Occurrence, Reacted } from './reactions.ts';

export type PostsDeps = {
  readonly broadcasts: Broadcasts;
  readonly accounts: readonly Account[];
  readonly people: () => Promise<readonly Person[]>;
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly send: (wish: Wish) => Promise<Ending>;
  readonly now: () => Date;
};

export const done = (reason: string): Reacted => ({ kind: 'done', reason });

/** As long as the ledger repeats a try; after that the question is forgotten. */
const answerMs = 60 * 60_000;

type Saying = {
  readonly person: string;
  readonly sender: string;
  /** When it was asked. */
  readonly at: Date;
  readonly subject: string;
};

/** A card of somebody's own that answers what they have just asked. */
export const sayTo = async (
  { contents, send, now }: Pick<PostsDeps, 'contents' | 'send' | 'now'>,
  { person, sender, at, subject }: Saying,
  card: Card,
): Promise<Ending> => {
  const kept: KeptCard = await keepCard(contents)(card, { id: deliveryElementId(subject, person) });
  const target = { recipient: person, receiveIdType: 'union_id', receiveId: person } as const;
  const validUntil = new Date(now().getTime() + answerMs);
  return send({ subject, sender, ...target, eventAt: at, validUntil, urgency: 'reply', ...kept });
};

const previewSchema = z.object({ post: z.string(), revision: z.int(), person: z.string() });

const findPost = async (
  { broadcasts, accounts }: Pick<PostsDeps, 'broadcasts' | 'accounts'>,
  id: string,
): Promise<{ readonly post: Broadcast; readonly account: Account } | undefined> => {
  const post = await broadcasts.find(id);
  const account = accounts.find((each) => each.id === post?.account);
  return post && account && { post, account };
};

/** 预览给自己: as readers will see it, once per saved form. */
export const sendPreview =
  (deps: PostsDeps) =>
  async ({ event, at }: Occurrence): Promise<Reacted> => {
    const { post: id, revision, person } = parse(previewSchema, event);
    const found = await findPost(deps, id);
    const face = found && faceOf(found.post, found.account);
    if (!found || !face) return done('unknown_post');
    const subject = workSubject(found.post, `preview-${revision}`);
    const card = previewCard(face, { subject, recipient: person });
    return done(
      `previewed:${await sayTo(deps, { person, sender: found.account.sender, at, subject }, card)}`,
    );
  };

/** Somebody has opened a document: their row says so when it is the article of a post, and they are meant. */
export const recordOpened =
  (deps: Pick<PostsDeps, 'broadcasts' | 'accounts' | 'deliveries'>) =>
  async ({ event, at }: Occurrence): Promise<Reacted> => {
    const { docToken, unionIds } = parseDocumentRead(event);
    const id = await deps.broadcasts.findByDocument(docToken);
    const post = id === undefined ? undefined : await deps.broadcasts.find(id);
    if (!post) return done('unknown_document');
    const subject = personalSubject(post);
    const opened = await Promise.all(
      unionIds.map((recipient) => deps.deliveries.recordOpened({ subject, recipient }, at)),
    );
    return done(opened.some((row) => row !== undefined) ? 'opened_recorded' : 'opened_before_or_not_meant');
  };
