import { h } from './dom.ts';
import { childOf, flagOf, isJson, type Json, listOf, textOf } from './json.ts';

export type OpenLink = (url: string) => void;

/** `link.url` is percent-encoded as a whole. */
const decoded = (url: string): string => {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
};

const MARKS = [
  ['bold', 'strong'],
  ['italic', 'em'],
  ['strikethrough', 'del'],
  ['underline', 'u'],
  ['inline_code', 'code'],
] as const;

const anchor = (label: Node | string, url: string, openLink: OpenLink): Node | string => {
  if (!/^https?:\/\//iu.test(url)) return label;
  const node = h('a', { href: url, rel: 'noreferrer', target: '_blank' }, label);
  node.addEventListener('click', (event) => {
    event.preventDefault();
    openLink(url);
  });
  return node;
};

const runNode = (run: Json, openLink: OpenLink): Node | string => {
  const style = childOf(run, 'text_element_style');
  const marked = MARKS.reduce<Node | string>(
    (inner, [name, tag]) => (flagOf(style, name) ? h(tag, {}, inner) : inner),
    textOf(run, 'content'),
  );
  return anchor(marked, decoded(textOf(childOf(style, 'link'), 'url')), openLink);
};

/** The words of a block: runs with their style, and links that the client follows. */
export const textNodes = (content: unknown, openLink: OpenLink): readonly (Node | string)[] =>
  isJson(content)
    ? listOf(content, 'elements').map((element) => {
        const run = childOf(element, 'text_run');
        return run ? runNode(run, openLink) : textOf(childOf(element, 'equation'), 'content');
      })
    : [];
