import { z } from 'zod';
import { behaviors, confirm, icon, placed, plainText, width } from './card-parts.ts';

// open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/*: selects and pickers
const inForm = { name: z.string().optional(), required: z.boolean().optional() };
const common = {
  ...placed,
  disabled: z.boolean().optional(),
  behaviors: behaviors.optional(),
  confirm: confirm.optional(),
};
const placeholder = plainText(100).optional();

const option = z.strictObject({ text: plainText(), icon: icon.optional(), value: z.string() });
/** Two options with one value can't be told apart when clicked. */
const options = z
  .array(option)
  .refine((all) => new Set(all.map(({ value }) => value)).size === all.length, 'option values must differ');
const people = z.array(z.strictObject({ value: z.string().optional() }));
const select = {
  ...common,
  ...inForm,
  type: z.enum(['default', 'text']).optional(),
  placeholder,
  width: width.optional(),
};
const initial = { initial_option: z.string().optional(), initial_index: z.int().optional() };
const selected = { selected_values: z.array(z.string()).optional() };

const selectStatic = z.strictObject({
  tag: z.literal('select_static'),
  ...select,
  ...initial,
  options: options.optional(),
});
const multiSelectStatic = z.strictObject({
  tag: z.literal('multi_select_static'),
  ...select,
  ...selected,
  options: options.optional(),
});
const selectPerson = z.strictObject({
  tag: z.literal('select_person'),
  ...select,
  initial_option: z.string().optional(),
  options: people.optional(),
});
const multiSelectPerson = z.strictObject({
  tag: z.literal('multi_select_person'),
  ...select,
  ...selected,
  options: people.optional(),
});

const picker = { ...common, ...inForm, placeholder, width: width.optional(), value: z.unknown().optional() };
const datePicker = z.strictObject({
  tag: z.literal('date_picker'),
  ...picker,
  initial_date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
});
const pickerTime = z.strictObject({
  tag: z.literal('picker_time'),
  ...picker,
  initial_time: z
    .string()
    .regex(/^\d{2}:\d{2}$/)
    .optional(),
});
const pickerDatetime = z.strictObject({
  tag: z.literal('picker_datetime'),
  ...picker,
  initial_datetime: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/)
    .optional(),
});

export const selectComponents: Readonly<Record<string, z.ZodObject>> = {
  select_static: selectStatic,
  multi_select_static: multiSelectStatic,
  select_person: selectPerson,
  multi_select_person: multiSelectPerson,
  date_picker: datePicker,
  picker_time: pickerTime,
  picker_datetime: pickerDatetime,
};
