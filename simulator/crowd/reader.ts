import type { Random } from '../bi/random.ts';
import type { Person } from '../company.ts';
import type { ActionAnswer } from '../feishu/action.ts';
import { actsOf } from '../feishu/acts.ts';
import type { Chat, Message } from '../feishu/chats.ts';
import type { Tenant } from '../feishu/tenant.ts';
import { buttonsOf, type CardButton, documentIn } from './card-controls.ts';
import { confirmChance, type Habits, lookAt, type Nudge, temperOf } from './habits.ts';

/** `confirmed`: the callback was answered; `refused`: it was not, or by an error, also one that only a toast tells. */
export type Deed = 'looked' | 'opened' | 'confirmed' | 'refused';

/** One person in one chat. */
export type Reader = {
  readonly unionId: string;
  readonly chat: Chat;
  readonly random: Random;
  /** The next look at the chat. */
  due: number | undefined;
  /** Cards that wait for a confirmation, oldest first. */
  asked: readonly string[];
  nudge: Nudge;
};

export type Task = () => Promise<void>;
/** What the crowd plays on. */
export type Stage = {
  readonly tenant: Tenant;
  readonly seed: number;
  readonly habits: Habits;
  readonly now: () => number;
  readonly open: (person: Person, url: string) => boolean | Promise<boolean>;
  readonly isConfirm: (button: CardButton) => boolean;
  readonly isSpared: (unionId: string) => boolean;
  readonly plan: (at: number, task: Task) => void;
  readonly did: (reader: Reader, deed: Deed, messageId?: string) => void;
};

export const CALM: Nudge = { reminders: 0, isUrgent: false };
const TRIES = 3;

const secondsLater = (at: number, { whole }: Random, [from, to]: readonly [number, number]): number =>
  at + whole(from * 1000, to * 1000);

export const isPresent = ({ tenant, isSpared }: Stage, unionId: string): boolean => {
  const person = tenant.directory.byUnion(unionId);
  if (!person || person.resigned || person.isFrozen === true) return false;
  return person.isActivated !== false && !isSpared(unionId);
};

const confirmButton = (
  { isConfirm }: Stage,
  { msgType, content, recalled }: Message,
): CardButton | undefined =>
  msgType === 'interactive' && !recalled ? buttonsOf(content).find(isConfirm) : undefined;

/** A red toast tells people to press again. */
export const isGood = ({ ok, toast }: ActionAnswer): boolean => ok && toast?.type !== 'error';

/** Presses what still stands there; a person tries again when Feishu shows an error. */
const confirm = async (
  stage: Stage,
  reader: Reader,
  { id, tries }: { id: string; tries: number },
): Promise<void> => {
  const message = stage.tenant.chats.message(id);
  const button = message && confirmButton(stage, message);
  if (!button || !isPresent(stage, reader.unionId)) return;
  const answer = await actsOf(stage.tenant, reader.unionId).click(id, button.press);
  const ok = isGood(answer);
  stage.did(reader, ok ? 'confirmed' : 'refused', id);
  if (ok) {
    reader.asked = reader.asked.filter((other) => other !== id);
    if (reader.asked.length === 0) reader.nudge = CALM;
  } else if (tries < TRIES) {
    const at = secondsLater(stage.now(), reader.random, [60, 180]);
    stage.plan(at, () => confirm(stage, reader, { id, tries: tries + 1 }));
  }
};

const openDocument = async (stage: Stage, reader: Reader, url: string): Promise<void> => {
  const person = stage.tenant.directory.byUnion(reader.unionId);
  if (!person || !isPresent(stage, reader.unionId)) return;
  if (await stage.open(person, url)) stage.did(reader, 'opened');
};

/** The newest card first: when its answer settles older ones too, they have lost their button by then. */
const answer = (stage: Stage, reader: Reader, at: number): void => {
  const { habits, seed } = stage;
  const habit = habits[temperOf(habits, seed, reader.unionId)];
  const [newest] = reader.asked.slice(-1);
  const message = stage.tenant.chats.message(newest ?? '');
  const [opens, confirms] = [reader.random.next(), reader.random.next()];
  if (!message) return;
  const url = opens < habit.opens ? documentIn(message.content) : undefined;
  const openAt = secondsLater(at, reader.random, [5, 60]);
  if (url !== undefined) stage.plan(openAt, () => openDocument(stage, reader, url));
  if (confirms >= confirmChance(habit, reader.nudge)) return;
  let pressAt = secondsLater(url === undefined ? at : openAt, reader.random, [8, 180]);
  for (const id of reader.asked.toReversed()) {
    stage.plan(pressAt, () => confirm(stage, reader, { id, tries: 1 }));
    pressAt = secondsLater(pressAt, reader.random, [20, 90]);
  }
};

const look =
  (stage: Stage, reader: Reader, at: number): Task =>
  async () => {
    // A later look was overtaken by an earlier one.
    if (reader.due !== at) return;
    reader.due = undefined;
    if (!isPresent(stage, reader.unionId)) return;
    actsOf(stage.tenant, reader.unionId).read(reader.chat.id);
    stage.did(reader, 'looked');
    answer(stage, reader, at);
    await stage.tenant.pushes.idle();
  };

export const planLook = (stage: Stage, reader: Reader): void => {
  const { habits, seed } = stage;
  const temper = temperOf(habits, seed, reader.unionId);
  const at = lookAt({ temper, habit: habits[temper], random: reader.random }, stage.now(), reader.nudge);
  if (at === undefined || (reader.due !== undefined && reader.due <= at)) return;
  reader.due = at;
  stage.plan(at, look(stage, reader, at));
};

/** Something new in the chat. */
export const arrive = (stage: Stage, reader: Reader, message: Message): void => {
  if (message.sender.kind === 'user' && message.sender.unionId === reader.unionId) return;
  const { chats } = stage.tenant;
  const waiting = reader.asked.filter((id) => {
    const earlier = chats.message(id);
    return earlier !== undefined && confirmButton(stage, earlier) !== undefined;
  });
  reader.nudge = { reminders: waiting.length, isUrgent: waiting.length > 0 && reader.nudge.isUrgent };
  const asks = reader.chat.kind === 'p2p' && confirmButton(stage, message) !== undefined;
  reader.asked = asks ? [...waiting, message.id] : waiting;
  planLook(stage, reader);
};
