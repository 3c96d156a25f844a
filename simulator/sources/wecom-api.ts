import { randomUUID } from 'node:crypto';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import * as z from 'zod';
import type { Clock } from '../clock.ts';
import { localAccounts } from './accounts.ts';

/** A message as `sync_msg` hands it out. */
export type KfMessage = {
  readonly msgid: string;
  readonly open_kfid: string;
  readonly external_userid?: string;
  readonly send_time: number;
  readonly origin: 3 | 4 | 5;
  readonly msgtype: string;
  readonly [part: string]: unknown;
};

const retentionMs = 3 * 86_400_000;
const messageTokenMs = 600_000;
const accessTokenMs = 7_200_000;

const askSchema = z.object({
  cursor: z.string().max(64).optional(),
  token: z.string().max(128).optional(),
  limit: z.number().int().min(1).max(1_000).default(1_000),
  open_kfid: z.string(),
});

export type WecomSwitches = {
  /** Every n-th page comes without messages though there are more (WeCom says that this may happen); 0: never. */
  emptyPageEvery: number;
  /** Messages per page at most, below the 1,000 that may be asked for. */
  pageSize: number;
};

export type WecomKf = {
  readonly switches: WecomSwitches;
  /** Puts a message where it can be pulled; returns the XML of the callback that tells about it. */
  readonly post: (message: KfMessage) => string;
  /** Takes all access tokens back, as an administrator who resets the secret does. */
  readonly revoke: () => void;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Calls so far, by path. */
  readonly calls: ReadonlyMap<string, number>;
};

type State = {
  readonly messages: KfMessage[];
  readonly accessTokens: Map<string, number>;
  readonly messageTokens: Map<string, number>;
  pages: number;
};

type Service = { readonly state: State; readonly switches: WecomSwitches };

const refusal = (errcode: number, errmsg: string) => ({ errcode, errmsg });

/** A cursor is opaque to its reader: here the place in the list behind a letter. */
const placeOf = (cursor: string | undefined): number | undefined => {
  if (cursor === undefined || cursor === '') return 0;
  const [, place] = /^c(\d+)$/.exec(cursor) ?? [];
  return place === undefined ? undefined : Number(place);
};

const page = ({ state, switches }: Service, ask: z.output<typeof askSchema>, nowMs: number) => {
  const place = placeOf(ask.cursor);
  if (place === undefined) return refusal(40058, 'invalid cursor');
  state.pages += 1;
  const isEmpty = switches.emptyPageEvery > 0 && state.pages % switches.emptyPageEvery === 0;
  const waiting = state.messages
    .map((message, index) => ({ message, index }))
    .slice(place)
    .filter(({ message }) => message.open_kfid === ask.open_kfid)
    .filter(({ message }) => message.send_time * 1000 > nowMs - retentionMs);
  const given = isEmpty ? [] : waiting.slice(0, Math.min(ask.limit, switches.pageSize));
  const last = given.at(-1)?.index;
  const next = last === undefined ? (isEmpty ? place : state.messages.length) : last + 1;
  return {
    errcode: 0,
    errmsg: 'ok',
    next_cursor: `c${next}`,
    has_more: waiting.length > given.length ? 1 : 0,
    msg_list: given.map(({ message }) => message),
  };
};

const syncMessages = (service: Service, body: unknown, nowMs: number) => {
  const ask = askSchema.safeParse(body);
  if (!ask.success) return refusal(40058, 'invalid parameter');
  const { token } = ask.data;
  if (token !== undefined && (service.state.messageTokens.get(token) ?? 0) < nowMs) {
    return refusal(95007, 'invalid msg token');
  }
  return page(service, ask.data, nowMs);
};

const notify = (message: KfMessage, token: string, nowMs: number): string =>
  `<xml><ToUserName><![CDATA[${localAccounts.wecom.account}]]></ToUserName>` +
  `<CreateTime>${Math.floor(nowMs / 1000)}</CreateTime><MsgType><![CDATA[event]]></MsgType>` +
  `<Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[${token}]]></Token>` +
  `<OpenKfId><![CDATA[${message.open_kfid}]]></OpenKfId></xml>`;

const wecomApp = (service: Service, clock: Clock) => {
  const { state } = service;
  const { account, apiSecret } = localAccounts.wecom;
  const calls = new Map<string, number>();
  const app = new Hono();
  app.use(async (c, next) => {
    calls.set(c.req.path, (calls.get(c.req.path) ?? 0) + 1);
    await next();
  });
  app.get('/cgi-bin/gettoken', (c) => {
    if (c.req.query('corpid') !== account) return c.json(refusal(40013, 'invalid corpid'));
    if (c.req.query('corpsecret') !== apiSecret) return c.json(refusal(40001, 'invalid credential'));
    const token = `at-${randomUUID()}`;
    state.accessTokens.set(token, clock.now() + accessTokenMs);
    return c.json({ errcode: 0, errmsg: 'ok', access_token: token, expires_in: accessTokenMs / 1000 });
  });
  app.post('/cgi-bin/kf/sync_msg', async (c) => {
    const until = state.accessTokens.get(c.req.query('access_token') ?? '');
    if (until === undefined) return c.json(refusal(40014, 'invalid access_token'));
    if (until < clock.now()) return c.json(refusal(42001, 'access_token expired'));
    const body: unknown = await c.req.json();
    return c.json(syncMessages(service, body, clock.now()));
  });
  return { app, calls };
};

/** 微信客服 as its API shows it: messages wait for 3 days to be pulled by a cursor; a callback is only a hint. */
export const wecomKf = (clock: Clock): WecomKf => {
  const state: State = { messages: [], accessTokens: new Map(), messageTokens: new Map(), pages: 0 };
  const switches = { emptyPageEvery: 0, pageSize: 1_000 };
  const { app, calls } = wecomApp({ state, switches }, clock);
  return {
    switches,
    calls,
    revoke: () => {
      state.accessTokens.clear();
    },
    fetch: async (request) => app.fetch(request),
    post: (message) => {
      state.messages.push(message);
      const token = `ENC${randomUUID().replaceAll('-', '')}`;
      state.messageTokens.set(token, clock.now() + messageTokenMs);
      return notify(message, token, clock.now());
    },
  };
};

/** The same over HTTP on 127.0.0.1. */
export const startWecomApi = async (
  kf: WecomKf,
  port = 0,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> => {
  const started = await new Promise<{ server: ServerType; port: number }>((resolve, reject) => {
    const server = serve({ fetch: kf.fetch, port, hostname: '127.0.0.1' }, (info) => {
      resolve({ server, port: info.port });
    });
    server.on('error', reject);
  });
  return {
    url: `http://127.0.0.1:${started.port}`,
    close: () =>
      new Promise((resolve) => {
        started.server.close(() => {
          resolve();
        });
        if ('closeAllConnections' in started.server) started.server.closeAllConnections();
      }),
  };
};
