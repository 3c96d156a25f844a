import { rightsOf } from '../../shared/broadcasts/audience.ts';
import { workSubject } from '../../shared/broadcasts/broadcast.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import { InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { Person } from '../../shared/store/people.ts';
import type { BroadcastDeps, Turn } from './turn.ts';

type Asked = { readonly broadcast: string; readonly by: Person; readonly to: Person };
export type Previewed = { readonly sent?: Ending; readonly card?: unknown };

const findPost = async (deps: BroadcastDeps, { broadcast: id, by }: Asked): Promise<Turn['broadcast']> => {
  const post = await deps.broadcasts.find(id);
  const account = deps.accounts.find((each) => each.id === post?.account);
  if (!post || !account) throw new NotFoundError('unknown_broadcast', `找不到 ${id}`);
  const { isEditor, isApprover } = rightsOf(by, account, deps.now());
  if (!isEditor && !isApprover) throw new InvalidInputError('no_right', '无权限：只有编辑和审批人可以预览');
  if (!post.page) throw new InvalidInputError('article_unread', '文章还没有读到，请稍等或重新发送文档链接');
  return post;
};

/** What readers will get, to one person; each time anew. Throws `unknown_broadcast`, `no_right`, `article_unread`. */
export const previewPost =
  (deps: BroadcastDeps) =>
  async (asked: Asked, { confirm }: { readonly confirm: boolean }): Promise<Previewed> => {
    const broadcast = await findPost(deps, asked);
    const account = deps.accounts.find(({ id }) => id === broadcast.account);
    if (!account) return {};
    const now = deps.now();
    const recipient = asked.to.person;
    const place = { subject: workSubject(broadcast, `preview-${now.getTime()}`), recipient };
    const card = deps.cards.preview({ account, broadcast }, place);
    if (!confirm) return { card };
    const kept = await keepCard(deps.contents)(card, { id: deliveryElementId(place.subject, recipient) });
    const sent = await deps.sendNow({
      ...{ ...place, sender: account.sender, receiveIdType: 'union_id', receiveId: recipient },
      ...{ eventAt: now, urgency: 'reply' },
      ...kept,
    });
    return { sent };
  };
