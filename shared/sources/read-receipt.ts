import { InvalidInputError } from '../errors.ts';
import { parse } from '../parse.ts';
import type { Receipt } from '../store/inbox.ts';
import { readChat } from './chat.ts';
import type { RawEvent } from './fields.ts';
import { readImport } from './import.ts';
import { readApp } from './read-app.ts';
import { readDoudian } from './read-doudian.ts';
import { readQiyu } from './read-qiyu.ts';
import { readYouzan } from './read-youzan.ts';
import type { Letter } from './source.ts';
import { type SourceEvent, sourceEventSchema } from './source-event.ts';
import { readWecomHint, type WecomHint } from './wecom.ts';

const readers: Readonly<Record<string, (letter: Letter) => readonly RawEvent[]>> = {
  youzan: readYouzan,
  doudian: readDoudian,
  qiyu: readQiyu,
  app: readApp,
  import: readImport,
  chat: readChat,
};

export const checkedEvent = (event: RawEvent): SourceEvent => parse(sourceEventSchema, event);

export type ReadReceipt =
  /** None when the message has nothing for after-sales. */
  | { readonly kind: 'events'; readonly events: readonly SourceEvent[] }
  /** The messages are still at WeCom: pull them, shared/connectors/wecom.ts. */
  | { readonly kind: 'pull'; readonly corpId: string; readonly hint: WecomHint };

/**
 * What a ticket receipt says; `text` is its opened body. Throws InvalidInputError (`invalid_json`, `invalid_input` and
 * each source's own codes), which repeating can't mend: such a receipt is dead.
 */
export const readReceipt = (receipt: Receipt, text: string): ReadReceipt => {
  const { source, eventType } = receipt;
  const account = receipt.sender ?? '';
  if (source === 'wecom') {
    const hint = readWecomHint(text);
    return hint ? { kind: 'pull', corpId: account, hint } : { kind: 'events', events: [] };
  }
  const read = readers[source];
  if (!read) throw new InvalidInputError('unknown_source', `no reader for ${source}`);
  const id = receipt.id.slice(receipt.id.indexOf('#') + 1);
  const letter = { id, account, eventType, receivedAt: new Date(receipt.receivedAt), body: text };
  return { kind: 'events', events: read(letter).map(checkedEvent) };
};
