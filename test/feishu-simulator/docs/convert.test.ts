import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from '../world.ts';
import { type Block, convert, createDoc, insert, readBlocks, startDocs, uploadTo } from './documents.ts';

let world: World;
beforeEach(async () => {
  world = await startDocs();
});
afterEach(() => world.close());

const MARKDOWN = `# 差旅报销

出差前**先申请**，见[制度](https://bohe.example/a?b=1)。

- 交通
  - 高铁二等座
- [x] 住宿

1. 提交
2. 审批

> 超标自付

| 城市 | 上限 |
| --- | --- |
| 上海 | 500 |

\`\`\`json
{"a":1}
\`\`\`

---

![流程](https://bohe.example/flow.png)
`;

const wordsOf = (block: Block): string =>
  [...JSON.stringify(block).matchAll(/"content":"(?<own>[^"]*)"/gu)]
    .map(({ groups }) => groups?.['own'])
    .join('');

// open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document/convert
describe('converting Markdown', () => {
  it('gives blocks of each kind by temporary ids, to be inserted as a tree', async () => {
    const id = await createDoc(world);
    const converted = await convert(world, MARKDOWN);
    expect(converted.blocks.every(({ parent_id: parent }) => parent === '')).toBe(true);
    expect((await insert(world, id, converted)).code).toBe(0);
    const blocks = await readBlocks(world, id);
    expect(blocks.map((block) => [block.block_type, wordsOf(block)])).toEqual([
      [1, '报销制度'],
      [3, '差旅报销'],
      [2, '出差前先申请，见制度。'],
      [12, '交通'],
      [12, '高铁二等座'],
      [17, '住宿'],
      [13, '提交'],
      [13, '审批'],
      [15, '超标自付'],
      [31, ''],
      ...['城市', '上限', '上海', '500'].flatMap((word) => [
        [32, ''],
        [2, word],
      ]),
      [14, '{\\'],
      [22, ''],
      [27, ''],
    ]);
  });

  it('keeps bold text and links, whose url is percent-encoded', async () => {
    const { blocks } = await convert(world, '**先**[制度](https://bohe.example/a?b=1)');
    expect(blocks[0]?.['text']).toMatchObject({
      elements: [
        { text_run: { content: '先', text_element_style: { bold: true } } },
        { text_run: { text_element_style: { link: { url: 'https%3A%2F%2Fbohe.example%2Fa%3Fb%3D1' } } } },
      ],
    });
  });

  it('counts on where an ordered list says so', async () => {
    const { first_level_block_ids: ids, blocks } = await convert(world, '5. 五\n6. 六');
    const styles = ids.map((own) => blocks.find(({ block_id: id }) => id === own)?.['ordered']);
    expect(styles).toMatchObject([{ style: { sequence: '5' } }, { style: { sequence: 'auto' } }]);
  });

  it('gives tables with a merge_info that may not be sent back', async () => {
    const converted = await convert(world, '| 城市 | 上限 |\n| --- | --- |\n| 上海 | 500 |');
    const table = converted.blocks.find(({ block_type: type }) => type === 31);
    expect(table?.['table']).toMatchObject({
      cells: table?.children,
      property: { row_size: 2, column_size: 2, merge_info: Array(4).fill({ row_span: 1, col_span: 1 }) },
    });
    const id = await createDoc(world);
    const raw = { children_id: converted.first_level_block_ids, descendants: converted.blocks };
    const refused = await world.api(`POST /docx/v1/documents/${id}/blocks/${id}/descendant`, raw);
    expect(refused.code).toBe(1770001);
  });

  // Observed by those who wrote clients.
  it('does not give the blocks in the order of reading', async () => {
    const { first_level_block_ids: ids, blocks } = await convert(world, '一\n\n二\n\n三');
    expect(blocks.map(({ block_id: id }) => id)).not.toEqual(ids);
    expect(blocks.map(({ block_id: id }) => id).toSorted()).toEqual(ids.toSorted());
  });

  it('names the address of each picture, which its caller uploads to the block', async () => {
    const id = await createDoc(world);
    const converted = await convert(world, '前![图](https://bohe.example/a.png)后');
    const [image] = converted.block_id_to_image_urls;
    expect(image?.image_url).toBe('https://bohe.example/a.png');
    await insert(world, id, converted);
    const blocks = await readBlocks(world, id);
    expect(blocks.map(({ block_type: type }) => type)).toEqual([1, 2, 27, 2]);
    const picture = blocks[2]?.block_id ?? '';
    const { data } = await uploadTo(world, picture, Buffer.from('picture'));
    const replaced = await world.api(`PATCH /docx/v1/documents/${id}/blocks/batch_update`, {
      requests: [{ block_id: picture, replace_image: { token: data['file_token'] } }],
    });
    expect(replaced.code).toBe(0);
  });

  it('refuses an empty text, another kind and more than 10,485,760 characters', async () => {
    const answer = async (content: string, kind = 'markdown') =>
      (await world.api('POST /docx/v1/documents/blocks/convert', { content_type: kind, content })).code;
    expect(await answer('')).toBe(99992402);
    expect(await answer('一', 'word')).toBe(99992402);
    expect(await answer('x'.repeat(10_485_761))).toBe(1770033);
  });
});

describe('converting HTML', () => {
  it('gives the same blocks as Markdown does', async () => {
    const html =
      '<h1>差旅</h1><p>先<b>申请</b></p><ul><li>交通</li></ul><table><tr><th>城市</th></tr><tr><td>上海</td></tr></table>';
    const id = await createDoc(world);
    await insert(world, id, await convert(world, html, 'html'));
    const blocks = await readBlocks(world, id);
    expect(blocks.map(({ block_type: type }) => type)).toEqual([1, 3, 2, 12, 31, 32, 2, 32, 2]);
  });
});
