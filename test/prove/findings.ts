import { createHash } from 'node:crypto';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { Delivery, DeliveryKey } from '../../shared/store/delivery.ts';
import type { Message } from '../../simulator/feishu/chats.ts';
import type { World } from './world.ts';

/**
 * `duplicate` two live cards of one delivery on one screen · `miss` somebody has neither a card nor a final reason ·
 * `violation` the ledger says something else than the screen, or breaks its own rules · `unknown` the one irreducible
 * case: a try that may have arrived, in a chat that can't be read.
 */
export type Finding = {
  readonly kind: 'duplicate' | 'miss' | 'violation' | 'unknown';
  readonly what: string;
};

const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const nameOf = ({ audience }: World, recipient: string): string =>
  audience.find(({ unionId }) => unionId === recipient)?.name ?? recipient;

export type Screens = ReadonlyMap<string, readonly Message[]>;

const elementId = /"element_id":"(d[0-9a-f]{19})"/;

/** All cards on all screens by the delivery that they carry and where they stand: one card for all carries its subject only. */
export const screensOf = ({ feishu }: World): Screens => {
  const found = new Map<string, Message[]>();
  const put = (key: string, message: Message): void => {
    const known = found.get(key);
    if (known) known.push(message);
    else found.set(key, [message]);
  };
  for (const { id: chatId, kind, members, messages } of feishu.tenant.chats.all()) {
    const [where = ''] = kind === 'p2p' ? members : [`chat:${chatId}`];
    for (const message of messages) {
      const id = elementId.exec(message.content)?.[1];
      if (id === undefined) continue;
      put(`${id} ${where}`, message);
    }
  }
  return found;
};

/** The cards of one delivery, recalled ones too. */
export const cardsOf = (screens: Screens, { subject, recipient }: DeliveryKey): readonly Message[] =>
  screens.get(`${deliveryElementId(subject, recipient)} ${recipient}`) ?? [];

/** The live card of a delivery is taken back by its sender, as an administrator does in the admin console. */
export const recall = (world: World, key: DeliveryKey): void => {
  for (const card of cardsOf(screensOf(world), key)) card.recalled = true;
};

const isOnScreen = ({ state }: Delivery): boolean => ['accepted', 'read', 'confirmed'].includes(state);

type Row = { readonly row: Delivery; readonly live: readonly Message[]; readonly all: readonly Message[] };

const differences = ({ shown, wanted, frozen, leaseUntil, dueAt }: Delivery): readonly string[] => {
  const isBehind = wanted?.hash !== shown?.hash && frozen === undefined;
  const isLeft = leaseUntil !== undefined || dueAt !== undefined;
  return [
    ...(isBehind ? ['shows something else than what is wanted'] : []),
    ...(isLeft ? ['a refresh was left lying'] : []),
  ];
};

const problemsShown = ({ row, live, all }: Row): readonly string[] => {
  const message = all.find(({ id }) => id === row.messageId);
  if (!message) return ["its message id is nobody's"];
  if (message.recalled) return live.length > 0 ? ['recalled, and another one is live'] : [];
  const isTrue = hashOf(message.content) === row.shown?.hash;
  return [...(isTrue ? [] : ['the screen shows something else than the ledger says']), ...differences(row)];
};

/** Nobody is changing it, nothing that was sent before may still land on it, and nobody doubts what it shows. */
const isSettled = (row: Delivery): boolean =>
  isOnScreen(row) &&
  row.shown !== undefined &&
  [row.leaseUntil, row.unsettled, row.confirmAt].every((each) => each === undefined);

/** At every instant: where nothing is on its way, the screen shows what the ledger says, and only once. */
export const watchRow = (world: World, { row, screens }: Found): readonly Finding[] => {
  const all = cardsOf(screens, row);
  const live = all.filter(({ recalled }) => !recalled);
  const [card] = live;
  const about = `${row.subject} / ${nameOf(world, row.recipient)}: `;
  if (live.length > 1) return [{ kind: 'duplicate', what: `${about}${live.length} live cards` }];
  if (!card || !isSettled(row) || hashOf(card.content) === row.shown?.hash) return [];
  return [{ kind: 'violation', what: `${about}the screen shows something else than the ledger says` }];
};

type Found = { readonly row: Delivery; readonly screens: Screens };

export type Allowed = {
  /** Final failures of these codes for these people are the truth. */
  readonly isFinalFor: (recipient: string, code: string) => boolean;
};

const isLeftLying = ({ dueAt, state }: Delivery): boolean =>
  dueAt !== undefined || ['planned', 'claimed', 'held'].includes(state);

/** Whether nobody will send it for a reason that is true. */
const isExplained = ({ state, recipient }: Delivery, why: string, { isFinalFor }: Allowed): boolean =>
  state === 'excluded' || (state === 'failed' && isFinalFor(recipient, why));

const unsent = ({ row, live }: Row, allowed: Allowed): readonly Finding[] => {
  const say = (kind: Finding['kind'], what: string): readonly Finding[] => [{ kind, what }];
  if (isLeftLying(row)) return say('miss', `left lying as ${row.state}`);
  const why = row.code ?? row.reason ?? '';
  if (why === 'outcome_unknown')
    return say('unknown', live.length > 0 ? 'it has arrived' : 'it has not arrived');
  if (live.length > 0) return say('violation', `${row.state} ${why}, but on the screen`);
  return isExplained(row, why, allowed) ? [] : say('miss', `${row.state} ${why}`);
};

/** What is wrong with one delivery when everything has come to rest. */
export const judgeRow = (world: World, found: Found, allowed: Allowed): readonly Finding[] => {
  const { row, screens } = found;
  const all = cardsOf(screens, row);
  const live = all.filter(({ recalled }) => !recalled);
  const about = `${row.subject} / ${nameOf(world, row.recipient)}: `;
  const twice: readonly Finding[] =
    live.length > 1 ? [{ kind: 'duplicate', what: `${live.length} live cards` }] : [];
  const rest = isOnScreen(row)
    ? problemsShown({ row, live, all }).map((what): Finding => ({ kind: 'violation', what }))
    : unsent({ row, live, all }, allowed);
  return [...twice, ...rest].map(({ kind, what }) => ({ kind, what: about + what }));
};
