import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { web } from '../../shared/lambda/web.ts';
import { type Gateway, startGateway } from './gateway.ts';

const pages: Readonly<Record<string, string>> = {
  small: '直达',
  large: `${'直达 '.repeat(200_000)}完`,
  // Nothing makes it smaller than three quarters of its hex.
  huge: randomBytes(9_000_000).toString('hex'),
};
let gateway: Gateway;
beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  gateway = await startGateway();
  const handler = web(({ url }) => new Response(pages[new URL(url).pathname.slice(1)]));
  gateway.answerWith((event) => handler(event, {} as Context));
});
afterAll(async () => {
  await gateway.close();
  vi.restoreAllMocks();
});

type Raw = { readonly status: number; readonly coding: string | undefined; readonly bytes: Buffer };

/** As the bytes arrive: fetch would undo the coding. */
const ask = (page: string, acceptEncoding?: string): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const headers = acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding };
    get(`${gateway.url}/${page}`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const coding = response.headers['content-encoding'];
        resolve({ status: response.statusCode ?? 0, coding, bytes: Buffer.concat(chunks) });
      });
    }).on('error', reject);
  });

describe('what pages answer', () => {
  it('is compressed when it is large, as whoever asks takes it', async () => {
    const gzip = await ask('large', 'gzip, deflate');
    expect(gzip.coding).toBe('gzip');
    expect(gunzipSync(gzip.bytes).toString()).toBe(pages['large']);
    const brotli = await ask('large', 'gzip, deflate, br;q=0.9');
    expect(brotli.coding).toBe('br');
    expect(brotliDecompressSync(brotli.bytes).toString()).toBe(pages['large']);
  });

  it('stays as it is when it is small, or nothing that we know is taken', async () => {
    expect(await ask('small', 'gzip')).toMatchObject({ coding: undefined, bytes: Buffer.from('直达') });
    for (const header of [undefined, '', 'identity', 'gzip;q=0, br; q=0.0', 'zstd'])
      expect(await ask('large', header)).toMatchObject({ status: 200, coding: undefined });
  });

  it('is a clear refusal when it is more than Lambda can answer with', async () => {
    for (const header of ['gzip', 'br', undefined]) {
      const { status, bytes } = await ask('huge', header);
      expect(status).toBe(413);
      expect(JSON.parse(bytes.toString())).toEqual({
        code: 'reply_too_large',
        message: '文件太大，无法下载：请联系管理员',
      });
    }
  });
});
