import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMarkdown } from '../../shared/broadcasts/article-markdown.ts';
import type { AppError } from '../../shared/errors.ts';

const problemsOf = (markdown: string): { code: string; lines: unknown; words: string } => {
  try {
    checkMarkdown(markdown);
    return { code: '', lines: [], words: '' };
  } catch (error) {
    const { code, details, message } = error as AppError;
    return { code, lines: details['lines'] ?? [details['line']], words: message };
  }
};

describe('Markdown', () => {
  it.each([
    ['a fence that never ends', '一\n\n```ts\nconst a = 1;', 3, '代码块'],
    ['a fence that another mark can not end', '~~~\na\n```', 1, '代码块'],
    ['a tag', '好\n<div>块</div>', 2, 'HTML'],
    ['a script', 'a\n\nb <script>alert(1)</script>', 3, 'HTML'],
    ['a tag that goes on', '<img\nsrc="x">', 1, 'HTML'],
    ['a comment', '<!-- 备注 -->', 1, 'HTML'],
    ['a row with too few cells', '| a | b |\n| --- | --- |\n| 1 |', 3, '1 格'],
    ['a row with too many cells', '| a | b |\n| --- | --- |\n| 1 | 2 | 3 |', 3, '3 格'],
    ['a delimiter row of other length', '| a | b |\n| --- |\n| 1 | 2 |', 2, '分隔行'],
    ['a table without its delimiter row', '说明\n\n| a | b |\n| 1 | 2 |', 3, '分隔行'],
    ['words right behind a table', '| a |\n| - |\n| 1 |\n后面的话', 4, '空一行'],
    ['an image without its end', '![图](https://a.cn/b.png', 1, '图片'],
    ['an image without a source', '![图]()', 1, '图片'],
    ['an image by reference', '![图][a]\n\n[a]: https://a.cn/b.png', 1, '图片'],
    ['a link without its end', '见 [制度](https://a.cn', 1, '链接'],
    ['a link that runs', '[点](javascript:alert(1))', 1, '网页地址'],
    ['nothing', ' \n ', 1, '没有内容'],
  ])('with %s is broken at its line', (...[, markdown, line, words]) => {
    const problem = problemsOf(markdown);
    expect(problem).toMatchObject({ code: 'markdown_broken', lines: [line] });
    expect(problem.words).toContain(`第 ${line} 行`);
    expect(problem.words).toContain(words);
  });

  it('names every line that is broken, the first five in words', () => {
    const { lines, words } = problemsOf(Array.from({ length: 7 }, () => '<b>x</b>').join('\n'));
    expect(lines).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(words).toContain('还有 2 处');
  });

  it.each([
    ['code with tags and bars', '```html\n<div>| a |</div>\n```'],
    ['code in a list', '- 例：\n  ```\n  <b>\n  ```'],
    ['inline code', '写 `<div>` 或 ``![a](`` 或 `a|b`'],
    ['escapes', '\\<div> \\![x] 1 \\| 2'],
    ['comparisons', '若 a<b 且 c>d，则 1 < 2'],
    ['an address in angle brackets', '<https://feishu.cn> <a@b.cn>'],
    ['a table and its neighbours', '# 标题\n| a | b |\n|:-|-:|\n| 1 | 2 |\n| x \\| y | `c` |\n\n后面'],
    ['a table without outer bars', 'a | b\n--- | ---\n1 | 2'],
    ['a rule and a heading by underlining', '标题\n---\n\n---'],
    ['brackets in an address', '[a](https://a.cn/b_(c)) 与 ![x](https://a.cn/b_(c).png "题")'],
    ['a bar in words', '甲|乙'],
  ])('with %s is fine', (_, markdown) => {
    expect(problemsOf(markdown).words).toBe('');
  });

  it('gets a number for each image, and keeps everything else', () => {
    const { content, images } = checkMarkdown(
      '一 ![a](<x y.png>)\r\n`![n](no)` ![b](data:image/png;base64,AA==)\n```\n![c](no)\n```',
    );
    expect(images).toEqual([
      { source: 'x y.png', line: 1 },
      { source: 'data:image/png;base64,AA==', line: 2 },
    ]);
    expect(content).toBe(
      '一 ![a](https://image.invalid/0)\n`![n](no)` ![b](https://image.invalid/1)\n```\n![c](no)\n```',
    );
  });

  it('over a limit of documents is too large', () => {
    const row = (cells: number): string => `|${' a |'.repeat(cells)}`;
    const wide = `${row(101)}\n|${' - |'.repeat(101)}\n${row(101)}`;
    const long = `| a | b |\n| - | - |\n${Array.from({ length: 249 }, () => '| 1 | 2 |').join('\n')}`;
    expect(problemsOf(wide)).toMatchObject({ code: 'article_too_large', lines: [1] });
    expect(problemsOf(long)).toMatchObject({ code: 'article_too_large', lines: [1] });
    expect(problemsOf('长'.repeat(10_485_761)).code).toBe('article_too_large');
  });

  it('of any kind is taken or refused with a line, quickly', () => {
    const piece = fc.constantFrom(
      '|',
      '-',
      '`',
      '```',
      '\n',
      '![',
      '](',
      ')',
      '<',
      'a',
      '>',
      '图',
      ' ',
      '\\',
      '"',
      ':',
      '~~~',
      '#',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        const problem = problemsOf(pieces.join(''));
        expect(['', 'markdown_broken']).toContain(problem.code);
      }),
      { numRuns: 500 },
    );
    const startedAt = performance.now();
    for (const bad of [
      '`'.repeat(50_000),
      '![a]('.repeat(20_000),
      '|'.repeat(50_000),
      '<a '.repeat(20_000),
      '[]('.repeat(20_000),
    ])
      problemsOf(bad);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
