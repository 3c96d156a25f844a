import { z } from 'zod';
import { roleOf } from './bitable/call.ts';
import type { Base } from './bitable/model.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { textIn, type Upload } from './multipart.ts';
import { Refusal } from './refusal.ts';

const refuse = (code: number, message: string, status = 400): Refusal =>
  new Refusal(code, message, { status });

const fileSchema = z.object({
  file_type: z.enum(['doc', 'docx', 'sheet', 'bitable', 'file', 'folder', 'slides'], 'file_type is required'),
  event_type: z.optional(z.string()),
});

/** 文档的通知事件仅支持文档拥有者和文档管理者订阅. */
const requireManaged = (call: Call): Base => {
  const parsed = fileSchema.safeParse(Object.fromEntries(call.query));
  if (!parsed.success) throw refuse(1069602, 'param error');
  const base = call.tenant.bases.get(call.path['file_token'] ?? '');
  if (parsed.data.file_type !== 'bitable' || !base) throw refuse(1069604, 'document not found');
  if (roleOf(base, call.app.appId) !== 'full_access') throw refuse(1069603, 'forbidden', 403);
  return base;
};

/** open.feishu.cn/document/server-docs/docs/drive-v1/event/subscribe: all of a document's events at once. */
const subscribe = (call: Call): object => {
  requireManaged(call).subscribers.add(call.app.appId);
  return {};
};

/** open.feishu.cn/document/server-docs/docs/drive-v1/event/get_subscribe */
const isSubscribed = (call: Call): object => ({
  is_subscribe: requireManaged(call).subscribers.has(call.app.appId),
});

/** open.feishu.cn/document/server-docs/docs/drive-v1/event/delete_subscribe */
const unsubscribe = (call: Call): object => {
  if (!requireManaged(call).subscribers.delete(call.app.appId)) throw refuse(1069605, 'Unsubscribe');
  return {};
};

const MAX_MEDIA_BYTES = 20 * 1024 * 1024;
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
};

const typeOf = (name: string): string =>
  MEDIA_TYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';

const checkMedia = (form: Upload, bytes: Buffer): void => {
  const name = textIn(form, 'file_name');
  if (!['bitable_image', 'bitable_file'].includes(textIn(form, 'parent_type')))
    throw refuse(1061002, 'params error.');
  if (name === '' || name.length > 250) throw refuse(1061008, 'invalid file name.');
  if (bytes.length > MAX_MEDIA_BYTES) throw refuse(1061043, 'file size beyond limit.');
  if (Number(textIn(form, 'size')) !== bytes.length)
    throw refuse(1062009, 'the actual size is inconsistent with the parameter declaration size.');
};

/** open.feishu.cn/document/server-docs/docs/drive-v1/media/multipart-upload-media/upload_all: ≤ 20 MB, into a Base. */
const upload = ({ tenant, app, upload: form = new Map() }: Call): object => {
  const bytes = form.get('file') ?? Buffer.alloc(0);
  checkMedia(form, bytes);
  const base = tenant.bases.get(textIn(form, 'parent_node'));
  if (!base) throw refuse(1061044, 'parent node not exist.');
  const role = roleOf(base, app.appId) ?? 'view';
  if (role === 'view') throw refuse(1061004, 'forbidden.', 403);
  const name = textIn(form, 'file_name');
  return { file_token: tenant.medias.put({ name, mediaType: typeOf(name), bytes }) };
};

/** open.feishu.cn/document/server-docs/docs/drive-v1/media/download */
const download = ({ tenant, path }: Call): object => {
  const media = tenant.medias.get(path['file_token'] ?? '');
  if (!media) throw refuse(1061003, 'not found.', 404);
  return new Blob([new Uint8Array(media.bytes)], { type: media.mediaType });
};

const files = '/open-apis/drive/v1/files/:file_token';
const medias = '/open-apis/drive/v1/medias';
const scopes = ['docs:doc', 'docs:event:subscribe', 'drive:drive', 'sheets:spreadsheet'];

export const driveEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: `${files}/subscribe`, scopes, isMetered: true, handle: subscribe },
  {
    method: 'GET',
    path: `${files}/get_subscribe`,
    scopes,
    isMetered: true,
    rate: { perMinute: 10 },
    handle: isSubscribed,
  },
  { method: 'DELETE', path: `${files}/delete_subscribe`, scopes, isMetered: true, handle: unsubscribe },
  {
    method: 'POST',
    path: `${medias}/upload_all`,
    scopes: ['bitable:app', 'docs:doc', 'docs:document.media:upload', 'drive:drive'],
    isMetered: true,
    rate: { perSecond: 5 },
    handle: upload,
  },
  {
    method: 'GET',
    path: `${medias}/:file_token/download`,
    scopes: ['bitable:app', 'bitable:app:readonly', 'docs:doc', 'drive:drive'],
    isMetered: true,
    rate: { perSecond: 5 },
    handle: download,
  },
];
