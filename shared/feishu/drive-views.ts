import * as z from 'zod/mini';
import { parse } from '../parse.ts';
import type { FeishuClient } from './client.ts';
import { mapOk, type Outcome } from './outcome.ts';
import { allPages, pageFields } from './paging.ts';

/** Only the latest view of each person is kept, without how long it took. */
export type DocumentView = { readonly unionId: string; readonly lastViewAt: string };

export type DriveViews = {
  /**
   * Who has opened a docx (open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/drive-v1/file-view_record/list), 50 a
   * call. 1069603 unless the app manages the document and the company keeps access records.
   */
  readonly listViews: (docToken: string) => Promise<Outcome<readonly DocumentView[]>>;
  /**
   * From then on the document's events come (open.feishu.cn/document/server-docs/docs/drive-v1/event/subscribe); that of
   * reading only to the document's owner. Again changes nothing.
   */
  readonly subscribe: (docToken: string) => Promise<Outcome<object>>;
};

const FILES = '/open-apis/drive/v1/files';

const viewsSchema = z.object({
  ...pageFields,
  items: z._default(
    z.nullable(z.array(z.object({ viewer_id: z.string(), last_view_time: z.coerce.number() }))),
    [],
  ),
});

export const feishuDriveViews = (client: FeishuClient): DriveViews => ({
  listViews: async (docToken) => {
    const query = { file_type: 'docx', page_size: 50, viewer_id_type: 'union_id' };
    const pages = await allPages(client, { path: `${FILES}/${docToken}/view_records`, query }, viewsSchema);
    return mapOk(pages, (found) =>
      found
        .flatMap(({ items }) => items ?? [])
        .map((view) => ({
          unionId: view.viewer_id,
          lastViewAt: new Date(view.last_view_time * 1000).toISOString(),
        })),
    );
  },
  subscribe: (docToken) =>
    client.call(
      { method: 'POST', path: `${FILES}/${docToken}/subscribe`, query: { file_type: 'docx' } },
      z.looseObject({}),
    ),
});

const readSchema = z.object({
  file_token: z.string().check(z.minLength(1)),
  file_type: z.string(),
  operator_id_list: z._default(z.array(z.object({ union_id: z.optional(z.string()) })), []),
});

export type DocumentRead = {
  readonly docToken: string;
  readonly fileType: string;
  readonly unionIds: readonly string[];
};

/**
 * The body of `drive.file.read_v1` (open.feishu.cn/document/server-docs/docs/drive-v1/event/list/file-read): who has just
 * opened a document. Throws `invalid_input`.
 */
export const parseDocumentRead = (event: unknown): DocumentRead => {
  const { file_token: docToken, file_type: fileType, operator_id_list: people } = parse(readSchema, event);
  return { docToken, fileType, unionIds: people.flatMap(({ union_id }) => union_id ?? []) };
};
