import type { PhrasingContent } from 'mdast';
import type { Content } from './model.ts';
import type { TextStyle } from './rich-text.ts';

export type Run = { readonly text: string; readonly style: TextStyle };
type Piece = Run | { readonly image: string };
type Inner = Extract<PhrasingContent, { readonly children: readonly PhrasingContent[] }>;

const wordsOf = (node: PhrasingContent): string => {
  if (node.type === 'break') return '\n';
  return 'value' in node ? node.value : '';
};

/** `link.url` is percent-encoded as a whole: 块的数据结构, «Link». */
const styleIn = (node: Inner): TextStyle => {
  if (node.type === 'strong') return { bold: true };
  if (node.type === 'emphasis') return { italic: true };
  if (node.type === 'delete') return { strikethrough: true };
  return node.type === 'link' ? { link: { url: encodeURIComponent(node.url) } } : {};
};

/** Runs of one style each, and pictures between them. */
export const piecesOf = (nodes: readonly PhrasingContent[], style: TextStyle = {}): readonly Piece[] =>
  nodes.flatMap((node): readonly Piece[] => {
    if (node.type === 'image') return [{ image: node.url }];
    if ('children' in node) return piecesOf(node.children, { ...style, ...styleIn(node) });
    const own = node.type === 'inlineCode' ? { ...style, inline_code: true } : style;
    return [{ text: wordsOf(node), style: own }];
  });

export const richText = (runs: readonly Run[], style: Content = {}): Content => ({
  elements: (runs.length > 0 ? runs : [{ text: '', style: {} }]).map(({ text, style: own }) => ({
    text_run: { content: text, text_element_style: own },
  })),
  style,
});
