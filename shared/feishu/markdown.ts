const entity = (character: string): string => `&#${character.codePointAt(0) ?? 0};`;

/**
 * Plain text → markdown that shows exactly that text: a customer's words must never become a link, a mention of
 * everyone, a heading or an emoji. Entities as Feishu's rich-text page asks
 * (open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/rich-text). One line in, one line out.
 */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    // Direction overrides make a line read as something else.
    .replace(/[\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()
    .replace(/[&<>~*_[\]\\`|]/gu, entity)
    // What starts a list, heading or rule only does so at the start of a line.
    .replace(/^[-+#=]/u, entity)
    .replace(/^(\d+)([.)])/u, (_, digits: string, mark: string) => digits + entity(mark))
    // A bare address would become a link, :OK: an emoji.
    .replace(/:(?=\/\/|[A-Za-z0-9_+&#;-]+:)/gu, entity);

const ENTITY = /&#(\d{1,6});/g;

/** The words of a markdown text without links, tags and marks, entities decoded: what a headline is made from. */
export const plainText = (content: string): string =>
  content
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>/g, '')
    .replace(/^#{1,6}\s+|\*\*|~~/gm, '')
    .replace(ENTITY, (_, code: string) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)));

const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** At most `max` characters as people count them, 「…」 where something is missing. */
export const clip = (text: string, max: number): string => {
  const characters = Array.from(segmenter.segment(text), ({ segment }) => segment);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
};
