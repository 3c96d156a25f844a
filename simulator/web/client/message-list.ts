import type { Message, Person } from './api.ts';
import { h, run } from './dom.ts';
import { openLink } from './frame.ts';
import { icon } from './icons.ts';
import { type MessageHost, type MessageNode, messageNode, recalledLine } from './message.ts';
import type { Session } from './session.ts';
import type { State } from './store.ts';
import { clockTime, dayName, isSameDay } from './time.ts';

/** A reader this close to the end keeps seeing the newest message. */
const NEAR_END_PX = 160;

const idsOf = ({ unionId, userId, openIds }: Person): readonly string[] => [
  unionId,
  userId,
  ...Object.values(openIds ?? {}),
];

const hostOf = ({ me, people, apps }: State, session: Session): MessageHost | undefined =>
  me && {
    me,
    colourOf: (name) =>
      apps.find((app) => app.name === name)?.avatar ?? people.find((one) => one.name === name)?.avatarColor,
    act: session.act,
    openLink: (url) => {
      openLink(url, session);
    },
    reply: session.replyTo,
    peopleFor: (appId) =>
      people
        .filter(({ resigned }) => !resigned)
        .map(({ openIds, unionId, name }) => ({ id: openIds?.[appId] ?? unionId, name })),
    nameOf: (id) => people.find((person) => idsOf(person).includes(id))?.name,
  };

type Line = readonly [key: string, make: () => HTMLElement];

/** The lines before a message: its day, and where what is new begins. */
const linesBefore = (message: Message, before: Message | undefined, state: State): readonly Line[] => {
  const { messageId, createdAt } = message;
  const isNewDay = !before || !isSameDay(before.createdAt, createdAt);
  const day = `${dayName(createdAt)} ${clockTime(createdAt)}`;
  return [
    ...(isNewDay ? [[`${messageId} ${day}`, () => h('div', { class: 'day-line' }, day)] as const] : []),
    ...(messageId === state.firstUnread
      ? [[`${messageId} new`, () => h('div', { class: 'new-line' }, h('span', {}, '以下为新消息'))] as const]
      : []),
    ...(message.recalled ? [[`${messageId} recalled`, () => recalledLine(message)] as const] : []),
  ];
};

const earlierButton = (session: Session): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'btn btn-text btn-small earlier',
      onclick: () => {
        run(session.loadEarlier());
      },
    },
    '查看更早的消息',
  );

/** Replaces children only when they differ: moving a node would restart its animation and lose the focus in it. */
const place = (node: HTMLElement, children: readonly HTMLElement[]): void => {
  const isSame =
    children.length === node.childElementCount &&
    children.every((child, index) => node.children[index] === child);
  if (!isSame) node.replaceChildren(...children);
};

/** To the first unread message of a chat that was just opened, else to its end. */
const scrollTo = (node: HTMLElement): void => {
  const unread = node.querySelector('.new-line');
  node.scrollTop = unread
    ? unread.getBoundingClientRect().top - node.getBoundingClientRect().top - 8
    : node.scrollHeight;
};

export type MessageList = { readonly node: HTMLElement; readonly show: (state: State) => void };

type Nodes = {
  clear: () => void;
  line: (line: Line) => HTMLElement;
  message: (message: Message, host: MessageHost) => HTMLElement;
};

/** The nodes of one chat by key. Whoever is still there keeps its node: no refresh redraws a chart or shuts a panel. */
const createNodes = (): Nodes => {
  const lines = new Map<string, HTMLElement>();
  const messages = new Map<string, MessageNode>();
  return {
    clear: () => {
      lines.clear();
      messages.clear();
    },
    line: ([key, make]) => {
      const node = lines.get(key) ?? make();
      lines.set(key, node);
      return node;
    },
    message: (message, host) => {
      const known = messages.get(message.messageId);
      known?.refresh(message);
      const made = known ?? messageNode(message, host);
      messages.set(message.messageId, made);
      return made.node;
    },
  };
};

/** Says that something arrived below what one is reading. */
const toEndButton = (node: HTMLElement): HTMLElement => {
  const button = h(
    'button',
    {
      type: 'button',
      class: 'to-end',
      hidden: true,
      onclick: () => {
        node.scrollTop = node.scrollHeight;
      },
    },
    icon('down', 16),
    '有新消息',
  );
  node.addEventListener('scroll', () => {
    if (isNearEnd(node)) button.hidden = true;
  });
  return button;
};

const isNearEnd = (node: HTMLElement): boolean =>
  node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_END_PX;

const lastIdOf = ({ messages }: State): string | undefined => messages.at(-1)?.messageId;

/** Who speaks wants to see the answer. */
const isMineLast = ({ messages, me }: State): boolean => messages.at(-1)?.sender.unionId === me?.unionId;

const rowsOf = (state: State, nodes: Nodes, host: MessageHost): readonly HTMLElement[] =>
  state.messages.flatMap((message, index) => [
    ...linesBefore(message, state.messages[index - 1], state).map(nodes.line),
    ...(message.recalled ? [] : [nodes.message(message, host)]),
  ]);

export const messageList = (session: Session): MessageList => {
  const node = h('div', { class: 'messages', role: 'log', 'aria-label': '消息', tabindex: 0 });
  const toEnd = toEndButton(node);
  const nodes = createNodes();
  const earlier = earlierButton(session);
  let shownChat: string | undefined;
  let lastShown: string | undefined;
  const show = (state: State): void => {
    const host = hostOf(state, session);
    if (!host) return;
    const isNew = state.chatId !== shownChat;
    const last = lastIdOf(state);
    const hasGrown = last !== lastShown;
    const wasAtEnd = isNearEnd(node) || isMineLast(state);
    if (isNew) nodes.clear();
    shownChat = state.chatId;
    lastShown = last;
    earlier.hidden = !state.hasEarlier;
    place(node, [earlier, ...rowsOf(state, nodes, host)]);
    if (isNew || hasGrown) toEnd.hidden = isNew || wasAtEnd;
    // On a phone the pane is laid out only after this, and what has no layout can't scroll.
    requestAnimationFrame(() => {
      if (isNew) scrollTo(node);
      else if (wasAtEnd && hasGrown) node.scrollTop = node.scrollHeight;
    });
  };
  return { node: h('div', { class: 'message-list' }, node, toEnd), show };
};
