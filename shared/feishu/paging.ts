import * as z from 'zod/mini';
import type { FeishuClient, FeishuRequest } from './client.ts';
import type { Outcome } from './outcome.ts';

/** What every list answers beside its items. A page may be empty while more follow. */
export const pageFields = {
  has_more: z._default(z.boolean(), false),
  page_token: z.optional(z.string()),
};
type PageFields = { readonly has_more: boolean; readonly page_token?: string | undefined };

/** Far above any list we read; a server that repeats its token must not keep us here. */
const MAX_PAGES = 500;

/**
 * All pages, or the first failure: half a list would look like people who left. (The SDK's own iterators end silently on
 * an error.)
 */
export const allPages = async <T extends z.core.$ZodType<PageFields>>(
  client: FeishuClient,
  { path, query }: Pick<FeishuRequest, 'path' | 'query'>,
  schema: T,
): Promise<Outcome<readonly z.core.output<T>[]>> => {
  const pages: z.core.output<T>[] = [];
  let token: string | undefined;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const request = { method: 'GET', path, query: { ...query, page_token: token } } as const;
    const outcome = await client.call(request, schema);
    if (outcome.kind !== 'ok') return outcome;
    pages.push(outcome.data);
    token = outcome.data.page_token;
    if (!outcome.data.has_more || !token) return { ...outcome, data: pages };
  }
  return { kind: 'unknown', reason: 'list_without_end' };
};
