import { beforeAll, describe, expect, it, vi } from 'vitest';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { modes } from '../../shared/delivery/modes.ts';
import { planDelivery, planNothing } from '../../shared/delivery/plan.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import type { Window } from '../../shared/store/windows.ts';
import { must, worker } from '../event-worker/worker.ts';

const w = worker();
type Reply = Readonly<Record<string, unknown>>;
let ops: (event: unknown) => Promise<Reply>;

beforeAll(async () => {
  await syncPeople({ people: w.people, readDirectory: () => listDirectory(w.client()) })(new Date());
  ({ handler: ops } = await import('../../functions/ops/handler.ts'));
});

const messageOf = (reply: Reply): string => String(reply['message']);
const holidays = (year: number, ...more: readonly object[]) => [
  ...['01-01', '05-01', '10-01'].map((day) => ({ day: `${year}-${day}`, name: '节' })),
  ...more,
];
const year2027 = {
  year: 2027,
  holidays: holidays(2027, { day: '2027-01-04', name: '元旦', inLieu: true }),
  workdays: ['2027-01-03'],
  source: '测试安排',
};

describe('a command', () => {
  it.each([{}, { do: 'format' }, { do: 'constructor' }, null, 'mode', []])(
    '%j is told what there is',
    async (event) => {
      const reply = await ops(event);
      expect(reply).toMatchObject({ ok: false, code: 'unknown_command' });
      expect(messageOf(reply)).toBe(
        '"do" must be one of: mode | trial | calendar | settings | stop | resume | leave | shift | why | resend | dead | receipt | ' +
          'replay | import | verify | numbers | impact | base | budget | doctor',
      );
    },
  );

  it('with a field that it does not know is refused, naming it', async () => {
    const reply = await ops({ do: 'mode', id: 'zhida', mode: 'live', comfirm: true });
    expect(reply).toMatchObject({ ok: false, code: 'invalid_input' });
    expect(messageOf(reply)).toContain('comfirm');
    expect(await w.settings.current('mode#sender:zhida')).toBeUndefined();
  });
});

