import { z } from 'zod';
import type { ActionInput } from '../feishu/action.ts';
import { taggedObjects } from '../feishu/card-tree.ts';

const valueSchema = z.union([z.record(z.string(), z.unknown()), z.string()]);
const behaviourSchema = z.looseObject({
  type: z.string(),
  value: z.optional(valueSchema),
  default_url: z.optional(z.string()),
});
const buttonSchema = z.looseObject({
  tag: z.literal('button'),
  name: z.optional(z.string()),
  disabled: z._default(z.boolean(), false),
  text: z.looseObject({ content: z.string() }),
  behaviors: z._default(z.array(behaviourSchema), []),
});
const markdownSchema = z.looseObject({ tag: z.literal('markdown'), content: z.string() });

export type CardButton = {
  readonly text: string;
  readonly press: ActionInput;
};

const buttonsIn = (card: unknown): readonly z.output<typeof buttonSchema>[] =>
  taggedObjects(card).flatMap((part) => {
    const { success, data } = buttonSchema.safeParse(part);
    return success && !data.disabled ? [data] : [];
  });

/** Buttons that ask the app, in the order of the card; `press` is what the web client sends for one. */
export const buttonsOf = (content: string): readonly CardButton[] =>
  buttonsIn(JSON.parse(content)).flatMap(({ text, name, behaviors }) => {
    const callback = behaviors.find(({ type }) => type === 'callback');
    if (!callback) return [];
    const press = { tag: 'button', value: callback.value ?? {}, ...(name === undefined ? {} : { name }) };
    return [{ text: text.content, press }];
  });

const decoded = (url: string): string => {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
};

/** Of a document's or a wiki page's address, also inside an AppLink that opens it. */
export const documentToken = (url: string): string | undefined =>
  /\/(?:wiki|docx)\/(\w+)/.exec(decoded(url))?.[1];

/** The first document that the card links to, by a button or in its text. */
export const documentIn = (content: string): string | undefined => {
  const card: unknown = JSON.parse(content);
  const ofButtons = buttonsIn(card).flatMap(({ behaviors }) =>
    behaviors.flatMap(({ default_url: url }) => url ?? []),
  );
  const ofTexts = taggedObjects(card).flatMap((part) => {
    const { success, data } = markdownSchema.safeParse(part);
    return success ? [...data.content.matchAll(/\]\((https?:[^)\s]+)\)/g)].map(([, url = '']) => url) : [];
  });
  return [...ofButtons, ...ofTexts].find((url) => documentToken(url) !== undefined);
};
