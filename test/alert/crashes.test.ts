import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type AlertDeps, evaluatePoint } from '../../functions/alert/evaluate.ts';
import { keyOf, localCompany } from './company.ts';

const company = localCompany();
const { report, minutes, sweep, screens, states, store } = company;
const bad = '0.098';
const well = '0.05';
/** Whoever sees every channel. */
const everyChannel = ['秦越', '钱正清'];

type When = 'before' | 'after';
type Call = (...args: readonly unknown[]) => Promise<unknown>;
/** Counts calls; from the chosen one on nothing answers any more, as for a process that died. */
const dyingAt = (deps: AlertDeps, at: number, when: When) => {
  let calls = 0;
  const dead = new Error('died');
  const wrap = (call: Call): Call => {
    return async (...args) => {
      calls += 1;
      if (calls > at || (calls === at && when === 'before')) throw dead;
      const answer = await call(...args);
      if (calls >= at) throw dead;
      return answer;
    };
  };
  const wrapAll = <T extends object>(verbs: T): T =>
    Object.fromEntries(
      Object.entries(verbs).map(([name, verb]) => [
        name,
        typeof verb === 'function' ? wrap(verb as Call) : verb,
      ]),
    ) as T;
  const worker: AlertDeps = {
    ...deps,
    states: wrapAll(deps.states),
    metrics: wrapAll(deps.metrics),
    deliveries: wrapAll(deps.deliveries),
    contents: wrapAll(deps.contents),
    people: wrapAll(deps.people),
    followUps: wrapAll(deps.followUps),
    sendNow: wrap(deps.sendNow as Call) as AlertDeps['sendNow'],
    wantContent: wrap(deps.wantContent as Call) as AlertDeps['wantContent'],
  };
  return { worker, calls: () => calls };
};

/** What stands on whose screen, and the identity of the row. */
const expectTold = async (channel: string, words: string): Promise<void> => {
  const subject = `alert:refund-rate:channel=${channel}:1`;
  const shown = await screens(subject);
  expect(shown.map(({ name }) => name)).toEqual(everyChannel);
  for (const { content } of shown) expect(content).toContain(words);
  const rows = await company.rowsOf(subject);
  expect(await states().find('refund-rate', { channel })).toMatchObject({
    planned: true,
    target: rows.length,
    state: { n: 1 },
  });
};

/** The minute tick that follows a death, and the one of deliver. */
const recover = async (): Promise<void> => {
  await minutes(1);
  await sweep();
  await company.ledger.sweepAfter(60_000);
};

/** Runs the last point of a firing or recovery in a worker that dies at each of its calls in turn. */
const dieAtEach = async (when: When, values: readonly string[], words: string): Promise<number> => {
  const [last = '', first] = [values.at(-1), values.slice(0, -1)];
  for (let at = 1; ; at += 1) {
    const channel = `${when}-${last}-${at}`;
    for (const value of first) {
      await minutes(1);
      await report({ dims: { channel }, value });
    }
    await minutes(1);
    const point = await store({ dims: { channel }, value: last });
    const { worker, calls } = dyingAt(company.worker(), at, when);
    await evaluatePoint(worker)(keyOf(point)).catch(() => undefined);
    await recover();
    await expectTold(channel, words);
    if (calls() < at) return at - 1;
  }
};

describe.each(['before', 'after'] as const)('a worker that dies %s any of its calls', (when) => {
  it('while it tells of a firing costs nobody a card and sends nobody two', async () => {
    const calls = await dieAtEach(when, [bad, bad], '未恢复');
    expect(calls).toBeGreaterThan(12);
  }, 120_000);

  it('while it tells of a recovery leaves no card behind that says the opposite', async () => {
    const calls = await dieAtEach(when, [bad, bad, well, well], '已恢复');
    expect(calls).toBeGreaterThan(10);
  }, 120_000);
});

describe('a tick that dies while it tells', () => {
  const shipping = { dims: { warehouse: '松江仓' }, metric: 'shipping.on_time' } as const;
  const subject = 'alert:shipping-on-time:warehouse=松江仓:1';
  const died = (): Promise<never> => Promise.reject(new Error('died'));
  const dying = (): AlertDeps => company.worker({ sendNow: died, wantContent: died });

  it('of a firing that only time decided leaves it to the next', async () => {
    await report({ ...shipping, value: '0.91' });
    await minutes(30);
    await expect(sweep(dying())).rejects.toMatchObject({ code: 'alerts_broken' });
    expect(await screens(subject)).toEqual([]);
    await sweep();
    expect(await screens(subject)).toHaveLength(4);
  });

  it('of a recovery that only time decided leaves it to the next', async () => {
    await report({ ...shipping, value: '0.98' });
    await minutes(30);
    await expect(sweep(dying())).rejects.toMatchObject({ code: 'alerts_broken' });
    await sweep();
    await company.ledger.sweepAfter(60_000);
    const shown = await screens(subject);
    expect(shown).toHaveLength(4);
    for (const { content } of shown) expect(content).toContain('已恢复：98.0%');
  });
});

describe('several workers', () => {
  it('on one record fire once', async () => {
    await minutes(1);
    await report({ dims: { channel: '同时' }, value: bad });
    await minutes(1);
    const point = await store({ dims: { channel: '同时' }, value: bad });
    // The minute tick of three late invocations meets the stream: the lease of a point doesn't fence the alert, its version does.
    const key = keyOf(point);
    const again: AlertDeps['metrics'] = { ...company.metrics(), takePoint: () => Promise.resolve(point) };
    const workers = [1, 2, 3, 4].map(() => company.worker({ metrics: again }));
    const happened = await Promise.all(workers.map((worker) => evaluatePoint(worker)(key)));
    expect(happened.flat().filter((each) => each === 'fired')).toHaveLength(1);
    await expectTold('同时', '未恢复');
  });

  it('of which a slow one comes back when all is over leave what is true on the cards', async () => {
    const channel = '慢';
    for (let times = 0; times < 2; times += 1) {
      await minutes(1);
      await report({ dims: { channel }, value: bad });
    }
    // Longer than data may be missing: the tick begins to say so on the cards.
    await minutes(181);
    let goOn = (): void => undefined;
    const paused = new Promise<void>((resolve) => (goOn = resolve));
    const { wantContent } = company.worker();
    const slow = company.worker({
      wantContent: async (...asked) => {
        await paused;
        return wantContent(...asked);
      },
    });
    const silent = sweep(slow);
    await wait(200);
    for (let times = 0; times < 2; times += 1) {
      await minutes(1);
      await report({ dims: { channel }, value: well });
    }
    goOn();
    await silent;
    await recover();
    await expectTold(channel, '已恢复');
  });

  it('of which one breaks keep the others going, and the tick says so', async () => {
    await minutes(1);
    for (const channel of ['坏', '好']) await report({ dims: { channel }, value: bad });
    await minutes(1);
    for (const channel of ['坏', '好']) await store({ dims: { channel }, value: bad });
    await minutes(1);
    const broken = company.worker();
    const find: AlertDeps['states']['find'] = (alert, dims) =>
      dims['channel'] === '坏' ? Promise.reject(new Error('unreadable')) : broken.states.find(alert, dims);
    const ticked = sweep({ ...broken, states: { ...broken.states, find } });
    await expect(ticked).rejects.toMatchObject({ code: 'alerts_broken' });
    await expectTold('好', '未恢复');
    await recover();
    await expectTold('坏', '未恢复');
  });
});
