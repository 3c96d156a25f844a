import * as z from 'zod/mini';
import { jsonText } from '../config.ts';
import { NotFoundError } from '../errors.ts';
import { type FeishuClient, type FeishuOptions, feishuClient } from './client.ts';

const sendersSchema = z
  .array(
    z.object({
      sender: z.string().check(z.minLength(1)),
      appId: z.string().check(z.regex(/^cli_/)),
      appSecret: z.string().check(z.minLength(1)),
    }),
  )
  .check(
    z.minLength(1),
    z.refine(
      (senders) => new Set(senders.map(({ sender }) => sender)).size === senders.length,
      'sender twice',
    ),
    z.refine((senders) => new Set(senders.map(({ appId }) => appId)).size === senders.length, 'appId twice'),
  );

/** For `readEnv`: `[{"sender":"zhida","appId":"cli_…","appSecret":"…"}]`. Other keys of an app are somebody else's. */
export const sendersText = jsonText(sendersSchema);

export type SenderConfig = z.infer<typeof sendersSchema>[number];

export type Senders = {
  /** Sender ids in the order of the configuration; the first one is the default. */
  readonly ids: readonly string[];
  readonly bySender: (sender: string) => FeishuClient;
  /** `header.app_id` of an event. */
  readonly byApp: (appId: string) => FeishuClient;
  /** The sender that an app is. */
  readonly senderOf: (appId: string) => string;
};

/** One Feishu app per sender, each with its own token; made when first used. Throws `sender_unknown`. */
export const feishuSenders = (
  configs: readonly SenderConfig[],
  options: Omit<FeishuOptions, 'appId' | 'appSecret'>,
): Senders => {
  const clients = new Map<string, FeishuClient>();
  const find = (key: 'sender' | 'appId', value: string): SenderConfig => {
    const config = configs.find((candidate) => candidate[key] === value);
    if (!config)
      throw new NotFoundError('sender_unknown', `no sender has this ${key}`, { details: { value } });
    return config;
  };
  const clientFor = ({ appId, appSecret }: SenderConfig): FeishuClient => {
    const known = clients.get(appId);
    if (known) return known;
    const client = feishuClient({ ...options, appId, appSecret });
    clients.set(appId, client);
    return client;
  };
  return {
    ids: configs.map(({ sender }) => sender),
    bySender: (sender) => clientFor(find('sender', sender)),
    byApp: (appId) => clientFor(find('appId', appId)),
    senderOf: (appId) => find('appId', appId).sender,
  };
};
