import { keepCard } from '../delivery/keep-card.ts';
import { wantContent } from '../delivery/want.ts';
import type { Card } from '../feishu/card-json.ts';
import { deliveryElementId } from '../feishu/cards.ts';
import type { Contents } from '../store/contents.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Confirmation } from '../store/delivery.ts';
import { type Broadcast, personalSubject, reminderSubject } from './broadcast.ts';
import { type PostFace, postCard } from './post-card.ts';
import { reminderCard } from './reminder-card.ts';

type Copy = { readonly subject: string; readonly card: Card };

/** Of those by hand the last ones: older ones are far up in the chat. */
const mostByHand = 5;

const remindersOf = ({ reminded }: Pick<Broadcast, 'reminded'>): readonly string[] => [
  '1',
  '2',
  ...Array.from({ length: reminded }, (_, index) => `m${index + 1}`).slice(-mostByHand),
];

export type ConfirmedPost = {
  readonly face: PostFace;
  readonly post: Pick<Broadcast, 'broadcast' | 'version' | 'reminded'>;
  readonly confirmed: Pick<Confirmation, 'at' | 'version'>;
};

/** Whatever may stand on the screen of somebody who has confirmed: the post and its reminders. */
export const confirmedCopies = ({ face, post, confirmed }: ConfirmedPost): readonly Copy[] => {
  const { at, version } = confirmed;
  const standing = { kind: 'confirmed', at, version } as const;
  return [
    { subject: personalSubject(post), card: postCard(face, standing) },
    ...remindersOf(post).map((which) => ({
      subject: reminderSubject(post, which),
      card: reminderCard(face, { which, now: new Date(at), standing }),
    })),
  ];
};

export type CopiesDeps = {
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly now: () => Date;
};

/** Copies that were sent change a moment later; the one of `except` shows it already. */
export const showConfirmed =
  (deps: CopiesDeps) =>
  async (of: ConfirmedPost, recipient: string, except?: string): Promise<void> => {
    const others = confirmedCopies(of).filter(({ subject }) => subject !== except);
    await Promise.all(
      others.map(async ({ subject, card }) => {
        const row = await deps.deliveries.find({ subject, recipient });
        // One that may have arrived shows it as soon as that is known.
        if (row?.messageId === undefined && row?.sending === undefined) return;
        const { hash } = await keepCard(deps.contents)(card, { id: deliveryElementId(subject, recipient) });
        await wantContent(deps)(row, { hash, final: true });
      }),
    );
  };
