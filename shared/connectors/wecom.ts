import * as z from 'zod/mini';
import { UpstreamError } from '../errors.ts';
import { errorFields, log } from '../log.ts';
import { parse } from '../parse.ts';
import { parseExactJson } from '../sources/fields.ts';
import { checkedEvent } from '../sources/read-receipt.ts';
import { readWecomMessage, wecomMessageSchema } from '../sources/read-wecom.ts';
import type { SourceEvent } from '../sources/source-event.ts';
import type { WecomHint } from '../sources/wecom.ts';

export type WecomDeps = {
  readonly corpId: string;
  /** Of the app 微信客服, by which its messages may be read. */
  readonly secret: string;
  /** https://qyapi.weixin.qq.com, or the simulator. */
  readonly apiUrl: string;
  readonly timeoutMs: number;
  readonly now: () => Date;
  readonly fetch: typeof fetch;
};

const answerSchema = z.looseObject({ errcode: z.int(), errmsg: z.optional(z.string()) });
type Answer = z.output<typeof answerSchema>;

/** HTTP 200 says nothing: `errcode` does (developer.work.weixin.qq.com/document/path/90313). */
const ask = async (deps: WecomDeps, path: string, body?: object): Promise<Answer> => {
  const signal = AbortSignal.timeout(deps.timeoutMs);
  const init = body ? { method: 'POST', body: JSON.stringify(body), signal } : { signal };
  try {
    const response = await deps.fetch(`${deps.apiUrl}${path}`, init);
    return parse(answerSchema, parseExactJson(await response.text()));
  } catch (cause) {
    throw new UpstreamError('wecom_unavailable', 'WeCom gave no readable answer', { cause });
  }
};

const refused = ({ errcode }: Answer): UpstreamError =>
  new UpstreamError('wecom_refused', `WeCom answered errcode ${errcode}`, { details: { errcode } });

const tokenSchema = z.object({ access_token: z.string(), expires_in: z.int() });
type Token = { readonly text: string; readonly untilMs: number };

/** Milliseconds before its end at which a token is no longer used. */
const marginMs = 300_000;

const newToken = async (deps: WecomDeps): Promise<Token> => {
  const query = new URLSearchParams({ corpid: deps.corpId, corpsecret: deps.secret });
  const answer = await ask(deps, `/cgi-bin/gettoken?${query.toString()}`);
  if (answer.errcode !== 0) throw refused(answer);
  const { access_token: text, expires_in: seconds } = parse(tokenSchema, answer);
  return { text, untilMs: deps.now().getTime() + seconds * 1_000 - marginMs };
};

/** Kept until shortly before it ends; `stale` is one that WeCom no longer takes. gettoken is rate-limited. */
export type AccessToken = (stale?: string) => Promise<string>;

/** One request for all who wait at the same time; a failed one is not remembered. */
export const accessTokens = (deps: WecomDeps): AccessToken => {
  let kept: Promise<Token> | undefined;
  const renew = (): Promise<Token> => {
    const asked = newToken(deps);
    kept = asked;
    asked.catch(() => {
      if (kept === asked) kept = undefined;
    });
    return asked;
  };
  return async (stale) => {
    const token = kept ? await kept : await renew();
    const isGood = token.text !== stale && token.untilMs > deps.now().getTime();
    return isGood ? token.text : (await renew()).text;
  };
};

/** 不合法的 access_token, access_token 已过期 */
const tokenCodes = new Set([40014, 42001]);

const pageSchema = z.object({
  next_cursor: z.optional(z.string()),
  has_more: z.optional(z.int()),
  msg_list: z.optional(z.array(z.unknown())),
});

/** At most 1,000 per call: developer.work.weixin.qq.com/document/path/94670. */
const pageSize = 1_000;

type Ask = { readonly hint: WecomHint; readonly cursor: string | undefined };

const syncOnce = async (deps: WecomDeps, token: string, { hint, cursor }: Ask): Promise<Answer> => {
  const path = `/cgi-bin/kf/sync_msg?${new URLSearchParams({ access_token: token }).toString()}`;
  return ask(deps, path, {
    open_kfid: hint.openKfId,
    limit: pageSize,
    voice_format: 0,
    ...(cursor !== undefined && { cursor }),
    ...(hint.token !== undefined && { token: hint.token }),
  });
};

/** A message token is good for 10 minutes; without one the call is only allowed less often. */
const badMessageToken = 95007;

const sync = async (deps: WecomDeps, accessToken: AccessToken, asked: Ask): Promise<Answer> => {
  const token = await accessToken();
  const answer = await syncOnce(deps, token, asked);
  if (tokenCodes.has(answer.errcode)) return syncOnce(deps, await accessToken(token), asked);
  if (answer.errcode !== badMessageToken) return answer;
  return syncOnce(deps, token, { ...asked, hint: { openKfId: asked.hint.openKfId } });
};

/** One message that we can't read must not hold up those behind it: it is named in the log and left out. */
const eventsIn = (raw: unknown, openKfId: string): SourceEvent[] => {
  try {
    const event = readWecomMessage(parse(wecomMessageSchema, raw), openKfId);
    return event ? [checkedEvent(event)] : [];
  } catch (error) {
    log.error('wecom_message_unreadable', { openKfId, ...errorFields(error) });
    return [];
  }
};

export type Pulled = {
  readonly events: readonly SourceEvent[];
  /** Where the next pull goes on; to be kept per `openKfId` before the events are forgotten. */
  readonly cursor: string | undefined;
  /** True even when `events` is empty: WeCom hands out pages without messages. */
  readonly more: boolean;
};

/**
 * One page of what customers wrote, from `cursor` on; without one, from 3 days ago, which is as long as WeCom keeps
 * them. Events come more than once (their `eventId` tells). Throws UpstreamError `wecom_unavailable` or
 * `wecom_refused` (with the errcode), both worth another try.
 */
export const pullMessages =
  (deps: WecomDeps, accessToken: AccessToken) =>
  async (hint: WecomHint, cursor: string | undefined): Promise<Pulled> => {
    const answer = await sync(deps, accessToken, { hint, cursor });
    if (answer.errcode !== 0) throw refused(answer);
    const page = parse(pageSchema, answer);
    return {
      events: (page.msg_list ?? []).flatMap((raw) => eventsIn(raw, hint.openKfId)),
      cursor: page.next_cursor ?? cursor,
      more: page.has_more === 1,
    };
  };
