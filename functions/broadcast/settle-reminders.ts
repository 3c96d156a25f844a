import type { Account } from '../../shared/broadcasts/account.ts';
import { type Broadcast, reminderSubject } from '../../shared/broadcasts/broadcast.ts';
import { faceOf, type PostFace } from '../../shared/broadcasts/post-card.ts';
import { type ReminderEnd, reminderCard } from '../../shared/broadcasts/reminder-card.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import type { Wanted } from '../../shared/delivery/want.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery, DeliveryKey } from '../../shared/store/delivery.ts';

export type SettleDeps = {
  readonly deliveries: Pick<Deliveries, 'listOfSubject'>;
  readonly contents: Pick<Contents, 'keep'>;
  readonly wantContent: (key: DeliveryKey, content: { hash: string; final?: boolean }) => Promise<Wanted>;
};

type Reminder = { readonly which: string; readonly row: Delivery };
export type Reminders = {
  readonly all: readonly Reminder[];
  readonly find: (which: string, recipient: string) => Delivery | undefined;
};

/** Those of the ladder, and those by hand. */
const whichOf = ({ mustConfirm, reminded }: Broadcast): readonly string[] => [
  ...(mustConfirm ? ['1', '2'] : []),
  ...Array.from({ length: reminded }, (_, index) => `m${index + 1}`),
];

/** All reminders of a post that were planned: one query for each kind. */
export const readReminders = async (
  { deliveries }: Pick<SettleDeps, 'deliveries'>,
  broadcast: Broadcast,
): Promise<Reminders> => {
  const all: Reminder[] = [];
  for (const which of whichOf(broadcast)) {
    const rows = await deliveries.listOfSubject(reminderSubject(broadcast, which));
    all.push(...rows.map((row) => ({ which, row })));
  }
  const byKey = new Map(all.map(({ which, row }) => [`${which}/${row.recipient}`, row]));
  return { all, find: (which, recipient) => byKey.get(`${which}/${recipient}`) };
};

type OfPost = { readonly account: Account; readonly broadcast: Broadcast };

/** How somebody's earlier reminders end; `undefined` while they are still asked. */
const endOf = ({ recalled }: Broadcast, own: Delivery | undefined): ReminderEnd | undefined => {
  if (recalled) return { kind: 'recalled', reason: recalled.reason };
  return own?.confirmed && { kind: 'confirmed', ...own.confirmed };
};

/** It stands, or a try of which nobody has heard may have arrived; and it doesn't say its end yet. */
const isOpen = ({ row }: Reminder): boolean =>
  (row.messageId !== undefined || row.sending !== undefined) && row.wanted?.final !== true;

const settle = async (
  deps: SettleDeps,
  face: PostFace,
  { which, row, standing }: Reminder & { readonly standing: ReminderEnd },
): Promise<boolean> => {
  const card = reminderCard(face, { which, now: new Date(row.plannedAt), standing });
  const { hash } = await keepCard(deps.contents)(card, { id: deliveryElementId(row.subject, '') });
  return (await deps.wantContent(row, { hash, final: true })) === 'wanted';
};

/** Reminders that stand on the screens of those who have confirmed, or of a post that was recalled, say so. How many changed. */
export const settleReminders =
  (deps: SettleDeps) =>
  async (of: OfPost, rows: readonly Delivery[], { all }: Reminders): Promise<number> => {
    const face = faceOf(of.broadcast, of.account);
    if (!face) return 0;
    const own = new Map(rows.map((row) => [row.recipient, row]));
    const ended = all.filter(isOpen).flatMap((reminder) => {
      const standing = endOf(of.broadcast, own.get(reminder.row.recipient));
      return standing ? [{ ...reminder, standing }] : [];
    });
    return (await someAtOnce(ended, (each) => settle(deps, face, each))).filter(Boolean).length;
  };
