import { InvalidInputError } from '../errors.ts';
import { downloadImage, MOST_BYTES, unreachable } from './article-download.ts';
import type { MarkdownImage } from './article-markdown.ts';

export type ImageRules = {
  /** What stands in the text → an https address or a data: URI: for images named relative to the file. */
  readonly resolve?: (source: string) => Promise<string | undefined>;
  /** `host:port` that may be private and speak http, exactly as in the address. */
  readonly allowedHosts?: readonly string[];
  /** For one image with its redirects. */
  readonly timeoutMs?: number;
};
export type Picture = { readonly name: string; readonly bytes: Uint8Array };

/** What a function of 512 MB keeps in memory beside itself. */
const MOST_TOGETHER = 100 * 1024 * 1024;
const TIMEOUT_MS = 10_000;

const embedded = (uri: string): Buffer => {
  const [, base64] = /^data:image\/[\w.+-]+;base64,([A-Za-z0-9+/=\s]+)$/.exec(uri) ?? [];
  if (base64 === undefined) throw unreachable('内嵌图片要用 base64');
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > MOST_BYTES) throw unreachable('图片超过 20 MB');
  return bytes;
};

/** By its first bytes: what a server calls it may be wrong, and an error page is no picture. */
const endingOf = (bytes: Buffer): string | undefined => {
  const start = bytes.subarray(0, 12).toString('latin1');
  if (start.startsWith('\x89PNG')) return 'png';
  if (start.startsWith('\xff\xd8\xff')) return 'jpg';
  if (start.startsWith('GIF8')) return 'gif';
  if (start.startsWith('BM')) return 'bmp';
  return start.startsWith('RIFF') && start.endsWith('WEBP') ? 'webp' : undefined;
};

/** What the network says is for logs; an editor needs to know what to do. */
const reasonOf = (error: unknown): string =>
  error instanceof InvalidInputError ? error.message : '连接不上，请确认网址能打开';

const addressOf = async ({ resolve }: ImageRules, source: string): Promise<string> =>
  resolve ? ((await resolve(source)) ?? source) : source;

const fetchOne = async (rules: ImageRules, source: string): Promise<Buffer> => {
  const address = await addressOf(rules, source);
  if (address.startsWith('data:')) return embedded(address);
  if (!URL.canParse(address)) throw unreachable('地址不是完整的网址');
  const { allowedHosts = [], timeoutMs = TIMEOUT_MS } = rules;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await downloadImage(address, { allowedHosts, signal });
  } catch (error) {
    throw signal.aborted ? unreachable('超时，请换一个打开更快的地址') : error;
  }
};

const toPicture = (bytes: Buffer, number: number): Picture => {
  const ending = endingOf(bytes);
  if (ending === undefined) throw unreachable('不是 PNG、JPG、GIF、WebP 或 BMP 图片');
  return { name: `image-${number}.${ending}`, bytes };
};

/**
 * The pictures in the order of the images, all or none. Throws `image_unreachable` with the line: not found, too slow,
 * over 20 MB, not a picture, or at an address that is not public.
 */
export const fetchImages =
  (rules: ImageRules) =>
  async (images: readonly MarkdownImage[]): Promise<readonly Picture[]> => {
    const known = new Map<string, Picture>();
    let together = 0;
    for (const [index, { source, line }] of images.entries()) {
      if (known.has(source)) continue;
      try {
        const picture = toPicture(await fetchOne(rules, source), index + 1);
        together += picture.bytes.length;
        if (together > MOST_TOGETHER) throw unreachable('全文图片合计超过 100 MB');
        known.set(source, picture);
      } catch (cause) {
        const reason = reasonOf(cause);
        const words = `第 ${line} 行的图片取不到：${reason}`;
        throw new InvalidInputError('image_unreachable', words, { cause, details: { line, reason } });
      }
    }
    return images.flatMap(({ source }) => known.get(source) ?? []);
  };
