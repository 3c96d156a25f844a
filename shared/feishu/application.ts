import * as z from 'zod/mini';
import type { FeishuClient } from './client.ts';
import { mapOk, type Outcome } from './outcome.ts';

const granted = 1;

const scopesSchema = z.object({
  scopes: z._default(z.array(z.object({ scope_name: z.string(), grant_status: z.number() })), []),
});

/**
 * The scopes that the company has granted to the app; needs none itself.
 * open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/application-v6/scope/list
 */
export const readGrantedScopes = async (client: FeishuClient): Promise<Outcome<ReadonlySet<string>>> => {
  const outcome = await client.call(
    { method: 'GET', path: '/open-apis/application/v6/scopes' },
    scopesSchema,
  );
  return mapOk(
    outcome,
    ({ scopes }) =>
      new Set(
        scopes.filter(({ grant_status }) => grant_status === granted).map(({ scope_name }) => scope_name),
      ),
  );
};

const botSchema = z.object({ bot: z.object({ activate_status: z.number(), app_name: z.string() }) });

export type Bot = { readonly name: string /** 2 is 租户启用. */; readonly status: number };

/** The app's bot; refused while the ability isn't added. open.feishu.cn/document/ukTMukTMukTM/uAjMxEjLwITMx4CMyETM */
export const readBot = async (client: FeishuClient): Promise<Outcome<Bot>> =>
  mapOk(await client.call({ method: 'GET', path: '/open-apis/bot/v3/info' }, botSchema), ({ bot }) => ({
    name: bot.app_name,
    status: bot.activate_status,
  }));
