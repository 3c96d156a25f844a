import { childOf, type Json, listOf, textOf } from './json.ts';

/** What a click sends to `card.action.trigger`; names as in Feishu's callback body. */
export type CardAction = {
  readonly tag: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly option?: string;
  readonly options?: readonly string[];
  readonly checked?: boolean;
  readonly inputValue?: string;
  readonly formValue?: Readonly<Record<string, unknown>>;
};

/** One named control of a form. */
export type FormField = {
  readonly name: string;
  readonly required: boolean;
  readonly read: () => unknown;
  readonly isEmpty: () => boolean;
  readonly reset: () => void;
  readonly mark: (missing: boolean) => void;
};

export type FormScope = { readonly fields: FormField[] };

export type CardContext = {
  readonly act: (action: CardAction) => Promise<void>;
  readonly openLink: (url: string) => void;
  /** The name behind an id in a mention or a person element. */
  readonly nameOf: (id: string) => string | undefined;
  /** Who may be chosen in a person picker: the ids of the app that sent the card. */
  readonly people: () => readonly { readonly id: string; readonly name: string }[];
  /** `config` of the card: named sizes and colours. */
  readonly config: Json | undefined;
  readonly form?: FormScope;
  readonly render: (elements: readonly Json[], context: CardContext) => readonly HTMLElement[];
};

export type Renderer = (element: Json, context: CardContext) => HTMLElement;

/** The desktop URL first: `default_url` is the fallback of the per-platform ones. */
export const linkOf = (behavior: Json | undefined): string =>
  textOf(behavior, 'pc_url') || textOf(behavior, 'default_url') || textOf(behavior, 'url');

/** What a callback carries back: of `behaviors`, else the component's own value. */
export const callbackValue = (element: Json): unknown =>
  listOf(element, 'behaviors').find((one) => textOf(one, 'type') === 'callback')?.['value'] ??
  element['value'] ??
  {};

/** Text of a `plain_text` or `lark_md` object, or of a bare string. */
export const contentOf = (element: Json, key: string): string => {
  const plain = textOf(element, key);
  return plain === '' ? textOf(childOf(element, key), 'content') : plain;
};
