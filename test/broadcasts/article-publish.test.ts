import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArticle } from '../../shared/broadcasts/article-read.ts';
import type { FeishuClient } from '../../shared/feishu/client.ts';
import { addChildren } from '../../simulator/feishu/docs/edit.ts';
import {
  APP,
  type ArticleWorld,
  dyingClient,
  PIXEL_URI,
  progressPort,
  publish,
  startArticles,
} from './article-world.ts';

let world: ArticleWorld;
beforeAll(async () => {
  world = await startArticles();
});
afterAll(() => world.close());

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;
const RICH = `# 出差报销新规

本月起**差旅标准**调整，详见[制度全文](https://mint.feishu.cn/wiki/abc?x=1&y=2)。

## 住宿

- 一线城市 \`600\` 元
  - 含税
- 其他城市 400 元

1. 先申请
2. 后出差

- [x] 已经生效
- [ ] 系统待升级

| 城市 | 上限 | 说明 |
| --- | ---: | --- |
| 上海 | 600 | 含早餐 |
| 成都 | 400 |  |

![流程](${PIXEL_URI})

> 旧标准作废

\`\`\`ts
const limit = 600; // <b>不是标签</b>
\`\`\`

---

*有问题*找~~行政~~财务。
`;

describe('an article', () => {
  it.each([
    ['headings, lists, tables, pictures, quotes, code and links', RICH],
    [
      'a text of 5,000 characters',
      Array.from({ length: 50 }, (_, n) => `第 ${n} 段。${'员工应当如实填报差旅费用，'.repeat(8)}`).join(
        '\n\n',
      ),
    ],
    [
      'twenty-five pictures',
      Array.from({ length: 25 }, (_, n) => `第 ${n} 步：\n\n![图](${PIXEL_URI})`).join('\n\n'),
    ],
    ['2,300 blocks', Array.from({ length: 2300 }, (_, n) => `- 第 ${n} 条`).join('\n')],
  ])('of %s reads back with the hash that it was published with', async (_, markdown) => {
    const key = `read-back ${markdown.length}`;
    const published = await publish(world, { key, markdown, title: ` ${key}  标题 ` });
    const read = await readArticle(world)({ kind: 'wiki', token: published.nodeToken });
    expect(read).toMatchObject({
      contentHash: published.contentHash,
      revision: published.revision,
      docToken: published.docToken,
      title: `${key} 标题`,
    });
    expect(published.pageUrl).toBe(`https://mint.feishu.cn/wiki/${published.nodeToken}`);
    expect(read.contentHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('costs six calls, and one more for its picture and for placing it', async () => {
    expect((await publish(world, { key: 'cost' })).calls).toBe(6);
    expect((await publish(world, { key: 'cost with a picture', markdown: RICH })).calls).toBe(8);
  });

  it('is published once: a repeat answers what the first run did, without a call', async () => {
    const deps = world.deps();
    const first = await publish(world, { key: 'twice' }, deps);
    const before = world.pages().length;
    const calls = world.feishu.tenant.calls.since(0).length;
    expect(await publish(world, { key: 'twice' }, deps)).toEqual(first);
    expect(world.feishu.tenant.calls.since(0)).toHaveLength(calls);
    expect(world.pages()).toHaveLength(before);
  });

  it('is changed in place: the address stays, the words are new', async () => {
    const old = await publish(world, { key: 'v1', title: '旧标题', markdown: '旧内容。\n\n还有一段。' });
    const next = await publish(world, {
      key: 'v2',
      title: '新标题',
      markdown: '新内容。',
      nodeToken: old.nodeToken,
    });
    expect(next.nodeToken).toBe(old.nodeToken);
    expect(next.contentHash).not.toBe(old.contentHash);
    expect(next.calls).toBe(8);
    const read = await readArticle(world)({ kind: 'docx', token: old.docToken });
    expect(read).toMatchObject({ title: '新标题', text: '新内容。', contentHash: next.contentHash });
  });

  it('of any Markdown that is not refused reads back with its hash', async () => {
    const inline = fc.constantFrom(
      '报销',
      '**重点**',
      '*斜*',
      '`a|b`',
      '[链接](https://a.cn/x?y=1&z=%20)',
      ' ',
      '~~旧~~',
      '\\*',
      '12.5%',
      '。',
    );
    const words = fc.array(inline, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    const block = fc.oneof(
      words,
      words.map((text) => `## ${text}`),
      fc
        .array(words, { minLength: 1, maxLength: 4 })
        .map((items) => items.map((text) => `- ${text}`).join('\n')),
      fc
        .array(words, { minLength: 1, maxLength: 3 })
        .map((items) => items.map((text, n) => `${'  '.repeat(n)}- ${text}`).join('\n')),
      words.map((text) => `> ${text}`),
      words.map((text) => `\`\`\`js\n${text}\n\`\`\``),
      words.map((text) => `| 头 | 尾 |\n| --- | --- |\n| ${text.replaceAll('|', '')} | |`),
      fc.constant(`![图](${PIXEL_URI})`),
      fc.constant('---'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(block, { minLength: 1, maxLength: 8 }), fc.uuid(), async (blocks, key) => {
        const done = await publish(world, { key, markdown: blocks.join('\n\n') });
        const read = await readArticle(world)({ kind: 'docx', token: done.docToken });
        expect(read.contentHash).toBe(done.contentHash);
      }),
      { numRuns: 25 },
    );
  });

  it('with another text under the same key is the same page with the other text', async () => {
    const deps = world.deps();
    const first = await publish(world, { key: 'corrected' }, deps);
    const second = await publish(world, { key: 'corrected', markdown: '改过的一段。' }, deps);
    expect(second.nodeToken).toBe(first.nodeToken);
    expect((await readArticle(world)({ kind: 'docx', token: second.docToken })).text).toBe('改过的一段。');
  });
});

describe('a run that dies', () => {
  const markdown = `第一段。\n\n![图](${PIXEL_URI})\n\n- 一\n- 二`;

  it.each(['before', 'after'] as const)(
    '%s any of its calls leaves one page with the right content',
    async (when) => {
      for (let call = 1; call <= 8; call += 1) {
        const key = `new page, ${when} ${call}`;
        const progress = progressPort();
        const dying = world.deps(dyingClient(world.client, { call, when }), progress);
        await expect(publish(world, { key, title: key, markdown }, dying)).rejects.toThrow('died');
        const done = await publish(world, { key, title: key, markdown }, world.deps(world.client, progress));
        expect(
          world.pages().filter(({ title }) => title.startsWith(key)),
          key,
        ).toHaveLength(1);
        const read = await readArticle(world)({ kind: 'wiki', token: done.nodeToken });
        expect(read, key).toMatchObject({
          title: key,
          text: '第一段。\n一\n二',
          contentHash: done.contentHash,
        });
      }
    },
  );

  it.each(['before', 'after'] as const)(
    '%s any call of a change keeps the old article on the page until the new one is whole',
    async (when) => {
      for (let call = 1; call <= 10; call += 1) {
        const key = `changed page, ${when} ${call}`;
        const { nodeToken, docToken } = await publish(world, {
          key: `${key} old`,
          markdown: '旧一。\n\n旧二。',
        });
        const progress = progressPort();
        const input = { key, title: key, markdown, nodeToken };
        const dying = world.deps(dyingClient(world.client, { call, when }), progress);
        await expect(publish(world, input, dying)).rejects.toThrow('died');
        const between = await readArticle(world)({ kind: 'docx', token: docToken });
        expect(between.text, key).toMatch(/^旧一。\n旧二。|^第一段。\n一\n二$/);
        const done = await publish(world, input, world.deps(world.client, progress));
        const read = await readArticle(world)({ kind: 'docx', token: docToken });
        expect(read, key).toMatchObject({ text: '第一段。\n一\n二', contentHash: done.contentHash });
      }
    },
  );

  it.each(['before', 'after'] as const)(
    '%s anything it keeps of its progress leaves one page',
    async (when) => {
      for (let save = 1; save <= 4; save += 1) {
        const key = `progress, ${when} ${save}`;
        const kept = progressPort();
        let saves = 0;
        const dying = {
          ...kept,
          save: async (...args: Parameters<typeof kept.save>) => {
            saves += 1;
            if (saves === save && when === 'before') throw new Error('died');
            await kept.save(...args);
            if (saves === save) throw new Error('died');
          },
        };
        const input = { key, title: key, markdown };
        await expect(publish(world, input, world.deps(world.client, dying))).rejects.toThrow('died');
        const done = await publish(world, input, world.deps(world.client, kept));
        expect(
          world.pages().filter(({ title }) => title.startsWith(key)),
          key,
        ).toHaveLength(1);
        expect(await readArticle(world)({ kind: 'docx', token: done.docToken })).toMatchObject({
          title: key,
          text: '第一段。\n一\n二',
          contentHash: done.contentHash,
        });
      }
    },
  );

  it('or meets somebody who writes on its page says so, and writes the page once more', async () => {
    const progress = progressPort();
    const input = { key: 'meddled', title: 'meddled', markdown };
    let isMeddled = false;
    const meddled: FeishuClient = {
      appId: APP,
      call: async (request, schema) => {
        const [, docToken] = /documents\/(\w+)\/blocks$/.exec(request.path) ?? [];
        const doc = world.feishu.tenant.documents.get(docToken ?? '');
        if (doc && !isMeddled) {
          isMeddled = true;
          const spot = { parentId: doc.token, index: 0 };
          const text = { elements: [{ text_run: { content: '插一句' } }] };
          addChildren({ tenant: world.feishu.tenant, doc }, spot, [{ block_type: 2, text }]);
        }
        return world.client.call(request, schema);
      },
    };
    await expect(publish(world, input, world.deps(meddled, progress))).rejects.toThrow(
      code('document_differs'),
    );
    const done = await publish(world, input, world.deps(world.client, progress));
    expect(world.pages().filter(({ title }) => title === 'meddled')).toHaveLength(1);
    expect((await readArticle(world)({ kind: 'docx', token: done.docToken })).text).toBe('第一段。\n一\n二');
  });

  it('whenever it dies a second time, is finished by the third', async () => {
    for (let call = 2; call <= 9; call += 1) {
      const progress = progressPort();
      const input = { key: `twice dead ${call}`, title: `twice dead ${call}`, markdown };
      const die = (at: number) =>
        publish(
          world,
          input,
          world.deps(dyingClient(world.client, { call: at, when: 'after' }), progress),
        ).catch(() => undefined);
      await die(5);
      await die(call);
      const done = await publish(world, input, world.deps(world.client, progress));
      expect(world.pages().filter(({ title }) => title.startsWith(input.title))).toHaveLength(1);
      expect(await readArticle(world)({ kind: 'docx', token: done.docToken })).toMatchObject({
        text: '第一段。\n一\n二',
        contentHash: done.contentHash,
      });
    }
  });
});

describe('Feishu', () => {
  const api = {
    create: 'POST /open-apis/wiki/v2/spaces/:space_id/nodes',
    insert: 'POST /open-apis/docx/v1/documents/:document_id/blocks/:block_id/descendant',
    upload: 'POST /open-apis/drive/v1/medias/upload_all',
    place: 'PATCH /open-apis/docx/v1/documents/:document_id/blocks/batch_update',
    title: 'POST /open-apis/wiki/v2/spaces/:space_id/nodes/:node_token/update_title',
  };
  const markdown = `一段。\n\n![图](${PIXEL_URI})`;

  it.each(
    Object.entries(api).flatMap(([name, path]) =>
      (['429', '500', 'lost_reply'] as const).map((kind) => [kind, name, path] as const),
    ),
  )('that answers %s to %s is asked again, and there is one page', async (kind, name, path) => {
    const key = `${kind} ${name}`;
    world.feishu.tenant.faults.set([{ api: path, kind, count: 1 }]);
    const done = await publish(world, { key, title: key, markdown });
    world.feishu.tenant.faults.set([]);
    expect(world.pages().filter(({ title }) => title.startsWith(key))).toHaveLength(1);
    const read = await readArticle(world)({ kind: 'docx', token: done.docToken });
    expect(read).toMatchObject({ title: key, text: '一段。', contentHash: done.contentHash });
  });

  it('that goes on refusing ends the run; a later one finishes it', async () => {
    const deps = world.deps();
    world.feishu.tenant.faults.set([{ api: api.insert, kind: '429' }]);
    await expect(publish(world, { key: 'busy', title: 'busy' }, deps)).rejects.toThrow(
      code('feishu_refused'),
    );
    world.feishu.tenant.faults.set([]);
    const done = await publish(world, { key: 'busy', title: 'busy' }, deps);
    expect(world.pages().filter(({ title }) => title.startsWith('busy'))).toHaveLength(1);
    expect((await readArticle(world)({ kind: 'docx', token: done.docToken })).text).toBe('第一段。');
  });

  it('is asked no faster than it allows: no call of a long article is refused', async () => {
    const from = world.feishu.tenant.calls.since(0).length;
    const startedAt = world.clock.now();
    await publish(world, {
      key: 'pace',
      markdown: Array.from({ length: 1500 }, (_, n) => `- ${n}`).join('\n'),
    });
    expect(
      world.feishu.tenant.calls
        .since(0)
        .slice(from)
        .filter(({ code: answered }) => answered !== 0),
    ).toEqual([]);
    expect(world.clock.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('nothing is made', () => {
  it.each([
    ['article_title', { title: '  ' }],
    ['article_title', { title: '长'.repeat(801) }],
    ['markdown_broken', { markdown: '```\n没有结束' }],
    ['image_unreachable', { markdown: '![图](http://127.0.0.1/a.png)' }],
    ['wiki_not_found', { place: { spaceId: '7400000000000000000' } }],
    ['article_refused', { place: { spaceId: 'not-a-space' } }],
    ['wiki_not_found', { nodeToken: 'Nowhere00000000000000000000' }],
  ])('when it is refused with %s (%#)', async (expected, input) => {
    const before = world.pages().length;
    await expect(publish(world, { key: `refused ${expected}`, ...input })).rejects.toThrow(code(expected));
    expect(world.pages()).toHaveLength(before);
  });

  it('in a space where the bot may not write, and the editor is told whom to ask', async () => {
    const { id } = world.feishu.tenant.spaces.create({ name: '财务', description: '', isPublic: true });
    const refused = publish(world, { key: 'foreign space', place: { spaceId: id } });
    await expect(refused).rejects.toThrow(code('wiki_forbidden'));
    await expect(refused).rejects.toThrow(/知识库管理员/);
  });

  it('of a page that the bot may only read', async () => {
    const { tenant } = world.feishu;
    const { id } = tenant.spaces.create({ name: '别人的', description: '', isPublic: true });
    const doc = world.write('别人的页面', '原文。', { apps: { [APP]: 'view' } });
    const creator = doc.owner;
    const space = tenant.spaces.get(id);
    if (!space) throw new Error('no space');
    const { token } = tenant.spaces.addNode({ space, objToken: doc.token, parent: '', creator });
    await expect(publish(world, { key: 'read only', nodeToken: token })).rejects.toThrow(
      code('document_forbidden'),
    );
    expect((await readArticle(world)({ kind: 'docx', token: doc.token })).text).toBe('原文。');
  });
});
