/**
 * People by union_id (the same in all of a company's apps), what they asked for, and the chats that a bot is in.
 *
 * Access patterns: get by person; everybody who is here (index `directory`, one partition: a company, not a country), and
 * whom the app may not see any more, under `outside`; the groups that a bot is in, keyed `chat:<chat_id>`, under `group` of the same index.
 */
import * as z from 'zod';
import { hoursShape, type PersonHours, personHours } from './person-hours.ts';
import { type Table, table } from './table.ts';

const personSchema = z.object({
  person: z.string(),
  /** `here`: works here and may use the app. `outside`: works here, as far as we know, and the app may not see them any more. */
  directory: z.enum(['here', 'outside']).optional(),
  name: z.string(),
  userId: z.string().optional(),
  employeeNo: z.string().optional(),
  jobTitle: z.string().default(''),
  departments: z.array(z.string()).default([]),
  roles: z.array(z.string()).default([]),
  region: z.string().optional(),
  /** union_id of whom they report to. */
  leader: z.string().optional(),
  /** When they came, as the directory says. */
  joinedAt: z.string().optional(),
  /** Has never signed in to Feishu: nothing reaches them. */
  notActivated: z.boolean().optional(),
  /** Sender → the one-to-one chat with that bot: a tenant token can't look it up later. */
  chats: z.record(z.string(), z.string()).default({}),
  unsubscribed: z.array(z.string()).default([]),
  ...hoursShape,
  left: z.object({ at: z.string(), reason: z.string() }).optional(),
  syncedAt: z.string(),
});
export type Person = z.output<typeof personSchema>;
export type PersonFacts = Omit<
  Person,
  'chats' | 'unsubscribed' | 'left' | 'directory' | keyof typeof hoursShape
>;
type Rows = Table<typeof personSchema>;

const groupSchema = z.object({
  /** `chat:<chat_id>` */
  person: z.string(),
  name: z.string(),
  sender: z.string(),
  addedAt: z.string(),
});
export type Group = z.output<typeof groupSchema>;

const attributes = [
  'name',
  'userId',
  'employeeNo',
  'jobTitle',
  'departments',
  'roles',
  'region',
  'leader',
  'joinedAt',
  'notActivated',
] as const;

