import { childOf, type Json, textOf } from './json.ts';

/** open.feishu.cn/document/feishu-cards/enumerations-for-fields-related-to-color: names, with or without a shade. */
// biome-ignore format: a list
const COLOUR_NAMES = new Set([
  'blue', 'wathet', 'turquoise', 'green', 'lime', 'yellow', 'orange', 'red', 'carmine', 'violet', 'purple', 'indigo', 'grey',
]);
const GREYS = new Set(['gray', 'neutral']);
const SHADED = /^([a-z]+)(?:-(\d{2,3}))?$/;
const LITERAL = /^(#[0-9a-f]{3,8}|rgba?\([\d\s.,%]+\))$/i;

/** Named text sizes in px: 文本大小 of the rich text component. */
// biome-ignore format: a table
const SIZES: Readonly<Record<string, number>> = {
  'heading-0': 30, 'heading-1': 24, 'heading-2': 20, 'heading-3': 18, 'heading-4': 16,
  heading: 16, normal: 14, notation: 12,
  'xxxx-large': 30, 'xxx-large': 24, 'xx-large': 20, 'x-large': 18,
  large: 16, medium: 14, small: 12, 'x-small': 10,
};

const SPACES: Readonly<Record<string, string>> = {
  small: '4px',
  medium: '8px',
  large: '12px',
  extra_large: '16px',
};
const LENGTHS = /^-?\d{1,3}px(\s+-?\d{1,3}px){0,3}$/;

/** A card's length, token or `Npx`; anything else is ignored. */
export const lengthOf = (value: string): string | undefined =>
  SPACES[value] ?? (LENGTHS.test(value) ? value : undefined);

const named = (name: string, role: 'text' | 'fill'): string | undefined => {
  const [, base = '', shade] = SHADED.exec(name) ?? [];
  const hue = GREYS.has(base) ? 'grey' : base;
  if (!COLOUR_NAMES.has(hue)) return undefined;
  const isPale = role === 'fill' && (shade === undefined || Number(shade) <= 200);
  return `var(--${hue}-${isPale ? 'pale' : 'deep'})`;
};

/** CSS colour for a colour of the card: a name, one of the card's own, or a literal. */
export const colourOf = (
  name: string,
  config: Json | undefined,
  role: 'text' | 'fill' = 'text',
): string | undefined => {
  const own = textOf(childOf(childOf(childOf(config, 'style'), 'color'), name), 'light_mode');
  if (LITERAL.test(own)) return own;
  if (LITERAL.test(name)) return name;
  if (name === 'white' || name === 'bg-white') return 'var(--surface)';
  return named(name, role);
};

const pixels = (name: string): number => SIZES[name] ?? 14;

/** Sets the font size for wide and narrow screens; CSS chooses. */
const applyTextSize = (node: HTMLElement, name: string, config: Json | undefined): void => {
  if (name === '') return;
  const own = childOf(childOf(childOf(config, 'style'), 'text_size'), name);
  const wide = textOf(own, 'pc') || textOf(own, 'default') || name;
  const narrow = textOf(own, 'mobile') || textOf(own, 'default') || name;
  node.classList.add('sized');
  node.style.setProperty('--wide', `${pixels(wide)}px`);
  node.style.setProperty('--narrow', `${pixels(narrow)}px`);
};

const ALIGNS = new Set(['left', 'center', 'right']);

/** Size, colour and alignment, which every text in a card may have. */
export const applyText = (node: HTMLElement, element: Json | undefined, config: Json | undefined): void => {
  applyTextSize(node, textOf(element, 'text_size'), config);
  const colour = colourOf(textOf(element, 'text_color'), config);
  if (colour !== undefined) node.style.color = colour;
  const align = textOf(element, 'text_align');
  if (ALIGNS.has(align)) node.style.textAlign = align;
};

const setLength = (node: HTMLElement, property: string, value: string): void => {
  const length = lengthOf(value);
  if (length !== undefined) node.style.setProperty(property, length);
};

/** Padding, margin, spacing and background of a container or component. */
export const applyBox = (node: HTMLElement, element: Json | undefined, config: Json | undefined): void => {
  setLength(node, 'margin', textOf(element, 'margin'));
  setLength(node, 'padding', textOf(element, 'padding'));
  setLength(node, 'row-gap', textOf(element, 'vertical_spacing'));
  setLength(node, 'column-gap', textOf(element, 'horizontal_spacing'));
  const background = textOf(element, 'background_style') || textOf(element, 'background_color');
  const colour = background === 'default' ? undefined : colourOf(background, config, 'fill');
  if (colour !== undefined) {
    node.style.backgroundColor = colour;
    node.classList.add('filled');
  }
};
