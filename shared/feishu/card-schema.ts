import * as z from 'zod/mini';
import type { Card, NestedElement } from './card-json.ts';

/**
 * The card subset as a strict schema: JSON 2.0 answers an unknown property with an error, so we refuse it first
 * (open.feishu.cn/document/feishu-cards/card-json-v2-breaking-changes-release-notes).
 */
const optional = z.exactOptional;
const plainText = z.strictObject({ tag: z.literal('plain_text'), content: z.string().check(z.minLength(1)) });
// At most 100 characters on a button (…/card-json-v2-components/interactive-components/button).
const buttonText = z.strictObject({
  tag: z.literal('plain_text'),
  content: z.string().check(z.minLength(1), z.maxLength(100)),
});
const spacing = z.string().check(z.regex(/^(small|medium|large|extra_large|\d{1,2}px)$/));
const edges = z.string().check(z.regex(/^-?\d{1,2}px( -?\d{1,2}px){0,3}$/));
// Letter first, [A-Za-z0-9_], ≤ 20 (…/card-json-v2-structure).
const elementId = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,19}$/, 'element_id'));
const placed = { element_id: optional(elementId), margin: optional(edges) };

const markdownSchema = z.strictObject({
  tag: z.literal('markdown'),
  content: z.string(),
  text_size: optional(
    z.enum([
      'heading-1',
      'heading-2',
      'heading-3',
      'heading',
      'normal',
      'notation',
      'x-large',
      'large',
      'small',
    ]),
  ),
  text_align: optional(z.enum(['left', 'center', 'right'])),
  ...placed,
});

const ruleSchema = z.strictObject({ tag: z.literal('hr'), ...placed });

const chartSchema = z.strictObject({
  tag: z.literal('chart'),
  aspect_ratio: z.enum(['1:1', '2:1', '4:3', '16:9']),
  chart_spec: z.catchall(
    z.object({ type: z.enum(['bar', 'line', 'area', 'pie', 'common']), data: z.json() }),
    z.json(),
  ),
  ...placed,
});

const name = z.string().check(z.minLength(1));
const callbackSchema = z.strictObject({
  type: z.literal('callback'),
  value: z.record(z.string(), z.json()),
});
const buttonSchema = z.strictObject({
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
const selectSchema = z.strictObject({
  tag: z.literal('select_static'),
  type: z.enum(['default', 'text']),
  placeholder: buttonText,
  options: optionsSchema,
  behaviors: z.array(callbackSchema).check(z.minLength(1)),
  ...placed,
});
// …/interactive-components/overflow
const overflowSchema = z.strictObject({
  tag: z.literal('overflow'),
  options: optionsSchema,
  behaviors: z.array(callbackSchema).check(z.minLength(1)),
  ...placed,
});
const formSelectSchema = z.strictObject({
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
const formMultiSelectSchema = z.strictObject({
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
const formMomentSchema = z.strictObject({
  tag: z.literal('picker_datetime'),
  name,
  required: z.boolean(),
  placeholder: buttonText,
  width: z.enum(['default', 'fill']),
  initial_datetime: optional(z.string().check(z.regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/))),
  ...placed,
});

// 1–1000 characters (…/interactive-components/input).
const inputSchema = z.strictObject({
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

const nested: z.ZodMiniType<NestedElement> = z.lazy(() => nestedSchema);

const columnSetSchema = z.strictObject({
  tag: z.literal('column_set'),
  flex_mode: z.enum(['none', 'stretch', 'flow', 'bisect']),
  horizontal_spacing: optional(spacing),
  columns: z
    .array(
      z.strictObject({
        tag: z.literal('column'),
        width: z.enum(['auto', 'weighted']),
        weight: optional(z.int().check(z.minimum(1), z.maximum(5))),
        vertical_spacing: optional(spacing),
        vertical_align: optional(z.literal('center')),
        elements: z.array(nested),
        ...placed,
      }),
    )
    .check(z.minLength(1)),
  ...placed,
});

const collapsibleSchema = z.strictObject({
  tag: z.literal('collapsible_panel'),
  expanded: z.boolean(),
  vertical_spacing: optional(spacing),
  padding: optional(edges),
  header: z.strictObject({ title: z.strictObject({ tag: z.literal('markdown'), content: z.string() }) }),
  elements: z.array(nested),
  ...placed,
});

const inner = [
  markdownSchema,
  ruleSchema,
  chartSchema,
  buttonSchema,
  selectSchema,
  overflowSchema,
  inputSchema,
  columnSetSchema,
  collapsibleSchema,
] as const;
const nestedSchema = z.discriminatedUnion('tag', inner);

// 1–50 columns, 1–10 rows a page (…/content-components/table).
const tableSchema = z.strictObject({
  tag: z.literal('table'),
  page_size: z.int().check(z.minimum(1), z.maximum(10)),
  columns: z
    .array(
      z.strictObject({
        name: z.string().check(z.minLength(1)),
        display_name: z.string(),
        data_type: z.enum(['text', 'number', 'markdown']),
      }),
    )
    .check(z.minLength(1), z.maxLength(50)),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
  ...placed,
});

const isSubmit = (element: { readonly tag: string; readonly form_action_type?: string }): boolean =>
  element.form_action_type === 'submit';

// A form without a submit button or with a nameless component is refused, 200530 (…/containers/form-container).
const formSchema = z.strictObject({
  tag: z.literal('form'),
  name,
  elements: z
    .array(
      z.discriminatedUnion('tag', [
        markdownSchema,
        inputSchema,
        formSelectSchema,
        formMultiSelectSchema,
        formMomentSchema,
        buttonSchema,
      ]),
    )
    .check(
      z.refine((all) => all.some(isSubmit), 'has no submit button'),
      z.refine((all) => all.every((one) => one.tag === 'markdown' || one.name !== undefined), 'has no name'),
    ),
  ...placed,
});

const headerSchema = z.strictObject({
  title: plainText,
  subtitle: optional(plainText),
  template: z.enum(['blue', 'orange', 'red', 'green', 'grey', 'purple', 'turquoise', 'default']),
  // A fourth tag would not be shown (…/content-components/title).
  text_tag_list: optional(
    z
      .array(
        z.strictObject({
          tag: z.literal('text_tag'),
          text: plainText,
          color: z.enum(['neutral', 'blue', 'turquoise', 'orange', 'green', 'yellow', 'red', 'purple']),
        }),
      )
      .check(z.maxLength(3)),
  ),
});

export const cardSchema: z.ZodMiniType<Card> = z.strictObject({
  schema: z.literal('2.0'),
  config: z.strictObject({
    update_multi: z.literal(true),
    enable_forward: z.boolean(),
    summary: z.strictObject({ content: z.string().check(z.minLength(1)) }),
  }),
  header: headerSchema,
  body: z.strictObject({
    elements: z.array(z.discriminatedUnion('tag', [...inner, tableSchema, formSchema])),
  }),
});
