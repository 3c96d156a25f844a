import type { Account } from '../../shared/broadcasts/account.ts';
import { type Broadcast, reminderSubject } from '../../shared/broadcasts/broadcast.ts';
import {
  type Climb,
  type Climbed,
  ladderTime,
  nextLadderAt,
  nextRung,
} from '../../shared/broadcasts/ladder.ts';
import { faceOf } from '../../shared/broadcasts/post-card.ts';
import { isWaitedFor } from '../../shared/broadcasts/reach.ts';
import { reminderCard } from '../../shared/broadcasts/reminder-card.ts';
import type { Calendar } from '../../shared/calendar/working-days.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { planBulk } from '../../shared/delivery/plan.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { type DoneDeps, recordDone } from './record-done.ts';
import { type Due, listedTill, type ManagersDeps, tellManagers } from './remind-managers.ts';
import { type Reminders, readReminders, type SettleDeps, settleReminders } from './settle-reminders.ts';

export type RemindDeps = DoneDeps &
  ManagersDeps &
  SettleDeps & {
    readonly accounts: readonly Account[];
    readonly calendar: (now: Date) => Promise<Calendar>;
  };

type OfPost = { readonly account: Account; readonly broadcast: Broadcast };
type Look = OfPost & { readonly rows: readonly Delivery[]; readonly now: Date };

const wishOf = ({ account, broadcast, now }: Look, which: string) => ({
  subject: reminderSubject(broadcast, which),
  sender: account.sender,
  receiveIdType: 'union_id' as const,
  eventAt: now,
  ...(broadcast.mustConfirm && { urgency: 'mustConfirm' as const }),
  ...(broadcast.deadlineAt !== undefined && { validUntil: new Date(broadcast.deadlineAt) }),
  ...(which === '2' && { buzz: true }),
});

/** Each once per person, by its key; whoever has done it meanwhile is asked about again when it leaves. */
const planReminders = async (
  deps: RemindDeps,
  look: Look,
  { which, recipients }: { readonly which: string; readonly recipients: readonly string[] },
): Promise<void> => {
  const last = recipients.at(-1);
  const face = faceOf(look.broadcast, look.account);
  if (last === undefined || !face) return;
  const wish = wishOf(look, which);
  const card = reminderCard(face, { which, now: look.now, ...(which === '2' && { urgentTime: 2 }) });
  const kept = await keepCard(deps.contents)(card, { id: deliveryElementId(wish.subject, last) });
  const plan = (recipient: string): Promise<boolean> =>
    planBulk(deps.deliveries)({ ...wish, ...kept, recipient, receiveId: recipient }, look.now, {
      wakes: recipient === last,
    });
  await someAtOnce(recipients.slice(0, -1), plan);
  await plan(last);
};

type Stand = Omit<Due, 'climb'> & { readonly row: Delivery; readonly climb: Climb | undefined };

const climbsOf = async (deps: RemindDeps, look: Look, reminders: Reminders): Promise<readonly Stand[]> => {
  const { account, broadcast, rows, now } = look;
  const time = ladderTime(account.ladder, await deps.calendar(now));
  const till = listedTill(broadcast);
  return rows.map((row) => {
    const [first, second] = ['1', '2'].map((which) => reminders.find(which, row.recipient));
    const climbed: Climbed = {
      ...(first && { first }),
      ...(second && { second }),
      ...(till !== undefined && { listedTill: till }),
    };
    const reminded = [first, second].filter((each) => each?.acceptedAt !== undefined).length;
    return { row, reminded, climb: nextRung(time, row, climbed) };
  });
};

const dueOf = (stands: readonly Stand[], { broadcast, now }: Look): readonly Due[] =>
  stands.flatMap(({ row, reminded, climb }) => {
    const isOver =
      climb && broadcast.deadlineAt !== undefined && climb.at.toISOString() >= broadcast.deadlineAt;
    return climb && !isOver && climb.at <= now ? [{ row, reminded, climb }] : [];
  });

type Climbing = {
  /** When the ladder is to be looked at again. */
  readonly nextAt: Date | undefined;
  /** Who was asked in this look. */
  readonly asked: readonly string[];
};

/** Tomorrow's rungs follow from today's: they are looked for again once these are planned. */
const climb = async (deps: RemindDeps, look: Look, reminders: Reminders): Promise<Climbing> => {
  const { broadcast, now } = look;
  const stands = await climbsOf(deps, look, reminders);
  const due = dueOf(stands, look);
  if (due.length === 0) {
    const climbs = stands.map((stand) => stand.climb);
    return { nextAt: nextLadderAt(climbs, broadcast.deadlineAt), asked: [] };
  }
  const at = (rung: Climb['rung']): readonly Due[] => due.filter((each) => each.climb.rung === rung);
  const recipientsAt = (rung: Climb['rung']) => at(rung).map(({ row }) => row.recipient);
  const [first, second] = [recipientsAt('first'), recipientsAt('second')];
  await planReminders(deps, look, { which: '1', recipients: first });
  await planReminders(deps, look, { which: '2', recipients: second });
  const mark = await tellManagers(deps)(look, at('managers'), now);
  if (mark !== undefined) await recordDone(deps)(broadcast, [mark], now);
  return { nextAt: now, asked: [...first, ...second] };
};

/** Whoever was asked so short a time ago, by the ladder or by hand, isn't asked by hand again: 催未读 may be pressed twice. */
const justAskedMs = 30 * 60_000;

/** 催未读: everybody on whose screen the card is and who hasn't done what is wanted of them. */
const remindByHand = async (
  deps: RemindDeps,
  look: Look,
  { reminders, asked }: { readonly reminders: Reminders; readonly asked: readonly string[] },
): Promise<void> => {
  const { broadcast, rows, now } = look;
  const which = `m${broadcast.reminded}`;
  const mark = `reminded-${broadcast.reminded}`;
  if (broadcast.reminded === 0 || broadcast.done.includes(mark)) return;
  const since = new Date(now.getTime() - justAskedMs).toISOString();
  const before = reminders.all.filter(({ row }) => row.plannedAt > since).map(({ row }) => row.recipient);
  const justAsked = new Set([...before, ...asked]);
  const waiting = rows.filter(
    (row) =>
      row.messageId !== undefined && isWaitedFor(row, broadcast.mustConfirm) && !justAsked.has(row.recipient),
  );
  await planReminders(deps, look, { which, recipients: waiting.map(({ recipient }) => recipient) });
  await recordDone(deps)(broadcast, [mark], now);
};

/** Reminders of an open post: those of its ladder, and those that its editors asked for. When the next one is due. */
export const remind =
  (deps: RemindDeps) =>
  async (broadcast: Broadcast, rows: readonly Delivery[], now: Date): Promise<Date | undefined> => {
    const account = deps.accounts.find(({ id }) => id === broadcast.account);
    if (!account) return undefined;
    const look: Look = { account, broadcast, rows, now };
    const reminders = await readReminders(deps, broadcast);
    await settleReminders(deps)(look, rows, reminders);
    if (broadcast.state !== 'open') return undefined;
    // The ladder first: whoever it asks in this look isn't asked by hand as well.
    const { nextAt, asked } = broadcast.mustConfirm
      ? await climb(deps, look, reminders)
      : { nextAt: undefined, asked: [] };
    await remindByHand(deps, look, { reminders, asked });
    return nextAt;
  };
