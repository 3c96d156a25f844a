import type { Broadcast, BroadcastState } from '../../shared/broadcasts/broadcast.ts';
import { errorFields, log } from '../../shared/log.ts';
import { finish } from './finish.ts';
import { followOpen } from './open.ts';
import { followPaused } from './paused.ts';
import { prepareDraft } from './prepare.ts';
import { withdrawCards } from './recall.ts';
import { askForApproval } from './review.ts';
import { sendToAll } from './send-to-all.ts';
import { settleApprovals } from './settle-questions.ts';
import { startPost } from './start.ts';
import { type BroadcastDeps, type Held, type Next, rest, type Turn } from './turn.ts';

/** `elsewhere`: another invocation has it. `nextAt`: when it wants to be looked at again, of what rests. */
export type Advanced = {
  readonly ended: 'rests' | 'later' | 'elsewhere' | 'unknown';
  readonly nextAt?: Date | undefined;
};

const leaseMs = 60_000;
const renewEveryMs = 15_000;
/** A post goes through five states at most before it rests; somebody may change it meanwhile. */
const maxRounds = 20;

type Work = (deps: BroadcastDeps) => (turn: Turn) => Promise<Next>;

/** Decided, or over before anything was sent: whoever was asked sees that. */
const decided: Work = (deps) => async (turn) => {
  await settleApprovals(deps, turn);
  return rest();
};

const works: Readonly<Record<BroadcastState, Work>> = {
  draft: prepareDraft,
  in_review: askForApproval,
  approved: decided,
  scheduled: startPost,
  sending: sendToAll,
  paused: followPaused,
  open: followOpen,
  closed: finish,
  cancelled: decided,
  recalled: withdrawCards,
};

const mayGoOn =
  ({ leases, now, workMs }: BroadcastDeps, held: Held): Turn['goOn'] =>
  async () => {
    const at = now();
    if (at.getTime() - held.startedAt > workMs) return false;
    if (at.getTime() - held.renewedAt < renewEveryMs) return true;
    held.renewedAt = at.getTime();
    return leases.renew(held.lease, at, leaseMs);
  };

const work = async (deps: BroadcastDeps, broadcast: Broadcast, held: Held): Promise<Next> => {
  const account = deps.accounts.find(({ id }) => id === broadcast.account);
  if (!account) {
    log.error('account_unknown', { broadcast: broadcast.broadcast });
    return rest();
  }
  return works[broadcast.state](deps)({
    broadcast,
    account,
    now: deps.now(),
    goOn: mayGoOn(deps, held),
  });
};

const untilItRests = async (deps: BroadcastDeps, id: string, held: Held): Promise<Advanced> => {
  for (let round = 0; round < maxRounds; round += 1) {
    const broadcast = await deps.broadcasts.find(id);
    if (!broadcast) return { ended: 'unknown' };
    const next = await work(deps, broadcast, held);
    if (next.kind === 'later') return { ended: 'later' };
    if (next.kind === 'again') continue;
    // Somebody has changed it meanwhile: what they want is done now.
    if (await deps.broadcasts.rest(broadcast, next.until)) return { ended: 'rests', nextAt: next.until };
  }
  return { ended: 'later' };
};

/**
 * Level-triggered: does what the post as it is now wants, until nothing is due. Each thing is done once whatever crashes:
 * the post stays due until it rests, and the next tick goes on.
 */
export const advance =
  (deps: BroadcastDeps) =>
  async (id: string): Promise<Advanced> => {
    const startedAt = deps.now().getTime();
    const asked = { task: `broadcast#${id}`, holder: deps.holder };
    const lease = await deps.leases.take(asked, deps.now(), leaseMs);
    // Its mark stays, and it is due in a minute.
    if (!lease) return { ended: 'elsewhere' };
    try {
      await deps.broadcasts.take(id);
      return await untilItRests(deps, id, { lease, startedAt, renewedAt: startedAt });
    } finally {
      await deps.leases.release(lease, deps.now()).catch((error: unknown) => {
        log.warn('lease_not_released', errorFields(error));
      });
    }
  };
