import { z } from 'zod';
import {
  anyText,
  behaviors,
  confirm,
  icon,
  multiUrl,
  padding,
  placed,
  plainText,
  width,
} from './card-parts.ts';

// open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/*
const inForm = { name: z.string().optional(), required: z.boolean().optional() };
const common = {
  ...placed,
  disabled: z.boolean().optional(),
  behaviors: behaviors.optional(),
  confirm: confirm.optional(),
};
const tips = { hover_tips: plainText().optional(), disabled_tips: plainText().optional() };
const placeholder = plainText(100).optional();

const button = z.strictObject({
  tag: z.literal('button'),
  ...common,
  ...tips,
  type: z
    .enum([
      'default',
      'primary',
      'danger',
      'text',
      'primary_text',
      'danger_text',
      'primary_filled',
      'danger_filled',
      'laser',
    ])
    .optional(),
  size: z.enum(['tiny', 'small', 'medium', 'large']).optional(),
  width: width.optional(),
  text: plainText(100).optional(),
  icon: icon.optional(),
  name: z.string().optional(),
  form_action_type: z.enum(['submit', 'reset']).optional(),
  action_type: z.enum(['link', 'request', 'multi', 'form_submit', 'form_reset']).optional(),
});

const input = z.strictObject({
  tag: z.literal('input'),
  ...common,
  ...inForm,
  disabled_tips: plainText().optional(),
  placeholder,
  default_value: z.string().optional(),
  width: width.optional(),
  max_length: z.int().min(1).max(1000).optional(),
  input_type: z.enum(['text', 'multiline_text', 'password']).optional(),
  rows: z.number().optional(),
  auto_resize: z.boolean().optional(),
  max_rows: z.number().optional(),
  show_icon: z.boolean().optional(),
  label: plainText().optional(),
  label_position: z.enum(['top', 'left']).optional(),
  value: z.unknown().optional(),
});

const overflow = z.strictObject({
  tag: z.literal('overflow'),
  ...placed,
  width: width.optional(),
  options: z.array(
    z.strictObject({
      text: plainText(100).optional(),
      multi_url: multiUrl.optional(),
      value: z.string().optional(),
    }),
  ),
  behaviors: behaviors.optional(),
  confirm: confirm.optional(),
});

const selectImg = z.strictObject({
  tag: z.literal('select_img'),
  ...common,
  ...inForm,
  multi_select: z.boolean().optional(),
  layout: z.enum(['stretch', 'bisect', 'trisect']).optional(),
  can_preview: z.boolean().optional(),
  aspect_ratio: z.enum(['1:1', '16:9', '4:3']).optional(),
  disabled_tips: plainText().optional(),
  value: z.unknown().optional(),
  options: z.array(
    z.strictObject({
      img_key: z.string(),
      value: z.string().optional(),
      disabled: z.boolean().optional(),
      disabled_tips: plainText().optional(),
      hover_tips: plainText().optional(),
    }),
  ),
});

const checker = z.strictObject({
  tag: z.literal('checker'),
  ...common,
  ...tips,
  name: z.string().optional(),
  checked: z.boolean().optional(),
  text: anyText.optional(),
  overall_checkable: z.boolean().optional(),
  button_area: z
    .strictObject({
      pc_display_rule: z.enum(['always', 'on_hover']).optional(),
      buttons: z.array(button).max(3, 'at most three buttons').optional(),
    })
    .optional(),
  checked_style: z
    .strictObject({
      show_strikethrough: z.boolean().optional(),
      opacity: z.number().min(0).max(1).optional(),
    })
    .optional(),
  padding: padding.optional(),
});

export const inputComponents: Readonly<Record<string, z.ZodObject>> = {
  button,
  input,
  overflow,
  select_img: selectImg,
  checker,
};
