import { defaultDesk } from '../../config/tickets/desk.ts';
import { answerSettingClick, readSettingClick } from '../../functions/feishu-cards/setting-approval.ts';
import { makeSettingsBase } from '../../functions/ops/settings-base.ts';
import { modeSetting } from '../../shared/delivery/modes.ts';
import { feishuBitable } from '../../shared/feishu/bitable.ts';
import { patientClient } from '../../shared/feishu/patience.ts';
import { feishuSenders } from '../../shared/feishu/senders.ts';
import { seals } from '../../shared/seal.ts';
import { sheetCalled } from '../../shared/settings/all-sheets.ts';
import { textIn } from '../../shared/settings/cells.ts';
import { deskInForce } from '../../shared/settings/desk-in-force.ts';
import { findHome, homeName } from '../../shared/settings/home.ts';
import { sheetSetting } from '../../shared/settings/in-force.ts';
import { contents } from '../../shared/store/contents.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { reviews } from '../../shared/store/reviews.ts';
import { sealKey } from '../ingress/calls.ts';
import { baseWorld, must, ZHIDA } from './world.ts';

type Cells = Readonly<Record<string, unknown>>;

/** The Base 「直达·设置」 beside the one of tickets, in the world of base-sync. */
export const settingsBase = () => {
  const world = baseWorld();
  const apps = [{ sender: 'zhida', appId: ZHIDA, appSecret: 'dev-secret-zhida' }];
  const bitable = () => {
    const domain = String(process.env['FEISHU_DOMAIN']);
    const sleep = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
    const client = feishuSenders(apps, { domain }).bySender('zhida');
    return feishuBitable(patientClient(client, { withinMs: 60_000, sleep, now: () => 0 }));
  };
  const known = async () => ({
    desk: await deskInForce(world.settings, defaultDesk),
    people: await world.people.listHere(),
    now: new Date(),
  });
  const make = async () => {
    await world.settings.append(modeSetting('sender', 'zhida'), {
      value: 'live',
      changedBy: 'test',
      now: new Date(),
    });
    return makeSettingsBase({
      settings: world.settings,
      edits: world.queue,
      bitable: bitable(),
      known: await known(),
      changedBy: 'ops',
      managers: [],
    });
  };
  const records = async (table: string) => {
    const home = must(await findHome(world.settings));
    const tableId = must(home.tables[must(sheetCalled(table)).id]);
    const found = await bitable().searchRecords({ appToken: home.appToken, tableId });
    if (found.kind !== 'ok') throw new Error(found.reason);
    return found.data;
  };
  /** The row whose cells begin like this; of a table whose first column isn't enough, `title` has more of them. */
  const find = async (table: string, title: string) => {
    const sheet = must(sheetCalled(table));
    return must(
      (await records(table)).find(({ fields }) => {
        const cells = sheet.columns.slice(0, 7).map(({ name }) => textIn(fields[name]));
        return title.split(' ').every((word) => cells.includes(word));
      }),
    );
  };
  const plain = (fields: Cells): Cells =>
    Object.fromEntries(
      Object.entries(fields).map(([name, cell]) => [name, Array.isArray(cell) ? textIn(cell) : cell]),
    );
  return {
    world,
    bitable,
    make,
    known,
    records,
    row: async (table: string, title: string): Promise<Cells> => ({
      说明: '',
      ...plain((await find(table, title)).fields),
    }),
    edit: async (who: string, table: string, [title, fields]: readonly [string, Cells]): Promise<void> => {
      const { recordId } = await find(table, title);
      world.person(who).editRecord(homeName, table, { recordId, fields });
    },
    add: (who: string, table: string, fields: Cells): string =>
      world.person(who).addRecord(homeName, table, fields),
    remove: async (who: string, table: string, title: string): Promise<void> => {
      world.person(who).deleteRecord(homeName, table, (await find(table, title)).recordId);
    },
    /** What was edited arrives and is worked off. */
    settle: async (): Promise<void> => {
      await world.arrive();
      await world.sync();
      await world.arrive();
      await world.sync();
    },
    version: async (sheet: string): Promise<number> =>
      Number((await world.settings.current(sheetSetting({ id: sheet })))?.version ?? '0'),
    deliveries: () => deliveries(world.name('deliveries')),
    /** The card that a delivery wants to be shown, as text. */
    shown: async ({ wanted }: Delivery): Promise<string> =>
      must(await contents(world.name('contents')).find(wanted?.hash ?? '')),
    /** Answers with the toast. */
    click: async (person: string, act: string, subject: string) => {
      const [, sheet = ''] = subject.split(':');
      const value = { do: act, sheet, subject };
      const event = { operator: { union_id: person }, action: { value } };
      const read = must(readSettingClick({ header: { event_id: 'e1' }, event }));
      const deps = {
        reviews: reviews({ settings: world.name('settings'), inbox: world.name('inbox') }),
        seal: seals([Buffer.from(sealKey, 'base64')]).seal,
        answerWithinMs: 10_000,
        now: () => new Date(),
      };
      return (await answerSettingClick(deps)({ ...read, sender: 'zhida' })).toast;
    },
    review: (sheet: string) => reviews({ settings: world.name('settings') }).find(sheet),
  };
};