/** What the directory says replaces what it said before; what the person or their rota said stays. */
const record =
  (rows: Rows) =>
  async (facts: PersonFacts): Promise<boolean> => {
    const known = attributes.filter((name) => facts[name] !== undefined);
    const gone = attributes.filter((name) => facts[name] === undefined);
    const set = known.map((name) => `#${name} = :${name}`).join(', ');
    const removed = ['#left', ...gone.map((name) => `#${name}`)].join(', ');
    const changed = await rows.update(
      { person: facts.person },
      {
        UpdateExpression: `SET ${set}, directory = :here, syncedAt = :syncedAt REMOVE ${removed}`,
        // Events and the nightly sync overlap: older news never overwrites newer.
        ConditionExpression: 'attribute_not_exists(person) OR syncedAt <= :syncedAt',
        ExpressionAttributeNames: {
          '#left': 'left',
          ...Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: {
          ...Object.fromEntries(known.map((name) => [`:${name}`, facts[name]])),
          ':here': 'here',
          ':syncedAt': facts.syncedAt,
        },
      },
    );
    return changed !== undefined;
  };

const recordLeft =
  (rows: Rows) =>
  async (person: string, { at, reason }: { at: Date; reason: string }): Promise<void> => {
    const isOutside = reason === 'out_of_scope';
    await rows.update(
      { person },
      {
        UpdateExpression: isOutside
          ? 'SET #left = :left, syncedAt = :at, directory = :outside'
          : 'SET #left = :left, syncedAt = :at REMOVE directory',
        ConditionExpression: 'attribute_exists(person) AND syncedAt <= :at',
        ExpressionAttributeNames: { '#left': 'left' },
        ExpressionAttributeValues: {
          ':left': { at: at.toISOString(), reason },
          ':at': at.toISOString(),
          ...(isOutside && { ':outside': 'outside' }),
        },
      },
    );
  };

/**
 * Written only when the chat is new: most sends learn a chat that is known already. Two senders may learn theirs at the
 * same moment, so each writes its own key of the map and the first one makes the map.
 */
const recordChat =
  (rows: Rows) =>
  async (person: Person, sender: string, chatId: string): Promise<void> => {
    if (person.chats[sender] === chatId) return;
    const key = { person: person.person };
    const add = () =>
      rows.update(key, {
        UpdateExpression: 'SET chats.#sender = :chat',
        ConditionExpression: 'attribute_exists(chats)',
        ExpressionAttributeNames: { '#sender': sender },
        ExpressionAttributeValues: { ':chat': chatId },
      });
    if (await add()) return;
    const made = await rows.update(key, {
      UpdateExpression: 'SET chats = :chats',
      ConditionExpression: 'attribute_exists(person) AND attribute_not_exists(chats)',
      ExpressionAttributeValues: { ':chats': { [sender]: chatId } },
    });
    if (!made) await add();
  };

/** With `before` only on what was read: two messages of one person may be worked off at once, and both must count. */
const recordUnsubscribed =
  (rows: Rows) =>
  async (person: string, unsubscribed: readonly string[], before?: readonly string[]): Promise<boolean> => {
    const none = before?.length === 0 ? 'attribute_not_exists(unsubscribed) OR ' : '';
    const unchanged = before ? ` AND (${none}unsubscribed = :before)` : '';
    const changed = await rows.update(
      { person },
      {
        UpdateExpression: 'SET unsubscribed = :list',
        ConditionExpression: `attribute_exists(person)${unchanged}`,
        ExpressionAttributeValues: { ':list': unsubscribed, ...(before && { ':before': before }) },
      },
    );
    return changed !== undefined;
  };

export type People = PersonHours & {
  readonly find: (person: string) => Promise<Person | undefined>;
  readonly listHere: () => Promise<readonly Person[]>;
  /** Whom the app may not see any more and who hasn't left as far as we know: nothing reaches them. */
  readonly listOutside: () => Promise<readonly Person[]>;
  /** `false` when newer news is already recorded. */
  readonly record: (facts: PersonFacts) => Promise<boolean>;
  readonly recordLeft: (person: string, left: { at: Date; reason: string }) => Promise<void>;
  readonly recordChat: (person: Person, sender: string, chatId: string) => Promise<void>;
  /** `false` when nobody is known by this id, or when it is no longer what `before` says. */
  readonly recordUnsubscribed: (
    person: string,
    digests: readonly string[],
    before?: readonly string[],
  ) => Promise<boolean>;
  readonly listGroups: () => Promise<readonly Group[]>;
  readonly recordGroup: (chatId: string, group: { name: string; sender: string; now: Date }) => Promise<void>;
};

const listed = (directory: NonNullable<Person['directory']>) => ({
  IndexName: 'directory',
  KeyConditionExpression: 'directory = :directory',
  ExpressionAttributeValues: { ':directory': directory },
});

export const people = (name: string): People => {
  const rows = table(name, personSchema);
  const groups = table(name, groupSchema);
  return {
    find: (person) => rows.get({ person }),
    listHere: () => rows.query(listed('here')),
    listOutside: () => rows.query(listed('outside')),
    record: record(rows),
    recordLeft: recordLeft(rows),
    recordChat: recordChat(rows),
    recordUnsubscribed: recordUnsubscribed(rows),
    ...personHours(rows),
    listGroups: () =>
      groups.query({
        IndexName: 'directory',
        KeyConditionExpression: 'directory = :group',
        ExpressionAttributeValues: { ':group': 'group' },
      }),
    recordGroup: async (chatId, group) => {
      await groups.put({
        person: `chat:${chatId}`,
        directory: 'group',
        name: group.name,
        sender: group.sender,
        addedAt: group.now.toISOString(),
      });
    },
  };
};
