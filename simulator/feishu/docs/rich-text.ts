import { z } from 'zod';
import { refuse } from './refuse.ts';

const styleSchema = z.object({
  bold: z.optional(z.boolean()),
  italic: z.optional(z.boolean()),
  strikethrough: z.optional(z.boolean()),
  underline: z.optional(z.boolean()),
  inline_code: z.optional(z.boolean()),
  background_color: z.optional(z.int()),
  text_color: z.optional(z.int()),
  link: z.optional(z.object({ url: z.string() })),
});

export type TextStyle = z.infer<typeof styleSchema>;

const elementSchema = z.union([
  z.object({ text_run: z.object({ content: z.string(), text_element_style: z.optional(styleSchema) }) }),
  z.object({ mention_user: z.looseObject({ user_id: z.string() }) }),
  z.object({ mention_doc: z.looseObject({ token: z.string(), obj_type: z.int(), url: z.string() }) }),
  z.object({ equation: z.looseObject({ content: z.string() }) }),
]);

export const elementsSchema = z.array(elementSchema).min(1);

const textStyleSchema = z.looseObject({
  align: z.optional(z.int().min(1).max(3)),
  done: z.optional(z.boolean()),
  folded: z.optional(z.boolean()),
  language: z.optional(z.int()),
  wrap: z.optional(z.boolean()),
});

export const richTextSchema = z.object({ elements: elementsSchema, style: z.optional(textStyleSchema) });
export type RichText = z.infer<typeof richTextSchema>;

const PLAIN = { bold: false, inline_code: false, italic: false, strikethrough: false, underline: false };
/** UTF-16 units of one block's text: 块的数据结构, «文本块». */
const MOST_TEXT = 100_000;

const wordsIn = (element: z.infer<typeof elementSchema>): string => {
  if ('text_run' in element) return element.text_run.content;
  return 'equation' in element ? element.equation.content : '';
};

const readElement = (element: z.infer<typeof elementSchema>): object =>
  'text_run' in element
    ? {
        text_run: {
          content: element.text_run.content,
          text_element_style: { ...PLAIN, ...element.text_run.text_element_style },
        },
      }
    : element;

/** As Feishu gives it back: styles that were left out are there and false. Throws 1770033 for too long a text. */
export const readRichText = ({ elements, style }: RichText): Readonly<Record<string, unknown>> => {
  if (elements.map(wordsIn).join('').length > MOST_TEXT) throw refuse(1770033);
  return { elements: elements.map(readElement), style: { align: 1, folded: false, ...style } };
};

/** The words of a block's content, '' for what has none. */
export const plainText = (content: Readonly<Record<string, unknown>>): string => {
  const parsed = elementsSchema.safeParse(content['elements']);
  return parsed.success ? parsed.data.map(wordsIn).join('') : '';
};
