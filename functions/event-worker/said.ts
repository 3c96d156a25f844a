import * as z from 'zod';
import type { NoteAttachment } from '../../shared/tickets/desk-act.ts';

/** What somebody sent, in our words: Feishu keeps the file, we its keys. */
export type Said = { readonly text: string; readonly attachment: NoteAttachment };

type Content = { readonly kind: NoteAttachment['kind']; readonly key?: string; readonly text: string };

const run = z.object({ tag: z.string(), text: z.string().default(''), image_key: z.string().optional() });

/** open.feishu.cn/document/server-docs/im-v1/message-content-description/message_content */
const readers: ReadonlyMap<string, z.ZodType<Content>> = new Map<string, z.ZodType<Content>>([
  ['text', z.object({ text: z.string() }).transform(({ text }) => ({ kind: 'text' as const, text }))],
  [
    'image',
    z
      .object({ image_key: z.string() })
      .transform(({ image_key: key }) => ({ kind: 'image' as const, key, text: '' })),
  ],
  [
    'audio',
    z
      .object({ file_key: z.string() })
      .transform(({ file_key: key }) => ({ kind: 'audio' as const, key, text: '' })),
  ],
  [
    'file',
    z
      .object({ file_key: z.string() })
      .transform(({ file_key: key }) => ({ kind: 'file' as const, key, text: '' })),
  ],
  [
    'media',
    z
      .object({ file_key: z.string() })
      .transform(({ file_key: key }) => ({ kind: 'file' as const, key, text: '' })),
  ],
  [
    'post',
    z
      .object({ title: z.string().default(''), content: z.array(z.array(run)) })
      .transform(({ title, content }) => {
        const runs = content.flat();
        const text = [title, ...runs.map((one) => one.text)].join(' ').trim();
        const key = runs.find(({ image_key }) => image_key !== undefined)?.image_key;
        return key === undefined ? { kind: 'text' as const, text } : { kind: 'image' as const, key, text };
      }),
  ],
]);

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Of a note, in characters. */
const longestNote = 1_000;

type Sent = { readonly message_id: string; readonly message_type: string; readonly content: string };

/** `undefined` for what can't be a note: a sticker, a location, somebody's card. */
export const readSaid = ({ message_id, message_type, content }: Sent): Said | undefined => {
  const read = readers.get(message_type)?.safeParse(jsonOf(content));
  if (!read?.success) return undefined;
  const { kind, key, text } = read.data;
  const attachment = { kind, messageId: message_id, ...(key !== undefined && { key }) };
  return { text: text.slice(0, longestNote), attachment };
};
