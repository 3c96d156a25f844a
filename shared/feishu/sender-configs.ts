import * as z from 'zod/mini';
import { jsonText } from '../config.ts';

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
