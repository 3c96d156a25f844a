import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import { TooLargeError } from '../errors.ts';

/** Bytes. Smaller ones are worth neither the time nor a third more for base64. */
const worthBytes = 512 * 1024;
/** Bytes. Of the 6 MB that Lambda answers with, headers and all (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
export const mostReplyBytes = 6 * 1024 * 1024 - 64 * 1024;

/** Level 5 takes as long as gzip; a window of 4 MB sees an id again that stands once in each of two lists. */
const brotli = (text: string): Buffer =>
  brotliCompressSync(text, {
    params: { [zlib.BROTLI_PARAM_QUALITY]: 5, [zlib.BROTLI_PARAM_LGWIN]: 22 },
  });

const codings = { br: brotli, gzip: (text: string): Buffer => gzipSync(text) } as const;
type Coding = keyof typeof codings;

/** `gzip;q=0` refuses it. */
const accepted = (header: string): readonly string[] =>
  header
    .split(',')
    .filter((each) => !/;\s*q=0(\.0*)?\s*$/u.test(each))
    .map((each) => each.split(';')[0]?.trim().toLowerCase() ?? '');

const codingFor = (acceptEncoding: string): Coding | undefined => {
  const known = accepted(acceptEncoding);
  return (['br', 'gzip'] as const).find((coding) => known.includes(coding));
};

export type Compressed = { readonly body: string | Buffer; readonly coding?: Coding };

/** What is large, as whoever asked takes it. Throws `reply_too_large`. */
export const compress = (text: string, acceptEncoding: string): Compressed => {
  const bytes = Buffer.byteLength(text);
  if (bytes < worthBytes) return { body: text };
  const coding = codingFor(acceptEncoding);
  const body = coding === undefined ? text : codings[coding](text);
  const sent = typeof body === 'string' ? bytes : Math.ceil(body.length / 3) * 4;
  if (sent > mostReplyBytes) throw new TooLargeError('reply_too_large', '文件太大，无法下载：请联系管理员');
  return { body, ...(coding && { coding }) };
};