describe('mode', () => {
  const verdict = () =>
    modes({ settings: w.settings, now: Date.now })({ sender: 'zhida', topic: 'morning', recipient: 'on_1' });

  it('of a sender is rehearsal until somebody changes it', async () => {
    expect(await ops({ do: 'mode', id: 'zhida' })).toEqual({
      ok: true,
      setting: 'mode#sender:zhida',
      mode: 'rehearsal',
      version: '0',
    });
    expect(await ops({ do: 'mode', of: 'subject', id: 'morning' })).toMatchObject({ mode: 'live' });
  });

  it('changes nothing without confirm, and says what it would do', async () => {
    expect(await ops({ do: 'mode', id: 'zhida', mode: 'live' })).toEqual({
      ok: true,
      dryRun: true,
      setting: 'mode#sender:zhida',
      before: null,
      after: 'live',
      hint: 'add "confirm": true to apply',
    });
    expect(await w.settings.current('mode#sender:zhida')).toBeUndefined();
    expect(await verdict()).toMatchObject({ send: false, mode: 'rehearsal' });
  });

  it('changes with confirm, counts the versions and keeps who made them', async () => {
    const live = { do: 'mode', id: 'zhida', mode: 'live', confirm: true, changedBy: '许念' };
    expect(await ops(live)).toMatchObject({ ok: true, before: null, after: 'live', version: '00000001' });
    expect(await verdict()).toMatchObject({ send: true });
    expect(await ops({ ...live, mode: 'stopped' })).toMatchObject({ before: 'live', version: '00000002' });
    expect(await verdict()).toMatchObject({ send: false, mode: 'stopped' });
    expect(await w.settings.current('mode#sender:zhida')).toMatchObject({
      value: 'stopped',
      changedBy: '许念',
    });
  });

  it('of one digest stops that digest alone', async () => {
    await ops({ do: 'mode', id: 'zhida', mode: 'live', confirm: true });
    await ops({ do: 'mode', of: 'subject', id: 'morning', mode: 'stopped', confirm: true });
    const may = modes({ settings: w.settings, now: Date.now });
    expect(await may({ sender: 'zhida', topic: 'morning', recipient: 'on_1' })).toMatchObject({
      send: false,
    });
    expect(await may({ sender: 'zhida', topic: 'reply', recipient: 'on_1' })).toMatchObject({ send: true });
  });

  it.each([
    [{ id: 'zhidaa' }, '"id" must be one of: zhida | legal'],
    [
      { of: 'subject', id: 'zhida' },
      '"id" must be one of: morning | follow-ups-weekly | agent-weekly | alert | reply | menu | welcome | joined | notice',
    ],
  ])('of the unknown %j lists the known', async (what, message) => {
    const reply = await ops({ do: 'mode', ...what, mode: 'live', confirm: true });
    expect(reply).toMatchObject({ ok: false, code: 'unknown_id', message });
  });

  it('that does not exist is refused, naming those that do', async () => {
    const reply = await ops({ do: 'mode', id: 'zhida', mode: 'on', confirm: true });
    expect(messageOf(reply)).toMatch(/^mode: .*"rehearsal"\|"live"\|"stopped"/);
  });

  it('changed by two at the same moment is changed by one and refused to the other', async () => {
    const change = { do: 'mode', id: 'legal', mode: 'live', confirm: true };
    const replies = await Promise.all(Array.from({ length: 4 }, () => ops(change)));
    const done = replies.filter(({ ok }) => ok);
    expect(await w.settings.current('mode#sender:legal')).toMatchObject({ version: `0000000${done.length}` });
    for (const { code } of replies.filter(({ ok }) => !ok)) expect(code).toBe('changed_meanwhile');
  });
});

describe('trial', () => {
  const unionOf = (called: string) => w.person(called).unionId;

  it('is empty at first', async () => {
    expect(await ops({ do: 'trial' })).toEqual({ ok: true, people: [] });
  });

  it('takes names, job numbers and union_ids', async () => {
    const people = ['许念', w.person('林知夏').employeeNo, unionOf('周以安')];
    const expected = ['许念', '林知夏', '周以安'].map(unionOf);
    expect(await ops({ do: 'trial', people })).toMatchObject({ dryRun: true, after: { people: expected } });
    expect(await ops({ do: 'trial' })).toEqual({ ok: true, people: [] });
    expect(await ops({ do: 'trial', people, confirm: true })).toMatchObject({
      ok: true,
      version: '00000001',
    });
    expect(await ops({ do: 'trial' })).toEqual({ ok: true, people: expected });
    const may = modes({ settings: w.settings, now: Date.now });
    await ops({ do: 'mode', id: 'zhida', mode: 'rehearsal', confirm: true });
    const to = (recipient: string) => may({ sender: 'zhida', topic: 'reply', recipient });
    expect(await to(unionOf('许念'))).toMatchObject({ send: true });
    expect(await to(unionOf('高远'))).toMatchObject({ send: false });
  });

  it('with somebody who is not here changes nothing, tells the caller who it is and the log nothing', async () => {
    const heard = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const reply = await ops({ do: 'trial', people: ['许念', '龚思齐', 'BH9999'], confirm: true });
    expect(reply).toMatchObject({
      ok: false,
      code: 'unknown_person',
      message: 'nobody here has this union_id, job number or name',
      people: ['龚思齐', 'BH9999'],
    });
    const logged = heard.mock.calls.join('');
    heard.mockRestore();
    expect(logged).toContain('"code":"unknown_person"');
    expect(logged).not.toMatch(/龚思齐|BH9999|许念/);
    expect(await w.settings.current('trial')).toMatchObject({ version: '00000001' });
  });

  it('with a name that two people have asks which one', async () => {
    const twin = w.staff().hire({ name: '许念', jobTitle: '会计', department: '财务' });
    await w.drain();
    const heard = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const reply = await ops({ do: 'trial', people: ['许念'], confirm: true });
    expect(reply).toMatchObject({
      ok: false,
      code: 'ambiguous_person',
      message: 'several people have this name: use the job number',
      people: ['许念'],
      jobNumbers: ['BH0003', twin.employeeNo],
    });
    const logged = heard.mock.calls.join('');
    heard.mockRestore();
    expect(logged).toContain('"code":"ambiguous_person"');
    expect(logged).not.toMatch(/许念|BH0003/);
  });
});

