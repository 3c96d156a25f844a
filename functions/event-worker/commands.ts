import type { Span } from '../../shared/calendar/quiet-hours.ts';
import { readSpans } from './quiet-words.ts';

/** What somebody asked the bot. */
export type Ask =
  | { readonly kind: Plain }
  | { readonly kind: 'subscribe' | 'unsubscribe'; readonly name: string }
  | { readonly kind: 'setQuiet'; readonly spans: readonly Span[] }
  | { readonly kind: 'quietNotUnderstood' }
  | { readonly kind: 'unknown' };

type Plain =
  | 'today'
  | 'help'
  | 'subscriptions'
  | 'why'
  | 'quiet'
  | 'clearQuiet'
  | 'merged'
  | 'submit'
  | 'tickets'
  | 'posts'
  | 'unread';

// A map, because an object also knows `constructor`.
const plain: ReadonlyMap<string, Plain> = new Map(
  Object.entries<Plain>({
    今日: 'today',
    今天: 'today',
    晨报: 'today',
    today: 'today',
    帮助: 'help',
    help: 'help',
    '?': 'help',
    '？': 'help',
    你好: 'help',
    订阅: 'subscriptions',
    我的订阅: 'subscriptions',
    subscriptions: 'subscriptions',
    subscribe: 'subscriptions',
    为什么没收到: 'why',
    why: 'why',
    合并消息: 'merged',
    合并的消息: 'merged',
    merged: 'merged',
    提交客诉: 'submit',
    提客诉: 'submit',
    客诉: 'submit',
    complaint: 'submit',
    我的工单: 'tickets',
    我的待办: 'tickets',
    工单: 'tickets',
    tickets: 'tickets',
    我的文章: 'posts',
    订阅号: 'posts',
    我的订阅号: 'posts',
    posts: 'posts',
    待读: 'unread',
    未读: 'unread',
    待确认: 'unread',
    unread: 'unread',
    免打扰: 'quiet',
    我的免打扰: 'quiet',
    勿扰: 'quiet',
    quiet: 'quiet',
    取消免打扰: 'clearQuiet',
    关闭免打扰: 'clearQuiet',
    '免打扰 取消': 'clearQuiet',
    '免打扰 关闭': 'clearQuiet',
    'quiet off': 'clearQuiet',
  }),
);

const quietWords = /^(?:设置)?(?:免打扰|勿扰|quiet)\s*[:：]?\s*(.+)$/iu;

const withName: readonly (readonly [RegExp, 'subscribe' | 'unsubscribe'])[] = [
  [/^(?:退订|unsubscribe)\s*(.*)$/iu, 'unsubscribe'],
  [/^(?:订阅|subscribe)\s*(.+)$/iu, 'subscribe'],
];

/** People type full-width spaces, quotation marks, a slash or an @; the words decide. */
const tidy = (text: string): string =>
  text
    .replace(/@\S+/gu, '')
    .replace(/[\u3000\s]+/gu, ' ')
    .replace(/[「」“”"'《》]/gu, '')
    .trim()
    .replace(/^[/／]/u, '')
    .replace(/[。！!]+$/u, '')
    .trim();

const withHours = (words: string): Ask | undefined => {
  const hours = quietWords.exec(words)?.[1];
  if (hours === undefined) return undefined;
  const spans = readSpans(hours);
  return spans ? { kind: 'setQuiet', spans } : { kind: 'quietNotUnderstood' };
};

const withDigest = (words: string): Ask | undefined => {
  for (const [pattern, wanted] of withName) {
    const name = pattern.exec(words)?.[1];
    if (name !== undefined) return { kind: wanted, name: name.trim() };
  }
  return undefined;
};

export const readAsk = (text: string): Ask => {
  const words = tidy(text);
  const asked = words.toLowerCase();
  const kind = plain.get(asked) ?? plain.get(asked.replace(/[？?]+$/u, ''));
  if (kind) return { kind };
  return withHours(words) ?? withDigest(words) ?? { kind: 'unknown' };
};

/** Keys of the bot menu, set in Feishu's console. */
export const askOfMenu = (eventKey: string): Ask => {
  const kind = plain.get(eventKey);
  return kind ? { kind } : { kind: 'unknown' };
};
