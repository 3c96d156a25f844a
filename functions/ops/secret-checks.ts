import * as z from 'zod';
import { evidenceKeysSchema } from '../../shared/broadcasts/evidence-keys.ts';
import { jsonText } from '../../shared/config.ts';
import { type SenderConfig, sendersText } from '../../shared/feishu/sender-configs.ts';
import { type CallbackKeys, callbackKeysSchema } from '../../shared/feishu/verify.ts';
import { describeIssues } from '../../shared/parse.ts';
import { sealKeysSchema, seals } from '../../shared/seal.ts';
import { broken, type Check, fine, list, warning } from './check.ts';

/** As they stand in the environment: a broken one is what the doctor is for. */
export type RawSecrets = {
  readonly FEISHU_DOMAIN: string;
  readonly FEISHU_APPS: string;
  readonly FEISHU_CALLBACK_KEYS: string;
  readonly SEAL_KEYS: string;
  readonly EVIDENCE_KEYS: string;
};

export type SecretDeps = {
  readonly secrets: RawSecrets;
  readonly senders: readonly { readonly id: string }[];
  /** Who sends digests and answers. */
  readonly mainSender: string;
};

const keysText = jsonText(callbackKeysSchema);

export const appsOf = ({ secrets }: Pick<SecretDeps, 'secrets'>): readonly SenderConfig[] =>
  z.safeParse(sendersText, secrets.FEISHU_APPS).data ?? [];

export const callbackKeysOf = ({ secrets }: Pick<SecretDeps, 'secrets'>): readonly CallbackKeys[] =>
  z.safeParse(keysText, secrets.FEISHU_CALLBACK_KEYS).data ?? [];

type Readable = { readonly name: string; readonly secret: string; readonly form: string };

/** Values are never said: only which field is wrong. */
const readable = (
  { name, secret, form }: Readable,
  parsed: { success: boolean; error?: { issues: Parameters<typeof describeIssues>[0] } | undefined },
): Check =>
  parsed.success
    ? fine(`secret.${secret}`, `${name} can be read`)
    : broken(`secret.${secret}`, {
        detail: `${name}: ${describeIssues(parsed.error?.issues ?? [])}`,
        fix: `put ${form} into the secret zhida/<stage>/${secret} and deploy again with --force`,
      });

const domainCheck = ({ secrets }: SecretDeps): Check =>
  z.url().safeParse(secrets.FEISHU_DOMAIN).success
    ? fine('environment.feishu-domain', secrets.FEISHU_DOMAIN)
    : broken('environment.feishu-domain', {
        detail: 'FEISHU_DOMAIN is no address',
        fix: 'set the param feishuDomain of serverless.yml to https://open.feishu.cn and deploy',
      });

const sealCheck = ({ secrets }: SecretDeps): Check => {
  const form = '["<32 bytes in base64>"]';
  const parsed = z.safeParse(sealKeysSchema, secrets.SEAL_KEYS);
  const { success, data } = parsed;
  if (!success) return readable({ name: 'SEAL_KEYS', secret: 'seal-keys', form }, parsed);
  const { seal, open } = seals(data);
  const opens = open(seal('直达')) === '直达';
  return opens
    ? fine('secret.seal-keys', `${data.length} key(s), the first seals and opens`)
    : broken('secret.seal-keys', { detail: "what it seals it can't open", fix: `replace it by ${form}` });
};

/** A sender of config/senders.ts without an app can't send; only the first one must be there. */
const senderCheck =
  (deps: SecretDeps) =>
  ({ id }: { readonly id: string }): Check => {
    const app = appsOf(deps).find(({ sender }) => sender === id);
    if (app) return fine(`sender.${id}.app`, app.appId);
    const trouble = {
      detail: 'config/senders.ts names it and FEISHU_APPS has no app for it',
      fix: `add {"sender":"${id}",…} to the secret feishu-apps, or take it out of config/senders.ts`,
    };
    return (id === deps.mainSender ? broken : warning)(`sender.${id}.app`, trouble);
  };

/** Events of an app whose keys are missing are refused at the door. */
const keysMatchCheck = (deps: SecretDeps): Check => {
  const keys = new Set(callbackKeysOf(deps).map(({ appId }) => appId));
  const without = appsOf(deps).filter(({ appId }) => !keys.has(appId));
  return without.length === 0
    ? fine('callback.keys', 'every app that sends may also call us')
    : broken('callback.keys', {
        detail: `no encrypt key and token for: ${list(without.map(({ sender }) => sender))}`,
        fix: 'open.feishu.cn/app → 事件与回调 → 加密策略: put both into the secret feishu-callback-keys',
      });
};

export const secretChecks = (deps: SecretDeps): readonly Check[] => {
  const { FEISHU_APPS, FEISHU_CALLBACK_KEYS } = deps.secrets;
  const appsForm = '[{"sender":"zhida","appId":"cli_…","appSecret":"…"}]';
  const evidenceForm = '["<Ed25519 private key, PKCS8 in base64>"]';
  const keysForm = '[{"sender":"zhida","appId":"cli_…","encryptKeys":["…"],"verificationTokens":["…"]}]';
  return [
    domainCheck(deps),
    readable(
      { name: 'FEISHU_APPS', secret: 'feishu-apps', form: appsForm },
      z.safeParse(sendersText, FEISHU_APPS),
    ),
    readable(
      { name: 'FEISHU_CALLBACK_KEYS', secret: 'feishu-callback-keys', form: keysForm },
      z.safeParse(keysText, FEISHU_CALLBACK_KEYS),
    ),
    sealCheck(deps),
    readable(
      { name: 'EVIDENCE_KEYS', secret: 'evidence-keys', form: evidenceForm },
      z.safeParse(evidenceKeysSchema, deps.secrets.EVIDENCE_KEYS),
    ),
    keysMatchCheck(deps),
    ...deps.senders.map(senderCheck(deps)),
  ];
};
