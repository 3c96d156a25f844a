import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from '../world.ts';
import { add, blocksOf, createDoc, readBlocks, startDocs, text, uploadTo } from './documents.ts';

let world: World;
let id: string;
beforeEach(async () => {
  world = await startDocs();
  id = await createDoc(world);
});
afterEach(() => world.close());

const image = { block_type: 27, image: {} };
const table = (rows: number, columns: number): object => ({
  block_type: 31,
  table: { property: { row_size: rows, column_size: columns } },
});
const family = (ids: readonly string[], descendants: readonly object[]) =>
  world.api(`POST /docx/v1/documents/${id}/blocks/${id}/descendant`, { children_id: ids, descendants });

// open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document-block-children/create
describe('creating blocks', () => {
  it('answers the new blocks, the next revision and a client_token', async () => {
    const { data } = await add([world, id], [text('一')]);
    expect(data).toMatchObject({ document_revision_id: 2 });
    expect(data['client_token']).toMatch(/^.{36}$/u);
    expect(blocksOf({ data } as never, 'children')[0]).toMatchObject({ block_type: 2, parent_id: id });
  });

  it('takes at most 50', async () => {
    const many = Array.from({ length: 51 }, () => text('一'));
    expect((await add([world, id], many)).code).toBe(99992402);
    expect((await add([world, id], many.slice(1))).code).toBe(0);
  });

  it('refuses an index beyond the end, an unknown kind and content of another kind', async () => {
    expect((await add([world, id], [text('一')], 1)).code).toBe(1770001);
    expect((await add([world, id], [{ block_type: 21, diagram: {} }])).code).toBe(1770029);
    expect((await add([world, id], [{ block_type: 2, bullet: {} }])).code).toBe(1770001);
    expect((await add([world, id], [{ block_type: 2, text: { elements: [] } }])).code).toBe(1770001);
    expect(await readBlocks(world, id)).toHaveLength(1);
  });

  it('refuses a parent that is not there (404) and one that holds nothing', async () => {
    const under = (parent: string) =>
      world.api(`POST /docx/v1/documents/${id}/blocks/${parent}/children`, { children: [text('一')] });
    expect(await under('doxcnNothing')).toMatchObject({ status: 404, code: 1770002 });
    const { data } = await add([world, id], [{ block_type: 22, divider: {} }]);
    const [divider] = blocksOf({ data } as never, 'children');
    expect((await under(divider?.block_id ?? '')).code).toBe(1770028);
  });

  it('fills a table with cells that hold an empty text', async () => {
    await add([world, id], [table(2, 2)]);
    const types = (await readBlocks(world, id)).map(({ block_type: type }) => type);
    expect(types).toEqual([1, 31, 32, 2, 32, 2, 32, 2, 32, 2]);
  });

  // Observed by those who wrote clients; the page doesn't say it.
  it('makes tables of at most 9 rows and columns, and refuses merge_info', async () => {
    expect((await add([world, id], [table(10, 2)])).code).toBe(1770001);
    const merged = { property: { row_size: 1, column_size: 1, merge_info: [{ row_span: 1, col_span: 1 }] } };
    expect((await add([world, id], [{ block_type: 31, table: merged }])).code).toBe(1770001);
  });

  it('does a client_token once, and answers a repeat as the first time', async () => {
    const path = `POST /docx/v1/documents/${id}/blocks/${id}/children?client_token=6f4d7a52-once`;
    const first = await world.api(path, { children: [text('一')] });
    const second = await world.api(path, { children: [text('一')] });
    expect(second.data).toEqual(first.data);
    expect(await readBlocks(world, id)).toHaveLength(2);
  });

  it('takes a revision that is old, and refuses one that is no number', async () => {
    const at = (revision: string) =>
      world.api(`POST /docx/v1/documents/${id}/blocks/${id}/children?document_revision_id=${revision}`, {
        children: [text('一')],
      });
    expect((await at('1')).code).toBe(0);
    expect((await at('1')).code).toBe(0);
    expect((await at('x')).code).toBe(99992402);
  });

  it('refuses more than 100,000 characters in one block', async () => {
    expect((await add([world, id], [text('字'.repeat(100_001))])).code).toBe(1770033);
  });
});

