import { describe, expect, it } from 'vitest';
import { allAlerts } from '../../config/alerts/all.ts';
import { verifySubject as verify } from '../../functions/ops/identity.ts';
import { why } from '../../functions/ops/why.ts';
import { dayOf } from '../../shared/calendar/day.ts';
import { feishuMessages } from '../../shared/feishu/messages.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { windows } from '../../shared/store/windows.ts';
import { localCompany } from '../alert/company.ts';

const company = localCompany();
const { ledger, report, minutes, states } = company;
const deps = () => ({
  ...ledger.out(),
  releases: [],
  alertDefinitions: allAlerts,
  accounts: [],
  broadcasts: broadcasts(ledger.tables.name('broadcasts')),
  alerts: states(),
  windows: windows(ledger.tables.name('digests')),
  inbox: inbox(ledger.tables.name('inbox')),
  appIds: [],
  messagesOf: (sender: string) => feishuMessages(ledger.out().senders.bySender(sender)),
});
const now = (): Date => new Date(ledger.clock.now());

type Told = { subject: string; steps: { code: string; text: string }[] };
const codes = async (person: string, about = 'alert:refund-rate'): Promise<readonly string[]> => {
  const input = { do: 'why', person, about, date: dayOf(now()) };
  const reply = (await why(deps()).run(input, now())) as unknown as { about: Told[] };
  expect(reply.about).toHaveLength(1);
  return (reply.about[0]?.steps ?? []).map(({ code }) => code);
};
const reportTwo = async (value: string): Promise<void> => {
  for (let point = 0; point < 2; point += 1) {
    await minutes(10);
    await report({ dims: { channel: '抖音' }, value });
  }
};

describe('why of an alert', () => {
  it('that got no figure says so', async () => {
    expect(await codes('江予川')).toEqual(['alert:no_points']);
  });

  it('that has seen one bad point and waits for the next names the run', async () => {
    await report({ dims: { channel: '抖音' }, value: '0.098' });
    expect(await codes('江予川')).toEqual(['alert:in_audience', 'alert:never_fired']);
  });

  it('that fires tells whose it is, since when, and what became of the card', async () => {
    await reportTwo('0.098');
    const decided = ['alert:firing', 'alert:planned'];
    expect(await codes('江予川')).toEqual([
      'alert:in_audience',
      ...decided,
      'versions',
      'urgency:p0',
      'accepted',
    ]);
    expect(await codes('苏沐晴')).toEqual(['alert:not_in_audience', ...decided]);
  });

  it('that has recovered tells till when another card would not come, and that the card was refreshed or waits', async () => {
    await reportTwo('0.05');
    const told = await codes('江予川');
    expect(told.slice(0, 4)).toEqual([
      'alert:in_audience',
      'alert:recovered',
      'alert:planned',
      'alert:in_grace',
    ]);
    expect(told.at(-1)).toMatch(/^refresh/);
  });
});

describe('verify of an alert', () => {
  it('adds the states of its latest firing up to its target', async () => {
    const subject = 'alert:refund-rate:channel=抖音:1';
    const reply = await verify(deps()).run({ do: 'verify', subject }, now());
    expect(reply).toMatchObject({ state: 'planned', target: 3, states: { accepted: 3 }, holds: true });
  });
});
