import { expect, it } from 'vitest';
import { tickets } from '../../shared/store/tickets.ts';
import { prepareWrite } from '../../shared/tickets/change.ts';
import { openedCase, usualRules } from '../tickets-clocks/cases.ts';
import type { ReplayWorld } from './world.ts';

const id = 'T-20261123-0902';
const owner = '孙佳禾';

/** A P1 case on its owner's screen, and what they do with it. */
export const replayTicketFlow =
  ({ tables, replay, personCalled, shownTo, receipt }: ReplayWorld) =>
  (): void => {
    const store = tickets(tables.name('tickets'));
    const mine = (): readonly string[] => shownTo(owner).filter((content) => content.includes(id));

    it('shows a case to its owner, once', async () => {
      const opened = openedCase({ id, openedAt: new Date(), priority: 'P0' });
      expect(await store.write([opened])).toBe(true);
      const to = { person: personCalled(owner).unionId, name: owner };
      const intent = {
        id,
        before: opened.after,
        by: { kind: 'rule', rule: 'routing' },
        changes: [{ do: 'assigned', to, how: 'roundRobin' }],
      } as const;
      expect(await store.write([prepareWrite(usualRules, intent, new Date())])).toBe(true);
      expect(await replay('ticket-flow/ticket.json')).toEqual({ batchItemFailures: [] });
      expect(await replay('ticket-flow/ticket.json')).toEqual({ batchItemFailures: [] });
      expect(mine()).toHaveLength(1);
    });

    it('takes what they click: 请仓储核实, 查看全部, 标记已解决', async () => {
      const toastOf = async (file: string): Promise<unknown> => {
        const { body } = (await replay(`feishu-cards/${file}.js`)) as { body: string };
        return (JSON.parse(body) as { toast: { content: string } }).toast.content;
      };
      expect(await toastOf('ask-warehouse')).toBe('已发起协办：仓储 待核实（…0902-1）');
      expect(await store.find(`${id}-1`)).toMatchObject({ parent: id, team: 'warehouse' });
      expect(await toastOf('show-all')).toBe('完整记录已发到你的私聊');
      expect(await toastOf('resolve')).toBe('还不能解决：仓储 待核实（…0902-1），请等协办答复');
      expect(await replay('event-worker/ticket-asked.json')).toEqual({ batchItemFailures: [] });
      expect(await receipt('f7984f25108f8137722bb63c00000012')).toMatchObject({
        state: 'done',
        reason: 'history:accepted',
      });
      expect(mine().at(-1)).toContain('完整记录');
    });
  };
