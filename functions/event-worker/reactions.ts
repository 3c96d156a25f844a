import { senders } from '../../config/senders.ts';
import { epochMs } from '../../shared/feishu/verify.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { EditQueue } from '../../shared/store/edit-queue.ts';
import type { People } from '../../shared/store/people.ts';
import type { Answers } from './answers.ts';
import { queueBaseChanges } from './base-changes.ts';
import { type Ask, askOfMenu, readAsk } from './commands.ts';
import type { DeskReactions, Heard } from './desk.ts';
import { type Message, parsers, textOf } from './events.ts';
import type { FollowUpReactions } from './follow-ups.ts';
import type { PostReactions } from './post-reactions.ts';

/** An event as the receipt keeps it. */
export type Occurrence = {
  readonly id: string;
  readonly sender: string;
  readonly eventType: string;
  readonly at: Date;
  readonly event: unknown;
};

/** `again`: not now, the sweep repeats it. Everything else ends the receipt with this word as its reason. */
export type Reacted = { readonly kind: 'done' | 'again'; readonly reason: string };

export type ReactionDeps = {
  readonly deliveries: Deliveries;
  readonly people: People;
  readonly answers: Answers;
  readonly followUps: FollowUpReactions;
  readonly desk: DeskReactions;
  readonly posts: PostReactions;
  readonly edits: Pick<EditQueue, 'queue'>;
  readonly settingReview: (occurrence: Occurrence) => Promise<Reacted>;
  /**
   * Reads the person again (an event carries only what changed) and records them. Whichever app told us: the directory is
   * what the sender of the digests may see.
   */
  readonly refreshPerson: (unionId: string) => Promise<string>;
  /** union_id of an open_id of that sender; `undefined` when the directory doesn't show the person. */
  readonly unionIdOf: (sender: string, openId: string) => Promise<string | undefined>;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
};

type Reaction = (deps: ReactionDeps, occurrence: Occurrence) => Promise<Reacted>;

const done = (reason: string): Reacted => ({ kind: 'done', reason });

/** The index may lag behind the ledger, and a fast reader may be ahead of our own write. */
const indexLagMs = 1_000;

type ReadOutcome = 'read' | 'known' | 'unknown';

const recordOneRead = async (deps: ReactionDeps, messageId: string, at: Date): Promise<ReadOutcome> => {
  const key = await deps.deliveries.findByMessage(messageId);
  if (!key) return 'unknown';
  if (await deps.deliveries.recordRead(key, at)) return 'read';
  // A message id may be known before its try has ended; only then can the read be recorded.
  const delivery = await deps.deliveries.find(key);
  return delivery?.readAt === undefined ? 'unknown' : 'known';
};

const recordReads: Reaction = async (deps, { event }) => {
  const { message_id_list, reader } = parsers.read(event);
  const at = new Date(epochMs(reader.read_time) ?? deps.now().getTime());
  const record = (ids: readonly string[]): Promise<readonly ReadOutcome[]> =>
    Promise.all(ids.map((id) => recordOneRead(deps, id, at)));
  const first = await record(message_id_list);
  const missing = message_id_list.filter((_, index) => first[index] === 'unknown');
  if (missing.length === 0) return done('read_recorded');
  await deps.sleep(indexLagMs);
  const second = await record(missing);
  return second.includes('unknown') ? { kind: 'again', reason: 'unknown_message' } : done('read_recorded');
};

const botNames: ReadonlyMap<string, string> = new Map(senders.map(({ id, name }) => [id, name]));

/** In a group a bot speaks only when it is named, also where it may hear everything (im:message.group_msg). */
const isAddressed = (sender: string, { chat_type, mentions }: Message, words: string): boolean => {
  const bot = botNames.get(sender) ?? sender;
  return chat_type === 'p2p' || mentions.some(({ name }) => name === bot) || words.includes(`@${bot}`);
};

/**
 * A reply to a card belongs to its ticket whatever it says, a document from an editor is a draft; otherwise what is no
 * command may belong to a ticket.
 */