describe('calendar', () => {
  const tomorrowYear = new Date('2026-12-31T08:00:00Z');

  it('of 2027 is a guess until it is loaded, and nothing is loaded without confirm', async () => {
    expect(await ops({ do: 'calendar', year: year2027 })).toMatchObject({
      dryRun: true,
      setting: 'calendar#2027',
    });
    const { calendar, version } = await loadCalendar(w.settings, tomorrowYear);
    expect(version).toBe('built-in');
    expect(calendar.provisional('2027-01-04')).toBe(true);
    expect(calendar.isWorkday('2027-01-04')).toBe(true);
    expect(calendar.note('2027-01-04')).toBe('2027年放假安排未导入，暂按周一至周五推送');
  });

  it('of 2027 counts from the moment it is loaded', async () => {
    expect(await ops({ do: 'calendar', year: year2027, confirm: true })).toMatchObject({
      version: '00000001',
    });
    const { calendar, version } = await loadCalendar(w.settings, tomorrowYear);
    expect(version).toBe('calendar#2027@00000001');
    expect(calendar.provisional('2027-01-04')).toBe(false);
    expect(calendar.isWorkday('2027-01-04')).toBe(false);
    expect(calendar.isWorkday('2027-01-03')).toBe(true);
    expect(calendar.note('2027-01-04')).toBeUndefined();
  });

  it('is corrected by loading it again', async () => {
    const corrected = { ...year2027, holidays: holidays(2027), workdays: [] };
    await ops({ do: 'calendar', year: corrected, confirm: true });
    const { calendar, version } = await loadCalendar(w.settings, new Date('2027-01-02T02:00:00Z'));
    expect(version).toBe('calendar#2027@00000002');
    expect(calendar.isWorkday('2027-01-04')).toBe(true);
  });

  it.each([
    ['a 补班 on a weekday', { ...year2027, workdays: ['2027-01-05'] }, 'workdays.0'],
    ['a day twice', { ...year2027, workdays: ['2027-01-03', '2027-01-03'] }, 'workdays.1'],
    ['a day of another year', { ...year2027, workdays: ['2028-01-08'] }, 'workdays.0'],
    ['a day that is none', { ...year2027, workdays: ['2027-02-30'] }, 'workdays.0'],
    ['a fixed holiday missing', { ...year2027, holidays: [] }, 'holidays'],
    ['no source', { ...year2027, source: '' }, 'source'],
    ['no year', undefined, '(root)'],
  ])('with %s is refused, naming the field', async (_, year, field) => {
    const reply = await ops({ do: 'calendar', year, confirm: true });
    expect(reply).toMatchObject({ ok: false, code: 'invalid_input' });
    expect(messageOf(reply)).toContain(`${field}: `);
    expect(await w.settings.current('calendar#2027')).toMatchObject({ version: '00000002' });
  });
});

