import { deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { people } from '../../shared/store/people.ts';
import { type Allowed, type Finding, judgeRow, screensOf, watchRow } from './findings.ts';
import type { Stage } from './stage.ts';
import { sender, tableName, type World } from './world.ts';

const ledger = () => deliveries(tableName('deliveries'));

/** Nothing in the ledger waits for anybody, now or later; with `aheadMs` only so far ahead. */
export const isLedgerQuiet = async ({ world }: Stage, aheadMs = 30 * 86_400_000): Promise<boolean> =>
  (await ledger().listDue(new Date(world.loop.now() + aheadMs))).length === 0;

/** Chats are learnt with the first message; from the first minutes nobody can say who was first. */
const learningMs = 30 * 60_000;

/**
 * Only a delivery whose chat nobody knew may end as unknown: every other chat can be read. Known is what stands on the
 * person or on any delivery to them.
 */
const readableUnknowns = async (stage: Stage, rows: readonly Delivery[]): Promise<readonly Finding[]> => {
  const { seen, world, startMs } = stage;
  const keyOf = ({ subject, recipient }: Delivery): string => `${subject} ${recipient}`;
  const fresh = rows.filter((row) => row.code === 'outcome_unknown' && !seen.unknown.has(keyOf(row)));
  for (const row of fresh) seen.unknown.add(keyOf(row));
  const wrong = fresh.filter(({ recipient }) => seen.chats.has(recipient));
  if (world.loop.now() > startMs + learningMs) {
    const known = await people(tableName('people')).listHere();
    for (const { person, chats } of known) if (chats[sender] !== undefined) seen.chats.add(person);
    for (const { recipient, chatId } of rows) if (chatId !== undefined) seen.chats.add(recipient);
  }
  return wrong.map(({ subject, recipient }) => ({
    kind: 'violation',
    what: `${subject} / ${recipient}: unknown, though its chat can be read`,
  }));
};

/** What holds at every instant, once somebody has named the target: it is Σ states, and the screens agree. */
export const watchSubject = async (
  stage: Stage,
  { subject, target }: { readonly subject: string; readonly target?: number | undefined },
): Promise<readonly Finding[]> => {
  if (target === undefined) return [];
  const rows = await ledger().listOfSubject(subject);
  const screens = screensOf(stage.world);
  const wrong = [
    ...(await readableUnknowns(stage, rows)),
    ...rows.flatMap((row) => watchRow(stage.world, { row, screens })),
  ];
  if (rows.length === target) return wrong;
  return [...wrong, { kind: 'violation', what: `${subject}: target ${target}, ${rows.length} rows` }];
};

/** Resigned, or outside the app's range: Feishu refuses them for good. */
const isFinalFor =
  ({ feishu, audience }: World) =>
  (recipient: string, code: string): boolean => {
    const person = audience.find(({ unionId }) => unionId === recipient);
    if (person?.resigned) return code === '230029';
    const { outOfRangeUserIds } = feishu.tenant.company;
    return person !== undefined && outOfRangeUserIds.includes(person.userId) && code === '230013';
  };

/** Everybody has a row of this subject, and each row is true. */
export const judgeSubject = async (stage: Stage, subject: string): Promise<readonly Finding[]> => {
  const { world } = stage;
  const rows = await ledger().listOfSubject(subject);
  const forgotten = world.audience
    .filter(({ unionId }) => !rows.some(({ recipient }) => recipient === unionId))
    .map(({ name }): Finding => ({ kind: 'miss', what: `${subject} / ${name}: no row` }));
  const screens = screensOf(world);
  const allowed: Allowed = { isFinalFor: isFinalFor(world) };
  return [...forgotten, ...rows.flatMap((row) => judgeRow(world, { row, screens }, allowed))];
};
