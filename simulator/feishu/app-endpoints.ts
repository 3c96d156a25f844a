import { ALL_SCOPES } from './apps.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { refusal } from './refusal.ts';

const granted = 1;
const notGranted = 2;

/** open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/application-v6/scope/list: needs no scope itself. */
const listScopes = ({ app }: Call): object => ({
  scopes: [...new Set([...ALL_SCOPES, ...app.scopes])].map((scope_name) => ({
    scope_name,
    grant_status: app.scopes.includes(scope_name) ? granted : notGranted,
  })),
});

/** open.feishu.cn/document/ukTMukTMukTM/uAjMxEjLwITMx4CMyETM: an old API, `bot` stands beside `code`. */
const botInfo = ({ app }: Call): object => {
  if (app.botOff) throw refusal(230006);
  return {
    bot: {
      activate_status: 2,
      app_name: app.name,
      avatar_url: '',
      ip_white_list: [],
      open_id: `ou_${app.appId.slice(4)}`,
    },
  };
};

export const appEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/open-apis/application/v6/scopes',
    scopes: [],
    isMetered: true,
    handle: listScopes,
  },
  {
    method: 'GET',
    path: '/open-apis/bot/v3/info',
    scopes: [],
    isMetered: true,
    isFlat: true,
    handle: botInfo,
  },
];
