import { createHash } from 'node:crypto';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import { batchNoIn } from '../../shared/tickets/batch-no.ts';
import type { BuyerRefs } from '../../shared/tickets/buyer-refs.ts';
import { classify, type Verdict } from '../../shared/tickets/classify.ts';
import type { Desk } from '../../shared/tickets/desk.ts';
import type { By, ChangeInput } from '../../shared/tickets/event.ts';
import { healthIn } from '../../shared/tickets/health.ts';
import { maskText } from '../../shared/tickets/mask.ts';
import type { Attachment, SourceLink } from '../../shared/tickets/ticket.ts';

/** An event as it may be kept: masked, the buyer as HMACs. */
export type Facts = {
  readonly event: SourceEvent;
  /** When the customer or the platform did it; a clock that runs ahead is ours. */
  readonly at: string;
  readonly link: SourceLink;
  /** Masked. */
  readonly text: string;
  readonly health: readonly string[];
  readonly batchNo: string | undefined;
  /** Masked: some systems write the receiver behind the parcel's number. */
  readonly logistics: string | undefined;
  readonly refs: BuyerRefs;
  readonly attachments: readonly Attachment[];
};

/** A conversation's state is told by events of its own: a message changes none. */
const linkOf = (event: SourceEvent): SourceLink => ({
  source: event.source,
  caseId: event.caseId,
  kind: event.kind,
  version: event.what === 'message' ? 0 : event.version,
  ended: event.what === 'ended',
  ...(event.shopId !== undefined && { shopId: event.shopId }),
  ...(event.shopName !== undefined && { shopName: event.shopName }),
  ...(event.sourceState !== undefined && { sourceState: event.sourceState }),
  ...(event.sourceDeadlineAt !== undefined && { deadlineAt: event.sourceDeadlineAt }),
  ...(event.agentId !== undefined && { agentId: event.agentId }),
});

/** The reason that a platform lets people choose, and what they wrote themselves. */
const wordsOf = ({ reasonText = '', content }: SourceEvent): string => {
  if (reasonText === '' || content.includes(reasonText)) return content;
  return content === '' ? reasonText : `${reasonText}：${content}`;
};

export const factsOf = (event: SourceEvent, refs: BuyerRefs, now: Date): Facts => {
  const text = maskText(wordsOf(event));
  const at = Date.parse(event.occurredAt) > now.getTime() ? now.toISOString() : event.occurredAt;
  return {
    event,
    at,
    link: linkOf(event),
    text,
    health: healthIn(text),
    batchNo: event.batchNo ?? batchNoIn(text),
    logistics: event.logistics === undefined ? undefined : maskText(event.logistics),
    refs,
    attachments: event.attachments.map(({ kind, url }) => ({ at, kind, url })),
  };
};

export const bySource = ({ event }: Facts): By => ({ kind: 'source', source: event.source });

export const isCustomers = ({ event: { speaker = 'customer' } }: Facts): boolean => speaker === 'customer';

/** By what the customer says: an agent's greeting names every problem there is. */
export const verdictOf = (facts: Facts, desk: Desk): Verdict => {
  const { source, kind, skuIds } = facts.event;
  return classify({ source, kind, text: isCustomers(facts) ? facts.text : '', skuIds }, desk);
};

/** What identifies a repeat of the words: a platform says the same with every change, under another event. */
export const saidId = ({ event, text }: Facts): string =>
  event.what === 'message'
    ? event.eventId
    : `words:${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;

export const saidOf = ({ event, at, text, health, attachments }: Facts): ChangeInput => ({
  do: 'said',
  at,
  speaker: event.speaker ?? 'customer',
  text,
  health: [...health],
  attachments: [...attachments],
});

const opened = (facts: Facts, verdict: Verdict, receivedAt: string): ChangeInput => {
  const { event, link, at, batchNo, logistics, refs } = facts;
  const { orderIds, skuIds, productName, expiry, amountFen } = event;
  const { text, health, attachments } = isCustomers(facts) ? facts : silent;
  return {
    do: 'opened',
    kind: 'case',
    openedAt: at,
    receivedAt,
    source: link,
    ...{ orderIds, skuIds, productName, batchNo, expiry, amountFen, logistics },
    buyerRefs: [...refs.signed],
    content: text,
    health: [...health],
    attachments: [...attachments],
    category: verdict.category,
    because: verdict.because,
    priority: verdict.priority,
    team: verdict.team,
    awaitsReply: isCustomers(facts),
  };
};
const silent = { text: '', health: [], attachments: [] };

/** The first rows of its history; an agent's greeting is no complaint, and waits for nobody. */
export const openingOf = (
  facts: Facts,
  verdict: Verdict,
  receivedAt: string,
): readonly [ChangeInput, ...ChangeInput[]] => [
  opened(facts, verdict, receivedAt),
  ...(isCustomers(facts) ? [] : [saidOf(facts)]),
];
