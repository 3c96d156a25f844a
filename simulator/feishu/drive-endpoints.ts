import { z } from 'zod';
import { roleOf } from './bitable/call.ts';
import { appRole, mayApp } from './docs/access.ts';
import { TYPE } from './docs/model.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { textIn, type Upload } from './multipart.ts';
import { Refusal } from './refusal.ts';

const refuse = (code: number, message: string, status = 400): Refusal =>
  new Refusal(code, message, { status });

const fileSchema = z.object({
  file_type: z.enum(['doc', 'docx', 'sheet', 'bitable', 'file', 'folder', 'slides'], 'file_type is required'),
  event_type: z.optional(z.string()),
});

type Managed = { readonly subscribers: Set<string>; readonly role: string | undefined };

const fileOf = ({ tenant, app, path }: Call, type: string): Managed | undefined => {
  const token = path['file_token'] ?? '';
  const base = type === 'bitable' ? tenant.bases.get(token) : undefined;
  if (base) return { subscribers: base.subscribers, role: roleOf(base, app.appId) };
  const doc = type === 'docx' ? tenant.documents.get(token) : undefined;
  return doc && { subscribers: doc.subscribers, role: appRole(tenant, doc, app.appId) };
};

/** 文档的通知事件仅支持文档拥有者和文档管理者订阅. */
const requireManaged = (call: Call): Managed => {
  const parsed = fileSchema.safeParse(Object.fromEntries(call.query));
  if (!parsed.success) throw refuse(1069602, 'param error');
  const file = fileOf(call, parsed.data.file_type);
  if (!file) throw refuse(1069604, 'document not found');
  if (file.role !== 'full_access') throw refuse(1069603, 'forbidden', 403);
  return file;
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
  if (!['bitable_image', 'bitable_file', 'docx_image'].includes(textIn(form, 'parent_type')))
    throw refuse(1061002, 'params error.');
  if (name === '' || name.length > 250) throw refuse(1061008, 'invalid file name.');
  if (bytes.length > MAX_MEDIA_BYTES) throw refuse(1061043, 'file size beyond limit.');
  if (Number(textIn(form, 'size')) !== bytes.length)
    throw refuse(1062009, 'the actual size is inconsistent with the parameter declaration size.');
};

/** A picture goes to the image block that will show it. */
const mayFillBlock = ({ tenant, app }: Call, blockId: string): boolean => {
  const doc = tenant.documents.byBlock(blockId);
  if (doc?.blocks.get(blockId)?.type !== TYPE.image) throw refuse(1061044, 'parent node not exist.');
  return mayApp(tenant, doc, [app.appId, 'edit']);
};

const mayFillBase = ({ tenant, app }: Call, token: string): boolean => {
  const base = tenant.bases.get(token);
  if (!base) throw refuse(1061044, 'parent node not exist.');
  return (roleOf(base, app.appId) ?? 'view') !== 'view';
};

/** open.feishu.cn/document/server-docs/docs/drive-v1/media/multipart-upload-media/upload_all: ≤ 20 MB, into a Base or a docx. */
const upload = (call: Call): object => {
  const { tenant, upload: form = new Map<string, Buffer>() } = call;
  const bytes = form.get('file') ?? Buffer.alloc(0);
  checkMedia(form, bytes);
  const parentNode = textIn(form, 'parent_node');
  const isPicture = textIn(form, 'parent_type') === 'docx_image';
  const may = isPicture ? mayFillBlock(call, parentNode) : mayFillBase(call, parentNode);
  if (!may) throw refuse(1061004, 'forbidden.', 403);
  const name = textIn(form, 'file_name');
  return { file_token: tenant.medias.put({ name, mediaType: typeOf(name), bytes, parentNode }) };
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