// …/docx-v1/document-block-descendant/create
describe('creating a tree of blocks', () => {
  const cell = (own: string, child: string): object => ({
    block_id: own,
    block_type: 32,
    table_cell: {},
    children: [child],
  });
  const words = (own: string): object => ({ block_id: own, ...text('格') });

  it('turns temporary ids into real ones and says which is which', async () => {
    const whole = { block_id: 't', ...table(1, 2), children: ['a', 'b'] };
    const answer = await family(['t'], [words('a1'), whole, cell('a', 'a1'), cell('b', 'b1'), words('b1')]);
    const relations = answer.data['block_id_relations'] as { temporary_block_id: string; block_id: string }[];
    expect(relations.map(({ temporary_block_id: own }) => own).toSorted()).toEqual([
      'a',
      'a1',
      'b',
      'b1',
      't',
    ]);
    const blocks = await readBlocks(world, id);
    expect(blocks.map(({ block_type: type }) => type)).toEqual([1, 31, 32, 2, 32, 2]);
    expect(blocks[1]).toMatchObject({ table: { cells: blocks[1]?.children, property: { row_size: 1 } } });
  });

  it('takes at most 1000 blocks', async () => {
    const many = Array.from({ length: 1001 }, (_, at) => ({ block_id: `b${at}`, ...text('一') }));
    const ids = many.map(({ block_id: own }) => own);
    expect((await family(ids, many)).code).toBe(99992402);
    expect((await family(ids.slice(1), many.slice(1))).code).toBe(0);
  });

  it('refuses a child that is missing, one with two parents, one left over and an id twice', async () => {
    expect((await family(['a', 'b'], [words('a')])).code).toBe(1770013);
    const twice = [{ block_id: 'a', ...text('一', 12, 'bullet'), children: ['c'] }, words('c')];
    expect((await family(['a', 'c'], twice)).code).toBe(1770014);
    expect((await family(['a'], [words('a'), words('b')])).code).toBe(1770013);
    expect((await family(['a'], [words('a'), words('a')])).code).toBe(1770019);
    expect(await readBlocks(world, id)).toHaveLength(1);
  });

  it('refuses a cell without a child, a table with too few cells and a text inside a table', async () => {
    const one = { block_id: 't', ...table(1, 1), children: ['a'] };
    expect((await family(['t'], [one, { block_id: 'a', block_type: 32, table_cell: {} }])).code).toBe(
      1770001,
    );
    const two = { block_id: 't', ...table(1, 2), children: ['a'] };
    expect((await family(['t'], [two, cell('a', 'x'), words('x')])).code).toBe(1770013);
    expect((await family(['t'], [one, words('a')])).code).toBe(1770030);
  });

  // 1770035 of the error table names how many of each kind.
  it('takes at most 20 pictures and 200 mentions of people in one call', async () => {
    const pictures = Array.from({ length: 21 }, (_, at) => ({ block_id: `p${at}`, ...image }));
    const ids = pictures.map(({ block_id: own }) => own);
    expect((await family(ids, pictures)).code).toBe(1770035);
    expect((await family(ids.slice(1), pictures.slice(1))).code).toBe(0);
    const elements = Array.from({ length: 201 }, () => ({ mention_user: { user_id: 'ou_1' } }));
    expect((await family(['m'], [{ block_id: 'm', block_type: 2, text: { elements } }])).code).toBe(1770035);
  });

  it('refuses more than 100 columns and more than 2000 cells', async () => {
    expect((await family(['t'], [{ block_id: 't', ...table(1, 101) }])).code).toBe(1770010);
    expect((await family(['t'], [{ block_id: 't', ...table(41, 50) }])).code).toBe(1770011);
  });

  it('refuses merge_info, which is read-only', async () => {
    const property = { row_size: 1, column_size: 1, merge_info: [{ row_span: 1, col_span: 1 }] };
    const merged = { block_id: 't', block_type: 31, table: { property }, children: ['a'] };
    expect((await family(['t'], [merged, cell('a', 'x'), words('x')])).code).toBe(1770001);
  });
});

