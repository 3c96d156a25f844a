import { describe, expect, it } from 'vitest';
import { verifySubject as verify } from '../../functions/ops/identity.ts';
import { receiptCommands } from '../../functions/ops/receipts.ts';
import { resend } from '../../functions/ops/resend.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { feishuMessages } from '../../shared/feishu/messages.ts';
import type { Command } from '../../shared/lambda/command.ts';
import { alerts } from '../../shared/store/alerts.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { windows } from '../../shared/store/windows.ts';
import { localLedger } from '../delivery/ledger.ts';

const ledger = localLedger();
const { clock, sender, wishFor, rowOf, fail, screenOf } = ledger;
const { name: table } = ledger.tables;
type Reply = Readonly<Record<string, unknown>>;

const run = (command: Command, input: object): Promise<Reply> =>
  command.run({ do: 'x', ...input }, new Date(clock.now()));
const again = (input: object): Promise<Reply> => run(resend(ledger.out()), input);
const dead = (input: object): Promise<Reply> => {
  const { dead: command } = receiptCommands({ ...ledger.out(), inbox: inbox(table('inbox')) });
  if (!command) throw new Error('there is no command dead');
  return run(command, input);
};
const prove = (input: object): Promise<Reply> => {
  const { senders, contents, deliveries } = ledger.out();
  const [digests, posts] = [table('digests'), broadcasts(table('broadcasts'))];
  const stores = { windows: windows(digests), alerts: alerts(digests), broadcasts: posts };
  const messagesOf = (id: string) => feishuMessages(senders.bySender(id));
  return run(verify({ contents, deliveries, messagesOf, ...stores }), input);
};

let count = 0;
const sent = async (who: string, subject: string): Promise<Wish> => {
  const wish = await wishFor(who, { subject, urgency: 'p0' });
  await sendNow(sender())(wish);
  return wish;
};
/** Somebody whose chat nobody has seen yet: what may have arrived there can't be looked up. */
const strangers = ['丁一舟', '陆鸣', '苏沐晴', '石敬川', '温可儿', '贺兰朵'];
type Mixed = { readonly subject: string; readonly lost: Wish; readonly stranger: string };

/** One got it, one is out of range, of one nobody knows, and the card of one is gone. */
const mixed = async (): Promise<Mixed> => {
  const subject = `notice:resend-${(count += 1)}`;
  const stranger = strangers.pop() ?? '';
  await sent('林知夏', subject);
  await sent('鲁建军', subject);
  fail({ kind: 'lost_reply' });
  const lost = await sent(stranger, subject);
  for (let sweeps = 0; (await rowOf(lost)).dueAt !== undefined && sweeps < 12; sweeps += 1) {
    const { dueAt = '' } = await rowOf(lost);
    await ledger.sweepAfter(Math.max(0, Date.parse(dueAt) - clock.now()) + 1_000);
  }
  fail();
  const gone = await wishFor('周以安', { subject, urgency: 'p0', hash: 'nowhere' });
  await sendNow(sender())(gone);
  return { subject, lost, stranger };
};

