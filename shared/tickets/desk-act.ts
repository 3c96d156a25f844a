import type { Intent } from './change.ts';
import type { By, ChangeInput } from './event.ts';
import type { Rules } from './rules.ts';
import type { Standing } from './standing.ts';
import type { AskKind, Attachment, Resolution, Ticket, Who } from './ticket.ts';

export type Resolving = Pick<Resolution, 'cause' | 'measure' | 'amountFen' | 'responsible' | 'note'>;

/** Feishu's own keys: the file stays there. */
export type NoteAttachment = Pick<Attachment, 'kind' | 'messageId' | 'key'>;

/** What somebody does with a button of a ticket's card. */
export type DeskAct =
  /** `seen`: how often it had been given to somebody when the card was made. */
  | { readonly do: 'claim'; readonly seen: number }
  | { readonly do: 'takeOver'; readonly seen: number }
  | { readonly do: 'waitCustomer' }
  | { readonly do: 'resume' }
  | { readonly do: 'raise' }
  | { readonly do: 'reopen' }
  | { readonly do: 'transfer'; readonly seen: number; readonly to: Who }
  | { readonly do: 'ask'; readonly ask: AskKind }
  | { readonly do: 'resolve'; readonly resolving: Resolving }
  /** Words or a picture that somebody adds; also to what has ended. */
  | { readonly do: 'note'; readonly text: string; readonly attachment: NoteAttachment }
  /** Of a child. */
  | { readonly do: 'answer'; readonly finding: string };

export type Toast = {
  readonly type: 'info' | 'success' | 'warning' | 'error';
  readonly content: string;
};

/** `told`: nothing changes, and this is why. */
export type DeskDecision =
  | { readonly kind: 'told'; readonly toast: Toast }
  | { readonly kind: 'changed'; readonly intents: readonly Intent[]; readonly toast: Toast };

export type Acting = {
  readonly by: Standing;
  readonly via: 'card' | 'chat' | 'page';
  readonly rules: Rules;
  /** Of a child. */
  readonly parent?: Ticket | undefined;
  readonly now: Date;
};

export type Decide<D extends DeskAct['do']> = (
  ticket: Ticket,
  acting: Acting,
  act: Extract<DeskAct, { readonly do: D }>,
) => DeskDecision;

export const told = (content: string, type: Toast['type'] = 'warning'): DeskDecision => ({
  kind: 'told',
  toast: { type, content },
});

export const actor = ({ by, via }: Acting): By => ({ kind: 'person', who: by.who, via });

export const changed = (
  { ticket, acting, also = [] }: { ticket: Ticket; acting: Acting; also?: readonly Intent[] },
  changes: readonly ChangeInput[],
  content: string,
): DeskDecision => {
  const intent: Intent = { id: ticket.ticket, before: ticket, by: actor(acting), changes };
  return { kind: 'changed', intents: [intent, ...also], toast: { type: 'success', content } };
};

export const noRight = told('无权限：仅处理人或组长可操作');
export const mayDecide = ({ isOwner, isLead }: Standing): boolean => isOwner || isLead;
export const mayTake = ({ isOwner, isLead, isMember }: Standing): boolean => isOwner || isLead || isMember;
