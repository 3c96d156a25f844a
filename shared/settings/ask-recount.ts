import { ConflictError } from '../errors.ts';
import type { Recounts } from '../store/recounts.ts';
import type { Priority } from '../tickets/ticket.ts';

/** Each round somebody else was faster. */
const maxRounds = 5;

/**
 * Open tickets of these priorities are computed anew, a few a minute, once this version of 时效与升级 is in force. Asked
 * before it is, so that no crash in between forgets them. Throws `recount_changed_meanwhile`.
 */
export const askRecount =
  (recounts: Recounts) =>
  async (sla: number, wanted: readonly Priority[]): Promise<void> => {
    if (wanted.length === 0) return;
    for (let round = 0; round < maxRounds; round += 1) {
      const before = await recounts.find();
      const priorities = [...new Set([...(before?.priorities ?? []), ...wanted])];
      if (await recounts.put({ sla, priorities, after: '' }, before)) return;
    }
    throw new ConflictError('recount_changed_meanwhile', 'somebody else wrote it in every round');
  };
