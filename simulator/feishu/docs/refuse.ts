import { Refusal } from '../refusal.ts';

// Code, HTTP status and text as in the error tables of open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1.
const DOCX = {
  1770001: [400, 'invalid param'],
  1770002: [404, 'not found'],
  1770004: [400, 'too many blocks in document'],
  1770010: [400, 'too many table column'],
  1770011: [400, 'too many table cell'],
  1770013: [400, 'relation mismatch'],
  1770014: [400, 'parent children relation mismatch'],
  1770019: [400, 'repeated blockID in document'],
  1770022: [400, 'invalid page token'],
  1770025: [400, 'operation and block not match'],
  1770028: [400, 'block not support create children'],
  1770029: [400, 'block not support to create'],
  1770030: [400, 'invalid parent children relation'],
  1770031: [400, 'block not support to delete children'],
  1770032: [403, 'forbidden'],
  1770033: [400, 'content size exceed limit'],
  1770035: [400, 'resource count exceed limit'],
  1770039: [400, 'folder not found'],
} as const;

export type DocxCode = keyof typeof DOCX;

export const refuse = (code: DocxCode): Refusal => {
  const [status, text] = DOCX[code];
  return new Refusal(code, text, { status });
};

// As in the error tables of open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/wiki-v2: all HTTP 400.
const WIKI = {
  131002: 'param err',
  131005: 'not found',
  131006: 'permission denied',
  131009: 'lock contention, please retry later.',
  131010: 'doc type is deprecated, please use docx.',
} as const;

export const refuseWiki = (code: keyof typeof WIKI): Refusal => new Refusal(code, WIKI[code]);
