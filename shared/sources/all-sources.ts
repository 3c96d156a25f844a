import * as z from 'zod/mini';
import { webhookSecretSchema } from '../webhook.ts';
import { app } from './app.ts';
import { doudian } from './doudian.ts';
import { qiyu } from './qiyu.ts';
import type { PushSource } from './source.ts';
import { wecom } from './wecom.ts';
import { youzan } from './youzan.ts';

const account = z.string().check(z.regex(/^[\w-]{1,64}$/));
/** Two while one is being replaced. */
const atMostFour = [z.minLength(1), z.maxLength(4)] as const;
const texts = z.array(z.string().check(z.minLength(8))).check(...atMostFour);

const encodingAesKey = z.pipe(
  z.string().check(z.regex(/^[A-Za-z0-9+/]{43}$/)),
  z.transform((text) => Buffer.from(`${text}=`, 'base64')),
);
const wecomSecret = z.object({ token: z.string().check(z.minLength(3), z.maxLength(32)), encodingAesKey });

/** `TICKET_SOURCES`: who may push. An account is a client id, an app key, a corp id, or the app's own name. */
export const ticketAccountsSchema = z.array(
  z.discriminatedUnion('source', [
    z.object({ source: z.literal('youzan'), account, secrets: texts }),
    z.object({ source: z.literal('doudian'), account, secrets: texts }),
    z.object({ source: z.literal('qiyu'), account, secrets: texts }),
    z.object({ source: z.literal('wecom'), account, secrets: z.array(wecomSecret).check(...atMostFour) }),
    z.object({
      source: z.literal('app'),
      account,
      secrets: z.array(webhookSecretSchema).check(...atMostFour),
    }),
  ]),
);
type TicketAccount = z.output<typeof ticketAccountsSchema>[number];

/** By the name in the address; a source without an account is unknown. */
export const pushSources = (accounts: readonly TicketAccount[]): ReadonlyMap<string, PushSource> => {
  const all = new Map<string, PushSource>([
    ['youzan', youzan(accounts.filter((each) => each.source === 'youzan'))],
    ['doudian', doudian(accounts.filter((each) => each.source === 'doudian'))],
    ['qiyu', qiyu(accounts.filter((each) => each.source === 'qiyu'))],
    ['wecom', wecom(accounts.filter((each) => each.source === 'wecom'))],
    ['app', app(accounts.filter((each) => each.source === 'app'))],
  ]);
  const known = new Set<string>(accounts.map(({ source }) => source));
  return new Map([...all].filter(([name]) => known.has(name)));
};
