import { z } from 'zod';
import {
  anyText,
  colour,
  horizontalAlign,
  i18nContent,
  icon,
  placed,
  plainText,
  radius,
  textSize,
  verticalAlign,
} from './card-parts.ts';

// open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/*
const div = z.strictObject({
  tag: z.literal('div'),
  ...placed,
  width: z
    .string()
    .regex(/^(?:fill|auto|[0-9]{2,3}px)$/)
    .optional(),
  text: anyText.optional(),
  icon: icon.optional(),
});

const markdown = z.strictObject({
  tag: z.literal('markdown'),
  ...placed,
  content: z.string('content is required'),
  i18n_content: i18nContent.optional(),
  text_size: textSize.optional(),
  text_align: horizontalAlign.optional(),
  icon: icon.optional(),
});

const img = z.strictObject({
  tag: z.literal('img'),
  ...placed,
  img_key: z.string(),
  alt: plainText(),
  title: plainText().optional(),
  corner_radius: radius.optional(),
  scale_type: z.enum(['crop_center', 'crop_top', 'fit_horizontal']).optional(),
  size: z
    .string()
    .regex(/^(?:stretch|large|medium|small|tiny|[0-9]{1,4}px [0-9]{1,4}px)$/)
    .optional(),
  transparent: z.boolean().optional(),
  preview: z.boolean().optional(),
  mode: z.enum(['crop_center', 'fit_horizontal', 'stretch', 'large', 'medium', 'small', 'tiny']).optional(),
  custom_width: z.union([z.int(), z.string()]).optional(),
  compact_width: z.boolean().optional(),
});

const imgCombination = z.strictObject({
  tag: z.literal('img_combination'),
  ...placed,
  combination_mode: z.enum(['double', 'triple', 'bisect', 'trisect']),
  combination_transparent: z.boolean().optional(),
  corner_radius: radius.optional(),
  img_list: z.array(z.strictObject({ img_key: z.string(), transparent: z.boolean().optional() })),
});

const avatarSize = z.enum(['extra_small', 'small', 'medium', 'large']);

const person = z.strictObject({
  tag: z.literal('person'),
  ...placed,
  size: avatarSize.optional(),
  user_id: z.string(),
  show_avatar: z.boolean().optional(),
  show_name: z.boolean().optional(),
  style: z.enum(['normal', 'capsule']).optional(),
});

const personList = z.strictObject({
  tag: z.literal('person_list'),
  ...placed,
  drop_invalid_user_id: z.boolean().optional(),
  lines: z.int().positive().optional(),
  show_name: z.boolean().optional(),
  show_avatar: z.boolean().optional(),
  size: avatarSize.optional(),
  persons: z.array(z.strictObject({ id: z.string() })),
  icon: icon.optional(),
  ud_icon: z
    .strictObject({ token: z.string().optional(), style: z.strictObject({ color: colour }).optional() })
    .optional(),
});

const chart = z.strictObject({
  tag: z.literal('chart'),
  ...placed,
  aspect_ratio: z.enum(['1:1', '2:1', '4:3', '16:9']).optional(),
  color_theme: z.enum(['brand', 'rainbow', 'complementary', 'converse', 'primary']).optional(),
  chart_spec: z.looseObject({}),
  preview: z.boolean().optional(),
  height: z
    .string()
    .regex(/^(?:auto|[1-9][0-9]{0,2}px)$/)
    .optional(),
});

const tableColumn = z.strictObject({
  name: z.string(),
  display_name: z.string().optional(),
  width: z
    .string()
    .regex(/^(?:auto|[0-9]{2,3}px|[0-9]{1,3}%)$/)
    .optional(),
  vertical_align: verticalAlign.optional(),
  horizontal_align: horizontalAlign.optional(),
  data_type: z.enum(['text', 'lark_md', 'options', 'number', 'persons', 'date', 'markdown']),
  format: z
    .strictObject({
      precision: z.int().min(0).max(10).optional(),
      symbol: z.string().max(1).optional(),
      separator: z.boolean().optional(),
    })
    .optional(),
  date_format: z.string().optional(),
});

const table = z.strictObject({
  tag: z.literal('table'),
  ...placed,
  page_size: z.int().min(1).max(10).optional(),
  row_height: z
    .string()
    .regex(/^(?:low|middle|high|auto|[0-9]{2,3}px)$/)
    .optional(),
  row_max_height: z
    .string()
    .regex(/^[0-9]{2,3}px$/)
    .optional(),
  freeze_first_column: z.boolean().optional(),
  header_style: z
    .strictObject({
      text_align: horizontalAlign.optional(),
      text_size: z.enum(['normal', 'heading']).optional(),
      background_style: z.enum(['grey', 'none']).optional(),
      text_color: z.enum(['default', 'grey']).optional(),
      bold: z.boolean().optional(),
      lines: z.int().positive().optional(),
    })
    .optional(),
  columns: z.array(tableColumn),
  rows: z.array(z.record(z.string(), z.unknown())),
});

const hr = z.strictObject({ tag: z.literal('hr'), ...placed });

const audio = z.strictObject({
  tag: z.literal('audio'),
  ...placed,
  file_key: z.string(),
  audio_id: z.string().optional(),
  show_time: z.boolean().optional(),
  style: z.enum(['normal', 'speak']).optional(),
  background_color: colour.optional(),
  fill_color: colour.optional(),
  width: z.string().optional(),
});

export const displayComponents: Readonly<Record<string, z.ZodObject>> = {
  div,
  markdown,
  img,
  img_combination: imgCombination,
  person,
  person_list: personList,
  chart,
  table,
  hr,
  audio,
};
