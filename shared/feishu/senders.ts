import { NotFoundError } from '../errors.ts';
import { type FeishuClient, type FeishuOptions, feishuClient } from './client.ts';
import type { SenderConfig } from './sender-configs.ts';

export type Senders = {
  /** Rows may wait for a sender whose app was taken away since. */
  readonly has: (sender: string) => boolean;
  readonly bySender: (sender: string) => FeishuClient;
};

/** One Feishu app per sender, each with its own token; made when first used. Throws `sender_unknown`. */
export const feishuSenders = (
  configs: readonly SenderConfig[],
  {
    onCall,
    ...options
  }: Omit<FeishuOptions, 'appId' | 'appSecret' | 'onCall'> & {
    readonly onCall?: (sender: string, ...call: Parameters<NonNullable<FeishuOptions['onCall']>>) => void;
  },
): Senders => {
  const clients = new Map<string, FeishuClient>();
  const configOf = (sender: string) => configs.find((candidate) => candidate.sender === sender);
  return {
    has: (sender) => configOf(sender) !== undefined,
    bySender: (sender) => {
      const known = clients.get(sender);
      if (known) return known;
      const config = configOf(sender);
      if (!config)
        throw new NotFoundError('sender_unknown', 'no app is this sender', { details: { sender } });
      const { appId, appSecret } = config;
      const told = onCall && { onCall: onCall.bind(undefined, sender) };
      const client = feishuClient({ ...options, ...told, appId, appSecret });
      clients.set(sender, client);
      return client;
    },
  };
};
