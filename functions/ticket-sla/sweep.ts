import { errorFields, log } from '../../shared/log.ts';
import type { Tickets } from '../../shared/store/tickets.ts';
import { type Done, type DueDeps, settleDue } from './due.ts';

export type SweepDeps = DueDeps & { readonly tickets: Pick<Tickets, 'listDue'> };

type Swept = Readonly<Record<'due' | Exclude<Done, 'settled'> | 'broken', number>>;

/** So many tickets are worked off at once. */
const together = 20;
/** After an outage: a page is 200 tickets, and a run ends in time whatever has come due. */
const mostPages = 10;

const settleAll = async (deps: SweepDeps, ids: readonly string[]): Promise<readonly (Done | 'broken')[]> => {
  const settleOne = async (ticket: string): Promise<Done | 'broken'> => {
    try {
      return await settleDue(deps)(ticket);
    } catch (error) {
      // One ticket that can't be read or written must not keep the others back, minute after minute.
      log.error('ticket_broken', { ticket, ...errorFields(error) });
      return 'broken';
    }
  };
  const done: (Done | 'broken')[] = [];
  for (let start = 0; start < ids.length; start += together) {
    done.push(...(await Promise.all(ids.slice(start, start + together).map(settleOne))));
  }
  return done;
};

/** Everything that time has done to tickets by now: rungs, breaches, the end of resolved ones, changes that the stream lost. */
export const sweepDue =
  (deps: SweepDeps) =>
  async (now: Date): Promise<Swept> => {
    const seen = new Set<string>();
    const done: (Done | 'broken')[] = [];
    for (let page = 0; page < mostPages; page += 1) {
      const fresh = (await deps.tickets.listDue(now)).filter((id) => !seen.has(id));
      if (fresh.length === 0) break;
      for (const id of fresh) seen.add(id);
      done.push(...(await settleAll(deps, fresh)));
    }
    const count = (what: Done | 'broken'): number => done.filter((each) => each === what).length;
    return {
      due: seen.size,
      told: count('told'),
      breached: count('breached'),
      closed: count('closed'),
      woken: count('woken'),
      recounted: count('recounted'),
      broken: count('broken'),
    };
  };
