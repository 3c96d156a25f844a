export type Posted = { readonly status: number; readonly text: string };

/** Sends one push. Rejects when there is no answer in time or no connection. Tests may pass their own. */
export type Post = (
  url: string,
  request: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  timeoutMs: number,
) => Promise<Posted>;

/** Callbacks are not followed through redirects: open.feishu.cn/document/event-subscription-guide/callback-subscription/callback-overview. */
export const httpPost: Post = async (url, { body, headers }, timeoutMs) => {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { status: response.status, text: await response.text() };
};
