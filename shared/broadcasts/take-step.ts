import { ConflictError, NotFoundError } from '../errors.ts';
import type { Broadcasts } from '../store/broadcasts.ts';
import type { Who } from '../tickets/ticket.ts';
import type { Account } from './account.ts';
import { type Act, applyStep } from './apply-step.ts';
import { type Member, rightsOf } from './audience.ts';
import type { Broadcast } from './broadcast.ts';
import { requireStep } from './steps.ts';

export type StepDeps = {
  readonly broadcasts: Pick<Broadcasts, 'find' | 'change'>;
  readonly accounts: readonly Account[];
  readonly now: () => Date;
};

export type Taking = {
  readonly broadcast: string;
  /** In one write: 同意并定时 is approve and schedule. */
  readonly acts: readonly Act[];
  readonly by: Member;
  /** What the person saw; another one by now is told instead of overwritten. Absent: whatever it is now. */
  readonly revision?: number;
};

const whoOf = ({ person, name }: Member): Who => ({ person, name });

const reasonOf = (acts: readonly Act[]): string | undefined =>
  acts.flatMap((act) => ('reason' in act ? [act.reason] : [])).at(0);

/** Somebody else's change in between is met once more with what it is now. */
const maxRounds = 3;

/**
 * Whatever a person does with a post, on a card, in the chat or by command. Throws `unknown_broadcast`, `no_right`,
 * `own_approval`, `step_not_allowed`, `changed_meanwhile`, or what `applyStep` throws; each message can be shown.
 */
export const takeStep =
  (deps: StepDeps) =>
  async ({ broadcast: id, acts, by, revision }: Taking): Promise<Broadcast> => {
    for (let round = 0; round < maxRounds; round += 1) {
      const before = await deps.broadcasts.find(id);
      const account = deps.accounts.find((each) => each.id === before?.account);
      if (!before || !account) throw new NotFoundError('unknown_broadcast', `找不到 ${id}`);
      if (revision !== undefined && before.revision !== revision) break;
      const now = deps.now();
      let after = before;
      for (const act of acts) {
        requireStep(after, act.step, { by: whoOf(by), rights: rightsOf(by, account, now) });
        after = applyStep(after, act, { by: whoOf(by), now });
      }
      const step = acts.map((act) => act.step).join('+');
      const told = { step, by: whoOf(by), reason: reasonOf(acts), now, wakes: true };
      const changed = await deps.broadcasts.change(before, after, told);
      if (changed) return changed;
    }
    throw new ConflictError('changed_meanwhile', '内容刚刚有变化，请看最新的卡片再操作');
  };
