import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { gatewayEvent, signBody } from '../../events/sign.ts';
import { sealKey, zhida } from '../ingress/calls.ts';

const silent = createServer(() => undefined);
beforeAll(async () => {
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const environment = {
    FEISHU_CALLBACK_KEYS: JSON.stringify([zhida]),
    SEAL_KEYS: JSON.stringify([sealKey]),
    CARD_ANSWER: 'card',
    STORE_TIMEOUT_MS: '600',
    DIGESTS_TABLE: 'digests',
    INBOX_TABLE: 'inbox',
    DELIVERIES_TABLE: 'deliveries',
    CONTENTS_TABLE: 'contents',
    TICKETS_TABLE: 'tickets',
    PEOPLE_TABLE: 'people',
    SETTINGS_TABLE: 'settings',
    BROADCASTS_TABLE: 'broadcasts',
    AWS_REGION: 'ap-southeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  silent.closeAllConnections();
  silent.close();
});

it('a database that doesn’t answer is a clear toast before Feishu hangs up after 3 s, never an error code', async () => {
  const { handler } = await import('../../functions/feishu-cards/handler.ts');
  const about = { item: 'alert:refund:1', since: '2026-11-23', subject: 'alert:refund:1' };
  const payload = {
    schema: '2.0',
    header: {
      event_id: 'e1',
      token: 'dev-token-zhida',
      app_id: zhida.appId,
      event_type: 'card.action.trigger',
    },
    event: {
      operator: { union_id: 'on_1' },
      action: { tag: 'button', value: { do: 'acknowledge', ...about } },
      context: { open_chat_id: 'oc_1', open_message_id: 'om_1' },
    },
  };
  const call = gatewayEvent(signBody(JSON.stringify(payload), 'dev-encrypt-key-zhida'), '/feishu/cards');
  const began = Date.now();
  const reply = await handler(call as never, {} as never);
  expect(Date.now() - began).toBeLessThan(2_900);
  expect(reply.statusCode).toBe(200);
  expect(JSON.parse(reply.body ?? '')).toMatchObject({
    toast: { type: 'error', content: expect.stringContaining('再点一次') as string },
  });
});
