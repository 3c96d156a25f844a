import { afterEach, describe, expect, it } from 'vitest';
import type { CrowdAct } from '../../../simulator/crowd/crowd.ts';
import type { Temper } from '../../../simulator/crowd/habits.ts';
import { hours, minutes } from '../world.ts';
import { type CrowdWorld, startCrowd } from './crowd-world.ts';

const worlds: CrowdWorld[] = [];
const start = async (options: Parameters<typeof startCrowd>[0]): Promise<CrowdWorld> => {
  const world = await startCrowd(options);
  worlds.push(world);
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const pass = ({ crowd, clock }: CrowdWorld, ms: number) => crowd.advance(clock.now() + ms);
const of = ({ acts }: CrowdWorld, deed: CrowdAct['deed']) => acts.filter((act) => act.deed === deed);
const canSignIn = ({ feishu }: CrowdWorld, unionId: string) => {
  const person = feishu.tenant.directory.byUnion(unionId);
  return person?.isActivated !== false && person?.isFrozen !== true;
};
const people = (world: CrowdWorld, temper: Temper) =>
  world.everybody.filter((unionId) => world.crowd.temperOf(unionId) === temper && canSignIn(world, unionId));
const first = (world: CrowdWorld, temper: Temper): string => people(world, temper)[0] ?? '';
const isOneOf = (world: CrowdWorld, temper: Temper, { unionId }: CrowdAct) =>
  world.crowd.temperOf(unionId) === temper;
const reads = ({ pushed }: CrowdWorld) =>
  pushed.filter(({ header }) => header.event_type === 'im.message.message_read_v1');
const clicks = ({ pushed }: CrowdWorld) =>
  pushed.filter(({ header }) => header.event_type === 'card.action.trigger');

const playDay = async (count: number, seed = 1) => {
  const world = await start({ people: count, seed });
  const began = world.clock.now();
  await world.send(world.everybody);
  await pass(world, hours(8.5));
  return { world, began };
};

describe('a day of 1,000 people', () => {
  it('has half reading within 40 minutes, two thirds within two hours, a third to remind, the slow ones tomorrow', async () => {
    const { world, began } = await playDay(1_000);
    const looks = of(world, 'looked').map(({ at }) => (at - began) / minutes(1));
    const within = (limit: number) => looks.filter((after) => after <= limit).length / world.everybody.length;
    expect(within(40)).toBeGreaterThan(0.45);
    expect(within(40)).toBeLessThan(0.55);
    expect(within(120)).toBeGreaterThan(0.63);
    expect(within(120)).toBeLessThan(0.72);
    expect(within(510)).toBeLessThan(0.78);
    const confirmed = of(world, 'confirmed').length / world.everybody.length;
    expect(confirmed).toBeGreaterThan(0.6);
    expect(confirmed).toBeLessThan(0.7);
    expect(of(world, 'opened').length / looks.length).toBeGreaterThan(0.55);

    const slow = () => of(world, 'looked').filter((act) => isOneOf(world, 'slow', act));
    expect(slow()).toEqual([]);
    await pass(world, hours(24));
    expect(slow().length / people(world, 'slow').length).toBeGreaterThan(0.95);
    expect(of(world, 'looked').some((act) => isOneOf(world, 'buzzed', act))).toBe(false);
  });

  it('is the same day for the same seed, and another for another', async () => {
    const acts = async (seed: number) => (await playDay(300, seed)).world.acts;
    const one = await acts(1);
    expect(await acts(1)).toEqual(one);
    expect((await acts(2)).map(({ at }) => at)).not.toEqual(one.map(({ at }) => at));
  });
});

describe('hours of a day', () => {
  it.each([
    ['lunch', '2026-11-23', '12:00', 0.35],
    ['the evening', '2026-11-23', '19:00', 0.3],
    ['the night', '2026-11-23', '23:00', 0.05],
    ['a Saturday', '2026-11-28', '10:00', 0.2],
  ] as const)('are slower at %s', async (...[, day, time, most]) => {
    const world = await start({ people: 300, at: [day, time] });
    await world.send(world.everybody);
    await pass(world, minutes(40));
    expect(of(world, 'looked').length / world.everybody.length).toBeLessThan(most);
  });
});

// open.feishu.cn/document/server-docs/im-v1/message/events/message_read
describe('a look', () => {
  it('pushes one event for all messages of the chat that were unread', async () => {
    const world = await start({ people: 300 });
    const reader = first(world, 'slow');
    const sent = [...(await world.send([reader])), ...(await world.send([reader]))];
    await pass(world, hours(48));
    expect(reads(world).map(({ event }) => event)).toEqual([
      expect.objectContaining({ message_id_list: sent }),
    ]);
    expect(reads(world)[0]?.event.reader?.reader_id.union_id).toBe(reader);
  });

  it('loses the event, not the reading, as often as the switch says', async () => {
    const world = await start({ people: 1_000, switches: { readEventsLostPercent: 5 } });
    await world.send(world.everybody);
    await pass(world, hours(4));
    const read = of(world, 'looked').length;
    expect(1 - reads(world).length / read).toBeGreaterThan(0.02);
    expect(1 - reads(world).length / read).toBeLessThan(0.09);
  });

  it('opens the document that the card links to, which counts as a view', async () => {
    const world = await start({ people: 300 });
    await world.send(world.everybody);
    await pass(world, hours(3));
    const opened = of(world, 'opened').map(({ unionId }) => unionId);
    expect(opened.length).toBeGreaterThan(50);
    expect([...world.document.views.keys()]).toEqual(opened);
  });

  it('opens nothing that is not there or may not be read', async () => {
    const world = await start({ people: 300, isOpen: false });
    const [writer] = world.feishu.tenant.company.people;
    await world.send(world.everybody);
    await pass(world, hours(3));
    expect(of(world, 'opened').filter(({ unionId }) => unionId !== writer?.unionId)).toEqual([]);
    expect(of(world, 'confirmed').length).toBeGreaterThan(100);
  });
});

// open.feishu.cn/document/feishu-cards/card-callback-communication
describe('a confirmation', () => {
  it('is the callback of that button by that person, and its answer is the card from then on', async () => {
    const world = await start({ people: 300 });
    await world.send(world.everybody);
    await pass(world, hours(3));
    const confirmed = of(world, 'confirmed');
    expect(clicks(world).map(({ event }) => [event.operator?.union_id, event.action?.value])).toEqual(
      confirmed.map(({ unionId }) => [unionId, { do: 'confirm', post: 'legal-42' }]),
    );
    expect(new Set(confirmed.map(({ unionId }) => unionId)).size).toBe(confirmed.length);
    const { chats } = world.feishu.tenant;
    const shown = confirmed.flatMap(({ unionId }) => chats.of(unionId).flatMap(({ messages }) => messages));
    expect(shown.every(({ content }) => content.includes('✔ 已确认'))).toBe(true);
  });

  it('is tried three times when Feishu shows an error, and never more', async () => {
    const world = await start({ people: 300 });
    world.answers.push(...Array.from({ length: 10 }, () => ({ status: 500, text: '' })));
    await world.send([first(world, 'eager')]);
    await pass(world, hours(8));
    expect(world.crowd.counts()).toMatchObject({ confirmed: 0, refused: 3 });
  });

  it('is not a click on another button', async () => {
    const world = await start({ people: 300 });
    const button = { tag: 'button', text: { tag: 'plain_text', content: '确认漏发' } };
    const body = { elements: [{ ...button, behaviors: [{ type: 'callback', value: { do: 'missing' } }] }] };
    await world.send(world.everybody, { schema: '2.0', body });
    await pass(world, hours(3));
    expect(clicks(world)).toEqual([]);
    expect(reads(world).length).toBeGreaterThan(100);
  });
});

describe('a nudge', () => {
  it('by a new card wakes some who wait, and more of them confirm', async () => {
    const world = await start({ people: 300 });
    await world.send(world.everybody);
    await pass(world, hours(2));
    const before = new Set(of(world, 'confirmed').map(({ unionId }) => unionId));
    const waiting = world.everybody.filter((unionId) => !before.has(unionId));
    await world.send(waiting);
    await pass(world, hours(6.5));
    const after = of(world, 'confirmed').filter(({ unionId }) => !before.has(unionId));
    const alone = await playDay(300);
    expect(before.size + after.length).toBeGreaterThan(of(alone.world, 'confirmed').length + 15);
    expect(of(world, 'looked').some((act) => isOneOf(world, 'slow', act))).toBe(true);
  });

  it('by 加急 reaches those who read nothing else, and nobody reaches those who never read', async () => {
    const world = await start({ people: 300 });
    const wanted = [...people(world, 'buzzed'), ...people(world, 'never')];
    const sent = await world.send(wanted);
    await pass(world, hours(4));
    expect(world.acts).toEqual([]);
    for (const [index, messageId] of sent.entries()) await world.urge(messageId, wanted[index] ?? '');
    await pass(world, hours(4));
    expect(new Set(of(world, 'looked').map(({ unionId }) => unionId))).toEqual(
      new Set(people(world, 'buzzed')),
    );
  });
});

// open.feishu.cn/document/server-docs/contact-v3/user/events/created and …/deleted
describe('people who come and go', () => {
  it('join departments and leave with the events of the directory', async () => {
    const world = await start({ people: 300 });
    const { directory } = world.feishu.tenant;
    const [one = '', other = ''] = directory.departments.slice(5, 7).map(({ name }) => name);
    const { unionId } = world.crowd.join({ name: '新同事', jobTitle: '客服专员' }, [one, other]);
    world.crowd.leave(first(world, 'eager'));
    await world.feishu.tenant.pushes.idle();
    const events = world.pushed.map(({ header, event }) => [header.event_type, event.object?.union_id]);
    expect(events).toEqual([
      ['contact.user.created_v3', unionId],
      ['contact.user.deleted_v3', first(world, 'eager')],
    ]);
    expect(world.pushed[0]?.event.object?.department_ids).toHaveLength(2);
    expect(() => world.crowd.join({ name: '新同事', jobTitle: '' }, ['没有的部门'])).toThrow(
      'no such department',
    );
    expect(() => world.crowd.leave('on_nobody')).toThrow('no such person');
  });

  it('read when they have joined and do nothing when they have left', async () => {
    const world = await start({ people: 300 });
    const gone = first(world, 'eager');
    await world.send([gone]);
    world.crowd.leave(gone);
    const department = world.feishu.tenant.directory.departments[5]?.name ?? '';
    const newcomers = Array.from({ length: 10 }, (_, index) =>
      world.crowd.join({ name: `新同事${index}`, jobTitle: '客服专员' }, [department]),
    );
    await world.send(newcomers.map(({ unionId }) => unionId));
    await pass(world, hours(8));
    expect(of(world, 'looked').length).toBeGreaterThan(4);
    expect(world.acts.some(({ unionId }) => unionId === gone)).toBe(false);
  });

  it('never look without a first sign-in or while suspended', async () => {
    const world = await start({ people: 300 });
    const { people: all } = world.feishu.tenant.company;
    const absent = all.filter(({ isActivated, isFrozen }) => isActivated === false || isFrozen === true);
    await world.send(absent.map(({ unionId }) => unionId));
    await pass(world, hours(72));
    expect(absent).toHaveLength(4);
    expect(world.acts).toEqual([]);
  });

  it('are left alone when somebody plays them', async () => {
    const world = await start({ people: 300, crowd: { isSpared: () => true } });
    await world.send(world.everybody);
    await pass(world, hours(8));
    expect(world.acts).toEqual([]);
  });
});

describe('what came before the crowd', () => {
  it('is read too when it catches up, but only by those who have not', async () => {
    const world = await start({ people: 300 });
    world.crowd.stop();
    const sent = await world.send(world.everybody);
    world.feishu.tenant.chats.message(sent[0] ?? '')?.readAt.set(world.everybody[0] ?? '', 1);
    world.crowd.catchUp();
    await pass(world, hours(3));
    expect(of(world, 'looked').length).toBeGreaterThan(150);
    expect(world.acts.some(({ unionId }) => unionId === world.everybody[0])).toBe(false);
  });
});
