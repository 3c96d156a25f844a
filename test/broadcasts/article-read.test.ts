import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArticle } from '../../shared/broadcasts/article-read.ts';
import { readReaders, subscribeReads } from '../../shared/broadcasts/article-readers.ts';
import { feishuBitable } from '../../shared/feishu/bitable.ts';
import { parseDocumentRead } from '../../shared/feishu/drive-views.ts';
import { dataOf } from '../../shared/feishu/outcome.ts';
import { docActsOf } from '../../simulator/feishu/docs/acts.ts';
import { TYPE } from '../../simulator/feishu/docs/model.ts';
import { APP, type ArticleWorld, publish, startArticles } from './article-world.ts';

let world: ArticleWorld;
beforeAll(async () => {
  world = await startArticles();
});
afterAll(() => world.close());

const read = (token: string, kind: 'docx' | 'wiki' = 'docx') => readArticle(world)({ kind, token });
const shared = (markdown: string, title = '制度') =>
  world.write(title, markdown, { apps: { [APP]: 'view' } }).token;
const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

describe('a document that is linked', () => {
  it('has a title, words, minutes, and a summary of its first paragraphs', async () => {
    const long = '员工出差应当提前申请并选择合理的交通方式。'.repeat(30);
    const token = shared(`# 总则\n\n适用于全体员工。\n\n${long}\n\n- 一条\n\n最后。`, '出差报销新规');
    const article = await read(token);
    expect(article).toMatchObject({ docToken: token, title: '出差报销新规', minutes: 2 });
    expect(article.words).toBe(2 + 7 + 600 + 2 + 2);
    const [first, second, ...more] = article.summary.split('\n');
    expect(first).toBe('适用于全体员工。');
    expect(second).toMatch(/^员工出差应当.*…$/);
    expect(more).toEqual([]);
    expect(article.summary.length).toBeLessThanOrEqual(120);
  });

  it('counts words of other scripts as words', async () => {
    expect(await read(shared('使用 Feishu Base 记录 2026 年'))).toMatchObject({ words: 8, minutes: 1 });
  });

  it('reads again with the same hash, and with another one when a word, a mark or the order changes', async () => {
    const token = shared('甲段**重点**。\n\n乙段。\n\n- 一\n- 二');
    const { contentHash } = await read(token);
    expect((await read(token)).contentHash).toBe(contentHash);
    const others = [
      '甲段重点。\n\n乙段。\n\n- 一\n- 二',
      '甲段**重点**。\n\n乙段！\n\n- 一\n- 二',
      '乙段。\n\n甲段**重点**。\n\n- 一\n- 二',
      '甲段**重点**。\n\n乙段。\n\n- 一\n  - 二',
    ];
    const hashes = await Promise.all(
      others.map(async (markdown) => (await read(shared(markdown))).contentHash),
    );
    expect(new Set([contentHash, ...hashes]).size).toBe(5);
    expect((await read(shared('甲段**重点**。\n\n乙段。\n\n- 一\n- 二'))).contentHash).toBe(contentHash);
    expect((await read(shared('甲段**重点**。\n\n乙段。\n\n- 一\n- 二', '别的标题'))).contentHash).not.toBe(
      contentHash,
    );
  });

  it('keeps its hash when only ids, colours or empty lines differ', async () => {
    const token = shared('一段。');
    const { contentHash } = await read(token);
    const doc = world.feishu.tenant.documents.get(token);
    const block = [...(doc?.blocks.values() ?? [])].find(({ type }) => type === TYPE.text);
    const [run] = (block?.content['elements'] ?? []) as { text_run: { content: string } }[];
    const split = Array.from(run?.text_run.content ?? '', (content) => ({
      text_run: { content, text_element_style: { bold: false, text_color: 5 } },
    }));
    if (block) block.content = { elements: split, style: { align: 3 } };
    expect((await read(token)).contentHash).toBe(contentHash);
  });

  it('is read through its wiki page too', async () => {
    const { nodeToken, docToken, contentHash } = await publish(world, { key: 'by node' });
    const article = await read(nodeToken, 'wiki');
    expect(article).toMatchObject({ nodeToken, docToken, contentHash });
  });

  it('that the bot may not read tells the editor how to let it', async () => {
    const { token } = world.write('私密', '不给看');
    const reading = read(token);
    await expect(reading).rejects.toThrow(code('document_forbidden'));
    await expect(reading).rejects.toThrow('『…』→『更多』→『添加文档应用』');
  });

  it.each(['docx', 'wiki'] as const)('as %s that is not there is not found', async (kind) => {
    await expect(read('Nowhere00000000000000000000', kind)).rejects.toThrow(code('document_not_found'));
  });

  it('must be a document: a table in a wiki is none', async () => {
    const { tenant } = world.feishu;
    const base = dataOf(await feishuBitable(world.client).createBase('排班表'));
    const space = tenant.spaces.get(world.spaceId);
    if (!space) throw new Error('no space');
    const creator = { kind: 'app', appId: APP } as const;
    const { token } = tenant.spaces.addNode({ space, objToken: base.token, parent: '', creator });
    await expect(read(token, 'wiki')).rejects.toThrow(code('document_kind'));
    await expect(publish(world, { key: 'onto a table', nodeToken: token })).rejects.toThrow(
      code('document_kind'),
    );
  });

  it('waits out a limit', async () => {
    const token = shared('一段。');
    world.feishu.tenant.faults.set([
      { api: 'GET /open-apis/docx/v1/documents/:document_id/blocks', kind: '429', count: 2 },
    ]);
    expect((await read(token)).text).toBe('一段。');
    world.feishu.tenant.faults.set([]);
  });
});

