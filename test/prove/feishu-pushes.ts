import { jsonText } from '../../shared/config.ts';
import { callbackKeysSchema } from '../../shared/feishu/verify.ts';
import { http } from '../../shared/lambda/http.ts';
import { parse } from '../../shared/parse.ts';
import { sealKeysSchema, seals } from '../../shared/seal.ts';
import { seededRandom } from '../../simulator/bi/random.ts';
import type { Post, Posted } from '../../simulator/feishu/post.ts';
import { putReceipt } from './case-intake.ts';
import type { CloudFunction, Outcome } from './cloud.ts';
import type { Stage } from './stage.ts';

/** What the local stage has for FEISHU_CALLBACK_KEYS, as far as the app of the proof needs it. */
export const callbackKeys = JSON.stringify([
  {
    sender: 'zhida',
    appId: 'cli_a1zhida00000001',
    encryptKeys: ['dev-encrypt-key-zhida'],
    verificationTokens: ['dev-token-zhida'],
  },
]);

/** The ingress with its own use case; its receipt is put by a client that the gate stands before. */
export const feishuEvents: CloudFunction = {
  name: 'feishu-events',
  open: async () => {
    const { receiveFeishuEvent } = await import('../../functions/feishu-events/handler.ts');
    const handler = http(
      receiveFeishuEvent({
        senders: parse(jsonText(callbackKeysSchema), process.env['FEISHU_CALLBACK_KEYS']),
        seal: seals(parse(sealKeysSchema, process.env['SEAL_KEYS'])).seal,
        putReceipt,
        now: () => new Date(),
      }),
    );
    type Asked = Parameters<typeof handler>;
    return (event) => handler(event as Asked[0], {} as Asked[1]);
  },
};

/** As API Gateway hands it to a Lambda. */
const gatewayEvent = (path: string, { body, headers }: Parameters<Post>[1]): object => ({
  version: '2.0',
  routeKey: `POST ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers,
  requestContext: { http: { method: 'POST', path }, stage: '$default' },
  body,
  isBase64Encoded: false,
});

const isReply = (value: unknown): value is { readonly statusCode: number; readonly body?: string } =>
  typeof value === 'object' && value !== null && 'statusCode' in value;

/** The gateway's own words when a function dies or throws. */
const postedOf = (outcome: Outcome): Posted =>
  outcome.kind === 'returned' && isReply(outcome.value)
    ? { status: outcome.value.statusCode, text: outcome.value.body ?? '' }
    : { status: 502, text: '' };

const timedOut = (): Error => Object.assign(new Error('proved: no answer'), { name: 'TimeoutError' });

/**
 * Between Feishu and the functions: as many pushes as stream records are lost, half of them only with their answer, and
 * some come again a moment later.
 */
export const receivePushes = ({ world: { loop }, cloud, plan }: Stage): Post => {
  const random = seededRandom(plan.seed * 23 + 9);
  const again = (plan.copies - 1) * 0.1;
  return (url, request, timeoutMs) =>
    new Promise((resolve, reject) => {
      const path = new URL(url).pathname;
      const name = path === '/feishu/cards' ? 'feishu-cards' : 'feishu-events';
      const event = gatewayEvent(path, request);
      const isLost = random.next() < plan.lostRecords;
      const isCarriedOut = !isLost || random.next() < 0.5;
      loop.after(timeoutMs, () => {
        reject(timedOut());
      });
      if (name === 'feishu-events' && random.next() < again)
        loop.after(random.whole(0, 30_000), () => void cloud.invoke(name, event));
      if (!isCarriedOut) return;
      loop.after(random.whole(2, 40), () => {
        void cloud.invoke(name, event).then((outcome) => {
          if (!isLost) resolve(postedOf(outcome));
        });
      });
    });
};
