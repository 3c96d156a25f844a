import { isConfirmed } from './card-confirm.ts';
import {
  type CardContext,
  callbackValue,
  contentOf,
  type FormScope,
  linkOf,
  type Renderer,
} from './card-context.ts';
import { applyBox, lengthOf } from './card-style.ts';
import { h, onPress, run } from './dom.ts';
import { icon } from './icons.ts';
import { childOf, flagOf, type Json, listOf, textOf } from './json.ts';
import { toast } from './toast.ts';

const KINDS = new Set([
  'default',
  'primary',
  'danger',
  'text',
  'primary_text',
  'danger_text',
  'primary_filled',
  'danger_filled',
  'laser',
]);
/** A per-platform URL of this value forbids the action there: 按钮 → behaviors. */
const UNSUPPORTED = 'lark://msgcard/unsupported_action';

const follow = (url: string, context: CardContext): void => {
  if (url === UNSUPPORTED) toast('当前端暂不支持此操作', 'warning');
  else context.openLink(url);
};

/** Runs an element's `behaviors` (or the form of 1.0: `url`, `value`) after its confirmation. */
const perform = async (element: Json, context: CardContext): Promise<void> => {
  if (!(await isConfirmed(element))) return;
  const behaviors = listOf(element, 'behaviors');
  const link =
    linkOf(behaviors.find((one) => textOf(one, 'type') === 'open_url')) ||
    linkOf(childOf(element, 'multi_url'));
  if (link !== '') follow(link, context);
  const callback = behaviors.find((one) => textOf(one, 'type') === 'callback');
  const value = callback ? callback['value'] : element['value'];
  if (callback || value !== undefined)
    await context.act({ tag: textOf(element, 'tag'), name: textOf(element, 'name'), value: value ?? {} });
};

const missingIn = (form: FormScope): boolean => {
  const missing = form.fields.filter((field) => {
    const isMissing = field.required && field.isEmpty();
    field.mark(isMissing);
    return isMissing;
  });
  return missing.length > 0;
};

const submit = async (element: Json, form: FormScope, context: CardContext): Promise<void> => {
  if (missingIn(form)) {
    toast('请填写必填项', 'warning');
    return;
  }
  if (!(await isConfirmed(element))) return;
  const formValue = Object.fromEntries(form.fields.map((field) => [field.name, field.read()]));
  const callback = listOf(element, 'behaviors').find((one) => textOf(one, 'type') === 'callback');
  await context.act({
    tag: 'button',
    name: textOf(element, 'name'),
    value: callback?.['value'] ?? {},
    formValue,
  });
};

const formTask = (element: Json, context: CardContext): string =>
  context.form
    ? textOf(element, 'form_action_type', textOf(element, 'action_type').replace('form_', ''))
    : '';

/** While a callback is out the control is busy, so that a double click is one action. */
const whileBusy = (node: HTMLElement, work: () => Promise<void>): void => {
  if (node.getAttribute('aria-busy') === 'true') return;
  node.setAttribute('aria-busy', 'true');
  run(
    work().finally(() => {
      node.removeAttribute('aria-busy');
    }),
  );
};

const press = (node: HTMLElement, element: Json, context: CardContext): void => {
  const task = formTask(element, context);
  const form = context.form;
  if (task === 'reset') node.closest('form')?.reset();
  else if (task === 'submit' && form) whileBusy(node, () => submit(element, form, context));
  else whileBusy(node, () => perform(element, context));
};

export const renderButton: Renderer = (element, context) => {
  const kind = textOf(element, 'type', 'default');
  const width = textOf(element, 'width', 'default');
  const size = textOf(element, 'size', 'medium');
  const node = h(
    'button',
    {
      type: 'button',
      class: `btn btn-${KINDS.has(kind) ? kind : 'default'} btn-${size} btn-w-${width === 'fill' ? 'fill' : 'auto'}`,
      disabled: flagOf(element, 'disabled'),
      title: contentOf(element, 'hover_tips') || undefined,
      onclick: (event) => {
        event.stopPropagation();
        press(node, element, context);
      },
    },
    h('span', {}, contentOf(element, 'text')),
  );
  if (lengthOf(width)) node.style.width = width;
  applyBox(node, { margin: element['margin'] }, context.config);
  return node;
};

/** Makes a container clickable by mouse and keyboard. */
export const pressElement = (node: HTMLElement, element: Json, context: CardContext): HTMLElement => {
  const task = (): void => {
    if (!flagOf(element, 'disabled')) press(node, element, context);
  };
  node.setAttribute('role', 'button');
  node.tabIndex = 0;
  node.addEventListener('click', task);
  node.addEventListener('keydown', onPress(task));
  return node;
};

/** Follows an option's link, else asks its confirmation and calls back with the option and the component's value. */
const choose = async (item: Json, element: Json, context: CardContext): Promise<void> => {
  const url = linkOf(childOf(item, 'multi_url')) || textOf(item, 'url');
  if (url !== '') {
    follow(url, context);
    return;
  }
  if (!(await isConfirmed(element))) return;
  const name = textOf(element, 'name');
  await context.act({ tag: 'overflow', name, option: textOf(item, 'value'), value: callbackValue(element) });
};

const option = (item: Json, element: Json, context: CardContext): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      role: 'menuitem',
      class: 'menu-item',
      onclick: (event) => {
        if (event.currentTarget instanceof HTMLElement)
          event.currentTarget.closest('details')?.removeAttribute('open');
        run(choose(item, element, context));
      },
    },
    contentOf(item, 'text'),
  );

/** 折叠按钮组: ⋯ with a menu. */
export const renderOverflow: Renderer = (element, context) => {
  const items = listOf(element, 'options').map((item) => option(item, element, context));
  const node = h(
    'details',
    {
      class: 'overflow',
      ontoggle: () => {
        node.classList.toggle('opens-left', node.getBoundingClientRect().right > innerWidth / 2);
      },
      onfocusout: (event) => {
        const next = event instanceof FocusEvent ? event.relatedTarget : null;
        if (!(next instanceof Node) || !node.contains(next)) node.open = false;
      },
    },
    h(
      'summary',
      { class: 'btn btn-default btn-medium', 'aria-label': '更多操作', role: 'button' },
      icon('more', 18),
    ),
    h('div', { class: 'menu', role: 'menu' }, ...items),
  );
  return node;
};
