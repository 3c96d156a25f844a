import type { Form, SelectStatic } from './card-json.ts';
import { type CallbackValue, callbackButton } from './cards.ts';

const words = (content: string) => ({ tag: 'plain_text', content }) as const;

/** A list to choose from, as wide as its words; the choice comes back as `option` beside `value`. */
export const selectMenu = (options: {
  readonly text: string;
  readonly value: CallbackValue;
  readonly choices: readonly { readonly text: string; readonly value: string }[];
}): SelectStatic => ({
  tag: 'select_static',
  type: 'text',
  placeholder: words(options.text),
  options: options.choices.map(({ text, value }) => ({ text: words(text), value })),
  behaviors: [{ type: 'callback', value: options.value }],
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