// …/docx-v1/document-block-children/batch_delete
describe('deleting blocks', () => {
  const remove = (start: number, end: number) =>
    world.api(`DELETE /docx/v1/documents/${id}/blocks/${id}/children/batch_delete`, {
      start_index: start,
      end_index: end,
    });

  it('takes what is below them too, from start_index up to end_index', async () => {
    await add([world, id], [text('一'), table(1, 1), text('二')]);
    expect((await remove(0, 2)).data).toMatchObject({ document_revision_id: 3 });
    const blocks = await readBlocks(world, id);
    expect(blocks.map(({ block_type: type }) => type)).toEqual([1, 2]);
  });

  it('refuses a range that is empty or goes beyond the end', async () => {
    await add([world, id], [text('一')]);
    expect((await remove(1, 1)).code).toBe(1770001);
    expect((await remove(0, 2)).code).toBe(1770001);
  });
});

// …/docx-v1/document-block/patch and …/batch_update
describe('changing blocks', () => {
  const idsOf = async (children: readonly object[]): Promise<readonly string[]> =>
    blocksOf(await add([world, id], children), 'children').map(({ block_id: own }) => own);
  const elements = [{ text_run: { content: '新', text_element_style: { bold: true } } }];

  it('replaces the text of a block, and the title through the page block', async () => {
    const [own = ''] = await idsOf([text('旧')]);
    const path = `PATCH /docx/v1/documents/${id}/blocks`;
    const { data } = await world.api(`${path}/${own}`, { update_text_elements: { elements } });
    expect(data['block']).toMatchObject({ text: { elements: [{ text_run: { content: '新' } }] } });
    await world.api(`${path}/${id}`, { update_text_elements: { elements } });
    const { data: about } = await world.api(`GET /docx/v1/documents/${id}`);
    expect(about['document']).toMatchObject({ title: '新', revision_id: 4 });
  });

  it('refuses text for what has none', async () => {
    const [own = ''] = await idsOf([{ block_type: 22, divider: {} }]);
    const path = `PATCH /docx/v1/documents/${id}/blocks/${own}`;
    expect((await world.api(path, { update_text_elements: { elements } })).code).toBe(1770025);
    expect((await world.api(path, {})).code).toBe(1770001);
  });

  it('is all or nothing for a batch, which names a block once', async () => {
    const [first = '', second = ''] = await idsOf([text('旧'), image]);
    const many = (requests: readonly object[]) =>
      world.api(`PATCH /docx/v1/documents/${id}/blocks/batch_update`, { requests });
    const good = { block_id: first, update_text_elements: { elements } };
    expect((await many([good, good])).code).toBe(1770019);
    expect((await many([good, { block_id: second, update_text_elements: { elements } }])).code).toBe(1770025);
    expect(JSON.stringify(await readBlocks(world, id))).toContain('旧');
    expect((await many([good])).data).toMatchObject({ document_revision_id: 3 });
  });

  // …/drive-v1/media/upload_all: parent_node is the id of the image block.
  it('puts a picture into the block that it was uploaded to, and into no other', async () => {
    const [first = '', second = ''] = await idsOf([image, image]);
    const { data } = await uploadTo(world, first, Buffer.from('picture'));
    const replace = (own: string) =>
      world.api(`PATCH /docx/v1/documents/${id}/blocks/${own}`, {
        replace_image: { token: data['file_token'], width: 800, height: 400 },
      });
    expect((await replace(second)).code).toBe(1770013);
    expect((await replace(first)).data['block']).toMatchObject({
      image: { token: data['file_token'], width: 800, height: 400 },
    });
  });

  it('refuses a picture for a block that is not there or is no picture, and one over 20 MB', async () => {
    const [own = '', picture = ''] = await idsOf([text('一'), image]);
    expect((await uploadTo(world, 'doxcnNothing', Buffer.from('x'))).code).toBe(1061044);
    expect((await uploadTo(world, own, Buffer.from('x'))).code).toBe(1061044);
    expect((await uploadTo(world, picture, Buffer.alloc(20 * 1024 * 1024 + 1))).code).toBe(1061043);
  });
});
