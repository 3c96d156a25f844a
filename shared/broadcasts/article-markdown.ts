import { InvalidInputError } from '../errors.ts';
import { checkTables } from './article-tables.ts';

/** What keeps a line from being published, in words for the editor. */
export type Problem = { readonly line: number; readonly words: string };
/** `number` counts from 1. `text` has escaped characters and inline code blanked, so that only what is Markdown is left. */
export type Line = { readonly number: number; readonly raw: string; readonly text: string };
export type MarkdownImage = { readonly source: string; readonly line: number };
export type CheckedMarkdown = {
  /** The Markdown; in it every image stands under an address of `imageAddress`. */
  readonly content: string;
  readonly images: readonly MarkdownImage[];
};

/** `content` of open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document/convert, characters. */
const MOST_CHARACTERS = 10_485_760;
const TOLD = 5;

const FENCE = /^(?:\s{0,3}>\s?)*\s*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})([^`]*)$/;
const blank = (found: string): string => ' '.repeat(found.length);
const blankEscapes = (text: string): string => text.replaceAll(/\\[!-/:-@[-`{-~]/g, blank);
const blankCode = (text: string): string => text.replaceAll(/(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, blank);

type Fence = { readonly mark: string; readonly info: string; readonly number: number };
const fenceIn = (raw: string, number: number): Fence | undefined => {
  const [found, mark = '', info = ''] = FENCE.exec(raw) ?? [];
  return found === undefined ? undefined : { mark, info: info.trim(), number };
};
const closes = (fence: Fence, open: Fence): boolean => fence.mark.startsWith(open.mark) && fence.info === '';

type Scanned = { readonly lines: readonly Line[]; readonly openFence: number | undefined };

/** The lines outside fenced code, and where a fence was opened that nothing closes. */
const scan = (markdown: string): Scanned => {
  const lines: Line[] = [];
  let open: Fence | undefined;
  for (const [index, raw] of markdown.split('\n').entries()) {
    const fence = fenceIn(raw, index + 1);
    if (open) open = fence && closes(fence, open) ? undefined : open;
    else if (fence) open = fence;
    else lines.push({ number: index + 1, raw, text: blankCode(blankEscapes(raw)) });
  }
  return { lines, openFence: open?.number };
};

const ATTRIBUTE = String.raw`\s+[a-z_:][\w.:-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>]+))?`;
const TAG = new RegExp(
  String.raw`<(?:/?[a-z][a-z0-9-]*(?:${ATTRIBUTE})*\s*/?>|!--|!doctype|\?|/?(?:script|style|iframe|object|embed|svg|img|table|div|span|video)\b)`,
  'i',
);
const SCHEME = /\]\(\s*<?\s*(?:javascript|vbscript|data|file):/i;
const IMAGE =
  /!\[([^\]]*)\]\(\s*(<[^<>]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/g;

const checkLine = ({ number, text }: Line): readonly Problem[] => {
  const bare = text.replaceAll(IMAGE, (found, _alt, source: string) =>
    source === '' ? found : blank(found),
  );
  const found = (isSo: boolean, words: string): readonly Problem[] => (isSo ? [{ line: number, words }] : []);
  return [
    ...found(TAG.test(bare), '不支持 HTML 标签，请改用 Markdown 写法'),
    ...found(SCHEME.test(bare), '链接只能是网页地址'),
    ...found(bare.includes('!['), '图片请写成 ![说明](地址)，括号要成对'),
    ...found(/\]\([^)]*$/.test(bare) && !bare.includes('!['), '链接的括号没有闭合'),
  ];
};

/** Not an address of anything: an image is found again by its number after Feishu has converted the text. */
export const imageAddress = (index: number): string => `https://image.invalid/${index}`;

/** The line with its images' sources replaced; which is outside code is read from `text`, which has the same length. */
const replaceImages = ({ number, raw, text }: Line, images: MarkdownImage[]): string => {
  let line = '';
  let at = 0;
  for (const found of text.matchAll(IMAGE)) {
    const inRaw = raw.slice(found.index, found.index + found[0].length);
    const [, alt = '', source = ''] = [...inRaw.matchAll(IMAGE)][0] ?? found;
    line += `${raw.slice(at, found.index)}![${alt}](${imageAddress(images.length)})`;
    at = found.index + found[0].length;
    images.push({ source: source.replaceAll(/^<|>$/g, ''), line: number });
  }
  return line + raw.slice(at);
};

const refuse = (problems: readonly Problem[]): void => {
  if (problems.length === 0) return;
  const ordered = problems.toSorted((a, b) => a.line - b.line);
  const told = ordered.slice(0, TOLD).map(({ line, words }) => `第 ${line} 行：${words}`);
  const more = ordered.length > TOLD ? `；还有 ${ordered.length - TOLD} 处` : '';
  const lines = ordered.map(({ line }) => line);
  throw new InvalidInputError('markdown_broken', told.join('；') + more, {
    details: { line: lines[0], lines },
  });
};

/**
 * Everything about a Markdown text that would make a page other than what its author means, before anything is made of it.
 * Throws `markdown_broken` (with the lines) or `article_too_large`.
 */
export const checkMarkdown = (markdown: string): CheckedMarkdown => {
  const text = markdown.replaceAll('\r\n', '\n').replace(/^\uFEFF/, '');
  const { lines, openFence } = scan(text);
  const fence = openFence === undefined ? [] : [{ line: openFence, words: '代码块没有结束，缺少 ```' }];
  const empty = text.trim() === '' ? [{ line: 1, words: '文章没有内容' }] : [];
  refuse([...empty, ...fence, ...lines.flatMap(checkLine), ...checkTables(lines)]);
  const images: MarkdownImage[] = [];
  const changed = new Map(lines.map((line) => [line.number, replaceImages(line, images)]));
  const content = text
    .split('\n')
    .map((line, index) => changed.get(index + 1) ?? line)
    .join('\n');
  if (content.length <= MOST_CHARACTERS) return { content, images };
  throw new InvalidInputError(
    'article_too_large',
    `文章有 ${content.length} 个字符，最多 ${MOST_CHARACTERS} 个`,
  );
};
