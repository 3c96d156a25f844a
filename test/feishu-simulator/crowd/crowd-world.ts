import * as lark from '@larksuiteoapi/node-sdk';
import { atTime, type Day } from '../../../shared/calendar/day.ts';
import { type ManualClock, manualClock } from '../../../simulator/clock.ts';
import { companyOf } from '../../../simulator/crowd/company-of.ts';
import { type Crowd, type CrowdAct, type CrowdOptions, crowd } from '../../../simulator/crowd/crowd.ts';
import { localApps } from '../../../simulator/feishu/apps.ts';
import { docActsOf } from '../../../simulator/feishu/docs/acts.ts';
import type { Doc } from '../../../simulator/feishu/docs/model.ts';
import { type FeishuSimulator, startFeishu } from '../../../simulator/feishu/server.ts';
import type { Switches } from '../../../simulator/feishu/switches.ts';
import { ZHIDA } from '../world.ts';

type Pushed = {
  readonly header: { readonly event_type: string };
  readonly event: {
    readonly reader?: { readonly reader_id: { readonly union_id: string } };
    readonly message_id_list?: readonly string[];
    readonly object?: { readonly union_id: string; readonly department_ids: readonly string[] };
    readonly operator?: { readonly union_id: string };
    readonly action?: { readonly value: Readonly<Record<string, string>> };
  };
};

const cardOf = (elements: readonly object[]): object => ({
  schema: '2.0',
  config: { update_multi: true },
  header: { title: { tag: 'plain_text', content: '薄荷法讯 第 42 期' } },
  body: { elements },
});
const callbackButton = (content: string, value: object): object => ({
  tag: 'button',
  text: { tag: 'plain_text', content },
  behaviors: [{ type: 'callback', value }],
});

/** What an account sends: a link to the document and the button that confirms it. */
const mustConfirm = (document: string): object =>
  cardOf([
    { tag: 'markdown', content: `广告法新规的5条红线 [查看文档](https://bohe.feishu.cn/docx/${document})` },
    callbackButton('我已阅读并知悉', { do: 'confirm', post: 'legal-42' }),
  ]);
const confirmed = cardOf([{ tag: 'markdown', content: '✔ 已确认' }]);

export type CrowdWorld = {
  readonly feishu: FeishuSimulator;
  readonly clock: ManualClock;
  readonly crowd: Crowd;
  readonly acts: readonly CrowdAct[];
  /** Events and callbacks, decrypted, as the app got them. */
  readonly pushed: readonly Pushed[];
  /** The answer to the next callbacks; a confirmed card when there is none. */
  readonly answers: { status: number; text: string }[];
  readonly send: (unionIds: readonly string[], content?: object) => Promise<readonly string[]>;
  readonly urge: (messageId: string, unionId: string) => Promise<void>;
  readonly everybody: readonly string[];
  /** What the card links to. */
  readonly document: Doc;
  readonly close: () => Promise<void>;
};

type Options = {
  readonly people: number;
  readonly seed?: number;
  /** A Monday, 09:30, unless said otherwise. */
  readonly at?: readonly [day: Day, time: string];
  readonly switches?: Partial<Switches>;
  /** Whether everybody may read the document. */
  readonly isOpen?: boolean;
  readonly crowd?: Partial<CrowdOptions>;
};

const eventUrl = 'http://app.example/events';

/** A company whose only app takes every push and answers every confirmation by a card without its button. */
export const startCrowd = async ({
  people,
  seed = 1,
  at: [day, time] = ['2026-11-23', '09:30'],
  switches = {},
  isOpen = true,
  ...options
}: Options): Promise<CrowdWorld> => {
  const clock = manualClock(atTime(day, time).getTime());
  const pushed: Pushed[] = [];
  const answers: CrowdWorld['answers'] = [];
  const cipher = new lark.AESCipher('dev-encrypt-key-zhida');
  const raw = JSON.stringify({ card: { type: 'raw', data: confirmed } });
  const feishu = await startFeishu({
    clock,
    seed: String(seed),
    company: companyOf({ people, seed }),
    apps: localApps(eventUrl).slice(0, 1),
    switches: { perSecond: 1e6, perMinute: 1e8, ...switches },
    post: (url, { body }) => {
      const { encrypt } = JSON.parse(body) as { encrypt: string };
      pushed.push(JSON.parse(cipher.decrypt(encrypt)) as Pushed);
      return Promise.resolve(
        url === eventUrl ? { status: 200, text: '{}' } : (answers.shift() ?? { status: 200, text: raw }),
      );
    },
  });
  const acts: CrowdAct[] = [];
  const { tenant } = feishu;
  const document = docActsOf(tenant, tenant.company.people[0]?.unionId ?? '').write({
    title: '广告法新规',
    markdown: '五条红线',
    isOpen,
  });
  const played = crowd({ tenant, seed, onAct: (act) => acts.push(act), ...options.crowd });
  const call = async (api: string, body: object, token?: string) => {
    const [method = '', path = ''] = api.split(' ');
    const request = new Request(`http://feishu.example/open-apis${path}`, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    });
    return (await (await feishu.fetch(request)).json()) as {
      code: number;
      tenant_access_token: string;
      data: { message_id: string };
    };
  };
  const token = async () => {
    const keys = { app_id: ZHIDA, app_secret: 'dev-secret-zhida' };
    return (await call('POST /auth/v3/tenant_access_token/internal', keys)).tenant_access_token;
  };
  const outside = new Set(tenant.company.outOfRangeUserIds);
  return {
    feishu,
    clock,
    crowd: played,
    acts,
    pushed,
    answers,
    document,
    everybody: tenant.company.people
      .filter(({ resigned, userId }) => !resigned && !outside.has(userId))
      .map(({ unionId }) => unionId),
    send: async (unionIds, content = mustConfirm(document.token)) => {
      const own = await token();
      const sent: string[] = [];
      for (const unionId of unionIds) {
        const message = { receive_id: unionId, msg_type: 'interactive', content: JSON.stringify(content) };
        const answer = await call('POST /im/v1/messages?receive_id_type=union_id', message, own);
        if (answer.code !== 0) throw new Error(`not sent: ${answer.code}`);
        sent.push(answer.data.message_id);
      }
      return sent;
    },
    urge: async (messageId, unionId) => {
      const api = `PATCH /im/v1/messages/${messageId}/urgent_app?user_id_type=union_id`;
      await call(api, { user_id_list: [unionId] }, await token());
    },
    close: () => {
      played.stop();
      return feishu.close();
    },
  };
};
