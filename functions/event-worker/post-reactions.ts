import type { Card } from '../../shared/feishu/card-json.ts';
import type { Person } from '../../shared/store/people.ts';
import type { Heard } from './desk.ts';
import { draftFromLink, tellEditors } from './drafts.ts';
import { type ListsDeps, postsCard, unreadCard } from './post-lists.ts';
import { type PostsDeps, recordOpened, sendPreview } from './posts.ts';
import type { Occurrence, Reacted } from './reactions.ts';
import type { ReplyFrame } from './reply-cards.ts';

export type PostReactions = {
  /** A document from an editor; `undefined` for everything else. */
  readonly linked: (heard: Heard) => Promise<Reacted | undefined>;
  /** A document from somebody who writes for no account of this bot; `undefined` for everything else. */
  readonly linkedByOthers: (heard: Heard) => Promise<Reacted | undefined>;
  readonly preview: (occurrence: Occurrence) => Promise<Reacted>;
  readonly opened: (occurrence: Occurrence) => Promise<Reacted>;
  readonly postsCard: (person: Person, frame: ReplyFrame) => Promise<Card>;
  readonly unreadCard: (person: Person, frame: ReplyFrame) => Promise<Card>;
};

/** Posts of accounts in the chat with a bot. */
export const postReactions = (deps: PostsDeps & ListsDeps): PostReactions => ({
  linked: draftFromLink(deps),
  linkedByOthers: tellEditors(deps),
  preview: sendPreview(deps),
  opened: recordOpened(deps),
  postsCard: (person, frame) => postsCard(deps, person, frame),
  unreadCard: (person, frame) => unreadCard(deps, person, frame),
});
