import { z } from 'zod';
import {
  behaviors,
  children,
  colour,
  confirm,
  direction,
  elementId,
  horizontalAlign,
  i18nContent,
  icon,
  margin,
  multiUrl,
  padding,
  placed,
  plainText,
  radius,
  spacing,
  verticalAlign,
} from './card-parts.ts';

// open.feishu.cn/document/feishu-cards/card-json-v2-components/containers/*
export const layout = {
  direction: direction.optional(),
  padding: padding.optional(),
  horizontal_spacing: spacing.optional(),
  horizontal_align: horizontalAlign.optional(),
  vertical_spacing: spacing.optional(),
  vertical_align: verticalAlign.optional(),
};
const action = z.strictObject({ multi_url: multiUrl.optional() }).optional();

const column = z.strictObject({
  tag: z.literal('column'),
  element_id: elementId.optional(),
  margin: margin.optional(),
  ...layout,
  background_style: colour.optional(),
  width: z
    .string()
    .regex(/^(?:auto|weighted|[0-9]{2,3}px)$/)
    .optional(),
  weight: z.int().min(1).max(5).optional(),
  action,
  elements: children.optional(),
});

const columnSet = z.strictObject({
  tag: z.literal('column_set'),
  ...placed,
  horizontal_spacing: spacing.optional(),
  horizontal_align: horizontalAlign.optional(),
  flex_mode: z.enum(['none', 'stretch', 'flow', 'bisect', 'trisect']).optional(),
  background_style: colour.optional(),
  action,
  columns: children,
});

const form = z.strictObject({
  tag: z.literal('form'),
  ...placed,
  ...layout,
  name: z.string('a form needs a name').min(1, 'a form needs a name'),
  elements: children,
});

const interactiveContainer = z.strictObject({
  tag: z.literal('interactive_container'),
  ...placed,
  ...layout,
  width: z
    .string()
    .regex(/^(?:fill|auto|[0-9]{2,3}px)$/)
    .optional(),
  height: z
    .string()
    .regex(/^(?:auto|[0-9]{2,3}px)$/)
    .optional(),
  background_style: colour.optional(),
  has_border: z.boolean().optional(),
  border_color: colour.optional(),
  corner_radius: radius.optional(),
  behaviors,
  disabled: z.boolean().optional(),
  disabled_tips: plainText().optional(),
  confirm: confirm.optional(),
  hover_tips: plainText().optional(),
  elements: children,
});

const panelTitle = z.strictObject({
  tag: z.enum(['plain_text', 'markdown']),
  element_id: elementId.optional(),
  content: z.string().optional(),
  i18n_content: i18nContent.optional(),
});

const collapsiblePanel = z.strictObject({
  tag: z.literal('collapsible_panel'),
  ...placed,
  ...layout,
  expanded: z.boolean().optional(),
  background_color: colour.optional(),
  header: z.strictObject({
    title: panelTitle.optional(),
    background_color: colour.optional(),
    width: z.enum(['fill', 'auto', 'auto_when_fold']).optional(),
    vertical_align: verticalAlign.optional(),
    padding: padding.optional(),
    position: z.string().optional(),
    icon: icon.optional(),
    icon_position: z.enum(['left', 'right', 'follow_text']).optional(),
    icon_expanded_angle: z.union([z.literal(-180), z.literal(-90), z.literal(90), z.literal(180)]).optional(),
  }),
  border: z.strictObject({ color: colour.optional(), corner_radius: radius.optional() }).optional(),
  elements: children.optional(),
});

export const containerComponents: Readonly<Record<string, z.ZodObject>> = {
  column_set: columnSet,
  column,
  form,
  interactive_container: interactiveContainer,
  collapsible_panel: collapsiblePanel,
};
