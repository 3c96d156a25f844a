import * as lark from '@larksuiteoapi/node-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIdOf } from '../../simulator/feishu/directory.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';

const ZHIDA = 'cli_a1zhida00000001';

describe('the official SDK against the simulator', () => {
  let feishu: FeishuSimulator;
  beforeAll(async () => {
    feishu = await startFeishu();
  });
  afterAll(() => feishu.close());

  it('sends a card by open_id and reads it back', async () => {
    const client = new lark.Client({
      appId: ZHIDA,
      appSecret: 'dev-secret-zhida',
      domain: feishu.url,
      loggerLevel: lark.LoggerLevel.error,
    });
    const person = feishu.tenant.company.people[0];
    const sent = await client.im.message.create({
      params: { receive_id_type: 'open_id' },
      data: {
        receive_id: openIdOf(ZHIDA, person?.unionId ?? ''),
        msg_type: 'interactive',
        content: JSON.stringify({
          schema: '2.0',
          body: { elements: [{ tag: 'markdown', content: '**晨报**' }] },
        }),
      },
    });
    expect(sent).toMatchObject({ code: 0, data: { msg_type: 'interactive', sender: { id: ZHIDA } } });
    const read = await client.im.message.get({ path: { message_id: sent.data?.message_id ?? '' } });
    expect(read.data?.items?.[0]?.body?.content).toContain('晨报');
  });
});
