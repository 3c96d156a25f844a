import { approvalOutcome } from '../../shared/broadcasts/approval-card.ts';
import { workSubject } from '../../shared/broadcasts/broadcast.ts';
import { submittedCard } from '../../shared/broadcasts/form-card.ts';
import { settledCard } from '../../shared/broadcasts/settled-card.ts';
import { findCard, keepCard } from '../../shared/delivery/keep-card.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { BroadcastDeps, Turn } from './turn.ts';

/** Named after the row that its copies show: nothing changes a post while it is in review. */
export const approvalOf = (revision: number): string => `approval-${revision}`;

/** The revision that was handed in last: it is the number of its step in the history. */
const submittedRevision = async ({ broadcasts }: BroadcastDeps, turn: Turn): Promise<number | undefined> => {
  const steps = await broadcasts.history(turn.broadcast.broadcast);
  const last = steps.findLast(({ step }) => step.split('+').includes('submit'));
  return last && Number(last.item.split('#').at(-1));
};

const settle = async (
  deps: BroadcastDeps,
  row: Delivery,
  outcome: Parameters<typeof settledCard>[1],
): Promise<void> => {
  const card = row.wanted && (await findCard(deps.contents)(row.wanted.hash));
  if (!card) return;
  const id = deliveryElementId(row.subject, row.recipient);
  const { hash } = await keepCard(deps.contents)(settledCard(card, outcome), { id });
  await deps.wantContent(row, { hash, final: true });
};

/** Whoever was asked sees what became of it, also when it was decided by command or taken back. */
export const settleApprovals = async (deps: BroadcastDeps, turn: Turn): Promise<void> => {
  const outcome = approvalOutcome(turn.broadcast);
  const revision = outcome && (await submittedRevision(deps, turn));
  if (!outcome || revision === undefined) return;
  const copies = await deps.deliveries.listOfSubject(workSubject(turn.broadcast, approvalOf(revision)));
  for (const row of copies) await settle(deps, row, outcome);
};

/** A form that was handed in by command says so, as one whose button was pressed does. */
export const settleForms = async (deps: BroadcastDeps, { broadcast }: Turn): Promise<void> => {
  for (const row of await deps.deliveries.listOfSubject(workSubject(broadcast, 'form'))) {
    const form = row.wanted && (await findCard(deps.contents)(row.wanted.hash));
    if (!form) continue;
    const id = deliveryElementId(row.subject, row.recipient);
    const { hash } = await keepCard(deps.contents)(submittedCard(form, broadcast, row.subject), { id });
    await deps.wantContent(row, { hash });
  }
};
