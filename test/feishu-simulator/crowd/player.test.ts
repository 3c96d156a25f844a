import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minutes } from '../world.ts';
import { type CrowdWorld, startCrowd } from './crowd-world.ts';

let world: CrowdWorld;
const begin = async (options: Parameters<typeof startCrowd>[0]) => {
  world = await startCrowd(options);
  // The control API plays its own crowd.
  world.crowd.stop();
};
beforeEach(() => begin({ people: 300 }));
afterEach(() => world.close());

type State = {
  readonly on: boolean;
  readonly speed: number;
  readonly spared: readonly string[];
  readonly now: string;
  readonly counts: { readonly looked: number; readonly confirmed: number };
};
const ask = async (setting?: object) => {
  const init = setting && {
    method: 'PUT',
    body: JSON.stringify(setting),
    headers: { 'content-type': 'application/json' },
  };
  const response = await fetch(`${world.feishu.url}/sim/crowd`, init);
  return { status: response.status, state: (await response.json()) as State };
};
const pass = (seconds: number) => world.clock.advance(seconds * 1_000);

describe('the crowd of the control API', () => {
  it('is off until it is switched on', async () => {
    await world.send(world.everybody);
    await pass(600);
    expect((await ask()).state).toMatchObject({ on: false, speed: 1, counts: { looked: 0, confirmed: 0 } });
  });

  it('reads what is there and what arrives, so much faster than the clock', async () => {
    await world.send(world.everybody.slice(0, 150));
    await ask({ on: true, speed: 60 });
    await world.send(world.everybody.slice(150));
    await pass(120);
    const { counts, now } = (await ask()).state;
    expect(new Date(now).getTime()).toBe(world.clock.now() + minutes(2 * 59));
    expect(counts.looked).toBeGreaterThan(180);
    expect(counts.confirmed).toBeGreaterThan(130);
  });

  it('goes slower, and stops', async () => {
    await ask({ on: true, speed: 60 });
    await world.send(world.everybody);
    await pass(20);
    const { looked } = (await ask({ speed: 1 })).state.counts;
    await pass(20);
    expect((await ask()).state.counts.looked - looked).toBeLessThan(20);
    await ask({ on: false });
    const pushed = world.pushed.length;
    await pass(3_600);
    expect(world.pushed).toHaveLength(pushed);
  });

  it('begins in the next hour of work when it is switched on at night', async () => {
    await world.close();
    await begin({ people: 30, at: ['2026-11-27', '23:00'] });
    expect((await ask({ on: true })).state.now).toBe('2026-11-30T01:00:00.000Z');
  });

  it('leaves alone whom somebody plays', async () => {
    await ask({ on: true, speed: 60, spared: world.everybody.slice(0, 290) });
    await world.send(world.everybody.slice(0, 290));
    await pass(120);
    expect((await ask()).state.counts.looked).toBe(0);
  });

  it.each([{ speed: 0 }, { speed: 'fast' }, { on: 'yes' }, { pace: 3 }])('refuses %j', async (setting) => {
    expect((await ask(setting)).status).toBe(400);
    expect((await ask()).state).toMatchObject({ on: false, speed: 1 });
  });
});
