import { beforeEach, describe, expect, it } from 'vitest';
import { digestCommands } from '../../functions/digest/commands.ts';
import { releaseDue, releaseNow } from '../../functions/digest/due.ts';
import { judge } from '../../functions/digest/judge.ts';
import { calendarSetting } from '../../shared/calendar/loaded.ts';
import { modeSetting } from '../../shared/delivery/modes.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { runCommand } from '../../shared/lambda/command.ts';
import { localMorning } from './morning.ts';

const today = '2026-11-24';
const morning = localMorning(today);
const { clock, bi, release, invocation, out, person, rowOf, shownTo, windows } = morning;
const subjectOf = ({ id }: Bundle, day = today): string => `digest:${id}:${day}`;
const at = (time: string, day = today): void => {
  clock.set(`${day}T${time}+08:00`);
};
const setMode = async (bundle: Bundle, mode: string): Promise<void> => {
  await out().settings.append(modeSetting('subject', bundle.id), {
    value: mode,
    changedBy: 'test',
    now: clock.now(),
  });
};

type Step = { readonly code: string; readonly text: string; readonly detail?: boolean };
/** What the person reads, too: without what only an administrator is told. */
const plain = (steps: readonly Step[]): readonly Step[] => steps.filter(({ detail }) => !detail);
const explained = async (bundle: Bundle, who: string, date = today): Promise<readonly Step[]> => {
  const event = { do: 'explain', id: bundle.id, date, person: who };
  const reply = await runCommand(digestCommands(invocation([bundle])), event);
  expect(reply['ok']).toBe(true);
  return reply['steps'] as readonly Step[];
};
/** The last step is the outcome; those before it are how it came to that. */
const outcomeOf = async (bundle: Bundle, who: string, date = today): Promise<string> =>
  (await explained(bundle, who, date)).at(-1)?.code ?? 'nothing';
const run = (bundle: Bundle, day = today) => releaseNow(invocation([bundle]), bundle, day);
const tick = (bundle: Bundle) => releaseDue(invocation([bundle]))(clock.now());

beforeEach(() => {
  at('08:50:00');
});

describe('explain says', () => {
  it('before T that it is not yet time, after T that nobody has begun', async () => {
    const bundle = release();
    at('08:30:00');
    expect(await outcomeOf(bundle, '林知夏')).toBe('not_yet');
    at('08:48:00');
    expect(await outcomeOf(bundle, '林知夏')).toBe('window_missing');
  });

  it('that the window waits for its source, and later that it was skipped for it', async () => {
    const digests = release().digests.map((digest) =>
      digest.trigger.kind === 'ready'
        ? { ...digest, trigger: { ...digest.trigger, onLate: 'skip' as const } }
        : digest,
    );
    const bundle = release({ digests });
    await bi().setWatermark({ completeThrough: '2026-11-20' });
    await tick(bundle);
    expect(await outcomeOf(bundle, '林知夏')).toBe('window_waiting:source_not_ready');
    at('09:21:00');
    await tick(bundle);
    await bi().setWatermark({ completeThrough: '2026-11-23' });
    expect(await outcomeOf(bundle, '林知夏')).toBe('window_skipped:source_not_ready');
  });

  it('that it was missed', async () => {
    const bundle = release({ misfire: { policy: 'skip' } });
    await tick(bundle);
    expect(await outcomeOf(bundle, '林知夏')).toBe('window_skipped:missed');
  });

  it('when it was accepted and when it was read, digest by digest', async () => {
    const bundle = release();
    await run(bundle);
    const steps = plain(await explained(bundle, '戴明薇'));
    expect(steps.map(({ code }) => code)).toEqual([
      'sales-daily:not_in_audience',
      'stock-daily:not_in_audience',
      'people-finance:included',
      'window_sent',
      'accepted',
    ]);
    const row = await rowOf(subjectOf(bundle), '戴明薇');
    if (!row) throw new Error('sent above');
    await out().deliveries.recordRead(row, new Date('2026-11-24T01:05:00.000Z'));
    const read = (await explained(bundle, '戴明薇')).at(-1);
    expect(read?.code).toBe('read');
    expect(read?.text).toMatch(/^晨报已于 08:5\d 送达，09:05 已读$/);
  });

  it('that it is not for somebody, by name or by job number', async () => {
    const bundle = release();
    await run(bundle);
    const { employeeNo } = await person('孙佳禾');
    expect(await outcomeOf(bundle, '孙佳禾')).toBe('not_a_recipient');
    expect(await outcomeOf(bundle, employeeNo ?? '')).toBe('not_a_recipient');
  });

  it('that somebody unsubscribed', async () => {
    const bundle = release();
    const { person: unionId } = await person('石敬川');
    await out().people.recordUnsubscribed(unionId, ['sales-daily']);
    await run(bundle);
    const steps = plain(await explained(bundle, '石敬川'));
    await out().people.recordUnsubscribed(unionId, []);
    expect(steps[0]?.code).toBe('sales-daily:unsubscribed');
    expect(steps[0]?.text).toContain('订阅 经营日报');
    expect(steps.at(-1)?.code).toBe('excluded:unsubscribed');
  });

  it('that it was a rehearsal, or that an administrator has stopped it', async () => {
    const [rehearsed, stopped] = [release(), release()];
    await setMode(rehearsed, 'rehearsal');
    await setMode(stopped, 'stopped');
    await run(rehearsed);
    await run(stopped);
    expect(await outcomeOf(rehearsed, '林知夏')).toBe('suppressed:rehearsal');
    expect(await outcomeOf(stopped, '林知夏')).toBe('held:stopped');
  });

  it('which code of Feishu’s ended it', async () => {
    const bundle = release();
    const unionId =
      morning.feishu().tenant.company.people.find(({ name }) => name === '鲁建军')?.unionId ?? '';
    await out().people.record({
      person: unionId,
      name: '鲁建军',
      jobTitle: '品控负责人',
      departments: ['仓储'],
      roles: ['品控负责人'],
      syncedAt: clock.now().toISOString(),
    });
    await run(bundle);
    const last = (await explained(bundle, '鲁建军')).at(-1);
    await out().people.recordLeft(unionId, { at: clock.now(), reason: 'out_of_scope' });
    expect(last).toEqual({ code: 'failed:230013', text: '晨报发送失败：你不在应用的可用范围内' });
    // What happened to their card still stands after they have left.
    expect(await outcomeOf(bundle, unionId)).toBe('failed:230013');
  });

  it('that somebody without a known region sees nothing instead of everything', async () => {
    const bundle = release();
    await out().people.record({
      person: 'on_nowhere',
      name: '甘无界',
      jobTitle: '大区负责人',
      departments: ['大区'],
      roles: ['大区负责人'],
      syncedAt: clock.now().toISOString(),
    });
    await run(bundle);
    const steps = plain(await explained(bundle, '甘无界')).map(({ code }) => code);
    await out().people.recordLeft('on_nowhere', { at: clock.now(), reason: 'left_company' });
    expect(steps[0]).toBe('sales-daily:nothing_to_show');
    expect(steps.at(-1)).toBe('excluded:nothing_to_show');
  });

  it('that a Saturday is no day for a digest of working days', async () => {
    const bundle = release({ digests: release().digests.filter(({ calendar }) => calendar === 'workdays') });
    expect(await outcomeOf(bundle, '戴明薇', '2026-11-28')).toBe('not_a_push_day');
  });
});

