import { randomBytes } from 'node:crypto';
import { Refusal } from './refusal.ts';

const LIFETIME_MS = 30 * 60 * 1000;
const USES = 2;

/** Update tokens of callbacks and the cards that are being clicked on right now. */
export type CardTokens = {
  /** The card stays locked until `unlock`: JSON 2.0 can't be updated while a callback waits for its answer. */
  readonly issue: (messageId: string) => string;
  readonly unlock: (messageId: string) => void;
  readonly isLocked: (messageId: string) => boolean;
  /** The message of a token; throws 300020, 300030 or 300040 and counts a use. */
  readonly use: (token: string) => string;
};

type Issued = { readonly messageId: string; readonly at: number; used: number };

// The page gives no HTTP status for these codes: they come with 200.
const refuse = (code: number, message: string): Refusal => new Refusal(code, message, { status: 200 });

/** open.feishu.cn/document/ukTMukTMukTM/uMDO1YjLzgTN24yM4UjN: 30 minutes, two uses. */
export const createCardTokens = (now: () => number): CardTokens => {
  const issued = new Map<string, Issued>();
  const locks = new Map<string, number>();
  return {
    issue: (messageId) => {
      // A Map keeps insertion order, so the first young one ends the sweep.
      for (const [token, { at }] of issued) {
        if (now() - at <= 2 * LIFETIME_MS) break;
        issued.delete(token);
      }
      const token = `c-${randomBytes(20).toString('hex')}`;
      issued.set(token, { messageId, at: now(), used: 0 });
      locks.set(messageId, (locks.get(messageId) ?? 0) + 1);
      return token;
    },
    unlock: (messageId) => {
      const left = (locks.get(messageId) ?? 0) - 1;
      if (left > 0) locks.set(messageId, left);
      else locks.delete(messageId);
    },
    isLocked: (messageId) => locks.has(messageId),
    use: (token) => {
      const known = issued.get(token);
      if (!known) throw refuse(300020, 'the token format is invalid');
      if (now() - known.at > LIFETIME_MS) throw refuse(300030, 'the token has expired');
      if (known.used >= USES) throw refuse(300040, 'the token has been used more than twice');
      known.used += 1;
      return known.messageId;
    },
  };
};
