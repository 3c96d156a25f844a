import type { FeishuClient } from '../feishu/client.ts';
import { type DocumentView, feishuDriveViews } from '../feishu/drive-views.ts';
import { dataOf, type Outcome } from '../feishu/outcome.ts';

/** Why Feishu doesn't say who opened a document; an administrator can mend it, a repeat can't. */
export type Unavailable = { readonly reason: string };
export type Readers =
  | { readonly readers: readonly DocumentView[] }
  | ({ readonly readers: undefined } & Unavailable);

/** Access records off, no right to manage, or no scope: the report then says so instead of a number. */
const reasonOf = (outcome: Outcome<unknown>): string | undefined =>
  outcome.kind === 'refused' && !outcome.retryable ? outcome.reason : undefined;

/**
 * Who has opened a document, and when last: opened, which is not read. 1 call per 50 people. Throws `feishu_refused` and
 * `feishu_unknown` for what may work later.
 */
export const readReaders =
  ({ client }: { readonly client: FeishuClient }) =>
  async (docToken: string): Promise<Readers> => {
    const outcome = await feishuDriveViews(client).listViews(docToken);
    const reason = reasonOf(outcome);
    return reason === undefined ? { readers: dataOf(outcome) } : { readers: undefined, reason };
  };

/** `drive.file.read_v1` from now on; it comes only to the document's owner, which the app is of pages that it made. */
export const subscribeReads =
  ({ client }: { readonly client: FeishuClient }) =>
  async (
    docToken: string,
  ): Promise<{ readonly subscribed: true } | ({ readonly subscribed: false } & Unavailable)> => {
    const outcome = await feishuDriveViews(client).subscribe(docToken);
    const reason = reasonOf(outcome);
    if (reason !== undefined) return { subscribed: false, reason };
    dataOf(outcome);
    return { subscribed: true };
  };
