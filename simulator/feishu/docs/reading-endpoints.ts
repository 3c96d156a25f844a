import { z } from 'zod';
import { idOf } from '../directory.ts';
import { type Call, type Endpoint, pageOf, userIdTypeSchema, wholeNumber } from '../endpoint.ts';
import { Refusal } from '../refusal.ts';
import { mayApp } from './access.ts';
import type { Doc } from './model.ts';
import { statisticsOf } from './views.ts';

const refuse = (code: number, message: string, status = 400): Refusal =>
  new Refusal(code, message, { status });

const parse = <T extends z.ZodType>(schema: T, { query }: Call): z.output<T> => {
  const parsed = schema.safeParse(Object.fromEntries(query));
  if (!parsed.success) throw refuse(1069602, 'param error');
  return parsed.data;
};

const typeSchema = z.enum(['doc', 'docx', 'sheet', 'bitable', 'mindnote', 'wiki', 'file']);

/** A docx by its token, or a wiki page by its node's; `status` is that of 1069604 on the page of the API. */
const requireDoc = ({ tenant, path }: Call, type: z.infer<typeof typeSchema>, status: number): Doc => {
  const token = path['file_token'] ?? '';
  const own = type === 'wiki' ? tenant.spaces.node(token)?.objToken : token;
  const doc = type === 'wiki' || type === 'docx' ? tenant.documents.get(own ?? '') : undefined;
  if (!doc) throw refuse(1069604, 'not found', status);
  return doc;
};

const recordsSchema = z.object({
  file_type: typeSchema,
  page_size: wholeNumber(1, 50),
  page_token: z.optional(z.string()),
  viewer_id_type: userIdTypeSchema,
});

type Viewer = { readonly unionId: string; readonly at: number };

const viewerShown = (
  { tenant, app }: Call,
  type: z.infer<typeof userIdTypeSchema>,
  { unionId, at }: Viewer,
): object => {
  const person = tenant.directory.byUnion(unionId);
  return {
    viewer_id: person ? idOf(app.appId, type, person) : '',
    name: person?.name ?? '',
    avatar_url: '',
    last_view_time: String(Math.floor(at / 1000)),
  };
};

/** The latest first. */
const viewersOf = ({ views }: Doc): readonly Viewer[] =>
  [...views].map(([unionId, { at }]) => ({ unionId, at })).toSorted((one, other) => other.at - one.at);

const paged = <T>(
  all: readonly T[],
  size: number,
  token: string | undefined,
): ReturnType<typeof pageOf<T>> => {
  try {
    return pageOf(all, size, token);
  } catch (error) {
    throw error instanceof Refusal ? refuse(1069602, 'invalid param') : error;
  }
};

/**
 * open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/drive-v1/file-view_record/list: one row a person, who must be
 * able to manage the file and whose company must keep access records.
 */
const listViews = (call: Call): object => {
  const query = parse(recordsSchema, call);
  const doc = requireDoc(call, query.file_type, 404);
  const { tenant, app } = call;
  const isKept = tenant.switches().accessRecords;
  if (!isKept || !mayApp(tenant, doc, [app.appId, 'full_access'])) throw refuse(1069603, 'forbidden', 403);
  const page = paged(viewersOf(doc), query.page_size, query.page_token);
  return { ...page, items: page.items.map((viewer) => viewerShown(call, query.viewer_id_type, viewer)) };
};

/** open.feishu.cn/document/server-docs/docs/drive-v1/file/get: needs the right to read. */
const getStatistics = (call: Call): object => {
  const { file_type: type } = parse(z.object({ file_type: typeSchema }), call);
  const doc = requireDoc(call, type, 400);
  const { tenant, app } = call;
  if (!mayApp(tenant, doc, [app.appId, 'view'])) throw refuse(1069603, 'forbidden', 403);
  const token = call.path['file_token'] ?? '';
  return { file_token: token, file_type: type, statistics: statisticsOf(doc, tenant.clock.now()) };
};

const file = '/open-apis/drive/v1/files/:file_token';

export const readingEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: `${file}/view_records`,
    scopes: ['drive:file:view_record:readonly'],
    isMetered: true,
    handle: listViews,
  },
  {
    method: 'GET',
    path: `${file}/statistics`,
    scopes: ['drive:drive', 'drive:drive.metadata:readonly', 'drive:drive:readonly'],
    isMetered: true,
    handle: getStatistics,
  },
];
