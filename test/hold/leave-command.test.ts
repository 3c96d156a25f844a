import { beforeAll, describe, expect, it } from 'vitest';
import { leaveCommands } from '../../functions/ops/leave.ts';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { type CommandReply, runCommand } from '../../shared/lambda/command.ts';
import { must, worker } from '../event-worker/worker.ts';

const w = worker();
const run = (event: object): Promise<CommandReply> => runCommand(leaveCommands({ people: w.people }), event);
const person = '沈南乔';
const known = async () => must(await w.people.find(w.person(person).unionId));

beforeAll(async () => {
  await syncPeople({ people: w.people, readDirectory: () => listDirectory(w.client()) })(new Date());
});

describe('leave', () => {
  it('of two days is first shown, then recorded from midnight to midnight', async () => {
    const days = { do: 'leave', person, from: '2026-11-24', to: '2026-11-25' };
    expect(await run(days)).toMatchObject({ ok: true, dryRun: true, before: [] });
    expect((await known()).leave).toBeUndefined();
    expect(await run({ ...days, confirm: true })).toMatchObject({
      ok: true,
      after: [{ from: '2026-11-24 00:00', until: '2026-11-26 00:00' }],
    });
    expect((await known()).leave).toEqual([
      { from: '2026-11-23T16:00:00.000Z', until: '2026-11-25T16:00:00.000Z' },
    ]);
  });

  it('is added to others, and cleared with them', async () => {
    await run({ do: 'leave', person, from: '2026-12-31', confirm: true });
    expect(await run({ do: 'leave', person })).toMatchObject({
      leave: [{ from: '2026-11-24 00:00' }, { from: '2026-12-31 00:00', until: '2027-01-01 00:00' }],
    });
    await run({ do: 'leave', person, clear: true, confirm: true });
    expect((await known()).leave).toEqual([]);
  });

  it('that ends before it begins is refused', async () => {
    const reply = await run({ do: 'leave', person, from: '2026-12-02', to: '2026-12-01', confirm: true });
    expect(reply).toMatchObject({ ok: false, code: 'invalid_leave' });
  });

  it('recorded by two at the same moment keeps the first: the other is told', async () => {
    const { person: id, leave = [] } = await known();
    const span = { from: '2026-12-01T16:00:00.000Z', until: '2026-12-02T16:00:00.000Z' };
    expect(await w.people.recordLeave(id, [span], leave)).toBe(true);
    expect(await w.people.recordLeave(id, [], leave)).toBe(false);
    expect(await w.people.recordLeave('on_nobody', [span], [])).toBe(false);
  });

  it('and shift stay when the directory is read again', async () => {
    await run({ do: 'shift', person, shift: { from: '14:00', to: '23:00' }, confirm: true });
    await syncPeople({ people: w.people, readDirectory: () => listDirectory(w.client()) })(new Date());
    expect(await known()).toMatchObject({ shift: { from: '14:00', to: '23:00' }, leave: [{}] });
  });
});

describe('shift', () => {
  it('is shown, set and taken away', async () => {
    const shift = { from: '22:00', to: '06:00', days: [1, 3, 5] };
    expect(await run({ do: 'shift', person, shift })).toMatchObject({ dryRun: true, after: shift });
    await run({ do: 'shift', person, shift, confirm: true });
    expect(await run({ do: 'shift', person })).toMatchObject({ ok: true, shift });
    await run({ do: 'shift', person, shift: null, confirm: true });
    expect((await known()).shift).toBeUndefined();
  });

  it('of a list of people is one decision: all of them, or nobody when one is unknown', async () => {
    const shift = { from: '09:00', to: '18:00' };
    const wanted = [person, '周以安'];
    expect(await run({ do: 'shift', person: wanted, shift })).toMatchObject({ dryRun: true, after: shift });
    const unknown = await run({ do: 'shift', person: [...wanted, '不存在'], shift, confirm: true });
    expect(unknown).toMatchObject({ ok: false, code: 'unknown_person', people: ['不存在'] });
    expect((await known()).shift).toBeUndefined();
    await run({ do: 'shift', person: wanted, shift, confirm: true });
    expect(await run({ do: 'shift', person: wanted })).toMatchObject({ people: [{ shift }, { shift }] });
    await run({ do: 'shift', person: wanted, shift: null, confirm: true });
    expect((await known()).shift).toBeUndefined();
  });

  it.each([
    { from: '22:00', to: '22:00' },
    { from: '24:00', to: '06:00' },
    { from: '08:00', to: '17:00', days: [0] },
    { from: '08:00', to: '17:00', days: [] },
  ])('%j is refused', async (shift) => {
    const reply = await run({ do: 'shift', person, shift, confirm: true });
    expect(reply).toMatchObject({ ok: false, code: 'invalid_input' });
  });
});
