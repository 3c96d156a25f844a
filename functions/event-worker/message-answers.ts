import { addDays, dayOf } from '../../shared/calendar/day.ts';
import { carriedBy } from '../../shared/delivery/carry.ts';
import { explainDelivery, type Step } from '../../shared/delivery/explain-delivery.ts';
import { findCard } from '../../shared/delivery/keep-card.ts';
import type { Card, CardElement } from '../../shared/feishu/card-json.ts';
import { card, deliveryElementId, hr, markdown } from '../../shared/feishu/cards.ts';
import { clip, escapeMarkdown } from '../../shared/feishu/markdown.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { type ReplyFrame, reply } from './reply-cards.ts';

export type MessagesDeps = {
  readonly deliveries: Pick<Deliveries, 'listOfPerson' | 'find'>;
  readonly contents: Pick<Contents, 'find'>;
  /** Of the post that a delivery belongs to. */
  readonly postName: (subject: string) => string | undefined;
  readonly now: () => Date;
};

/** What was held over a weekend still waits on Monday. */
const lookBackDays = 3;
const mostLines = 8;

const recentRows = ({ deliveries, now }: MessagesDeps, person: string): Promise<readonly Delivery[]> => {
  const today = dayOf(now());
  return deliveries.listOfPerson(person, addDays(today, -lookBackDays), today);
};

/** Our answers to this person's own questions. */
const isAnswer = ({ subject }: Delivery): boolean => /^(?:reply|menu|welcome|joined):/u.test(subject);
const isOpen = ({ state, dueAt }: Delivery): boolean => state === 'held' || (state === 'failed' && !!dueAt);
const wasReceived = ({ state }: Delivery): boolean => ['accepted', 'read', 'confirmed'].includes(state);

const nameOf = async (
  { contents, postName }: MessagesDeps,
  { wanted, subject }: Delivery,
): Promise<string> => {
  const found = wanted && (await findCard(contents)(wanted.hash));
  const name = found ? clip(found.header.title.content, 24) : postName(subject);
  return name === undefined ? '一条消息' : `「${name}」`;
};

/** Why each other message of today, or one that still waits, hasn't arrived; the last decision of each. */
export const otherMessageSteps = async (
  deps: MessagesDeps,
  { person, except }: { readonly person: string; readonly except: string },
): Promise<readonly Step[]> => {
  const today = dayOf(deps.now());
  const missing = (await recentRows(deps, person)).filter(
    (row) =>
      row.subject !== except &&
      !isAnswer(row) &&
      !wasReceived(row) &&
      (isOpen(row) || row.daySubject.startsWith(today)),
  );
  const told = missing.slice(0, mostLines).map(async (row) =>
    explainDelivery(row, await nameOf(deps, row))
      .filter(({ detail }) => !detail)
      .slice(-1),
  );
  return (await Promise.all(told)).flat();
};

const originalOf = async (
  { deliveries, contents }: MessagesDeps,
  key: { readonly subject: string; readonly recipient: string },
): Promise<readonly CardElement[]> => {
  const row = await deliveries.find(key);
  const found = row?.wanted && (await findCard(contents)(row.wanted.hash));
  if (!found) return [];
  const footer = deliveryElementId(key.subject, key.recipient);
  const body = found.body.elements.filter(({ element_id }) => element_id !== footer);
  return [markdown(`**${escapeMarkdown(found.header.title.content)}**`), ...body, hr()];
};

/** 合并消息: what the last morning card told in a line each, in full. */
export const mergedCard = async (deps: MessagesDeps, person: string, frame: ReplyFrame): Promise<Card> => {
  const carriers = (await recentRows(deps, person)).filter(
    (row) => carriedBy(row).length > 0 && wasReceived(row),
  );
  const last = carriers.toSorted((a, b) => (a.acceptedAt ?? '').localeCompare(b.acceptedAt ?? '')).at(-1);
  const subjects = last ? carriedBy(last) : [];
  const originals = await Promise.all(
    subjects.map((subject) => originalOf(deps, { subject, recipient: person })),
  );
  // Two of them may use the same ids.
  const elements = originals.flat().map((element, index) => ({ ...element, element_id: `merged_${index}` }));
  if (elements.length === 0) {
    const lines = ['最近的晨报没有合并其他消息。'];
    return reply(frame, { title: '合并消息', summary: '最近的晨报没有合并其他消息', lines });
  }
  return card({
    id: frame.id,
    summary: `晨报合并的 ${subjects.length} 条消息`,
    header: { title: '合并消息', colour: 'blue' },
    elements,
    footer: ['发送「帮助」查看全部指令'],
  });
};
