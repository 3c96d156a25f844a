import { describe, expect, it } from 'vitest';
import { advance } from '../../functions/broadcast/advance.ts';
import { type Broadcast, groupSubject, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { identityOf } from '../../shared/broadcasts/reach.ts';
import { dying, Killed } from './crash.ts';
import { postWorld } from './world.ts';

const world = postWorld();

/** Everybody of 法务 and 人力资源, and a group. */
const audience = { any: [{ departments: ['法务', '人力资源'] }], except: [] };
const account = () => ({ ...world.account('legal'), audience, groups: ['售后群', '不存在的群'] });
const deps = () => world.deps({ accounts: [account()] });
const never = Number.POSITIVE_INFINITY;

/** Another post that was approved just like it. */
let copies = 0;
const another = async (template: Broadcast): Promise<string> => {
  copies += 1;
  const now = new Date();
  const post = { ...template, broadcast: `legal-${1_000 + copies}`, issue: 1_000 + copies, revision: 1 };
  await world.posts().open(post, { step: 'draft', now, wakes: true });
  return post.broadcast;
};

/** What holds at every instant, whoever looks: rows are read before the target. */
const identity = async (post: string) => {
  const before = await world.find(post);
  const rows = await world.out().deliveries.listOfSubject(personalSubject(before));
  return identityOf((await world.find(post)).target, rows);
};
const expectIdentity = async (post: string): Promise<void> => {
  const { target, unsent, ...places } = await identity(post);
  expect(unsent).toBeGreaterThanOrEqual(0);
  expect(Object.values(places).reduce((sum, count) => sum + count, unsent)).toBe(target);
};

const started = async (post: string): Promise<void> => {
  const { state, target, snapshots, plannedAt } = await world.find(post);
  expect({ state, snapshots: snapshots.length }).toEqual({ state: 'sending', snapshots: 1 });
  expect(plannedAt).toBeDefined();
  const rows = await world.rows(post);
  expect(rows).toHaveLength(target);
  expect(new Set(rows.map(({ recipient }) => recipient)).size).toBe(target);
  expect(await world.out().deliveries.listOfSubject(groupSubject(await world.find(post)))).toHaveLength(1);
};

describe('a start that is killed', () => {
  it('is ended by whoever comes next, wherever it stopped: everybody has one row, the identity holds throughout', async () => {
    const doc = world.write('裴律安', '随时可能断电');
    const clean = await world.approved({ url: world.link(doc), audience });
    const template = await world.find(clean);
    const whole = dying(deps(), { at: never, when: 'after' }, () => expectIdentity(clean));
    await advance(whole.deps)(clean);
    await started(clean);
    const calls = whole.calls();
    expect(calls).toBeGreaterThan(15);
    for (let at = 1; at <= calls; at += 1)
      for (const when of ['before', 'after'] as const) {
        const post = await another(template);
        const killed = advance(dying(deps(), { at, when }, () => expectIdentity(post)).deps)(post);
        await killed.catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
        await expectIdentity(post);
        world.later(61_000);
        expect(await advance(deps())(post)).toMatchObject({ ended: 'rests' });
        await started(post);
      }
  }, 600_000);
});
