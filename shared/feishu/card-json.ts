/**
 * The part of Feishu's card JSON 2.0 that we use. Unknown properties are errors there, so this is a closed list.
 * Source: open.feishu.cn/document/feishu-cards/card-json-v2-structure and the component pages beside it.
 */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type TextSize =
  | 'heading-1'
  | 'heading-2'
  | 'heading-3'
  | 'heading'
  | 'normal'
  | 'notation'
  | 'x-large'
  | 'large'
  | 'small';
type TextAlign = 'left' | 'center' | 'right';
export type TextColour = 'default' | 'grey' | 'red' | 'orange' | 'green' | 'blue' | 'yellow' | 'purple';
export type TagColour = 'neutral' | 'blue' | 'turquoise' | 'orange' | 'green' | 'yellow' | 'red' | 'purple';
/** What each means to our readers: blue normal, orange attention, red P0 or overdue, green done, grey closed. */
export type HeaderColour = 'blue' | 'orange' | 'red' | 'green' | 'grey' | 'purple' | 'turquoise' | 'default';

type PlainText = { readonly tag: 'plain_text'; readonly content: string };
type Placed = { readonly element_id?: string; readonly margin?: string };

export type Markdown = Placed & {
  readonly tag: 'markdown';
  readonly content: string;
  readonly text_size?: TextSize;
  readonly text_align?: TextAlign;
};
export type Rule = Placed & { readonly tag: 'hr' };
export type Chart = Placed & {
  readonly tag: 'chart';
  readonly aspect_ratio: '1:1' | '2:1' | '4:3' | '16:9';
  readonly chart_spec: ChartSpec;
};
/** A VChart spec as plain JSON (no functions); phones draw plain bars and lines most reliably. */
export type ChartSpec = {
  readonly type: 'bar' | 'line' | 'area' | 'pie' | 'common';
  readonly data: Json;
  readonly [key: string]: Json;
};
type Callback = { readonly type: 'callback'; readonly value: Readonly<Record<string, Json>> };
type Behaviour = { readonly type: 'open_url'; readonly default_url: string } | Callback;
export type ButtonKind = 'default' | 'primary' | 'danger' | 'text' | 'primary_filled';
export type Button = Placed & {
  readonly tag: 'button';
  readonly type: ButtonKind;
  readonly size: 'small' | 'medium';
  readonly text: PlainText;
  readonly width?: 'default' | 'fill';
  readonly confirm?: { readonly title: PlainText; readonly text: PlainText };
  readonly behaviors: readonly Behaviour[];
  /** Inside a form: what it is called there, and that it sends the form. */
  readonly name?: string;
  readonly form_action_type?: 'submit';
};
/** One of a list. Outside a form a choice is sent at once; `type: 'text'` is as wide as its words. */
export type SelectStatic = Placed & {
  readonly tag: 'select_static';
  readonly type: 'default' | 'text';
  readonly placeholder: PlainText;
  readonly options: readonly { readonly text: PlainText; readonly value: string }[];
  readonly behaviors: readonly Callback[];
};
/** A menu behind three dots; the choice comes back as `option` beside the value of its behaviour. */
export type Overflow = Placed & {
  readonly tag: 'overflow';
  readonly options: readonly { readonly text: PlainText; readonly value: string }[];
  readonly behaviors: readonly Callback[];
};
export type Input = Placed & {
  readonly tag: 'input';
  readonly name: string;
  readonly required: boolean;
  readonly placeholder: PlainText;
  readonly max_length: number;
  readonly width: 'default' | 'fill';
  readonly input_type?: 'multiline_text';
  readonly default_value?: string;
};
/** One of a list inside a form: it is sent with the form. */
export type FormSelect = Placed & {
  readonly tag: 'select_static';
  readonly name: string;
  readonly required: boolean;
  readonly placeholder: PlainText;
  readonly width: 'default' | 'fill';
  readonly options: SelectStatic['options'];
  readonly initial_option?: string;
};
/** Several of a list; forms only. */
export type FormMultiSelect = Placed & {
  readonly tag: 'multi_select_static';
  readonly name: string;
  readonly required: boolean;
  readonly placeholder: PlainText;
  readonly width: 'default' | 'fill';
  readonly options: SelectStatic['options'];
  readonly selected_values?: readonly string[];
};
/** A day and a time of day inside a form, in the reader's time zone. */
export type FormMoment = Placed & {
  readonly tag: 'picker_datetime';
  readonly name: string;
  readonly required: boolean;
  readonly placeholder: PlainText;
  readonly width: 'default' | 'fill';
  /** `YYYY-MM-DD HH:mm`. */
  readonly initial_datetime?: string;
};
type Column = Placed & {
  readonly tag: 'column';
  readonly width: 'auto' | 'weighted';
  readonly weight?: number;
  readonly vertical_spacing?: string;
  readonly vertical_align?: 'center';
  readonly elements: readonly NestedElement[];
};
export type ColumnSet = Placed & {
  readonly tag: 'column_set';
  readonly flex_mode: 'none' | 'stretch' | 'flow' | 'bisect';
  readonly horizontal_spacing?: string;
  readonly columns: readonly Column[];
};
export type Collapsible = Placed & {
  readonly tag: 'collapsible_panel';
  readonly expanded: boolean;
  readonly vertical_spacing?: string;
  readonly padding?: string;
  readonly header: { readonly title: { readonly tag: 'markdown'; readonly content: string } };
  readonly elements: readonly NestedElement[];
};
export type Table = Placed & {
  readonly tag: 'table';
  readonly page_size: number;
  readonly columns: readonly {
    readonly name: string;
    readonly display_name: string;
    readonly data_type: 'text' | 'number' | 'markdown';
  }[];
  readonly rows: readonly Readonly<Record<string, string | number>>[];
};

export type FormField = Input | FormSelect | FormMultiSelect | FormMoment;

/** Sent as a whole by its submit button. Root of a card only, and only of a person's own card. */
export type Form = Placed & {
  readonly tag: 'form';
  readonly name: string;
  readonly elements: readonly (Markdown | FormField | Button)[];
};

/** What may stand inside a column or a collapsible panel: everything but tables and forms, which are allowed at the root only. */
export type NestedElement =
  | Markdown
  | Rule
  | Chart
  | Button
  | SelectStatic
  | Overflow
  | Input
  | ColumnSet
  | Collapsible;
export type CardElement = NestedElement | Table | Form;

type Header = {
  readonly title: PlainText;
  readonly subtitle?: PlainText;
  readonly template: HeaderColour;
  readonly text_tag_list?: readonly {
    readonly tag: 'text_tag';
    readonly text: PlainText;
    readonly color: TagColour;
  }[];
};

export type Card = {
  readonly schema: '2.0';
  readonly config: {
    readonly update_multi: true;
    readonly enable_forward: boolean;
    /** What the chat list and the phone's notification show. */
    readonly summary: { readonly content: string };
  };
  readonly header: Header;
  readonly body: { readonly elements: readonly CardElement[] };
};
