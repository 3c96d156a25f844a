import type { Call, Endpoint } from './endpoint.ts';
import { textIn } from './multipart.ts';
import { refusal } from './refusal.ts';

const MAX_BYTES = 10 * 1024 * 1024;

type Size = { readonly width: number; readonly height: number };
type Format = {
  readonly mediaType: string;
  /** First bytes, hexadecimal; `..` matches any byte. */
  readonly magic: string;
  readonly size?: (bytes: Buffer) => Size | undefined;
};

/** The frame header (SOF) of a JPEG holds height and width; other segments are skipped by their length. */
const jpegSize = (bytes: Buffer): Size | undefined => {
  for (let at = 2; at + 9 < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
  }
  return undefined;
};

// The formats of open.feishu.cn/document/server-docs/im-v1/image/create.
const FORMATS: readonly Format[] = [
  { mediaType: 'image/jpeg', magic: 'ffd8ff', size: jpegSize },
  {
    mediaType: 'image/png',
    magic: '89504e470d0a1a0a',
    size: (bytes) => ({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }),
  },
  {
    mediaType: 'image/gif',
    magic: '47494638',
    size: (bytes) => ({ width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }),
  },
  { mediaType: 'image/webp', magic: '52494646........57454250' },
  { mediaType: 'image/bmp', magic: '424d' },
  { mediaType: 'image/x-icon', magic: '00000100' },
  { mediaType: 'image/tiff', magic: '49492a00' },
  { mediaType: 'image/tiff', magic: '4d4d002a' },
  { mediaType: 'image/heic', magic: '........6674797068656963' },
];

const formatOf = (bytes: Buffer): Format => {
  const head = bytes.subarray(0, 24).toString('hex');
  const found = FORMATS.find(({ magic }) => new RegExp(`^${magic}`).test(head));
  if (!found) throw refusal(234011);
  return found;
};

const sizeOf = ({ size }: Format, bytes: Buffer): Size => {
  try {
    return size?.(bytes) ?? { width: 1, height: 1 };
  } catch {
    throw refusal(234011);
  }
};

const maxSide = (mediaType: string, imageType: string): number => {
  if (imageType === 'avatar') return 4096;
  return mediaType === 'image/gif' ? 2000 : 12_000;
};

/** ≤ 10 MB, not empty, GIF ≤ 2000², avatars ≤ 4096², others ≤ 12000². */
export const checkImageBytes = (bytes: Buffer, imageType: string): string => {
  if (bytes.length === 0) throw refusal(234010);
  if (bytes.length > MAX_BYTES) throw refusal(234006);
  const format = formatOf(bytes);
  const { width, height } = sizeOf(format, bytes);
  if (Math.max(width, height) > maxSide(format.mediaType, imageType)) throw refusal(234039);
  return format.mediaType;
};

/** open.feishu.cn/document/server-docs/im-v1/image/create */
const upload = ({ tenant, app, upload: form = new Map() }: Call): object => {
  const imageType = textIn(form, 'image_type');
  if (!['message', 'avatar'].includes(imageType)) throw refusal(234001);
  const bytes = form.get('image') ?? Buffer.alloc(0);
  const mediaType = checkImageBytes(bytes, imageType);
  return { image_key: tenant.images.put({ bytes, owner: { kind: 'app', appId: app.appId }, mediaType }) };
};

export const imageEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/open-apis/im/v1/images',
    scopes: ['im:resource', 'im:resource:upload'],
    isMetered: true,
    handle: upload,
  },
];
