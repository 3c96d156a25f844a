import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { releases } from '../../config/bundles.ts';
import { stopCommands } from '../../functions/ops/stop.ts';
import { modeSetting, modes } from '../../shared/delivery/modes.ts';
import { planForDeliver } from '../../shared/delivery/plan.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { settings } from '../../shared/store/settings.ts';
import { localTables } from '../local.ts';

const tables = localTables();
const stores = {
  settings: settings(tables.name('settings')),
  deliveries: deliveries(tables.name('deliveries')),
};
const commands = stopCommands({ ...stores, releases });
type Reply = Readonly<Record<string, unknown>>;
const run = (verb: 'stop' | 'resume', what: string, more: object = {}): Promise<Reply> => {
  const command = commands[verb];
  if (!command) throw new Error(`there is no command ${verb}`);
  return command.run({ do: verb, what, ...more }, new Date());
};
const confirmed = { confirm: true, changedBy: '许念' };
const modeOf = async (of: 'sender' | 'subject', id: string): Promise<unknown> =>
  (await stores.settings.current(modeSetting(of, id)))?.value;
const set = (of: 'sender' | 'subject', id: string, value: string) =>
  stores.settings.append(modeSetting(of, id), { value, changedBy: 'test', now: new Date() });

afterEach(async () => {
  await set('sender', 'zhida', 'live');
  await set('sender', 'legal', 'rehearsal');
  await set('subject', 'morning', 'live');
});

describe('stop', () => {
  it('without confirm changes nothing and shows what is queued', async () => {
    await set('sender', 'zhida', 'live');
    const to = { receiveIdType: 'union_id', receiveId: 'on_1', sender: 'zhida' } as const;
    const wish = { ...to, subject: 'alert:refund:-:1', recipient: 'on_1', eventAt: new Date() };
    await planForDeliver(stores.deliveries)(wish, new Date());
    expect(await run('stop', 'everything')).toMatchObject({
      dryRun: true,
      modes: [
        { of: 'sender', id: 'zhida', before: 'live', after: 'stopped' },
        { of: 'sender', id: 'legal', after: 'stopped' },
      ],
      queued: { alert: 1 },
    });
    expect(await modeOf('sender', 'zhida')).toBe('live');
  });

  it('of everything reaches every sender within 2 s, and resume gives each its own mode back', async () => {
    await set('sender', 'zhida', 'live');
    await set('sender', 'legal', 'rehearsal');
    const may = modes({ settings: stores.settings, now: Date.now });
    const ask = () => may({ sender: 'zhida', topic: 'morning', recipient: 'on_1' });
    expect(await ask()).toMatchObject({ send: true });
    const began = Date.now();
    expect(await run('stop', 'everything', confirmed)).toMatchObject({ changed: 2 });
    while ((await ask()).send) {
      expect(Date.now() - began).toBeLessThan(2_000);
      await wait(50);
    }
    expect(await run('stop', 'everything', confirmed)).toMatchObject({ changed: 0 });
    expect(await run('resume', 'everything', confirmed)).toMatchObject({ changed: 2 });
    expect(await modeOf('sender', 'zhida')).toBe('live');
    expect(await modeOf('sender', 'legal')).toBe('rehearsal');
  });

  it.each([
    ['sender:zhida', 'sender', 'zhida'],
    ['account:legal', 'sender', 'legal'],
    ['digest:morning', 'subject', 'morning'],
    ['digest:sales-daily', 'subject', 'morning'],
    ['source:bi', 'subject', 'morning'],
    ['topic:reply', 'subject', 'reply'],
  ] as const)('of %s stops that and nothing else', async (what, of, id) => {
    expect(await run('stop', what, confirmed)).toMatchObject({ changed: 1, modes: [{ of, id }] });
    expect(await modeOf(of, id)).toBe('stopped');
    expect(await run('resume', what, confirmed)).toMatchObject({ changed: 1 });
    expect(await modeOf(of, id)).not.toBe('stopped');
  });

  it.each(['nothing', 'sender:nobody', 'source:', 'digest:x'])('of %s lists what there is', async (what) => {
    await expect(run('stop', what)).rejects.toMatchObject({
      code: 'unknown_target',
      message: expect.stringContaining('everything | sender:zhida') as string,
    });
  });

  it('of what nobody has set ends where it began, and a resume of what runs sets nothing', async () => {
    expect(await run('resume', 'topic:menu', confirmed)).toMatchObject({ changed: 0 });
    expect(await modeOf('subject', 'menu')).toBeUndefined();
    await run('stop', 'topic:menu', confirmed);
    await run('resume', 'topic:menu', confirmed);
    expect(await modeOf('subject', 'menu')).toBe('live');
  });
});
