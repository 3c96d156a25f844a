import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { accessTokens, pullMessages, type WecomDeps } from '../../shared/connectors/wecom.ts';
import { UpstreamError } from '../../shared/errors.ts';
import { readWecomHint, type WecomHint } from '../../shared/sources/wecom.ts';
import { manualClock } from '../../simulator/clock.ts';
import { localAccounts } from '../../simulator/sources/accounts.ts';
import { type KfMessage, startWecomApi, type WecomKf, wecomKf } from '../../simulator/sources/wecom-api.ts';

const kfId = 'wkdev0000000001';
const begin = Date.parse('2026-11-23T01:00:00Z');
const servers: { close: () => Promise<void> }[] = [];
afterAll(() => Promise.all(servers.map(({ close }) => close())));

let clock: ReturnType<typeof manualClock>;
let kf: WecomKf;
let deps: WecomDeps;
let pull: ReturnType<typeof pullMessages>;
beforeEach(async () => {
  clock = manualClock(begin);
  kf = wecomKf(clock);
  const server = await startWecomApi(kf);
  servers.push(server);
  deps = {
    corpId: localAccounts.wecom.account,
    secret: localAccounts.wecom.apiSecret,
    apiUrl: server.url,
    timeoutMs: 2_000,
    now: () => new Date(clock.now()),
    fetch,
  };
  pull = pullMessages(deps, accessTokens(deps));
});

const text = (id: string, change: Partial<KfMessage> = {}): KfMessage => ({
  msgid: id,
  open_kfid: kfId,
  external_userid: 'wm-customer-1',
  send_time: Math.floor(clock.now() / 1000),
  origin: 3,
  msgtype: 'text',
  text: { content: `第 ${id} 句` },
  ...change,
});
const hintOf = (xml: string): WecomHint => {
  const hint = readWecomHint(xml);
  if (!hint) throw new Error('the callback holds no hint');
  return hint;
};
/** Everything from `cursor` on, as the worker pulls it. */
const all = async (hint: WecomHint, from?: string) => {
  const events = [];
  let [cursor, more, pages] = [from, true, 0];
  while (more) {
    const pulled = await pull(hint, cursor);
    events.push(...pulled.events);
    ({ cursor, more } = pulled);
    pages += 1;
  }
  return { events, cursor, pages };
};
const codeOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof UpstreamError) return [error.code, error.details['errcode']].join(' ').trim();
    throw error;
  }
  return 'answered';
};

describe('pulling from WeCom', () => {
  it('brings what was written, in the order in which it was written, and then only what is new', async () => {
    kf.post(text('1'));
    const hint = hintOf(kf.post(text('2', { origin: 5, servicer_userid: 'zhangsan' })));
    const first = await all(hint);
    expect(first.events).toMatchObject([
      {
        source: 'wecom',
        eventId: '1',
        caseId: `${kfId}:wm-customer-1`,
        what: 'message',
        speaker: 'customer',
        content: '第 1 句',
      },
      { eventId: '2', speaker: 'agent', agentId: 'zhangsan' },
    ]);
    expect((await all(hint, first.cursor)).events).toEqual([]);
    kf.post(text('3'));
    expect((await all(hint, first.cursor)).events.map(({ eventId }) => eventId)).toEqual(['3']);
  });

  it('goes on behind a page without messages', async () => {
    Object.assign(kf.switches, { emptyPageEvery: 2, pageSize: 2 });
    let xml = '';
    for (const id of ['1', '2', '3', '4', '5']) xml = kf.post(text(id));
    const { events, pages } = await all(hintOf(xml));
    expect(events.map(({ eventId }) => eventId)).toEqual(['1', '2', '3', '4', '5']);
    expect(pages).toBeGreaterThan(3);
  });

  it('reads sessions, pictures and unknown kinds, and leaves out what changes no case', async () => {
    const session = (id: string, change_type: number) =>
      text(id, {
        origin: 4,
        msgtype: 'event',
        event: {
          event_type: 'session_status_change',
          external_userid: 'wm-customer-1',
          change_type,
          new_servicer_userid: 'lisi',
        },
      });
    kf.post(session('s1', 1));
    kf.post(text('p', { text: undefined, msgtype: 'image', image: { media_id: 'm-1' } }));
    kf.post(text('u', { text: undefined, msgtype: 'channels_shop_order' }));
    kf.post(text('e', { origin: 4, msgtype: 'event', event: { event_type: 'enter_session' } }));
    const { events } = await all(hintOf(kf.post(session('s3', 3))));
    expect(events.map(({ eventId, what, content }) => `${eventId} ${what} ${content}`)).toEqual([
      's1 changed ',
      'p message [图片]',
      'u message [其他消息]',
      's3 ended ',
    ]);
    expect(events[1]?.attachments).toEqual([{ kind: 'image', url: 'wecom-media:m-1' }]);
    expect(events[0]).toMatchObject({ agentId: 'lisi', sourceState: '人工接待中' });
  });

  it('finds nothing older than 3 days', async () => {
    kf.post(text('old'));
    await clock.advance(3 * 86_400_000 + 1_000);
    const hint = hintOf(kf.post(text('new')));
    expect((await all(hint)).events.map(({ eventId }) => eventId)).toEqual(['new']);
  });

  it('asks once for a token, however many pull, and again when it ends or is taken back', async () => {
    const hint = hintOf(kf.post(text('1')));
    const asked = () => kf.calls.get('/cgi-bin/gettoken') ?? 0;
    await Promise.all(Array.from({ length: 5 }, () => pull(hint, undefined)));
    expect(asked()).toBe(1);
    kf.revoke();
    expect((await pull(hint, undefined)).events).toHaveLength(1);
    expect(asked()).toBe(2);
    await clock.advance(7_200_000);
    expect((await pull(hint, undefined)).events).toHaveLength(1);
    expect(asked()).toBe(3);
  });

  it('goes on without the message token when it is older than 10 minutes', async () => {
    const hint = hintOf(kf.post(text('1')));
    await clock.advance(600_001);
    expect((await pull(hint, undefined)).events).toHaveLength(1);
  });

  it('says what WeCom refused, and that it was out of reach', async () => {
    const hint = hintOf(kf.post(text('1')));
    const other = { ...deps, secret: 'another' };
    expect(await codeOf(pullMessages(other, accessTokens(other))(hint, undefined))).toBe(
      'wecom_refused 40001',
    );
    expect(await codeOf(pull(hint, 'nonsense'))).toBe('wecom_refused 40058');
    const nowhere = { ...deps, apiUrl: 'http://127.0.0.1:1' };
    expect(await codeOf(pullMessages(nowhere, accessTokens(nowhere))(hint, undefined))).toBe(
      'wecom_unavailable',
    );
  });
});
