import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { type BroadcastDeps, type Next, rest, type Turn } from './turn.ts';

/** It has ended: what its editors have to know of that is told, and nothing is due any more. */
export const finish =
  (deps: BroadcastDeps) =>
  async ({ broadcast, now }: Turn): Promise<Next> => {
    const rows = await deps.deliveries.listOfSubject(personalSubject(broadcast));
    for (const follow of deps.followUps) await follow(broadcast, rows, now);
    return rest();
  };
