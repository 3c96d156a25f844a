import { z } from 'zod';

// What components share (open.feishu.cn/document/feishu-cards/card-json-v2-structure). JSON 2.0 answers a property that
// is not in its documents with an error, so every object is strict.
const px = (max: number): string => `(?:0|-?[0-9]{1,${max}}px)`;

/** One to four values; 0 may stand without its unit. */
const edges = (problem: string): z.ZodString =>
  z.string().regex(new RegExp(`^${px(2)}(?: ${px(2)}){0,3}$`), problem);
export const margin = edges('must be [-99,99]px, 1 to 4 values');
// The pages give both [0,99] and [-99,99] for paddings.
export const padding = edges('must be 1 to 4 values in px');
export const spacing = z.string().regex(/^(?:small|medium|large|extra_large|default|[0-9]{1,2}px|)$/);
export const horizontalAlign = z.enum(['left', 'center', 'right']);
export const verticalAlign = z.enum(['top', 'center', 'bottom']);
export const direction = z.enum(['vertical', 'horizontal']);
export const radius = z.string().regex(/^[0-9]+(?:px|%)$/);
/** Sizes that aren't listed are shown as `normal`, so any text is accepted; own sizes are named in config.style. */
export const textSize = z.string();
export const colour = z.string();
const i18n = z.record(z.string(), z.string());

export const elementId = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_]{0,19}$/,
    'element_id must start with a letter, hold letters, digits and _ and be ≤ 20',
  );

/** Of every component. */
export const placed = { element_id: elementId.optional(), margin: margin.optional() };

export const plainText = (maxLength?: number): z.ZodObject => {
  const content =
    maxLength === undefined ? z.string() : z.string().max(maxLength, `at most ${maxLength} characters`);
  return z.strictObject({
    tag: z.literal('plain_text'),
    element_id: elementId.optional(),
    content: content.optional(),
    i18n_content: i18n.optional(),
  });
};

export const anyText = z.strictObject({
  tag: z.enum(['plain_text', 'lark_md']),
  element_id: elementId.optional(),
  content: z.string().optional(),
  i18n_content: i18n.optional(),
  text_size: textSize.optional(),
  text_color: colour.optional(),
  text_align: horizontalAlign.optional(),
  lines: z.int().positive().optional(),
});

export const icon = z.strictObject({
  tag: z.enum(['standard_icon', 'custom_icon']).optional(),
  element_id: elementId.optional(),
  token: z.string().optional(),
  color: colour.optional(),
  img_key: z.string().optional(),
  size: z.string().optional(),
});

export const multiUrl = z.strictObject({
  url: z.string().optional(),
  pc_url: z.string().optional(),
  ios_url: z.string().optional(),
  android_url: z.string().optional(),
});

const openUrl = z.strictObject({
  type: z.literal('open_url'),
  default_url: z.string().optional(),
  pc_url: z.string().optional(),
  ios_url: z.string().optional(),
  android_url: z.string().optional(),
});
const callback = z.strictObject({ type: z.literal('callback'), value: z.unknown() });
export const behaviors = z.array(z.discriminatedUnion('type', [openUrl, callback]));

export const confirm = z.strictObject({ title: plainText(), text: plainText() });
export const width = z
  .string()
  .regex(/^(?:default|fill|[1-9][0-9]{2,}px)$/, 'default, fill or at least 100px');
export const i18nContent = i18n;

/** Children are checked one by one, with their own path; here it is enough that they are objects with a tag. */
export const children = z.array(z.looseObject({ tag: z.string('a component needs a tag') }));
