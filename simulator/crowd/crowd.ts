import type { Person } from '../company.ts';
import type { Chat, Message } from '../feishu/chats.ts';
import { staffOf } from '../feishu/staff.ts';
import type { Change } from '../feishu/stream.ts';
import type { Tenant } from '../feishu/tenant.ts';
import type { CardButton } from './card-controls.ts';
import { crewOf } from './crew.ts';
import { defaultHabits, type Habits, randomFor, type Temper, temperOf } from './habits.ts';
import { createHeap } from './heap.ts';
import { openIn } from './open-document.ts';
import {
  arrive,
  CALM,
  type Deed,
  isPresent,
  planLook,
  type Reader,
  type Stage,
  type Task,
} from './reader.ts';

export type CrowdAct = {
  readonly at: number;
  readonly unionId: string;
  readonly deed: Deed;
  /** The card that was pressed. */
  readonly messageId?: string;
};

export type CrowdOptions = {
  readonly tenant: Tenant;
  readonly seed: number;
  readonly habits?: Habits;
  /** Milliseconds as the crowd lives them; the tenant's clock unless they are faster. */
  readonly now?: () => number;
  /** The person opens the document of a card, false when that can't be; in the tenant's documents unless said otherwise. */
  readonly open?: (person: Person, url: string) => boolean | Promise<boolean>;
  /** The button by which a card is confirmed. */
  readonly isConfirm?: (button: CardButton) => boolean;
  /** Who is left alone. */
  readonly isSpared?: (unionId: string) => boolean;
  /** Acts, with their callbacks, on their way at once; Infinity waits for none. */
  readonly atOnce?: number;
  readonly onAct?: (act: CrowdAct) => void;
};

export type Crowd = {
  /** Plays until this instant; a clock that is moved by hand is moved along, from act to act. */
  readonly advance: (until: number) => Promise<void>;
  /** Plays what is due until this instant and moves no clock. */
  readonly play: (until: number) => Promise<void>;
  /** When the next one does something; `undefined` while nobody has anything to do. */
  readonly nextAt: () => number | undefined;
  /** Plans also what arrived before the crowd was there and is unread. */
  readonly catchUp: () => void;
  readonly temperOf: (unionId: string) => Temper;
  readonly counts: () => Readonly<Record<Deed, number>>;
  /** Joins these departments, given by name: contact.user.created_v3. */
  readonly join: (
    newcomer: { readonly name: string; readonly jobTitle: string },
    departments: readonly [string, ...string[]],
  ) => Person;
  /** contact.user.deleted_v3; nothing more is done by this person. */
  readonly leave: (unionId: string) => Person;
  readonly stop: () => void;
};

type Arrival = { readonly type: 'message' | 'urgent'; readonly chat: Chat; readonly message: Message };

const arrivalOf = ({ chats }: Tenant, change: Change): Arrival | undefined => {
  if (change.type !== 'message' && change.type !== 'urgent') return undefined;
  const chat = chats.chat(change.chatId);
  const message = chats.message(change.messageId);
  return chat && message && { type: change.type, chat, message };
};

const urge = (stage: Stage, reader: Reader, { readAt }: Message): void => {
  if (reader.asked.length === 0 && readAt.has(reader.unionId)) return;
  reader.nudge = { ...reader.nudge, isUrgent: true };
  planLook(stage, reader);
};

/** What happens in chats becomes plans of those who see it. */
const listen = (stage: Stage): ((change: Change) => void) => {
  const readers = new Map<string, Reader>();
  const readerOf = (unionId: string, chat: Chat): Reader => {
    const key = `${chat.id} ${unionId}`;
    const fresh = { unionId, chat, due: undefined, asked: [], nudge: CALM };
    const reader = readers.get(key) ?? { ...fresh, random: randomFor(stage.seed, chat.id, unionId) };
    readers.set(key, reader);
    return reader;
  };
  return (change) => {
    const arrival = arrivalOf(stage.tenant, change);
    if (!arrival || !('people' in change)) return;
    const plan = arrival.type === 'message' ? arrive : urge;
    for (const unionId of change.people.filter((one) => isPresent(stage, one)))
      plan(stage, readerOf(unionId, arrival.chat), arrival.message);
  };
};

const unreadOf = ({ chats }: Tenant): readonly Change[] =>
  chats.all().flatMap(({ id: chatId, members, messages }) =>
    messages
      .filter(({ recalled }) => !recalled)
      .map(({ id: messageId, readAt }) => ({
        type: 'message' as const,
        chatId,
        messageId,
        people: [...members].filter((unionId) => !readAt.has(unionId)),
      })),
  );

/** Zhida's own words; other buttons that say 确认 are a worker's answer about a case. */
const isAcknowledgement = ({ text }: CardButton): boolean => text.includes('我已阅读并知悉');

const stageOf = (options: CrowdOptions, rest: Pick<Stage, 'plan' | 'did'>): Stage => ({
  habits: defaultHabits,
  now: options.tenant.clock.now,
  open: openIn(options.tenant),
  isConfirm: isAcknowledgement,
  isSpared: () => false,
  ...options,
  ...rest,
});

type Move = (at: number) => Promise<void>;

/** Moves a clock that is moved by hand. */
const moverOf =
  ({ clock }: Tenant): Move =>
  async (at) => {
    const ms = at - clock.now();
    if (ms > 0) await clock.advance?.(ms);
  };

/**
 * A company's people as they read, open and confirm, each by their own habit. The same seed, company and messages give the same
 * day. It follows the tenant's screens until `stop`.
 */
export const crowd = (options: CrowdOptions): Crowd => {
  const { tenant, seed, atOnce = 1, onAct = () => undefined } = options;
  const heap = createHeap<Task>();
  const crew = crewOf(atOnce);
  const counts = { looked: 0, opened: 0, confirmed: 0, refused: 0 };
  const stage = stageOf(options, {
    plan: heap.put,
    did: ({ unionId }, deed, messageId) => {
      counts[deed] += 1;
      onAct({ at: stage.now(), unionId, deed, ...(messageId !== undefined && { messageId }) });
    },
  });
  const onChange = listen(stage);
  const staff = staffOf(tenant);
  const playWith = async (until: number, move: Move): Promise<void> => {
    for (let at = heap.nextAt(); at !== undefined && at <= until; at = heap.nextAt()) {
      const due = heap.take();
      await move(at);
      if (due) await crew.give(due.item);
    }
    if (Number.isFinite(atOnce)) await crew.idle();
  };
  const move = moverOf(tenant);
  return {
    advance: async (until) => {
      await playWith(until, move);
      await move(until);
    },
    play: (until) => playWith(until, () => Promise.resolve()),
    nextAt: heap.nextAt,
    catchUp: () => {
      for (const change of unreadOf(tenant)) onChange(change);
    },
    temperOf: (unionId) => temperOf(stage.habits, seed, unionId),
    counts: () => ({ ...counts }),
    join: ({ name, jobTitle }, [department, ...alsoIn]) => staff.hire({ name, jobTitle, department, alsoIn }),
    leave: (unionId) => staff.resign(unionId),
    stop: tenant.changes.subscribe(onChange),
  };
};