describe('a digest since its last send', () => {
  it('starts where the last window that was sent ended, not at its own and not at one that was skipped', async () => {
    const [sales] = release().digests;
    if (!sales) throw new Error('the morning has digests');
    const trigger = { kind: 'at', time: '08:47' } as const;
    const digest = { ...sales, id: 'since', trigger, window: 'sinceLastSend' as const };
    const bundle = release({ id: 'since', digests: [digest] });
    const deps = invocation([bundle]);
    at('08:50:00', '2026-11-22');
    expect(await run(bundle, '2026-11-22')).toBe('sent');
    at('12:30:00', '2026-11-23');
    expect(await tick({ ...bundle, misfire: { policy: 'skip' } })).toMatchObject({ skipped: 1 });
    at('08:46:59');
    await tick(bundle);
    expect(await windows().find('since', today)).toMatchObject({ state: 'sent' });
    const { members } = await judge(
      deps,
      { release: bundle, day: today, at: clock.now() },
      { mayWait: false, force: true },
    );
    expect(members[0]?.wanted).toEqual({ from: '2026-11-22', to: '2026-11-23' });
  });
});

describe('a year whose holidays are not loaded', () => {
  const line = '2027年放假安排未导入，暂按周一至周五推送';
  const daysOff = ['01-01', '01-02', '01-03', '05-01', '10-01'];
  const year2027 = {
    year: 2027,
    holidays: daysOff.map((day) => ({ day: `2027-${day}`, name: '放假' })),
    workdays: [],
    source: '测试用',
  };

  it('is said on the card until it is, and working days are those of the list from then on', async () => {
    await bi().load('2027-01-02');
    at('10:00:00', '2027-01-02');
    const [guessed, known] = [release(), release()];
    await run(guessed, '2027-01-02');
    expect(await shownTo(subjectOf(guessed, '2027-01-02'), '沈南乔')).toContain(line);
    expect(await outcomeOf(release({ digests: guessed.digests.slice(2) }), '戴明薇', '2027-01-01')).not.toBe(
      'not_a_push_day',
    );

    await out().settings.append(calendarSetting(2027), {
      value: year2027,
      changedBy: 'test',
      now: clock.now(),
    });
    await run(known, '2027-01-02');
    expect(await shownTo(subjectOf(known, '2027-01-02'), '沈南乔')).not.toContain(line);
    expect(await outcomeOf(release({ digests: known.digests.slice(2) }), '戴明薇', '2027-01-01')).toBe(
      'not_a_push_day',
    );
    const [before, after] = await Promise.all(
      [guessed, known].map(({ id }) => windows().find(id, '2027-01-02')),
    );
    expect([before?.versions['calendar'], after?.versions['calendar']]).toEqual([
      'built-in',
      'calendar#2027@00000001',
    ]);
    expect((await rowOf(subjectOf(known, '2027-01-02'), '沈南乔'))?.decidedBy).toMatchObject({
      calendar: 'calendar#2027@00000001',
    });
  });
});
