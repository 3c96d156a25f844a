/** A message of a chat looks different. */
type MessageChange = {
  readonly type: 'message' | 'update' | 'recall' | 'read' | 'unread' | 'urgent' | 'pin';
  readonly chatId: string;
  readonly messageId: string;
  /** union_ids that see the chat. */
  readonly people: readonly string[];
};

/** A table of a Base looks different; everybody in the company may look at it. */
type BaseChange = { readonly type: 'base'; readonly appToken: string; readonly tableId: string };

/** A document has other words. */
type DocumentChange = { readonly type: 'document'; readonly documentId: string };

/** What changed on screens; the web client listens to it. */
export type Change = MessageChange | BaseChange | DocumentChange;

export type ChangeStream = {
  readonly publish: (change: Change) => void;
  readonly subscribe: (listener: (change: Change) => void) => () => void;
};

export const createChangeStream = (): ChangeStream => {
  const listeners = new Set<(change: Change) => void>();
  return {
    publish: (change) => {
      for (const listener of listeners) listener(change);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
