import type { Account } from '../../shared/broadcasts/account.ts';
import type { Unreachable } from '../../shared/broadcasts/audience.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import type { Who } from '../../shared/tickets/ticket.ts';

/** Whose copy a card is: the footer carries it. */
export type Place = { readonly subject: string; readonly recipient: string };

/** What an approver has to know before they agree. */
export type ApprovalFacts = {
  /** Names of everybody who is meant. */
  readonly people: readonly string[];
  readonly reachable: number;
  readonly unreachable: readonly { readonly name: string; readonly reason: Unreachable }[];
  /** Against the account's last post; absent: it is the first one. */
  readonly difference?: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Groups that the account's bot isn't in, and what to do; absent: it is in all. */
  readonly groupWarning?: string;
  /** Calls that Feishu will count. */
  readonly calls: number;
  /** Of the month; `null`: nothing limits them. */
  readonly callsLeft: number | null;
  readonly sendingMs: number;
  readonly approvers: readonly Who[];
};

export type OfPost = { readonly account: Account; readonly broadcast: Broadcast };

export type Counts = { readonly confirmed: number; readonly target: number };
/** `counts`: the group's. */
type ClosedFacts = { readonly workbenchUrl: string; readonly counts?: Counts };

/** Each card of a post, from what is known of it. */
export type PostCards = {
  /** The same for everybody. */
  readonly personal: (of: OfPost) => Card;
  readonly group: (of: OfPost, counts: Counts) => Card;
  /** Of whoever hasn't confirmed by the end, the same for everybody: it leads to the page, where they still can. */
  readonly closed: (of: OfPost, closed: ClosedFacts) => Card;
  /** What stands in place of a post that was recalled. */
  readonly recalled: (of: OfPost, part: 'personal' | 'groups') => Card;
  readonly preview: (of: OfPost, place: Place) => Card;
  readonly form: (of: OfPost & { readonly departments: readonly string[] }, place: Place) => Card;
  readonly approval: (of: OfPost & { readonly facts: ApprovalFacts }, place: Place) => Card;
  /** Something that an editor has to know: a refusal, a return, a pause. */
  readonly notice: (of: OfPost & { readonly title: string; readonly text: string }, place: Place) => Card;
};