const aboutSomething = async (
  { desk, posts }: ReactionDeps,
  heard: Heard,
  { kind }: Ask,
): Promise<Reacted | undefined> => {
  const known = (await desk.replied(heard)) ?? (await posts.linked(heard));
  if (known || kind !== 'unknown') return known;
  return (await desk.unasked(heard)) ?? posts.linkedByOthers(heard);
};

const answerMessage: Reaction = async (deps, { sender, event, at }) => {
  const { message, sender: from } = parsers.message(event);
  if (from.sender_type !== 'user') return done('not_from_a_person');
  const words = textOf(message.message_type, message.content);
  if (!isAddressed(sender, message, words)) return done('not_addressed');
  const person = from.sender_id.union_id;
  const known = await deps.people.find(person);
  if (known && message.chat_type === 'p2p') await deps.people.recordChat(known, sender, message.chat_id);
  const ask = readAsk(words);
  const asked = { subject: `reply:${message.message_id}`, sender, at, ask };
  if (message.chat_type === 'group') return deps.answers.toGroup({ ...asked, chatId: message.chat_id });
  const reacted = await aboutSomething(deps, { person, sender, at, message }, ask);
  return reacted ?? deps.answers.toPerson({ ...asked, person });
};

const answerMenu: Reaction = async (deps, { id, sender, event, at }) => {
  const { operator, event_key } = parsers.menu(event);
  const person = operator.operator_id.union_id;
  return deps.answers.toPerson({ subject: `menu:${id}`, sender, at, ask: askOfMenu(event_key), person });
};

const welcomePerson: Reaction = async (deps, { sender, event, at }) => {
  const { chat_id, user } = parsers.p2pCreated(event);
  const person = await deps.unionIdOf(sender, user.open_id);
  if (!person) return done('person_out_of_scope');
  const known = await deps.people.find(person);
  if (known) await deps.people.recordChat(known, sender, chat_id);
  return deps.answers.toPerson({ subject: `welcome:${sender}`, sender, at, ask: { kind: 'help' }, person });
};

const joinGroup: Reaction = async (deps, { sender, event, at }) => {
  const { chat_id, name } = parsers.botAdded(event);
  await deps.people.recordGroup(chat_id, { name, sender, now: deps.now() });
  return deps.answers.toGroup({
    subject: `joined:${sender}`,
    sender,
    at,
    ask: { kind: 'help' },
    chatId: chat_id,
  });
};

const refreshPerson: Reaction = async (deps, { event }) => {
  const { object } = parsers.user(event);
  return done(await deps.refreshPerson(object.union_id));
};

const recordLeft: Reaction = async (deps, { event, at }) => {
  const { object } = parsers.user(event);
  await deps.people.recordLeft(object.union_id, { at, reason: 'left_company' });
  return done('person_left');
};

/** One reaction per event type. A type that isn't here is recorded and accepted. */
export const reactions: ReadonlyMap<string, Reaction> = new Map(
  Object.entries<Reaction>({
    'im.message.message_read_v1': recordReads,
    'im.message.receive_v1': answerMessage,
    'application.bot.menu_v6': answerMenu,
    p2p_chat_create: welcomePerson,
    'im.chat.member.bot.added_v1': joinGroup,
    'contact.user.created_v3': refreshPerson,
    'contact.user.updated_v3': refreshPerson,
    'contact.user.deleted_v3': recordLeft,
    'drive.file.bitable_record_changed_v1': queueBaseChanges,
    'drive.file.read_v1': ({ posts }, occurrence) => posts.opened(occurrence),
    'zhida.post.preview': ({ posts }, occurrence) => posts.preview(occurrence),
    'zhida.setting.review': ({ settingReview }, occurrence) => settingReview(occurrence),
    'zhida.ticket.asked': ({ desk }, occurrence) => desk.asked(occurrence),
    'zhida.follow_up.changed': ({ followUps }, occurrence) => followUps.changed(occurrence),
    'zhida.follow_up.remind': ({ followUps }, occurrence) => followUps.remind(occurrence),
  }),
);
