import type { Account } from '../../shared/broadcasts/account.ts';
import type { Broadcast, Page } from '../../shared/broadcasts/broadcast.ts';
import type { Budget } from '../../shared/delivery/call-budget.ts';
import type { Modes } from '../../shared/delivery/modes.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import type { Wanted } from '../../shared/delivery/want.ts';
import type { FeishuGroup } from '../../shared/feishu/groups.ts';
import type { Outcome } from '../../shared/feishu/outcome.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Cursors } from '../../shared/store/cursors.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery, DeliveryKey } from '../../shared/store/delivery.ts';
import type { HeldLease, Leases } from '../../shared/store/leases.ts';
import type { People } from '../../shared/store/people.ts';
import type { PostCards } from './post-cards.ts';

/** What its document says, with what an editor is offered to say about it. */
export type ReadPage = { readonly page: Page; readonly summary: string };

/** How a post's article is read and published; each throws an AppError whose message is Chinese. */
export type Articles = {
  /** A document as it is now, or a Markdown text that can be published. */
  readonly read: (account: Account, broadcast: Broadcast) => Promise<ReadPage>;
  /** The wiki page of a Markdown text; a repeat goes on where the last one ended. */
  readonly publish: (account: Account, broadcast: Broadcast) => Promise<Page>;
  /** From then on Feishu tells who opens it. */
  readonly subscribe: (account: Account, docToken: string) => Promise<void>;
};

/** One look at an open post: what is due of it, and when it wants the next look. */
export type FollowUp = (
  broadcast: Broadcast,
  rows: readonly Delivery[],
  now: Date,
) => Promise<Date | undefined>;

export type BroadcastDeps = {
  readonly broadcasts: Broadcasts;
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly people: Pick<People, 'find' | 'listHere' | 'listOutside' | 'listGroups'>;
  /** Groups that the bot of this account is in. */
  readonly groupsOf: (account: Account) => Promise<Outcome<readonly FeishuGroup[]>>;
  readonly leases: Leases;
  /** Which post somebody who has just come was given today. */
  readonly cursors: Cursors;
  readonly accounts: readonly Account[];
  readonly articles: Articles;
  readonly cards: PostCards;
  readonly budget: Pick<Budget, 'standing'>;
  readonly modes: Modes;
  readonly sendNow: (wish: Wish) => Promise<Ending>;
  readonly wantContent: (key: DeliveryKey, content: { hash: string; final?: boolean }) => Promise<Wanted>;
  /** Who has read and opened it by Feishu's own lists: before whatever speaks of that. */
  readonly lookUps: readonly FollowUp[];
  /** Reminders and reports: in turn, while a post is open and once when it has closed. */
  readonly followUps: readonly FollowUp[];
  /** Names this invocation. */
  readonly holder: string;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long one invocation may go on with one post. */
  readonly workMs: number;
};

/** One invocation's work on one post. */
export type Turn = {
  readonly broadcast: Broadcast;
  readonly account: Account;
  readonly now: Date;
  /** `false` when the time is up, or somebody else has the post: whoever comes next goes on. */
  readonly goOn: () => Promise<boolean>;
};

/** `again`: something has changed, look at once. `rest`: nothing to do before `until`, or ever. `later`: the time is up. */
export type Next = { readonly kind: 'again' | 'later' | 'rest'; readonly until?: Date | undefined };

export const again: Next = { kind: 'again' };
export const later: Next = { kind: 'later' };
export const rest = (until?: Date): Next => ({ kind: 'rest', until });

export type Held = { readonly lease: HeldLease; readonly startedAt: number; renewedAt: number };
