import { expect, it } from 'vitest';
import { tickets } from '../../shared/store/tickets.ts';
import { openedCase } from '../tickets-clocks/cases.ts';
import type { ReplayWorld } from './world.ts';

/** A case that came three days ago and that nobody has looked at: the next tick tells the lead, the one after nobody. */
export const replayTicketSla =
  ({ tables, replay, personCalled }: ReplayWorld) =>
  (): void => {
    it('tells of a case that nobody has answered, once', async () => {
      const store = tickets(tables.name('tickets'));
      const openedAt = new Date(Date.now() - 3 * 86_400_000);
      const write = openedCase({ id: 'T-20261123-0901', openedAt, priority: 'P2' });
      expect(await store.write([write])).toBe(true);
      expect(await replay('ticket-sla/tick.json')).toMatchObject({ due: 1, told: 1, broken: 0 });
      const late = await store.find(write.after.ticket);
      expect(late?.rungs['1:firstResponse:p2-first']).toMatchObject({ to: [personCalled('潘小雨').unionId] });
      expect(Object.keys(late?.breaches ?? {}).sort()).toEqual(['1:firstResponse', '1:resolution']);
      expect(await replay('ticket-sla/tick.json')).toMatchObject({ due: 0, told: 0, broken: 0 });
    });
  };
