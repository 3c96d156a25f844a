import { h } from './dom.ts';

const COMMANDS = [
  ['/今日', '今日', '今天推送给我的内容'],
  ['/订阅', '订阅', '我订阅了哪些日报'],
  ['/退订', '退订 经营日报', '不再接收一个日报'],
  ['/为什么没收到', '为什么没收到', '查一条没到的推送'],
  ['/帮助', '帮助', '可以对我说什么'],
] as const;

type Choose = (text: string) => void;

export type Suggestions = {
  readonly node: HTMLElement;
  /** Shows what fits while the line starts with a slash. */
  readonly update: (text: string) => void;
  readonly chosen: () => string | undefined;
  /** Whether the key was meant for the list. */
  readonly onKey: (key: string) => boolean;
};

const item = ([slash, text, hint]: (typeof COMMANDS)[number], choose: Choose): HTMLElement =>
  h(
    'li',
    {
      role: 'option',
      'data-text': text,
      // The press must not take the focus from the text box.
      onmousedown: (event) => {
        event.preventDefault();
        choose(text);
      },
    },
    h('strong', {}, slash),
    h('span', { class: 'muted' }, hint),
  );

const fitting = (text: string): readonly (typeof COMMANDS)[number][] =>
  text.startsWith('/') ? COMMANDS.filter(([slash]) => slash.startsWith(text.trim())) : [];

const listNode = (): HTMLUListElement =>
  h('ul', {
    class: 'suggestions',
    role: 'listbox',
    id: 'suggestions',
    'aria-label': '快捷指令',
    hidden: true,
  });

type Cursor = {
  readonly move: (by: number) => void;
  readonly reset: () => void;
  readonly text: () => string | undefined;
};

/** The marked line of the list. */
const cursorOf = (node: HTMLElement): Cursor => {
  let at = 0;
  const mark = (index: number): void => {
    const count = Math.max(1, node.childElementCount);
    at = (index + count) % count;
    Array.from(node.children).forEach((child, place) => {
      child.setAttribute('aria-selected', String(place === at));
    });
  };
  return {
    move: (by) => {
      mark(at + by);
    },
    reset: () => {
      mark(0);
    },
    text: () => node.children[at]?.getAttribute('data-text') ?? undefined,
  };
};

/** What can be said to the bot. */
export const suggestions = (choose: Choose): Suggestions => {
  const node = listNode();
  const cursor = cursorOf(node);
  const update = (text: string): void => {
    const found = fitting(text);
    node.replaceChildren(...found.map((command) => item(command, choose)));
    node.hidden = found.length === 0;
    cursor.reset();
  };
  const onKey = (key: string): boolean => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (node.hidden || (step === undefined && key !== 'Escape' && key !== 'Tab')) return false;
    if (step !== undefined) cursor.move(step);
    else if (key === 'Escape') update('');
    else choose(cursor.text() ?? '');
    return true;
  };
  return { node, update, chosen: cursor.text, onKey };
};
