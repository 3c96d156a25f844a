import * as z from 'zod/mini';
import { allAccounts } from '../../config/accounts/all.ts';
import { digestSender } from '../../config/senders.ts';
import { evidenceKeysSchema } from '../../shared/broadcasts/evidence-keys.ts';
import { readEnv } from '../../shared/config.ts';
import { InvalidConfigError } from '../../shared/errors.ts';
import { feishuOAuth } from '../../shared/feishu/oauth.ts';
import { sendersText } from '../../shared/feishu/sender-configs.ts';
import { sealKeysSchema } from '../../shared/seal.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { contents } from '../../shared/store/contents.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { people } from '../../shared/store/people.ts';
import { useOnce } from '../../shared/store/used-once.ts';
import type { WorkbenchDeps } from './app.ts';
import { signerOf } from './signed.ts';

const name = z.string().check(z.minLength(1));
const url = z.pipe(
  z.url(),
  z.transform((text) => new URL(text)),
);

const envShape = {
  WORKBENCH_URL: url.check(
    z.refine(({ pathname }) => pathname === '/workbench', 'does not end in /workbench'),
  ),
  WORKBENCH_KEYS: sealKeysSchema,
  EVIDENCE_KEYS: evidenceKeysSchema,
  WORKBENCH_FRAMES: z.string(),
  H5_SDK_URL: url,
  FEISHU_DOMAIN: z.url(),
  FEISHU_ACCOUNTS: z.url(),
  FEISHU_APPS: sendersText,
  BROADCASTS_TABLE: name,
  DELIVERIES_TABLE: name,
  CONTENTS_TABLE: name,
  PEOPLE_TABLE: name,
  OPS_TABLE: name,
};

/** What the pages need, from the environment. */
export const wiring = (): WorkbenchDeps => {
  const env = readEnv(envShape);
  const app = env.FEISHU_APPS.find(({ sender }) => sender === digestSender);
  const [key, ...olderKeys] = env.WORKBENCH_KEYS;
  if (!app || !key) throw new InvalidConfigError('invalid_config', `FEISHU_APPS: has no ${digestSender}`);
  return {
    home: env.WORKBENCH_URL,
    frame: { h5Sdk: env.H5_SDK_URL, ancestors: env.WORKBENCH_FRAMES.split(' ').filter((one) => one !== '') },
    appId: app.appId,
    oauth: feishuOAuth({ domain: env.FEISHU_DOMAIN, accounts: env.FEISHU_ACCOUNTS, ...app }),
    signer: signerOf([key, ...olderKeys]),
    accounts: allAccounts,
    broadcasts: broadcasts(env.BROADCASTS_TABLE),
    deliveries: deliveries(env.DELIVERIES_TABLE),
    evidenceKeys: env.EVIDENCE_KEYS,
    contents: contents(env.CONTENTS_TABLE),
    people: people(env.PEOPLE_TABLE),
    useOnce: useOnce(env.OPS_TABLE),
    now: () => new Date(),
  };
};
