import { isConfirmed } from './card-confirm.ts';
import {
  type CardAction,
  type CardContext,
  callbackValue,
  contentOf,
  type FormField,
  type Renderer,
} from './card-context.ts';
import { richText } from './card-display.ts';
import { applyBox } from './card-style.ts';
import { h, run } from './dom.ts';
import { childOf, flagOf, type Json, listOf, numberOf, stringsOf, textOf } from './json.ts';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

type Wiring = Pick<FormField, 'read' | 'isEmpty' | 'reset'> & {
  readonly control: Control;
  /** What the callback carries when the control stands outside a form. */
  readonly answer: () => Partial<CardAction>;
};

/** In a form a control sends nothing by itself; outside it, each change is a callback. */
const connect = (element: Json, context: CardContext, { control, answer, ...field }: Wiring): void => {
  const name = textOf(element, 'name');
  context.form?.fields.push({
    name,
    required: flagOf(element, 'required'),
    mark: (missing) => {
      control.setAttribute('aria-invalid', String(missing));
    },
    ...field,
  });
  if (context.form) return;
  const send = async (): Promise<void> => {
    if (await isConfirmed(element))
      await context.act({ tag: textOf(element, 'tag'), name, value: callbackValue(element), ...answer() });
    else field.reset();
  };
  control.addEventListener('change', () => {
    run(send());
  });
};

const labelled = (element: Json, control: HTMLElement, context: CardContext): HTMLElement => {
  const label = contentOf(element, 'label');
  const isBeside = textOf(element, 'label_position') === 'left';
  const node = h('label', { class: `field${isBeside ? ' field-left' : ''}` });
  if (label)
    node.append(
      h(
        'span',
        { class: 'field-label' },
        label,
        flagOf(element, 'required') && h('i', { class: 'required' }, '*'),
      ),
    );
  node.append(control);
  applyBox(node, element, context.config);
  return node;
};

const textControl = (element: Json): HTMLInputElement | HTMLTextAreaElement => {
  const shared = {
    class: 'control',
    placeholder: contentOf(element, 'placeholder'),
    maxlength: numberOf(element, 'max_length', 1000),
    disabled: flagOf(element, 'disabled'),
    'aria-label': contentOf(element, 'label') || contentOf(element, 'placeholder') || '输入框',
  };
  const kind = textOf(element, 'input_type', 'text');
  if (kind === 'multiline_text') return h('textarea', { ...shared, rows: numberOf(element, 'rows', 3) });
  return h('input', { ...shared, type: kind === 'password' ? 'password' : 'text' });
};

export const renderInput: Renderer = (element, context) => {
  const control = textControl(element);
  const initial = textOf(element, 'default_value');
  control.value = initial;
  connect(element, context, {
    control,
    read: () => control.value,
    isEmpty: () => control.value.trim() === '',
    reset: () => {
      control.value = initial;
    },
    answer: () => ({ inputValue: control.value }),
  });
  return labelled(element, control, context);
};

type Options = readonly (readonly [value: string, text: string])[];

const selectControl = (element: Json, isMultiple: boolean, options: Options): HTMLSelectElement => {
  const chosen = new Set([textOf(element, 'initial_option'), ...stringsOf(element, 'selected_values')]);
  const first = numberOf(element, 'initial_index', 0);
  const nodes = options.map(([value, text], at) =>
    h('option', { value, selected: chosen.has(value) || at + 1 === first }, text),
  );
  const placeholder = contentOf(element, 'placeholder') || '请选择';
  return h(
    'select',
    {
      class: 'control',
      multiple: isMultiple,
      disabled: flagOf(element, 'disabled'),
      'aria-label': placeholder,
    },
    !isMultiple && h('option', { value: '' }, placeholder),
    ...nodes,
  );
};

const chosenIn = (control: HTMLSelectElement): readonly string[] =>
  Array.from(control.selectedOptions, ({ value }) => value).filter((value) => value !== '');

/** 下拉选择. */
const ownOptions = (element: Json): Options =>
  listOf(element, 'options').map((item) => {
    const value = textOf(item, 'value');
    return [value, contentOf(item, 'text') || value];
  });

/** 人员选择: the people that the card names, else everybody who may be chosen. */
const peopleOptions = (element: Json, { nameOf, people }: CardContext): Options => {
  const named = listOf(element, 'options').map((item) => textOf(item, 'value'));
  if (named.length > 0) return named.map((id) => [id, nameOf(id) ?? '未知成员']);
  return people().map(({ id, name }) => [id, name]);
};

const renderChoice =
  (isMultiple: boolean, optionsOf: (element: Json, context: CardContext) => Options): Renderer =>
  (element, context) => {
    const control = selectControl(element, isMultiple, optionsOf(element, context));
    const initial = chosenIn(control);
    connect(element, context, {
      control,
      read: () => (isMultiple ? chosenIn(control) : control.value),
      isEmpty: () => chosenIn(control).length === 0,
      reset: () => {
        for (const option of control.options) option.selected = initial.includes(option.value);
      },
      answer: () => (isMultiple ? { options: chosenIn(control) } : { option: control.value }),
    });
    return labelled(element, control, context);
  };

export const renderSelect = renderChoice(false, ownOptions);
export const renderMultiSelect = renderChoice(true, ownOptions);
export const renderPersonSelect = renderChoice(false, peopleOptions);
export const renderMultiPersonSelect = renderChoice(true, peopleOptions);

const DATE_INPUTS: Readonly<Record<string, string>> = {
  date_picker: 'date',
  picker_time: 'time',
  picker_datetime: 'datetime-local',
};

const initialDate = (element: Json): string =>
  textOf(element, 'initial_date') ||
  textOf(element, 'initial_time') ||
  textOf(element, 'initial_datetime').replace(' ', 'T');

/** `2024-04-01 +0800`: open.feishu.cn/document/feishu-cards/card-callback-communication. */
const zoned = (value: string): string => (value === '' ? '' : `${value.replace('T', ' ')} +0800`);

export const renderDate: Renderer = (element, context) => {
  const label = contentOf(element, 'placeholder') || '请选择';
  const type = DATE_INPUTS[textOf(element, 'tag')] ?? 'date';
  const control = h('input', { class: 'control', type, 'aria-label': label });
  const initial = initialDate(element);
  control.value = initial;
  connect(element, context, {
    control,
    read: () => zoned(control.value),
    isEmpty: () => control.value === '',
    reset: () => {
      control.value = initial;
    },
    answer: () => ({ option: zoned(control.value) }),
  });
  return labelled(element, control, context);
};

/** 勾选器: a to-do line. */
export const renderChecker: Renderer = (element, context) => {
  const initial = flagOf(element, 'checked');
  const control = h('input', { type: 'checkbox', checked: initial, disabled: flagOf(element, 'disabled') });
  const node = h('label', { class: 'checker' }, control, richText(childOf(element, 'text'), context));
  connect(element, context, {
    control,
    read: () => control.checked,
    isEmpty: () => !control.checked,
    reset: () => {
      control.checked = initial;
    },
    answer: () => ({ checked: control.checked }),
  });
  applyBox(node, element, context.config);
  return node;
};
