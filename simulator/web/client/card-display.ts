import { avatar } from './avatar.ts';
import { type CardContext, contentOf, type Renderer } from './card-context.ts';
import { applyBox, applyText } from './card-style.ts';
import { h } from './dom.ts';
import { icon } from './icons.ts';
import { childOf, flagOf, type Json, listOf, textOf } from './json.ts';
import { markdown } from './markdown.ts';

/** A `plain_text` or `lark_md` object. */
export const richText = (text: Json | undefined, context: CardContext): HTMLElement => {
  const content = textOf(text, 'content');
  const node =
    textOf(text, 'tag') !== 'plain_text'
      ? markdown(content, context)
      : h('span', { class: 'plain' }, content);
  applyText(node, text, context.config);
  return node;
};

export const renderMarkdown: Renderer = (element, context) => {
  const node = markdown(textOf(element, 'content'), context);
  applyText(node, element, context.config);
  applyBox(node, element, context.config);
  return node;
};

export const renderDiv: Renderer = (element, context) => {
  const text = childOf(element, 'text');
  const node = h('div', { class: 'card-div' }, richText(text, context));
  for (const field of listOf(element, 'fields')) node.append(richText(childOf(field, 'text'), context));
  applyBox(node, element, context.config);
  return node;
};

export const renderRule: Renderer = (element, context) => {
  const node = h('hr');
  applyBox(node, element, context.config);
  return node;
};

export const renderImage: Renderer = (element, context) => {
  const alt = contentOf(element, 'alt') || '图片';
  const image = h('img', {
    src: `/sim/images/${encodeURIComponent(textOf(element, 'img_key'))}`,
    alt,
    loading: 'lazy',
  });
  const node = h('figure', { class: 'card-image' }, image);
  image.addEventListener('error', () => {
    node.replaceChildren(h('span', { class: 'image-missing' }, icon('image'), alt));
  });
  applyBox(node, element, context.config);
  return node;
};

const personChip = (id: string, context: CardContext, isNamed: boolean): HTMLElement => {
  const name = context.nameOf(id) ?? '成员';
  return h(
    'span',
    { class: 'person-chip', title: name },
    avatar({ name }, 22),
    isNamed && h('span', {}, name),
  );
};

export const renderPerson: Renderer = (element, context) => {
  const node = personChip(textOf(element, 'user_id'), context, flagOf(element, 'show_name', true));
  applyBox(node, element, context.config);
  return node;
};

export const renderPersonList: Renderer = (element, context) => {
  const isNamed = flagOf(element, 'show_name', true);
  const chips = listOf(element, 'persons').map((person) =>
    personChip(textOf(person, 'id'), context, isNamed),
  );
  const node = h('div', { class: 'person-list' }, ...chips);
  applyBox(node, element, context.config);
  return node;
};

/** Feishu shows this for components that a client doesn't know. */
export const renderUnknown: Renderer = (element) =>
  h(
    'div',
    { class: 'unknown', 'data-tag': textOf(element, 'tag') },
    '当前版本不支持查看此内容，请升级客户端',
  );
