import { expect, it } from 'vitest';
import { inbox } from '../../shared/store/inbox.ts';
import { ticketKeys } from '../../shared/store/ticket-keys.ts';
import { tickets } from '../../shared/store/tickets.ts';
import type { ReplayWorld } from './world.ts';

/** What ticket-intake has kept becomes tickets: the app's and Youzan's case are one order and one problem. */
export const replayTicketWorker =
  ({ tables, replay }: ReplayWorld) =>
  (): void => {
    const receiptOf = (id: string) => inbox(tables.name('inbox')).find(id);

    it('makes tickets of receipts, and buries what nobody can read', async () => {
      expect(await replay('ticket-worker/receipts.json')).toEqual({ batchItemFailures: [] });
      const [app, chat] = await Promise.all([
        ticketKeys(tables.name('tickets')).findCase({ source: 'app', caseId: 'fb-20261123-0001' }),
        ticketKeys(tables.name('tickets')).findCase({ source: 'qiyu', caseId: 'user-0001' }),
      ]);
      const grave = await tickets(tables.name('tickets')).find(app?.ticket ?? '');
      expect(grave).toMatchObject({
        priority: 'P0',
        category: { name: '身体不适/过敏' },
        batchNo: '20261012',
      });
      expect(await tickets(tables.name('tickets')).find(chat?.ticket ?? '')).toMatchObject({
        category: { name: '封口/漏粉' },
      });
      expect(await receiptOf('app:mint-app#msg_app_dev_0001')).toMatchObject({ state: 'done' });
      expect((await receiptOf('app:mint-app#msg_app_dev_0001'))?.body).toBeUndefined();
    });

    it('finds nothing overdue on its tick', async () => {
      expect(await replay('ticket-worker/tick.json')).toEqual({ overdue: 0 });
    });
  };
