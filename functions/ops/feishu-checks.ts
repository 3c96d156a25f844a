import type { Account } from '../../shared/broadcasts/account.ts';
import { readBot, readGrantedScopes } from '../../shared/feishu/application.ts';
import type { FeishuClient } from '../../shared/feishu/client.ts';
import { explainCode } from '../../shared/feishu/code-fixes.ts';
import { readScopes } from '../../shared/feishu/contact-calls.ts';
import type { Outcome } from '../../shared/feishu/outcome.ts';
import type { SenderConfig } from '../../shared/feishu/sender-configs.ts';
import { broken, type Check, fine, list, unknown, warning } from './check.ts';
import { missingOf, postPacks, type ScopePack, scopePacks } from './scope-packs.ts';
import { appsOf, type SecretDeps } from './secret-checks.ts';

export type FeishuCheckDeps = SecretDeps & {
  readonly clientOf: (app: SenderConfig) => FeishuClient;
  readonly accounts: readonly Pick<Account, 'sender'>[];
};

/** 租户启用: open.feishu.cn/document/ukTMukTMukTM/uAjMxEjLwITMx4CMyETM */
const enabled = 2;

/** Feishu's code in our words, with the line to mend it. */
const troubleOf = (outcome: Exclude<Outcome<unknown>, { kind: 'ok' }>) => {
  const code = outcome.kind === 'refused' ? outcome.code : outcome.reason;
  const { reason, fix } = explainCode(code);
  return { detail: reason === String(code) ? reason : `${reason} (code ${code})`, fix };
};

const botCheck = (id: string, outcome: Awaited<ReturnType<typeof readBot>>): Check => {
  const name = `sender.${id}.bot`;
  if (outcome.kind !== 'ok') return broken(name, troubleOf(outcome));
  const { status, name: botName } = outcome.data;
  if (status === enabled) return fine(name, botName);
  const fix =
    'Feishu admin console → 工作台 → 应用管理: enable the app, or publish a version and have it approved';
  return broken(name, { detail: `the app is not enabled (activate_status ${status})`, fix });
};

/** What says that the app itself is not let in, whatever is asked. */
const isNotLetIn = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'unknown' ||
  (outcome.kind === 'refused' &&
    ['app_credentials_wrong', 'no_connection', 'no_token', 'app_disabled', 'ip_not_allowed'].includes(
      outcome.reason,
    ));

const credentialsCheck = (id: string, outcome: Outcome<unknown>): Check => {
  const name = `sender.${id}.credentials`;
  if (outcome.kind === 'ok' || !isNotLetIn(outcome)) return fine(name, 'Feishu gives a token');
  return broken(name, troubleOf(outcome));
};

const packCheck =
  (id: string, scopes: Outcome<ReadonlySet<string>>) =>
  (pack: ScopePack): Check => {
    const name = `sender.${id}.scope.${pack.id}`;
    if (scopes.kind !== 'ok') {
      const { detail } = troubleOf(scopes);
      return unknown(name, { detail, fix: 'mend what keeps Feishu from telling the scopes' });
    }
    const missing = missingOf(pack, scopes.data);
    if (missing.length === 0) return fine(name, 'granted');
    const fix = `open.feishu.cn/app → 权限管理: add ${missing.join(', ')}, then publish a version`;
    return (pack.isOptional ? warning : broken)(name, { detail: `feature off: ${pack.withoutIt}`, fix });
  };

const contactCheck = async (client: FeishuClient): Promise<Check> => {
  const scopes = await readScopes(client);
  if (scopes.kind !== 'ok') return broken('contact.range', troubleOf(scopes));
  const { userIds, departmentIds } = scopes.data;
  if (userIds.length + departmentIds.length > 0)
    return fine('contact.range', `${departmentIds.length} departments and ${userIds.length} people`);
  const fix = 'open.feishu.cn/app → 权限管理 → 通讯录权限范围: choose all members, then publish a version';
  return broken('contact.range', { detail: 'the app may see nobody', fix });
};

/** An app that only sends posts needs no more of the rest than this. */
const sendingPacks = scopePacks.filter(({ id }) =>
  ['send', 'refresh', 'read', 'read-back', 'answer', 'urgent'].includes(id),
);

const checkSender = async (deps: FeishuCheckDeps, app: SenderConfig): Promise<readonly Check[]> => {
  const client = deps.clientOf(app);
  const bot = await readBot(client);
  const id = app.sender;
  // Without a token every other answer would be the same refusal.
  if (isNotLetIn(bot)) return [credentialsCheck(id, bot)];
  const own = [credentialsCheck(id, bot), botCheck(id, bot)];
  const forPosts = deps.accounts.some(({ sender }) => sender === id) ? postPacks : [];
  if (id !== deps.mainSender) {
    const packs = forPosts.length > 0 ? [...sendingPacks, ...forPosts] : [];
    if (packs.length === 0) return own;
    return [...own, ...packs.map(packCheck(id, await readGrantedScopes(client)))];
  }
  const [scopes, contact] = await Promise.all([readGrantedScopes(client), contactCheck(client)]);
  return [...own, ...[...scopePacks, ...forPosts].map(packCheck(id, scopes)), contact];
};

/** Each app's token and bot; of the sender of digests also the scopes and whom it may see. */
export const feishuChecks = async (deps: FeishuCheckDeps): Promise<readonly Check[]> => {
  const apps = appsOf(deps);
  const checks = await Promise.all(apps.map((app) => checkSender(deps, app)));
  if (apps.length > 0) return checks.flat();
  const detail = 'FEISHU_APPS names no app';
  return [
    unknown('sender.credentials', {
      detail,
      fix: `mend the secret feishu-apps first: ${list(deps.senders.map(({ id }) => id))}`,
    }),
  ];
};