describe('resend', () => {
  it('without confirm lists who failed and why, and changes nothing', async () => {
    const { subject, lost, stranger } = await mixed();
    expect(await rowOf(lost)).toMatchObject({ state: 'failed', code: 'outcome_unknown' });
    const reply = await again({ subject });
    expect(reply).toMatchObject({ dryRun: true, subject, who: [] });
    expect(reply['skipped']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: '鲁建军', code: '230013', reason: 'person_not_available' }),
        expect.objectContaining({ name: stranger, code: 'outcome_unknown' }),
        expect.objectContaining({ name: '周以安', code: 'content_missing' }),
      ]),
    );
    expect(JSON.stringify(reply['skipped'])).toContain('the person may see it twice');
    expect(JSON.stringify(reply['skipped'])).toContain('可用范围');
    expect(await again({ subject, confirm: true })).toMatchObject({ resent: 0 });
    expect((await rowOf(lost)).state).toBe('failed');
  });

  it('of one person whose outcome is unknown needs a word and makes a new message, once', async () => {
    const { subject, lost, stranger } = await mixed();
    const seen = screenOf(stranger).length;
    const wanted = { subject, person: stranger, evenIfUnknown: true };
    expect(await again(wanted)).toMatchObject({
      dryRun: true,
      who: [{ name: stranger, prospect: 'unknown' }],
    });
    expect(await again({ ...wanted, confirm: true })).toMatchObject({ resent: 1 });
    expect(await rowOf(lost)).toMatchObject({ state: 'planned', generation: 2 });
    expect(await again({ ...wanted, confirm: true })).toMatchObject({ resent: 0, skipped: [] });
    await ledger.sweepAfter(61_000);
    expect(await rowOf(lost)).toMatchObject({ state: 'accepted', generation: 2 });
    expect(screenOf(stranger)).toHaveLength(seen + 1);
    expect(await again({ ...wanted, confirm: true })).toMatchObject({ resent: 0, skipped: [] });
    await ledger.sweepAfter(61_000);
    expect(screenOf(stranger)).toHaveLength(seen + 1);
  });

  it('of what can never work does so by force, with the same generation', async () => {
    const { subject } = await mixed();
    const wish = { subject, recipient: ledger.person('鲁建军').unionId };
    expect(await again({ subject, person: '鲁建军', force: true, confirm: true })).toMatchObject({
      resent: 1,
    });
    expect(await rowOf(wish)).toMatchObject({ state: 'planned', generation: 1 });
    await ledger.sweepAfter(61_000);
    expect(await rowOf(wish)).toMatchObject({ state: 'failed', code: '230013' });
  });

  it('touches nobody who has got it', async () => {
    const { subject } = await mixed();
    const key = { subject, recipient: ledger.person('林知夏').unionId };
    const before = await rowOf(key);
    const seen = screenOf('林知夏').length;
    await again({ subject, force: true, evenIfUnknown: true, confirm: true });
    await ledger.sweepAfter(61_000);
    expect(await rowOf(key)).toEqual(before);
    expect(screenOf('林知夏')).toHaveLength(seen);
  });
});

describe('dead', () => {
  it('of a subject or a day lists the deliveries that failed for good', async () => {
    const { subject } = await mixed();
    const ofSubject = await dead({ subject });
    expect(ofSubject).toMatchObject({ count: 3 });
    const day = new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const ofDay = await dead({ date: day });
    expect(Number(ofDay['count'])).toBeGreaterThan(0);
    expect(await dead({ date: '2026-01-01' })).toMatchObject({ count: 0, failed: [] });
  });
});

describe('verify', () => {
  it('of a subject without a row of its own finds every delivery in exactly one state', async () => {
    const { subject } = await mixed();
    expect(await prove({ subject })).toMatchObject({
      subject,
      state: null,
      target: null,
      states: { accepted: 1, failed: 3 },
      holds: true,
    });
  });

  it('deep compares each card with the one in Feishu, within the calls it may make', async () => {
    const subject = `notice:deep-${(count += 1)}`;
    for (const who of ['林知夏', '许念', '高远']) await sent(who, subject);
    expect(await prove({ subject, deep: true })).toMatchObject({
      holds: true,
      compared: { same: 3, different: [], notLookedAt: {} },
    });
    expect(await prove({ subject, deep: true, calls: 1 })).toMatchObject({
      holds: true,
      compared: { same: 1, notLookedAt: { over_calls: 2 } },
    });
  });

  it('deep sees a card that somebody else has changed', async () => {
    const subject = `notice:deep-${(count += 1)}`;
    const wish = await sent('许念', subject);
    const other = await wishFor('许念', { subject: `${subject}-other` });
    const { messageId = '' } = await rowOf(wish);
    const { senders, contents } = ledger.out();
    const text = (await contents.find(other.hash ?? '')) ?? '';
    await feishuMessages(senders.bySender('zhida')).updateCard(messageId, text);
    expect(await prove({ subject, deep: true })).toMatchObject({
      holds: false,
      compared: { same: 0, different: [`${wish.recipient}: different`] },
    });
  });
});
