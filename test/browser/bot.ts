import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod/mini';
import { feishuClient } from '../../shared/feishu/client.ts';
import { deliveryUuid, feishuMessages, type Sent } from '../../shared/feishu/messages.ts';
import { dataOf } from '../../shared/feishu/outcome.ts';
import { decrypt } from '../../shared/feishu/verify.ts';
import { localApps } from '../../simulator/feishu/apps.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import type { WebClient } from '../../simulator/web/serve.ts';

export const APP_ID = 'cli_a1zhida00000001';
const KEYS: readonly string[] = localApps().map(({ encryptKey }) => encryptKey);

const MESSAGES = '/open-apis/im/v1/messages';
const sentText = z.object({ message_id: z.string(), chat_id: z.string() });

type Pushed = { readonly type: string; readonly event: Readonly<Record<string, unknown>> };
type Envelope = {
  readonly header?: { readonly event_type: string };
  readonly event: Readonly<Record<string, unknown>> & { readonly type?: string };
};

const open = (body: string): Pushed => {
  const { encrypt } = JSON.parse(body) as { encrypt: string };
  for (const key of KEYS) {
    try {
      const { header, event } = JSON.parse(decrypt(encrypt, key)) as Envelope;
      return { type: header?.event_type ?? event.type ?? '', event };
    } catch {
      // The other app's key.
    }
  }
  throw new Error('a push that no app can read');
};

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });

export type Bot = {
  readonly feishu: FeishuSimulator;
  /** What Feishu pushed to us, oldest first. */
  readonly pushed: readonly Pushed[];
  /** Sends a card to a person by name through the open API. */
  readonly send: (name: string, card: object) => Promise<Sent>;
  readonly sendText: (name: string, text: string) => Promise<Sent>;
  readonly updateCard: (messageId: string, card: object) => Promise<void>;
  readonly unionIdOf: (name: string) => string;
  readonly close: () => Promise<void>;
};

/** A Feishu tenant with its web client, and an app that answers each click with `answer` (as the callback's body). */
export const startBot = async (web: WebClient, answer: () => object): Promise<Bot> => {
  const pushed: Pushed[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      const event = open(body);
      pushed.push(event);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(event.type === 'card.action.trigger' ? answer() : {}));
    });
  });
  const address = await listen(server);
  const feishu = await startFeishu({ web, apps: localApps(address) });
  const client = feishuClient({ appId: APP_ID, appSecret: 'dev-secret-zhida', domain: feishu.url });
  const messages = feishuMessages(client);
  const unionIdOf = (name: string): string => {
    const person = feishu.tenant.company.people.find((one) => one.name === name);
    if (!person) throw new Error(`nobody is called ${name}`);
    return person.unionId;
  };
  let sent = 0;
  const to = (name: string) => ({
    receiveIdType: 'union_id' as const,
    receiveId: unionIdOf(name),
    uuid: deliveryUuid(APP_ID, 'browser', (sent += 1)),
  });
  return {
    feishu,
    pushed,
    send: (name, card) => messages.sendCard({ ...to(name), card: JSON.stringify(card) }).then(dataOf),
    sendText: async (name, text) => {
      const { receiveIdType, receiveId, uuid } = to(name);
      const body = { receive_id: receiveId, uuid, msg_type: 'text', content: JSON.stringify({ text }) };
      const query = { receive_id_type: receiveIdType };
      const { message_id, chat_id } = dataOf(
        await client.call({ method: 'POST', path: MESSAGES, query, body }, sentText),
      );
      return { messageId: message_id, chatId: chat_id };
    },
    updateCard: async (messageId, card) => {
      const body = { content: JSON.stringify(card) };
      dataOf(await client.call({ method: 'PATCH', path: `${MESSAGES}/${messageId}`, body }, z.unknown()));
    },
    unionIdOf,
    close: async () => {
      await feishu.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
