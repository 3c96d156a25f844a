import type {
  ButtonKind,
  Form,
  FormField,
  FormMoment,
  FormMultiSelect,
  FormSelect,
  Input,
  Overflow,
  SelectStatic,
} from './card-json.ts';
import { type CallbackValue, callbackButton, markdown } from './cards.ts';

const words = (content: string) => ({ tag: 'plain_text', content }) as const;

type Choice = { readonly text: string; readonly value: string };
const optionsOf = (choices: readonly Choice[]) =>
  choices.map(({ text, value }) => ({ text: words(text), value }));

/** A list to choose from, as wide as its words; the choice comes back as `option` beside `value`. */
export const selectMenu = (options: {
  readonly text: string;
  readonly value: CallbackValue;
  readonly choices: readonly Choice[];
}): SelectStatic => ({
  tag: 'select_static',
  type: 'text',
  placeholder: words(options.text),
  options: optionsOf(options.choices),
  behaviors: [{ type: 'callback', value: options.value }],
});

/** What is seldom wanted, behind three dots; the choice comes back as `option` beside `value`. */
export const overflowMenu = (options: {
  readonly value: CallbackValue;
  readonly choices: readonly Choice[];
}): Overflow => ({
  tag: 'overflow',
  options: optionsOf(options.choices),
  behaviors: [{ type: 'callback', value: options.value }],
});

type Field = { readonly name: string; readonly text: string; readonly required: boolean };

/** A choice inside a form; it comes back in `form_value` by its name. */
export const choiceField = (
  field: Field & { readonly choices: readonly Choice[]; readonly chosen?: string },
): FormSelect => ({
  tag: 'select_static',
  name: field.name,
  required: field.required,
  placeholder: words(field.text),
  width: 'fill',
  options: optionsOf(field.choices),
  ...(field.chosen !== undefined && { initial_option: field.chosen }),
});

/** Several choices inside a form; they come back as a list. */
export const choicesField = (
  field: Field & { readonly choices: readonly Choice[]; readonly chosen: readonly string[] },
): FormMultiSelect => ({
  tag: 'multi_select_static',
  name: field.name,
  required: field.required,
  placeholder: words(field.text),
  width: 'fill',
  options: optionsOf(field.choices),
  ...(field.chosen.length > 0 && { selected_values: field.chosen }),
});

/** A day and a time; it comes back as `2024-04-29 07:07 +0800` (open.feishu.cn/document/feishu-cards/card-callback-communication). */
export const momentField = (field: Field & { readonly initial?: string | undefined }): FormMoment => ({
  tag: 'picker_datetime',
  name: field.name,
  required: field.required,
  placeholder: words(field.text),
  width: 'fill',
  ...(field.initial !== undefined && { initial_datetime: field.initial }),
});

/** Words inside a form. */
export const wordsField = (
  field: Field & { readonly maxLength: number; readonly multiline?: boolean; readonly initial?: string },
): Input => ({
  tag: 'input',
  name: field.name,
  required: field.required,
  placeholder: words(field.text),
  max_length: field.maxLength,
  width: 'fill',
  ...(field.multiline && { input_type: 'multiline_text' as const }),
  ...(field.initial && { default_value: field.initial }),
});

/** Fields of several kinds and their submit button; names are unique in the card. Root of a card only. */
export const mixedForm = (options: {
  readonly id: string;
  readonly fields: readonly (Input | FormSelect)[];
  readonly submit: { readonly text: string; readonly value: CallbackValue };
}): Form => ({
  tag: 'form',
  element_id: options.id,
  name: options.id,
  elements: [
    ...options.fields,
    {
      ...callbackButton({ ...options.submit, kind: 'primary' }),
      name: `${options.id}_submit`,
      form_action_type: 'submit',
    },
  ],
});

/** One line of text each, all required; names are unique in the card. The values come back as `form_value` by name. */
export const textForm = (options: {
  readonly id: string;
  readonly fields: readonly { readonly name: string; readonly text: string; readonly maxLength: number }[];
  readonly submit: { readonly text: string; readonly value: CallbackValue };
}): Form => ({
  tag: 'form',
  element_id: options.id,
  name: options.id,
  elements: [
    ...options.fields.map(({ name, text, maxLength }) => ({
      tag: 'input' as const,
      name,
      required: true,
      placeholder: words(text),
      max_length: maxLength,
      width: 'fill' as const,
    })),
    {
      ...callbackButton({ ...options.submit, kind: 'primary' }),
      name: `${options.id}_submit`,
      form_action_type: 'submit',
    },
  ],
});

type Submit = {
  readonly text: string;
  readonly value: CallbackValue;
  readonly kind?: ButtonKind;
  readonly confirm?: { readonly title: string; readonly text: string };
};

/** Fields under small titles, and buttons that each send the whole form; `title` is markdown. */
export const titledForm = (options: {
  readonly id: string;
  readonly fields: readonly (FormField & { readonly title?: string })[];
  readonly submits: readonly Submit[];
}): Form => ({
  tag: 'form',
  element_id: options.id,
  name: options.id,
  elements: [
    ...options.fields.flatMap(({ title, ...field }) => [
      ...(title === undefined ? [] : [markdown(title, { size: 'notation' })]),
      field,
    ]),
    ...options.submits.map((submit, at) => ({
      ...callbackButton(submit),
      name: `${options.id}_submit${at}`,
      width: 'fill' as const,
      form_action_type: 'submit' as const,
    })),
  ],
});
