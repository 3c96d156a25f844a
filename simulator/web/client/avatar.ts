import { h } from './dom.ts';

const COLOUR = /^#[0-9a-f]{3,8}$/i;

type Kind = 'person' | 'bot' | 'group';
type Face = {
  readonly name: string;
  readonly colour?: string | null | undefined;
  readonly kind?: Kind;
};

/** A person by the given name, which Chinese writes last; a bot or a group by its first two characters. */
const initials = (name: string, kind: Kind): string => {
  const letters = Array.from(name.replaceAll(/\s/g, ''));
  return (kind === 'person' ? letters.slice(-2) : letters.slice(0, 2)).join('');
};

/** Feishu's default picture: two characters of the name on the person's colour. */
export const avatar = ({ name, colour, kind = 'person' }: Face, size = 40): HTMLElement => {
  const face = h('span', { class: `avatar avatar-${kind}`, 'aria-hidden': 'true' }, initials(name, kind));
  face.style.setProperty('--size', `${size}px`);
  if (colour && COLOUR.test(colour)) face.style.backgroundColor = colour;
  return face;
};