describe('dead and replay', () => {
  it('of a source that nobody has are refused, naming those there are', async () => {
    for (const name of ['dead', 'replay']) {
      const reply = await ops({ do: name, source: 'fieshu' });
      expect(reply).toMatchObject({ ok: false, code: 'invalid_input' });
      expect(messageOf(reply)).toContain('"feishu"');
    }
  });

  it('with nothing dead have nothing to do', async () => {
    expect(await ops({ do: 'dead' })).toMatchObject({ ok: true, source: 'feishu', count: 0, receipts: [] });
    expect(await ops({ do: 'replay', confirm: true })).toMatchObject({ ok: true, replayed: 0, ids: [] });
    expect(await ops({ do: 'replay', id: 'feishu:x#1' })).toMatchObject({ code: 'unknown_receipt' });
  });

  it('revive every dead receipt at once', async () => {
    for (const type of ['im.chat.disbanded_v9', 'im.chat.updated_v1']) {
      const id = await w.push(type, {});
      await w.inbox.bury(must(await w.inbox.take(id, new Date())), 'feishu_refused');
    }
    const dead = await ops({ do: 'dead' });
    // Both may have come in the same millisecond, so their order says nothing.
    const receipts = dead['receipts'] as { eventType: string }[];
    expect(receipts.toSorted((a, b) => a.eventType.localeCompare(b.eventType))).toMatchObject([
      { eventType: 'im.chat.disbanded_v9', reason: 'feishu_refused', attempts: 1 },
      { eventType: 'im.chat.updated_v1', reason: 'feishu_refused', attempts: 1 },
    ]);
    expect(await ops({ do: 'replay' })).toMatchObject({ dryRun: true });
    expect((await ops({ do: 'dead' }))['count']).toBe(2);
    expect(await ops({ do: 'replay', confirm: true })).toMatchObject({ replayed: 2 });
    expect((await ops({ do: 'dead' }))['count']).toBe(0);
    await w.drain();
    expect((await w.rows()).filter(({ state }) => state === 'done')).toHaveLength(4);
  });
});

describe('verify', () => {
  const subject = 'digest:morning:2026-11-23';
  const now = new Date('2026-11-23T00:47:00Z');
  const window: Window = {
    digest: 'morning',
    window: '2026-11-23',
    state: 'armed',
    subject,
    releaseAt: now.toISOString(),
    notAfter: now.toISOString(),
    attempt: 0,
    versions: {},
  };
  const wish = (recipient: string) =>
    ({
      subject,
      recipient,
      sender: 'zhida',
      receiveIdType: 'union_id',
      receiveId: recipient,
      hash: 'a card',
      eventAt: now,
    }) as const;

  it('adds the states up to the target from the rows themselves', async () => {
    await w.windows.arm(window);
    const claimed = must(await w.windows.claim(window, now, new Date(now.getTime() + 60_000)));
    for (const who of ['on_a', 'on_b']) await planDelivery(w.deliveries)(wish(who), now);
    await planNothing(w.deliveries)(wish('on_c'), { state: 'excluded', reason: 'unsubscribed', now });
    expect(await ops({ do: 'verify', subject })).toMatchObject({ target: null, holds: false });
    await w.windows.change(claimed, { target: 3 });
    expect(await ops({ do: 'verify', subject })).toEqual({
      ok: true,
      subject,
      state: 'claimed',
      target: 3,
      states: { planned: 2, excluded: 1 },
      holds: true,
    });
  });

  it('sees a row that nobody planned for', async () => {
    await planDelivery(w.deliveries)(wish('on_d'), now);
    expect(await ops({ do: 'verify', subject })).toMatchObject({ target: 3, holds: false });
  });

  it.each([
    ['digest:morning:2026-11-24', 'unknown_subject'],
    ['morning', 'invalid_input'],
    ['reply:om_1', 'unknown_subject'],
  ])('of %s is refused', async (other, code) => {
    expect(await ops({ do: 'verify', subject: other })).toMatchObject({ ok: false, code });
  });
});

describe('a look', () => {
  it('at a receipt tells where it stands and keeps its body sealed', async () => {
    expect(await ops({ do: 'receipt', id: 'feishu:nobody#1' })).toMatchObject({
      ok: false,
      code: 'unknown_receipt',
    });
  });
});
