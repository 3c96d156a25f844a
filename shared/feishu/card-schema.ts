import * as z from 'zod/mini';
import {
  buttonSchema,
  edges,
  formMomentSchema,
  formMultiSelectSchema,
  formSelectSchema,
  inputSchema,
  name,
  optional,
  overflowSchema,
  placed,
  plainText,
  selectSchema,
} from './card-control-schemas.ts';
import type { Card, NestedElement } from './card-json.ts';

/**
 * The card subset as a strict schema: JSON 2.0 answers an unknown property with an error, so we refuse it first
 * (open.feishu.cn/document/feishu-cards/card-json-v2-breaking-changes-release-notes).
 */
const spacing = z.string().check(z.regex(/^(small|medium|large|extra_large|\d{1,2}px)$/));

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
