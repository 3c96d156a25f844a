import { describe, expect, it } from 'vitest';
import type { FeishuClient, FeishuRequest } from '../../shared/feishu/client.ts';
import {
  type Article,
  contentHash,
  type DocxBlock,
  inOrder,
  withImageTokens,
  wordsOf,
} from '../../shared/feishu/docx-blocks.ts';
import { pacedClient } from '../../shared/feishu/docx-pace.ts';

const run = (content: string, style: object = {}): object => ({
  text_run: { content, text_element_style: style },
});
const text = (id: string, elements: readonly object[], more: object = {}): DocxBlock => ({
  block_id: id,
  block_type: 2,
  children: [],
  text: { elements },
  ...more,
});
const hashOf = (...blocks: readonly DocxBlock[]): string => {
  const below = new Set(blocks.flatMap(({ children }) => children));
  const topIds = blocks.map(({ block_id }) => block_id).filter((id) => !below.has(id));
  return contentHash({ title: '题', blocks, topIds });
};

describe('the hash of an article', () => {
  it('is the same however Feishu cuts, encodes and adorns it', () => {
    const link = (url: string) => run('制度', { link: { url } });
    const plain = hashOf(text('a', [run('甲乙'), link('https://a.cn/x?y=1')]));
    expect(
      hashOf(
        text('z', [
          run('甲'),
          run('乙', { bold: false, text_color: 3 }),
          run(''),
          link('https%3A%2F%2Fa.cn%2Fx%3Fy%3D1'),
        ]),
      ),
    ).toBe(plain);
    expect(hashOf(text('z', [run('甲乙'), link('https://a.cn/x?y=1')]), text('e', [run('')]))).toBe(plain);
    expect(
      hashOf(text('z', [run('甲乙'), link('https://a.cn/x?y=1')], { comment_ids: ['1'], parent_id: 'p' })),
    ).toBe(plain);
  });

  it('is another one for another word, mark, link, mention, formula, tick, kind, table or picture', () => {
    const image = (token: string): DocxBlock => ({
      block_id: 'i',
      block_type: 27,
      children: [],
      image: { token, width: 3 },
    });
    const todo = (done: boolean): DocxBlock => ({
      block_id: 't',
      block_type: 17,
      children: [],
      todo: { elements: [run('甲')], style: { done } },
    });
    const table = (row_size: number): DocxBlock => ({
      block_id: 't',
      block_type: 31,
      children: [],
      table: { property: { row_size, column_size: 2 } },
    });
    const versions = [
      hashOf(text('a', [run('甲')])),
      hashOf(text('a', [run('乙')])),
      hashOf(text('a', [run('甲', { bold: true })])),
      hashOf(text('a', [run('甲', { italic: true })])),
      hashOf(text('a', [run('甲', { link: { url: 'https://a.cn' } })])),
      hashOf(text('a', [run('甲', { link: { url: 'https://b.cn/%zz' } })])),
      hashOf(text('a', [run('甲'), { mention_user: { user_id: 'ou_1', text_element_style: {} } }])),
      hashOf(text('a', [run('甲'), { mention_user: { user_id: 'ou_2' } }])),
      hashOf(text('a', [run('甲'), { equation: { content: 'e=mc^2' } }])),
      hashOf(text('a', [run('甲'), { reminder: { expire_time: '1' } }])),
      hashOf(todo(false)),
      hashOf(todo(true)),
      hashOf(table(1)),
      hashOf(table(2)),
      hashOf(image('')),
      hashOf(image('box1')),
      hashOf({ ...text('a', [run('甲')]), block_type: 12 }),
      hashOf({ block_id: 'd', block_type: 22, children: [], divider: {} }),
      hashOf(text('a', [run('甲')], { children: ['b'] }), text('b', [run('乙')])),
      hashOf(text('a', [run('甲')]), text('b', [run('乙')])),
    ];
    expect(new Set(versions).size).toBe(versions.length);
  });

  it('does not mistake where one block ends for its words', () => {
    expect(hashOf(text('a', [run('甲')]), text('b', [run('乙')]))).not.toBe(hashOf(text('a', [run('甲乙')])));
    expect(wordsOf(text('a', [run('甲'), { equation: { content: 'x' } }, run('乙')]))).toBe('甲乙');
  });
});

it('pictures get their tokens in the order of reading, whatever the order of the list', () => {
  const image = (id: string): DocxBlock => ({ block_id: id, block_type: 27, children: [], image: {} });
  const list: DocxBlock = {
    block_id: 'l',
    block_type: 12,
    children: ['second'],
    bullet: { elements: [run('看')] },
  };
  const article: Article = {
    title: '',
    blocks: [image('third'), image('second'), list, image('first')],
    topIds: ['first', 'l', 'third'],
  };
  const placed = withImageTokens(article, ['box1', 'box2', 'box3']);
  expect(inOrder(placed).map((block) => block['image'])).toEqual([
    { token: 'box1' },
    undefined,
    { token: 'box2' },
    { token: 'box3' },
  ]);
});

describe('a paced client', () => {
  const called = async (...requests: readonly FeishuRequest[]): Promise<readonly number[]> => {
    let now = 0;
    const times: number[] = [];
    const client: FeishuClient = {
      appId: 'cli_x',
      call: () => {
        times.push(now);
        return Promise.resolve({ kind: 'unknown', reason: 'none' });
      },
    };
    const paced = pacedClient(client, { now: () => now, sleep: (ms) => Promise.resolve(void (now += ms)) });
    for (const request of requests) await paced.call(request, undefined as never);
    return times;
  };
  const docx = '/open-apis/docx/v1/documents/x/blocks';

  it('makes at most three writes, five reads and five uploads in any second', async () => {
    const writes = await called(
      ...Array.from({ length: 7 }, () => ({ method: 'POST', path: docx }) as const),
    );
    const reads = await called(...Array.from({ length: 11 }, () => ({ method: 'GET', path: docx }) as const));
    const path = '/open-apis/drive/v1/medias/upload_all';
    const uploads = await called(...Array.from({ length: 11 }, () => ({ method: 'POST', path }) as const));
    const most = (times: readonly number[]): number =>
      Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
    expect([writes, reads, uploads].map(most)).toEqual([3, 5, 5]);
  });

  it('lets everything else pass, and different kinds side by side', async () => {
    const others = { method: 'POST', path: '/open-apis/wiki/v2/spaces/1/nodes' } as const;
    const times = await called(others, others, { method: 'POST', path: docx }, { method: 'GET', path: docx });
    expect(times).toEqual([0, 0, 0, 0]);
  });
});
