import { lookup } from 'node:dns';
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import * as z from 'zod/mini';
import { InvalidInputError } from '../errors.ts';

/** open.feishu.cn/document/server-docs/docs/drive-v1/media/upload_all */
export const MOST_BYTES = 20 * 1024 * 1024;
const REDIRECTS = 3;

const chunkSchema = z.instanceof(Buffer);

export const unreachable = (words: string): InvalidInputError =>
  new InvalidInputError('image_unreachable', words);

// https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry
const PRIVATE_V4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4';
const PRIVATE_V6 =
  '::/128 ::1/128 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 ff00::/8';

const blockListOf = (text: string, family: 'ipv4' | 'ipv6', list: BlockList): BlockList => {
  for (const range of text.split(' ')) {
    const [network = '', bits] = range.split('/');
    list.addSubnet(network, Number(bits), family);
  }
  return list;
};
const privateRanges = blockListOf(PRIVATE_V6, 'ipv6', blockListOf(PRIVATE_V4, 'ipv4', new BlockList()));

/** Of this machine, its network or the cloud's metadata: an article must not make us read those. */
export const isPrivateAddress = (address: string): boolean => {
  // An address of one link carries its interface: fe80::1%eth0.
  const [bare = ''] = address.split('%');
  return privateRanges.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4');
};

/** The address that was checked is the one that is connected to: a name can't answer twice. */
const publicOnly: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    // A name without an address comes as an error and no list.
    const addresses = error ? [] : found;
    const isRefused = addresses.some(({ address }) => isPrivateAddress(address));
    const [one] = addresses;
    if (isRefused) callback(unreachable('地址在内网，不能读取'), []);
    else if (!one) callback(error ?? unreachable('没有这个网址'), []);
    else if (options.all) callback(null, addresses);
    else callback(null, one.address, one.family);
  });
};

type Limits = {
  /** `host:port` that may be private and speak http, exactly as in the address. */
  readonly allowedHosts: readonly string[];
  readonly signal: AbortSignal;
};

/** A literal address is connected to without a look-up. */
const isPrivateHost = (hostname: string): boolean => {
  const host = hostname.replaceAll(/^\[|\]$/g, '');
  return isIP(host) !== 0 && isPrivateAddress(host);
};

const ask = (url: URL, { allowedHosts, signal }: Limits): Promise<IncomingMessage> => {
  const isAllowed = allowedHosts.includes(url.host);
  if (!isAllowed && url.protocol !== 'https:') throw unreachable('只能读取 https 地址');
  if (!isAllowed && isPrivateHost(url.hostname)) throw unreachable('地址在内网，不能读取');
  const get = url.protocol === 'https:' ? getHttps : getHttp;
  const options = { signal, ...(!isAllowed && { lookup: publicOnly }) };
  return new Promise((resolve, reject) => {
    get(url, options, resolve).on('error', reject);
  });
};

const follow = async (address: string, limits: Limits): Promise<IncomingMessage> => {
  let url = new URL(address);
  for (let hops = 0; hops <= REDIRECTS; hops += 1) {
    const response = await ask(url, limits);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    response.destroy();
    const isMoved = statusCode >= 300 && statusCode < 400;
    if (!isMoved || headers.location === undefined) throw unreachable(`对方回答 HTTP ${statusCode}`);
    url = new URL(headers.location, url);
  }
  throw unreachable('转跳太多');
};

/** The bytes at a public https address, ≤ 20 MB. Throws `image_unreachable` with the reason, or what the network says. */
export const downloadImage = async (address: string, limits: Limits): Promise<Buffer> => {
  const response = await follow(address, limits);
  if (Number(response.headers['content-length'] ?? 0) > MOST_BYTES) {
    response.destroy();
    throw unreachable('图片超过 20 MB');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = chunkSchema.parse(chunk);
    size += bytes.length;
    if (size > MOST_BYTES) throw unreachable('图片超过 20 MB');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
};
