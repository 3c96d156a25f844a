import * as z from 'zod';
import { personalSubject, reminderSubject } from '../shared/broadcasts/broadcast.ts';
import { isUnreachable } from '../shared/broadcasts/reach.ts';
import type { Delivery } from '../shared/store/delivery.ts';
import { command } from './command.ts';
import { cardCounts } from './demo-people.ts';
import type { Play } from './demo-play.ts';
import type { Desk } from './demo-scene.ts';

const count = z.int();
const standingSchema = z.looseObject({
  state: z.string(),
  identity: z.object({
    target: count,
    unsent: count,
    queued: count,
    sent: count,
    read: count,
    confirmed: count,
    failed: count,
    excluded: count,
  }),
  levels: z.object({ delivered: count, readCard: count, opened: count, confirmed: count }),
  groups: z.array(z.object({ group: z.string(), state: z.string() })),
});
export type Standing = z.output<typeof standingSchema>;

/** Where everybody stands now; target = the sum of the others is asked of every answer. */
export const standingOf = async ({ stack, problems }: Play, post: string): Promise<Standing> => {
  const standing = standingSchema.parse(await command(stack, 'broadcast', { do: 'standing', post }));
  const { target, ...others } = standing.identity;
  const sum = Object.values(others).reduce((total, each) => total + each, 0);
  if (sum !== target || others.unsent < 0) problems.push(`${post}: ${target} people, ${sum} in the ledger`);
  return standing;
};

type Of = { readonly broadcast: string; readonly version: number };

export const personalRows = ({ deliveries }: Play, of: Of): Promise<readonly Delivery[]> =>
  deliveries.listOfSubject(personalSubject(of));

/** Those of the first 催未读. */
export const reminderRows = ({ deliveries }: Play, of: Of): Promise<readonly Delivery[]> =>
  deliveries.listOfSubject(reminderSubject(of, 'm1'));

export type Copies = {
  readonly unreachable: number;
  readonly reminders: number;
  readonly duplicates: number;
  readonly misses: number;
};

/** Screens against the ledger: the post once for everybody whom it can reach, and a reminder for whom there is one. */
export const countCopies = async ({ play }: Desk, of: Of, atWork: readonly string[]): Promise<Copies> => {
  const rows = await personalRows(play, of);
  const reminded = new Set((await reminderRows(play, of)).map(({ recipient }) => recipient));
  const reached = rows.filter((row) => !isUnreachable(row));
  const meant = new Set(reached.map(({ recipient }) => recipient));
  let [duplicates, misses] = [0, 0];
  for (const [who, cards] of await cardCounts(play.sim)) {
    const [name = '', unionId = ''] = who.split('/');
    // Whoever wrote it or agreed to it has forms and reports in the same chat.
    if (atWork.includes(name)) continue;
    const due = (meant.has(unionId) ? 1 : 0) + (reminded.has(unionId) ? 1 : 0);
    duplicates += Math.max(0, cards - due);
    misses += Math.max(0, due - cards);
  }
  return { unreachable: rows.length - reached.length, reminders: reminded.size, duplicates, misses };
};
