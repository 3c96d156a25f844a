import type { Message, Person } from './api.ts';
import { avatar } from './avatar.ts';
import { renderCard } from './card.ts';
import type { CardAction, CardContext } from './card-context.ts';
import { h, when } from './dom.ts';
import { icon } from './icons.ts';
import { isJson, type Json, listOf, textOf } from './json.ts';
import { inline, link } from './markdown-inline.ts';
import { clockTime, fullTime } from './time.ts';

export type MessageHost = {
  readonly me: Person;
  readonly colourOf: (name: string) => string | undefined;
  readonly act: (messageId: string, action: CardAction) => Promise<void>;
  readonly openLink: (url: string) => void;
  readonly nameOf: (id: string) => string | undefined;
  readonly reply: (message: Message) => void;
  /** Colleagues by the ids that one app has for them. */
  readonly peopleFor: (appId: string) => ReturnType<CardContext['people']>;
};

const bare = (host: MessageHost): CardContext => ({
  act: () => Promise.resolve(),
  openLink: host.openLink,
  nameOf: host.nameOf,
  people: () => [],
  config: undefined,
  render: () => [],
});

const URLS = /(https?:\/\/[^\s<>"'，。；！）]+)/;
/** Markdown's signs mean nothing in a text message; its tags (`at`, `b`) do. */
const SIGNS = /([\\`*~[\]&])/g;

/** A text message: split by URLs, so that every second piece is a link. */
const textBody = (text: string, host: MessageHost): HTMLElement => {
  const context = bare(host);
  const pieces = text.split(URLS).flatMap((piece, index) => {
    if (index % 2 === 1) return [link([piece], piece, context)];
    return inline(
      piece.replaceAll(SIGNS, (sign) => (sign === '&' ? '&amp;' : `\\${sign}`)),
      context,
    );
  });
  return h('div', { class: 'bubble' }, ...pieces);
};

const postRun = (item: Json, host: MessageHost): Node | string => {
  const tag = textOf(item, 'tag');
  if (tag === 'a') return link([textOf(item, 'text')], textOf(item, 'href'), bare(host));
  if (tag === 'at') return h('span', { class: 'mention' }, `@${textOf(item, 'user_name', '成员')}`);
  return textOf(item, 'text') || (tag === 'img' ? '[图片]' : '');
};

const postOf = (content: Json): Json => {
  const inner = [content['zh_cn'], content['en_us']].find(isJson);
  return inner ?? content;
};

/** 富文本: a title and paragraphs of runs. */
const postBody = (content: Json, host: MessageHost): HTMLElement => {
  const post = postOf(content);
  const paragraphs = Array.isArray(post['content']) ? post['content'] : [];
  const title = textOf(post, 'title');
  return h(
    'div',
    { class: 'bubble' },
    when(title !== '', () => h('strong', { class: 'post-title' }, title)),
    ...paragraphs.map((runs) => h('p', {}, ...listOf({ runs }, 'runs').map((item) => postRun(item, host)))),
  );
};

const imageBody = (content: Json): HTMLElement =>
  h('img', {
    class: 'photo',
    src: `/sim/images/${encodeURIComponent(textOf(content, 'image_key'))}`,
    alt: '图片',
  });

const bodyOf = (message: Message, host: MessageHost): HTMLElement => {
  const content = isJson(message.content) ? message.content : {};
  if (message.msgType === 'interactive')
    return renderCard(content, {
      ...host,
      act: (action) => host.act(message.messageId, action),
      people: () => host.peopleFor(message.sender.appId ?? ''),
    });
  if (message.msgType === 'post') return postBody(content, host);
  if (message.msgType === 'image') return imageBody(content);
  return textBody(textOf(content, 'text'), host);
};

const isMine = (message: Message, { me }: MessageHost): boolean =>
  message.sender.kind === 'user' && (message.sender.unionId ?? me.unionId) === me.unionId;

const footerOf = (message: Message, host: MessageHost): HTMLElement => {
  const footer = h('footer', { class: 'message-footer' }, replyButton(message, host));
  if (message.urgent) footer.append(h('span', { class: 'urgent' }, icon('bell', 13), '加急'));
  if (message.editedCount > 0)
    footer.append(
      h('span', { title: `最近更新：${fullTime(message.updatedAt)}` }, `已更新 ${message.editedCount} 次`),
    );
  if (!isMine(message, host))
    footer.append(
      h(
        'span',
        { class: `read-state ${message.readByMe ? 'is-read' : ''}` },
        message.readByMe && icon('check', 12),
        message.readByMe ? '已读' : '未读',
      ),
    );
  return footer;
};

/** Changes when the body has to be drawn again; being read does not redraw a card and its chart. */
const bodyKey = ({ updatedAt, editedCount, recalled }: Message): string =>
  `${updatedAt}|${editedCount}|${recalled}`;

export const recalledLine = ({ sender, messageId }: Message): HTMLElement =>
  h('div', { class: 'system-line', 'data-message': messageId }, `${sender.name} 撤回了一条消息`);

const metaOf = ({ sender, createdAt }: Message): HTMLElement =>
  h(
    'div',
    { class: 'message-meta' },
    h('span', { class: 'message-name' }, sender.name),
    when(sender.kind === 'app', () => h('em', { class: 'tag' }, '机器人')),
    h('time', { datetime: createdAt, title: fullTime(createdAt) }, clockTime(createdAt)),
  );

const replyButton = (message: Message, { reply }: MessageHost): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'reply-button',
      'aria-label': `回复 ${message.sender.name}`,
      title: '回复',
      onclick: () => {
        reply(message);
      },
    },
    icon('reply', 14),
    '回复',
  );

/** What the message answers; a press goes there. */
const quoteOf = ({ replyTo }: Message): HTMLElement | undefined =>
  replyTo
    ? h(
        'button',
        {
          type: 'button',
          class: 'quote',
          onclick: () => {
            showMessage(replyTo.messageId);
          },
        },
        `回复 ${replyTo.name}：${replyTo.preview}`,
      )
    : undefined;

/** Scrolls to a message that is on the screen. */
export const showMessage = (messageId: string): void => {
  document
    .querySelector(`[data-message="${CSS.escape(messageId)}"]`)
    ?.scrollIntoView({ block: 'center', behavior: 'smooth' });
};

const faceOf = ({ sender }: Message, host: MessageHost): HTMLElement =>
  avatar(
    { name: sender.name, colour: host.colourOf(sender.name), kind: sender.kind === 'app' ? 'bot' : 'person' },
    36,
  );

export type MessageNode = { readonly node: HTMLElement; readonly refresh: (message: Message) => void };

/** A message on the screen; `refresh` changes only what is different. */
export const messageNode = (first: Message, host: MessageHost): MessageNode => {
  let body = bodyOf(first, host);
  let footer = footerOf(first, host);
  let key = bodyKey(first);
  const content = h('div', { class: 'message-content' }, metaOf(first), quoteOf(first), body, footer);
  const node = h(
    'div',
    { class: `message${isMine(first, host) ? ' is-mine' : ''}`, 'data-message': first.messageId },
    faceOf(first, host),
    content,
  );
  return {
    node,
    refresh: (message) => {
      const nextFooter = footerOf(message, host);
      footer.replaceWith(nextFooter);
      footer = nextFooter;
      if (bodyKey(message) === key) return;
      key = bodyKey(message);
      const next = bodyOf(message, host);
      next.classList.add('just-updated');
      body.replaceWith(next);
      body = next;
    },
  };
};
