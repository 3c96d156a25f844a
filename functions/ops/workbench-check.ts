import { broken, type Check, fine, unknown } from './check.ts';

/** A cold start and a slow line: somebody who opens a page waits about as long. */
const timeoutMs = 5_000;

const check = 'workbench.address';

/** Where the sign-in page wants Feishu to send people back to. */
const redirectIn = (html: string): string | undefined => {
  const link = /id="go" href="([^"]+)"/u.exec(html)?.[1]?.replaceAll('&amp;', '&');
  return (link && URL.parse(link)?.searchParams.get('redirect_uri')) ?? undefined;
};

const askLogin = async (login: string): Promise<Check> => {
  const response = await fetch(login, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  const redirect = redirectIn(await response.text());
  if (redirect === undefined)
    return broken(check, {
      detail: `${login} answers ${response.status} and shows no sign-in`,
      fix: 'read the log of workbench',
    });
  if (redirect !== login)
    return broken(check, {
      detail: `the pages answer at ${login} and take ${redirect} for their address`,
      fix: `deploy with --param="workbenchUrl=${login.replace(/\/login$/u, '')}", or ask at the other address`,
    });
  return fine(
    check,
    `answers; open.feishu.cn/app must have ${login} among 安全设置 → 重定向 URL, and the address without /login as homepage`,
  );
};

/** Whether the pages answer beside the address that Feishu calls, and know where they are. */
export const workbenchCheck = async (url: string | undefined): Promise<Check> => {
  const origin = url === undefined ? undefined : URL.parse(url)?.origin;
  if (origin === undefined)
    return unknown(check, {
      detail: 'not asked: the address is known to nobody here',
      fix: 'add it: {"do":"doctor","url":"https://…/feishu/events"}',
    });
  try {
    return await askLogin(`${origin}/workbench/login`);
  } catch {
    return broken(check, {
      detail: `${origin}/workbench/login gives no readable answer within ${timeoutMs / 1000} s`,
      fix: 'deploy workbench and read its log',
    });
  }
};
