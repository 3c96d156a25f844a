import type { Account } from '../../shared/broadcasts/account.ts';
import { rightsOf } from '../../shared/broadcasts/audience.ts';
import { explainCode } from '../../shared/feishu/code-fixes.ts';
import { type FeishuGroup, listGroups } from '../../shared/feishu/groups.ts';
import type { Outcome } from '../../shared/feishu/outcome.ts';
import { feishuWiki, type WikiSpace } from '../../shared/feishu/wiki.ts';
import type { People, Person } from '../../shared/store/people.ts';
import { broken, type Check, fine, list, unknown } from './check.ts';
import type { FeishuCheckDeps } from './feishu-checks.ts';
import { appsOf } from './secret-checks.ts';

export type AccountCheckDeps = Omit<FeishuCheckDeps, 'accounts'> & {
  readonly accounts: readonly Account[];
  readonly people: Pick<People, 'listHere'>;
};

/** What Feishu says of one bot: two calls for each sender, however many accounts speak through it. */
type Seen = {
  readonly groups: Outcome<readonly FeishuGroup[]>;
  readonly spaces: Outcome<readonly WikiSpace[]>;
};

const seenBy = async (deps: AccountCheckDeps, sender: string): Promise<Seen | undefined> => {
  const app = appsOf(deps).find((each) => each.sender === sender);
  if (!app) return undefined;
  const client = deps.clientOf(app);
  const [groups, spaces] = await Promise.all([listGroups(client), feishuWiki(client).listSpaces()]);
  return { groups, spaces };
};

const file = ({ id }: Account): string => `config/accounts/${id}.ts`;

const senderCheck = (account: Account, seen: Seen | undefined): Check => {
  const name = `account.${account.id}.sender`;
  if (seen) return fine(name, account.sender);
  return broken(name, {
    detail: `${account.name} has no app to send with: ${account.sender}`,
    fix: `add {"sender":"${account.sender}",…} to the secret feishu-apps, or name another sender in ${file(account)}`,
  });
};

/** Nobody may approve their own post, so one person who is both can send nothing. */
const peopleCheck = (account: Account, here: readonly Person[], now: Date): Check => {
  const name = `account.${account.id}.people`;
  const rights = here
    .filter(({ notActivated }) => notActivated !== true)
    .map((person) => ({ person: person.person, ...rightsOf(person, account, now) }));
  const editors = rights.filter(({ isEditor }) => isEditor);
  const approvers = rights.filter(({ isApprover }) => isApprover);
  const mend = `name a department, role or person of the directory in ${file(account)} and deploy`;
  if (editors.length === 0) return broken(name, { detail: `nobody writes for ${account.name}`, fix: mend });
  if (approvers.length === 0)
    return broken(name, { detail: `nobody may approve for ${account.name}`, fix: mend });
  const pair = editors.some((editor) => approvers.some(({ person }) => person !== editor.person));
  if (pair) return fine(name, `${editors.length} editor(s), ${approvers.length} approver(s)`);
  const detail = `the only editor of ${account.name} is also its only approver, and nobody approves their own`;
  return broken(name, { detail, fix: mend });
};

const notTold = (name: string, outcome: Exclude<Outcome<unknown>, { kind: 'ok' }>): Check => {
  const code = outcome.kind === 'refused' ? outcome.code : outcome.reason;
  const { reason, fix } = explainCode(code);
  return unknown(name, { detail: `Feishu does not say: ${reason}`, fix });
};

const groupsCheck = (account: Account, { groups }: Seen): Check => {
  const name = `account.${account.id}.groups`;
  if (groups.kind !== 'ok') return notTold(name, groups);
  const missing = account.groups.filter((wanted) => !groups.data.some((group) => group.name === wanted));
  if (missing.length === 0)
    return fine(name, account.groups.length > 0 ? list(account.groups) : 'none wanted');
  return broken(name, {
    detail: `the bot of ${account.sender} is in no group called ${list(missing)}: posts don't stand there`,
    fix: `群设置 → 群机器人 → 添加机器人, or take the group out of ${file(account)}; then invoke people-sync`,
  });
};

/** Whether it may also write is known when it writes: Feishu lists a space to each of its members. */
const wikiCheck = (account: Account, { spaces }: Seen): Check => {
  const name = `account.${account.id}.wiki`;
  if (spaces.kind !== 'ok') return notTold(name, spaces);
  const { wikiSpace } = account;
  if (spaces.data.some((space) => space.name === wikiSpace)) return fine(name, `${wikiSpace} is seen`);
  return broken(name, {
    detail: `the app of ${account.sender} does not see the wiki 「${wikiSpace}」: Markdown can't be published`,
    fix: '知识库设置 → 成员设置: make a group that the bot is in an administrator of the space',
  });
};

/** Who may write and approve for each account, and whether its channels are there. */
export const accountChecks = async (deps: AccountCheckDeps, now: Date): Promise<readonly Check[]> => {
  const here = await deps.people.listHere();
  const senders = [...new Set(deps.accounts.map(({ sender }) => sender))];
  const seen = new Map(
    await Promise.all(senders.map(async (sender) => [sender, await seenBy(deps, sender)] as const)),
  );
  return deps.accounts.flatMap((account) => {
    const own = seen.get(account.sender);
    const channels = own ? [groupsCheck(account, own), wikiCheck(account, own)] : [];
    return [senderCheck(account, own), peopleCheck(account, here, now), ...channels];
  });
};
