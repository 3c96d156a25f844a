import { z } from 'zod';
import { layout } from './card-containers.ts';
import {
  anyText,
  children,
  colour,
  elementId,
  i18nContent,
  icon,
  multiUrl,
  padding,
  plainText,
  textSize,
} from './card-parts.ts';

// open.feishu.cn/document/feishu-cards/card-json-v2-structure
const perDevice = z.strictObject({
  default: z.number().optional(),
  android: z.number().optional(),
  ios: z.number().optional(),
  pc: z.number().optional(),
});

const config = z.strictObject({
  streaming_mode: z.boolean().optional(),
  streaming_config: z
    .strictObject({
      print_frequency_ms: perDevice.optional(),
      print_step: perDevice.optional(),
      print_strategy: z.enum(['fast', 'delay']).optional(),
    })
    .optional(),
  summary: z
    .strictObject({ content: z.string().optional(), i18n_content: i18nContent.optional() })
    .optional(),
  locales: z.array(z.string()).optional(),
  enable_forward: z.boolean().optional(),
  update_multi: z.boolean().optional(),
  width_mode: z.enum(['default', 'compact', 'fill']).optional(),
  use_custom_translation: z.boolean().optional(),
  enable_forward_interaction: z.boolean().optional(),
  style: z
    .strictObject({
      text_size: z
        .record(
          z.string(),
          z.strictObject({
            default: textSize.optional(),
            pc: textSize.optional(),
            mobile: textSize.optional(),
          }),
        )
        .optional(),
      color: z.record(z.string(), z.strictObject({ light_mode: colour, dark_mode: colour })).optional(),
    })
    .optional(),
});

const textTag = z.strictObject({
  tag: z.literal('text_tag'),
  element_id: elementId.optional(),
  text: plainText().optional(),
  color: z
    .enum([
      'neutral',
      'blue',
      'turquoise',
      'lime',
      'orange',
      'violet',
      'indigo',
      'wathet',
      'green',
      'yellow',
      'red',
      'purple',
      'carmine',
    ])
    .optional(),
});

// open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/title
const header = z.strictObject({
  title: anyText,
  subtitle: anyText.optional(),
  text_tag_list: z.array(textTag).optional(),
  i18n_text_tag_list: z.record(z.string(), z.array(textTag)).optional(),
  template: z
    .enum([
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
      'default',
    ])
    .optional(),
  icon: icon.optional(),
  padding: padding.optional(),
});

/** A link needs its default, or an address for each kind of device. */
const cardLink = multiUrl.refine(
  ({ url, pc_url: pc, ios_url: ios, android_url: android }) =>
    url !== undefined || [pc, ios, android].every((one) => one !== undefined),
  'url, or pc_url, ios_url and android_url together',
);

export const rootSchema = z.strictObject({
  schema: z.literal('2.0'),
  config: config.optional(),
  card_link: cardLink.optional(),
  header: header.optional(),
  body: z.strictObject({ ...layout, elements: children.optional() }).optional(),
});