describe('who opened an article', () => {
  const people = () => world.feishu.tenant.company.people.filter(({ resigned }) => !resigned);
  const open = (unionId: string, token: string) => docActsOf(world.feishu.tenant, unionId).open(token);

  it('is everyone with the time of the last view, over all pages', async () => {
    const { docToken } = await publish(world, { key: 'opened' });
    const readers = people().slice(0, 55);
    for (const { unionId } of readers) open(unionId, docToken);
    const found = await readReaders(world)(docToken);
    expect(found.readers?.map(({ unionId }) => unionId).sort()).toEqual(
      readers.map(({ unionId }) => unionId).sort(),
    );
    const at = new Date(Math.floor(world.clock.now() / 1000) * 1000).toISOString();
    expect(found.readers?.[0]?.lastViewAt).toBe(at);
  });

  it('is not known of a document that the bot does not manage, which is an answer', async () => {
    expect(await readReaders(world)(shared('别人的'))).toEqual({
      readers: undefined,
      reason: 'document_forbidden',
    });
    expect(await subscribeReads(world)(shared('别人的'))).toEqual({
      subscribed: false,
      reason: 'document_forbidden',
    });
  });

  it('is not known while the company keeps no access records', async () => {
    const { docToken } = await publish(world, { key: 'no records' });
    world.feishu.tenant.setSwitches({ accessRecords: false });
    expect(await readReaders(world)(docToken)).toMatchObject({ reason: 'document_forbidden' });
    world.feishu.tenant.setSwitches({ accessRecords: true });
  });

  it('is an error that passes when Feishu is busy', async () => {
    const { docToken } = await publish(world, { key: 'busy readers' });
    world.feishu.tenant.faults.set([
      { api: 'GET /open-apis/drive/v1/files/:file_token/view_records', kind: '500' },
    ]);
    await expect(readReaders(world)(docToken)).rejects.toThrow(code('feishu_refused'));
    world.feishu.tenant.faults.set([]);
  });

  it('comes as events of a page that the bot made, from when it asks for them', async () => {
    const { docToken } = await publish(world, { key: 'subscribed' });
    expect(await subscribeReads(world)(docToken)).toEqual({ subscribed: true });
    expect(await subscribeReads(world)(docToken)).toEqual({ subscribed: true });
    expect(world.feishu.tenant.documents.get(docToken)?.subscribers.has(APP)).toBe(true);
  });

  it('is in the body of drive.file.read_v1', () => {
    const event = {
      file_type: 'docx',
      file_token: 'QhR1dPzkRoTcZfxVbq5cXlkFnTg',
      operator_id_list: [{ union_id: 'on_1', open_id: 'ou_1', user_id: 'u1' }, { open_id: 'ou_2' }],
    };
    expect(parseDocumentRead(event)).toEqual({
      docToken: event.file_token,
      fileType: 'docx',
      unionIds: ['on_1'],
    });
    expect(parseDocumentRead({ file_type: 'docx', file_token: 'x' }).unionIds).toEqual([]);
  });

  it.each([
    undefined,
    {},
    { file_token: '', file_type: 'docx' },
    { file_token: 'x', file_type: 'docx', operator_id_list: 'on_1' },
  ])('is refused in %j', (event) => {
    expect(() => parseDocumentRead(event)).toThrow(code('invalid_input'));
  });
});
