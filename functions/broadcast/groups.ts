import { isDeepStrictEqual } from 'node:util';
import { senders } from '../../config/senders.ts';
import type { Account } from '../../shared/broadcasts/account.ts';
import { type Broadcast, groupSubject } from '../../shared/broadcasts/broadcast.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { planBulk, type Wish } from '../../shared/delivery/plan.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { FeishuGroup } from '../../shared/feishu/groups.ts';
import { commonWish } from './plan-people.ts';
import type { BroadcastDeps, Turn } from './turn.ts';

/** `missing`: names of groups that the account's bot isn't in, so that it can't write there (230002). */
type Groups = { readonly found: readonly FeishuGroup[]; readonly missing: readonly string[] };

type GroupDeps = Pick<BroadcastDeps, 'people' | 'groupsOf'>;
type OfPost = { readonly account: Account; readonly broadcast: Pick<Broadcast, 'audience'> };

/** What is known by last night, of whichever bot, is better than nothing. */
const knownGroups = async ({ people }: GroupDeps): Promise<readonly FeishuGroup[]> =>
  (await people.listGroups()).map(({ person, name }) => ({ chatId: person.slice('chat:'.length), name }));

/** The account's groups that its own bot is in: one call, because what is stored doesn't say which of two bots it was. */
export const findGroups =
  (deps: GroupDeps) =>
  async ({ account, broadcast }: OfPost): Promise<Groups> => {
    // What is meant for some isn't shown to a group of all.
    const isNarrowed = !isDeepStrictEqual(broadcast.audience, account.audience);
    if (account.groups.length === 0 || isNarrowed) return { found: [], missing: [] };
    const listed = await deps.groupsOf(account);
    const known = listed.kind === 'ok' ? listed.data : await knownGroups(deps);
    const found = known.filter(({ name }) => account.groups.includes(name));
    return {
      found,
      missing: account.groups.filter((name) => !found.some((group) => group.name === name)),
    };
  };

/** 机器人不在群「全员群」：请先把『薄荷法讯』拉进群. */
export const missingWords = ({ sender, name }: Account, missing: readonly string[]): string => {
  const bot = senders.find(({ id }) => id === sender)?.name ?? name;
  return `机器人不在群${missing.map((group) => `「${group}」`).join('')}：请先把『${bot}』拉进群`;
};

/** A post in each group of the account that its bot is in; answers the names of the others. */
export const planGroups = async (deps: BroadcastDeps, turn: Turn): Promise<readonly string[]> => {
  const { account, broadcast } = turn;
  const { found, missing } = await findGroups(deps)(turn);
  if (found.length === 0) return missing;
  const subject = groupSubject(broadcast);
  const card = deps.cards.group({ account, broadcast }, { confirmed: 0, target: broadcast.target });
  const id = deliveryElementId(subject, '');
  const common = commonWish(turn, await keepCard(deps.contents)(card, { id }));
  for (const { chatId } of found) {
    const to = { recipient: `chat:${chatId}`, receiveIdType: 'chat_id', receiveId: chatId } as const;
    const wish: Wish = { ...common, ...to, subject };
    await planBulk(deps.deliveries)(wish, deps.now(), { wakes: true });
  }
  return missing;
};
