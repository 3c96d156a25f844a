import * as z from 'zod/mini';

/** What people press, choose from and write into: the interactive components of the card subset. */
export const optional = z.exactOptional;
export const plainText = z.strictObject({
  tag: z.literal('plain_text'),
  content: z.string().check(z.minLength(1)),
});
// At most 100 characters on a button (…/card-json-v2-components/interactive-components/button).
const buttonText = z.strictObject({
  tag: z.literal('plain_text'),
  content: z.string().check(z.minLength(1), z.maxLength(100)),
});
export const edges = z.string().check(z.regex(/^-?\d{1,2}px( -?\d{1,2}px){0,3}$/));
// Letter first, [A-Za-z0-9_], ≤ 20 (…/card-json-v2-structure).
const elementId = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,19}$/, 'element_id'));
export const placed = { element_id: optional(elementId), margin: optional(edges) };

export const name = z.string().check(z.minLength(1));
const callbackSchema = z.strictObject({
  type: z.literal('callback'),
  value: z.record(z.string(), z.json()),
});
export const buttonSchema = z.strictObject({
  tag: z.literal('button'),
  type: z.enum(['default', 'primary', 'danger', 'text', 'primary_filled']),
  size: z.enum(['small', 'medium']),
  text: buttonText,
  width: optional(z.enum(['default', 'fill'])),
  confirm: optional(z.strictObject({ title: plainText, text: plainText })),
  behaviors: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('open_url'), default_url: z.string() }),
        callbackSchema,
      ]),
    )
    .check(z.minLength(1)),
  name: optional(name),
  form_action_type: optional(z.literal('submit')),
  ...placed,
});

// Two options with one value can't be told apart (…/interactive-components/single-select-dropdown-menu).
const optionsSchema = z.array(z.strictObject({ text: buttonText, value: name })).check(
  z.minLength(1),
  z.refine((all) => new Set(all.map(({ value }) => value)).size === all.length, 'option values repeat'),
);
export const selectSchema = z.strictObject({
  tag: z.literal('select_static'),
  type: z.enum(['default', 'text']),
  placeholder: buttonText,
  options: optionsSchema,
  behaviors: z.array(callbackSchema).check(z.minLength(1)),
  ...placed,
});
// …/interactive-components/overflow
export const overflowSchema = z.strictObject({
  tag: z.literal('overflow'),
  options: optionsSchema,
  behaviors: z.array(callbackSchema).check(z.minLength(1)),
  ...placed,
});
export const formSelectSchema = z.strictObject({
  tag: z.literal('select_static'),
  name,
  required: z.boolean(),
  placeholder: buttonText,
  width: z.enum(['default', 'fill']),
  options: optionsSchema,
  initial_option: optional(name),
  ...placed,
});
// …/interactive-components/multi-select-dropdown-menu: forms only
export const formMultiSelectSchema = z.strictObject({
  tag: z.literal('multi_select_static'),
  name,
  required: z.boolean(),
  placeholder: buttonText,
  width: z.enum(['default', 'fill']),
  options: optionsSchema,
  selected_values: optional(z.array(name)),
  ...placed,
});
// …/interactive-components/date-time-picker
export const formMomentSchema = z.strictObject({
  tag: z.literal('picker_datetime'),
  name,
  required: z.boolean(),
  placeholder: buttonText,
  width: z.enum(['default', 'fill']),
  initial_datetime: optional(z.string().check(z.regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/))),
  ...placed,
});

// 1–1000 characters (…/interactive-components/input).
export const inputSchema = z.strictObject({
  tag: z.literal('input'),
  name,
  required: z.boolean(),
  placeholder: buttonText,
  max_length: z.int().check(z.minimum(1), z.maximum(1000)),
  width: z.enum(['default', 'fill']),
  input_type: optional(z.literal('multiline_text')),
  default_value: optional(z.string()),
  ...placed,
});
