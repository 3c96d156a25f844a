import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPrivateAddress } from '../../shared/broadcasts/article-download.ts';
import { fetchImages, type ImageRules } from '../../shared/broadcasts/article-images.ts';
import { readArticle } from '../../shared/broadcasts/article-read.ts';
import {
  type ArticleWorld,
  PIXEL,
  PIXEL_URI,
  publish,
  startArticles,
  startWeb,
  type Web,
} from './article-world.ts';

const flood = (response: ServerResponse): void => {
  if (!response.destroyed)
    response.write(Buffer.alloc(1024 * 1024), () => {
      setImmediate(flood, response);
    });
};

const answers: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  '/a.png': (response) => response.end(PIXEL),
  '/moved': (response) => response.writeHead(302, { location: '/a.png' }).end(),
  '/round': (response) => response.writeHead(302, { location: '/round' }).end(),
  '/inside': (response) =>
    response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
  '/page': (response) => response.writeHead(200, { 'content-type': 'image/png' }).end('<html>请登录</html>'),
  '/declared': (response) =>
    response.writeHead(200, { 'content-length': String(21 * 1024 * 1024) }).write(PIXEL),
  '/endless': (response) => {
    response.write(PIXEL);
    flood(response);
  },
  '/slow': (response) => response.write(PIXEL.subarray(0, 8)),
};

let web: Web;
let asked: string[] = [];
beforeAll(async () => {
  web = await startWeb((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const answer = answers[path];
    if (answer) answer(response);
    else response.writeHead(404).end();
  });
});
afterAll(() => {
  web.close();
});

const rules = (more: ImageRules = {}): ImageRules => ({ allowedHosts: [web.host], timeoutMs: 2000, ...more });
const fetchAt = (source: string, more?: ImageRules) => fetchImages(rules(more))([{ source, line: 7 }]);
const unreachable = (reason: string) =>
  expect.objectContaining({ code: 'image_unreachable', details: { line: 7, reason } }) as Error;

describe('an image', () => {
  it('comes from the web, through a redirect, out of the text, or from where its file lies', async () => {
    const png = [{ name: 'image-1.png', bytes: PIXEL }];
    expect(await fetchAt(`${web.url}/a.png`)).toEqual(png);
    expect(await fetchAt(`${web.url}/moved`)).toEqual(png);
    expect(await fetchAt(PIXEL_URI)).toEqual(png);
    const resolve = (source: string) =>
      Promise.resolve(source === './a.png' ? `${web.url}/a.png` : undefined);
    expect(await fetchAt('./a.png', { resolve })).toEqual(png);
  });

  it('that stands twice is fetched once', async () => {
    asked = [];
    const source = `${web.url}/a.png`;
    const found = await fetchImages(rules())([
      { source, line: 1 },
      { source, line: 2 },
    ]);
    expect(found).toHaveLength(2);
    expect(asked).toEqual(['/a.png']);
  });

  it.each([
    ['/gone.png', '对方回答 HTTP 404'],
    ['/round', '转跳太多'],
    ['/inside', '只能读取 https 地址'],
    ['/page', '不是 PNG、JPG、GIF、WebP 或 BMP 图片'],
    ['/declared', '图片超过 20 MB'],
    ['/endless', '图片超过 20 MB'],
    ['/slow', '超时，请换一个打开更快的地址'],
  ])('at %s can not be fetched: %s', async (path, reason) => {
    await expect(fetchAt(`${web.url}${path}`)).rejects.toThrow(unreachable(reason));
  });

  it.each([
    ['./local.png', '地址不是完整的网址'],
    ['http://example.com/a.png', '只能读取 https 地址'],
    ['ftp://example.com/a.png', '只能读取 https 地址'],
    ['https://127.0.0.1/a.png', '地址在内网，不能读取'],
    ['https://[::1]/a.png', '地址在内网，不能读取'],
    ['https://[::ffff:10.0.0.1]/a.png', '地址在内网，不能读取'],
    ['https://2130706433/a.png', '地址在内网，不能读取'],
    ['https://localhost/a.png', '地址在内网，不能读取'],
    ['https://no-such-host.invalid/a.png', '连接不上，请确认网址能打开'],
    ['data:image/svg+xml,<svg/>', '内嵌图片要用 base64'],
    ['data:image/png;base64,aGk=', '不是 PNG、JPG、GIF、WebP 或 BMP 图片'],
  ])('at %s is refused: %s', async (source, reason) => {
    await expect(fetchAt(source)).rejects.toThrow(unreachable(reason));
  });

  it.each([
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::a00:1',
  ])('may not be at %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['8.8.8.8', '172.32.0.1', '101.35.212.35', '2400:3200::1'])('may be at %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

describe('an article with an image from the web', () => {
  let world: ArticleWorld;
  beforeAll(async () => {
    world = await startArticles();
  });
  afterAll(() => world.close());

  it('has it on its page', async () => {
    const images = rules();
    const markdown = `一段。\n\n![图](${web.url}/a.png)`;
    const done = await publish(world, { markdown }, { ...world.deps(), images });
    const { medias, documents } = world.feishu.tenant;
    const image = [...(documents.get(done.docToken)?.blocks.values() ?? [])].find(({ type }) => type === 27);
    expect(medias.get(String(image?.content['token']))?.bytes).toEqual(PIXEL);
    expect((await readArticle(world)({ kind: 'docx', token: done.docToken })).contentHash).toBe(
      done.contentHash,
    );
  });

  it('that can not be fetched makes nothing', async () => {
    const before = world.pages().length;
    const markdown = `一段。\n\n![图](${web.url}/gone.png)`;
    const publishing = publish(world, { key: 'gone', markdown }, { ...world.deps(), images: rules() });
    await expect(publishing).rejects.toThrow('第 3 行的图片取不到：对方回答 HTTP 404');
    expect(world.pages()).toHaveLength(before);
  });
});
