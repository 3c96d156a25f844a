import { pressElement } from './card-button.ts';
import type { CardContext, FormField, FormScope, Renderer } from './card-context.ts';
import { richText } from './card-display.ts';
import { applyBox, colourOf, lengthOf } from './card-style.ts';
import { h } from './dom.ts';
import { icon } from './icons.ts';
import { childOf, flagOf, type Json, listOf, numberOf, textOf } from './json.ts';

const stack = (element: Json, context: CardContext, className: string): HTMLElement => {
  const node = h('div', {
    class: `${className}${textOf(element, 'direction') === 'horizontal' ? ' in-row' : ''}`,
  });
  node.append(...context.render(listOf(element, 'elements'), context));
  applyBox(node, element, context.config);
  return node;
};

const column = (element: Json, context: CardContext): HTMLElement => {
  const node = stack(element, context, `column align-${textOf(element, 'vertical_align', 'top')}`);
  const width = textOf(element, 'width', 'auto');
  if (width === 'weighted') node.style.setProperty('--grow', String(numberOf(element, 'weight', 1)));
  else if (lengthOf(width)) node.style.setProperty('--width', width);
  node.classList.add(width === 'weighted' ? 'is-weighted' : 'is-sized');
  return node;
};

const FLEX = new Set(['none', 'stretch', 'flow', 'bisect', 'trisect']);

/** 分栏: columns side by side; `flex_mode` says what they do on a narrow screen (CSS container query). */
export const renderColumns: Renderer = (element, context) => {
  const mode = textOf(element, 'flex_mode', 'none');
  const align = textOf(element, 'horizontal_align', 'left');
  const node = h('div', { class: `columns flex-${FLEX.has(mode) ? mode : 'none'} justify-${align}` });
  node.append(...listOf(element, 'columns').map((item) => column(item, context)));
  applyBox(node, element, context.config);
  return node;
};

export const renderCollapsible: Renderer = (element, context) => {
  const header = childOf(element, 'header');
  const border = childOf(element, 'border');
  const summary = h('summary', {}, richText(childOf(header, 'title'), context), icon('chevron', 14));
  const fill = colourOf(textOf(header, 'background_color'), context.config, 'fill');
  if (fill !== undefined) summary.style.backgroundColor = fill;
  const node = h('details', {
    class: `collapsible${border ? ' bordered' : ''}`,
    open: flagOf(element, 'expanded'),
  });
  node.append(summary, stack({ ...element, margin: undefined }, context, 'collapsible-body'));
  applyBox(node, { margin: element['margin'] }, context.config);
  return node;
};

const reset = (fields: readonly FormField[]): void => {
  for (const field of fields) field.reset();
};

/** 表单容器: children register themselves in the scope; a submit button reads them all. */
export const renderForm: Renderer = (element, context) => {
  const scope: FormScope = { fields: [] };
  const node = h('form', {
    class: 'card-form',
    'aria-label': textOf(element, 'name', '表单'),
    novalidate: true,
  });
  node.append(...context.render(listOf(element, 'elements'), { ...context, form: scope }));
  node.addEventListener('submit', (event) => {
    event.preventDefault();
  });
  node.addEventListener('reset', () => {
    reset(scope.fields);
  });
  applyBox(node, element, context.config);
  return node;
};

export const renderInteractive: Renderer = (element, context) => {
  const node = stack(element, context, `interactive${flagOf(element, 'has_border') ? ' bordered' : ''}`);
  return pressElement(node, element, context);
};
