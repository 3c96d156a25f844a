import { afterAll, beforeAll, expect, it } from 'vitest';
import { pullEvents, wecomPulls } from '../../functions/ticket-worker/pull.ts';
import { workOffReceipt } from '../../functions/ticket-worker/work.ts';
import { seals } from '../../shared/seal.ts';
import { cursors } from '../../shared/store/cursors.ts';
import { putReceiptTo } from '../../shared/store/put-receipt.ts';
import { manualClock } from '../../simulator/clock.ts';
import { localAccounts } from '../../simulator/sources/accounts.ts';
import { startWecomApi, wecomKf } from '../../simulator/sources/wecom-api.ts';
import { deskWorld, START } from './desk-world.ts';

const world = deskWorld();
const { account: corpId, apiSecret: secret } = localAccounts.wecom;
const kf = wecomKf(manualClock(START));
const kfId = 'wkdev0000000001';
const sealing = seals([Buffer.alloc(32, 3)]);
let server: { readonly url: string; readonly close: () => Promise<void> };
beforeAll(async () => {
  server = await startWecomApi(kf);
});
afterAll(() => server.close());

let said = 0;
/** A customer writes; the callback that tells of it is kept as ticket-intake keeps it. */
const write = async (customer: string, content: string): Promise<string> => {
  said += 1;
  const hint = kf.post({
    msgid: `m-${said}`,
    open_kfid: kfId,
    external_userid: customer,
    send_time: START / 1000 - 60,
    origin: 3,
    msgtype: 'text',
    text: { content },
  });
  const id = `wecom:${corpId}#callback-${said}`;
  const at = new Date(START).toISOString();
  const about = { source: 'wecom', sender: corpId, eventType: 'kf_msg_or_event', work: 'ticket' };
  await putReceiptTo(world.local.name('inbox'))({
    ...{ id, ...about, receivedAt: at, eventAt: at },
    body: sealing.seal(hint),
  });
  return id;
};

const workOff = async (id: string, apps = [{ corpId, secret }]): Promise<string | undefined> => {
  const place = cursors(world.local.name('ops'));
  const wire = { apiUrl: server.url, timeoutMs: 2_000, now: world.now, fetch };
  await workOffReceipt({
    inbox: world.inbox,
    open: sealing.open,
    ingest: (event) => world.tell(event),
    pull: pullEvents({ pulls: wecomPulls(apps, wire), cursors: place }),
    now: world.now,
  })(id);
  return (await world.inbox.find(id))?.reason;
};

it('one callback brings everything that waits, and the place behind it is kept', async () => {
  const first = await write('wm-1', '箱子里少了一袋代餐奶昔，麻烦核实');
  const second = await write('wm-2', '蛋白棒里吃到一根头发');
  expect(await workOff(first)).toBe('opened T-20261123-0001, opened T-20261123-0002');
  expect(await cursors(world.local.name('ops')).find(`wecom:${corpId}:${kfId}`)).toBe('c2');
  expect(await workOff(second)).toBe('nothing_to_pull');
});

it('pages without messages are passed, and a message that comes twice changes nothing', async () => {
  kf.switches.pageSize = 1;
  kf.switches.emptyPageEvery = 2;
  const [one, two] = [await write('wm-1', '怎么还没人回'), await write('wm-3', '发错货了')];
  expect(await workOff(one)).toBe('changed T-20261123-0001, opened T-20261123-0003');
  const before = await world.allTickets();
  const place = cursors(world.local.name('ops'));
  const system = `wecom:${corpId}:${kfId}`;
  expect(await place.move(system, await place.find(system), 'c0')).toBe(true);
  expect(await workOff(two)).toMatch(/^unchanged /);
  expect(await world.allTickets()).toEqual(before);
});

it('without the secret of its corp it waits for another try and says why', async () => {
  const id = await write('wm-4', '在吗');
  await workOff(id, []);
  expect(await world.inbox.find(id)).toMatchObject({ state: 'received', reason: 'wecom_app_missing' });
});
