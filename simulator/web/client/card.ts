import { renderButton, renderOverflow } from './card-button.ts';
import { renderChart } from './card-chart.ts';
import { renderCollapsible, renderColumns, renderForm, renderInteractive } from './card-containers.ts';
import type { CardContext, Renderer } from './card-context.ts';
import { linkOf } from './card-context.ts';
import {
  renderDiv,
  renderImage,
  renderMarkdown,
  renderPerson,
  renderPersonList,
  renderRule,
  renderUnknown,
} from './card-display.ts';
import {
  renderChecker,
  renderDate,
  renderInput,
  renderMultiPersonSelect,
  renderMultiSelect,
  renderPersonSelect,
  renderSelect,
} from './card-inputs.ts';
import { applyBox } from './card-style.ts';
import { renderTable } from './card-table.ts';
import { h, onPress } from './dom.ts';
import { childOf, type Json, listOf, textOf } from './json.ts';
import { textTag } from './markdown-inline.ts';

const RENDERERS: ReadonlyMap<string, Renderer> = new Map<string, Renderer>([
  ['markdown', renderMarkdown],
  ['div', renderDiv],
  ['hr', renderRule],
  ['img', renderImage],
  ['column_set', renderColumns],
  ['collapsible_panel', renderCollapsible],
  ['interactive_container', renderInteractive],
  ['form', renderForm],
  ['table', renderTable],
  ['chart', renderChart],
  ['button', renderButton],
  ['overflow', renderOverflow],
  ['select_static', renderSelect],
  ['multi_select_static', renderMultiSelect],
  ['select_person', renderPersonSelect],
  ['multi_select_person', renderMultiPersonSelect],
  ['input', renderInput],
  ['date_picker', renderDate],
  ['picker_time', renderDate],
  ['picker_datetime', renderDate],
  ['checker', renderChecker],
  ['person', renderPerson],
  ['person_list', renderPersonList],
]);

const TEMPLATES = new Set([
  'blue',
  'wathet',
  'turquoise',
  'green',
  'yellow',
  'orange',
  'red',
  'carmine',
  'violet',
  'purple',
  'indigo',
  'grey',
]);
const MAX_TAGS = 3;

const renderElements = (elements: readonly Json[], context: CardContext): readonly HTMLElement[] =>
  elements.map((element) => {
    const node = (RENDERERS.get(textOf(element, 'tag')) ?? renderUnknown)(element, context);
    const id = textOf(element, 'element_id');
    if (id !== '') node.dataset['elementId'] = id;
    return node;
  });

const headerOf = (header: Json): HTMLElement => {
  const template = textOf(header, 'template', 'default');
  const subtitle = textOf(childOf(header, 'subtitle'), 'content');
  const tags = listOf(header, 'text_tag_list').slice(0, MAX_TAGS);
  const title = h(
    'div',
    { class: 'card-title' },
    h('h3', {}, textOf(childOf(header, 'title'), 'content')),
    ...tags.map((tag) => textTag(textOf(childOf(tag, 'text'), 'content'), textOf(tag, 'color'))),
  );
  const node = h(
    'header',
    { class: `card-header tone-${TEMPLATES.has(template) ? template : 'default'}` },
    title,
  );
  if (subtitle !== '') node.append(h('p', { class: 'card-subtitle' }, subtitle));
  return node;
};

const WIDTHS = new Set(['compact', 'fill']);

const makeClickable = (node: HTMLElement, url: string, context: CardContext): void => {
  const open = (): void => {
    context.openLink(url);
  };
  node.classList.add('is-link');
  node.tabIndex = 0;
  node.addEventListener('click', (event) => {
    const isControl =
      event.target instanceof Element && event.target.closest('a,button,input,select,textarea,summary,label');
    if (!isControl) open();
  });
  node.addEventListener('keydown', (event) => {
    if (event.target === node) onPress(open)(event);
  });
};

export type CardHost = Omit<CardContext, 'config' | 'render' | 'form'>;

const bodyOf = (card: Json, context: CardContext): HTMLElement => {
  const body = childOf(card, 'body');
  const node = h('div', { class: `card-body${textOf(body, 'direction') === 'horizontal' ? ' in-row' : ''}` });
  node.append(...renderElements(listOf(body ?? card, 'elements'), context));
  applyBox(node, body, context.config);
  return node;
};

const labelOf = (header: Json | undefined, config: Json | undefined): string =>
  textOf(childOf(header, 'title'), 'content') || textOf(childOf(config, 'summary'), 'content') || '卡片';

/** A card, JSON 2.0 or the part of 1.0 that has the same components, as Feishu's client shows it. */
export const renderCard = (card: Json, host: CardHost): HTMLElement => {
  const config = childOf(card, 'config');
  const context: CardContext = { ...host, config, render: renderElements };
  const header = childOf(card, 'header');
  const width = textOf(config, 'width_mode');
  const node = h('article', {
    class: `card width-${WIDTHS.has(width) ? width : 'default'}`,
    'aria-label': labelOf(header, config),
  });
  if (header) node.append(headerOf(header));
  const body = bodyOf(card, context);
  if (body.childElementCount > 0) node.append(body);
  const link = linkOf(childOf(card, 'card_link'));
  if (link !== '') makeClickable(node, link, context);
  return node;
};
