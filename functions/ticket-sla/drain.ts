import { type AssignDeps, type Drained, drainTeam } from '../../shared/tickets/assign.ts';

/**
 * Gives to somebody what nobody has, the oldest first, team by team: nothing waits for longer than a minute while somebody
 * of its team is there and has room.
 */
export const drainUnassigned =
  (deps: AssignDeps) =>
  async (): Promise<Readonly<Record<'assigned' | 'unassigned' | 'undrained', number>>> => {
    const { desk } = await deps.rules();
    const drained: Drained[] = [];
    for (const { id } of desk.teams) drained.push(await drainTeam(deps)(id));
    const sum = (of: keyof Drained): number => drained.reduce((total, each) => total + each[of], 0);
    return { assigned: sum('assigned'), unassigned: sum('nobody'), undrained: sum('broken') };
  };
