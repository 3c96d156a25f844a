import { describe, expect, it } from 'vitest';
import { allAccounts } from '../../config/accounts/all.ts';
import { gatewayEvent, signBody } from '../../events/sign.ts';
import type { Check } from '../../functions/ops/check.ts';
import { opsCommands } from '../../functions/ops/commands.ts';
import { diagnose, doctor } from '../../functions/ops/doctor.ts';
import type { Account } from '../../shared/broadcasts/account.ts';
import { dayOf } from '../../shared/calendar/day.ts';
import { modeSetting, trialSetting } from '../../shared/delivery/modes.ts';
import { planForDeliver } from '../../shared/delivery/plan.ts';
import { runCommand } from '../../shared/lambda/command.ts';
import { quietApps } from '../feishu/quiet-apps.ts';
import { legal, loadHandler, sealKey, zhida } from '../ingress/calls.ts';
import { apps, clinic, nextYear, now } from './clinic.ts';

const { tables, wired, examine, set, eventsUrl, withConsole } = clinic();

/** What isn't ok, with how bad it is. */
const ailing = (checks: readonly Check[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    checks
      .filter(({ ok }) => ok !== true)
      .map(({ check, ok, severity }) => [check, ok === 'unknown' ? 'unknown' : (severity ?? 'broken')]),
  );
const invisible = { 'alarms.subscribed': 'unknown', 'on-failure-queue': 'unknown' };
const found = (checks: readonly Check[], check: string): Check => {
  const one = checks.find((each) => each.check === check);
  if (!one) throw new Error(`there is no check ${check}`);
  return one;
};

describe('the doctor on a healthy stack', () => {
  it('finds at least 30 things in order, and says of two that nobody can see them from here', async () => {
    const checks = await examine();
    expect(ailing(checks)).toEqual(invisible);
    expect(checks.filter(({ ok }) => ok === true).length).toBeGreaterThanOrEqual(30);
    expect(new Set(checks.map(({ check }) => check)).size).toBe(checks.length);
  });

  it('has one line to mend each thing that is not', async () => {
    const checks = await examine({ SEAL_KEYS: '', FEISHU_APPS: '{{resolve:secretsmanager:x}}' });
    for (const { ok, fix, detail } of checks.filter((each) => each.ok !== true)) {
      expect(ok).not.toBe(true);
      expect(detail).not.toContain('\n');
      expect(fix).toMatch(/^[^\n]{10,}$/);
    }
  });

  it('answers as a command: healthy or not, counts, and in brief only what is not in order', async () => {
    const command = doctor(wired());
    const reply = await command.run({ do: 'doctor', url: eventsUrl(), brief: true }, now);
    expect(reply).toMatchObject({ healthy: true, broken: 0, warnings: 0, unknown: 2 });
    expect(reply['checks']).toHaveLength(2);
  });

  it('never says a secret', async () => {
    const text = JSON.stringify(await examine());
    for (const secret of ['dev-secret', 'dev-encrypt', 'dev-token', sealKey])
      expect(text).not.toContain(secret);
  });
});

type Case = readonly [
  trouble: string,
  run: () => Promise<readonly Check[]>,
  check: string,
  expected: Partial<Check> & { readonly words: string },
];

const cases: readonly Case[] = [
  [
    'a wrong secret of the app',
    () => examine({ FEISHU_APPS: JSON.stringify([{ ...apps[0], appSecret: 'wrong' }, apps[1]]) }),
    'sender.zhida.credentials',
    { ok: false, detail: 'app_credentials_wrong (code 10014)', words: 'App Secret' },
  ],
  [
    'an app that Feishu does not know',
    () => examine({ FEISHU_APPS: JSON.stringify([{ ...apps[0], appId: 'cli_nobody' }, apps[1]]) }),
    'sender.zhida.credentials',
    { ok: false, detail: 'app_credentials_wrong (code 10003)', words: 'App ID' },
  ],
  [
    'a secret that CloudFormation left as it is',
    () => examine({ FEISHU_APPS: '{{resolve:secretsmanager:zhida/prod/feishu-apps}}' }),
    'secret.feishu-apps',
    { ok: false, words: 'deploy again' },
  ],
  [
    'no seal key',
    () => examine({ SEAL_KEYS: '["dG9vIHNob3J0"]' }),
    'secret.seal-keys',
    { ok: false, words: '32 bytes in base64' },
  ],
  [
    'an app whose events would be refused',
    () => examine({ FEISHU_CALLBACK_KEYS: JSON.stringify([legal]) }),
    'callback.keys',
    { ok: false, detail: 'no encrypt key and token for: zhida', words: '加密策略' },
  ],
  [
    'a sender without an app',
    () => examine({ FEISHU_APPS: JSON.stringify([apps[0]]) }),
    'sender.legal.app',
    { ok: false, severity: 'warning', words: 'config/senders.ts' },
  ],
  [
    'no scope to send',
    () =>
      withConsole(
        { scopes: quietApps[0]?.scopes.filter((scope) => !scope.startsWith('im:message')) ?? [] },
        () => examine(),
      ),
    'sender.zhida.scope.send',
    { ok: false, detail: 'feature off: nothing can be sent', words: 'add im:message:send_as_bot' },
  ],
  [
    'no scope to read the directory',
    () =>
      withConsole(
        { scopes: quietApps[0]?.scopes.filter((scope) => !scope.startsWith('contact:')) ?? [] },
        () => examine(),
      ),
    'contact.range',
    { ok: false, detail: 'scope_missing (code 99991672)', words: '权限管理' },
  ],
  [
    'no bot',
    () => withConsole({ botOff: true }, () => examine()),
    'sender.zhida.bot',
    { ok: false, detail: 'bot_ability_off (code 230006)', words: '添加应用能力 → 机器人' },
  ],
  [
    'a Feishu that is out of reach',
    () => examine({ FEISHU_DOMAIN: 'http://127.0.0.1:1' }),
    'sender.zhida.credentials',
    { ok: false, words: 'network' },
  ],
  [
    'a clock ten minutes ahead',
    () => examine({}, new Date(Date.now() + 600_000)),
    'clock.feishu',
    { ok: false, words: 'NTP' },
  ],
  [
    'a table that is not there',
    () => examine({ CONTENTS_TABLE: 'zhida-nowhere-contents' }),
    'table.contents',
    { ok: false, detail: 'ResourceNotFoundException', words: 'deploy' },
  ],
  [
    'an address that does not answer',
    () => diagnose(wired())(now, 'http://127.0.0.1:1/feishu/events'),
    'callback.url',
    { ok: false, words: 'the address is' },
  ],
  [
    'an address that nobody has told',
    () => diagnose(wired())(now),
    'callback.url',
    { ok: 'unknown', words: '"url"' },
  ],
  [
    'a directory that was not synced for two days',
    () => examine({}, new Date(now.getTime() + 48 * 3_600_000)),
    'directory.synced',
    { ok: false, words: 'people-sync' },
  ],
];

const within = (ms: number): Date => new Date(now.getTime() + ms);

/** Each leaves the stack as it found it, or as the next ones may find it. */
const changes: readonly Case[] = [
  [
    'a sender that is stopped',
    async () => {
      await set(modeSetting('sender', 'zhida'), 'stopped');
      const checks = await examine();
      await set(modeSetting('sender', 'zhida'), 'live');
      return checks;
    },
    'sender.zhida.mode',
    { ok: false, detail: 'stopped: nothing leaves', words: '"resume"' },
  ],
  [
    'a sender that still rehearses',
    async () => {
      await set(modeSetting('sender', 'legal'), 'rehearsal');
      const checks = await examine();
      await set(modeSetting('sender', 'legal'), 'live');
      return checks;
    },
    'sender.legal.mode',
    { ok: false, severity: 'warning', words: '"mode":"live"' },
  ],
  [
    'a setting that nobody can read',
    async () => {
      await set(modeSetting('subject', 'reply'), 'of course');
      const checks = await examine();
      await set(modeSetting('subject', 'reply'), 'live');
      return checks;
    },
    'settings.parse',
    { ok: false, words: 'set it again' },
  ],
  [
    'a trial list with somebody who has left',
    async () => {
      await set(trialSetting, { people: ['on_gone'] });
      const checks = await examine();
      await set(trialSetting, { people: [] });
      return checks;
    },
    'trial.people',
    { ok: false, severity: 'warning', words: '"trial"' },
  ],
  [
    'a year of holidays that nobody has loaded',
    () => examine({}, new Date(`${nextYear}-12-10T02:00:00Z`)),
    'calendar.horizon',
    { ok: false, severity: 'warning', words: '"calendar"' },
  ],
  [
    'a budget that is nearly used up',
    async () => {
      const { rows } = wired();
      const month = dayOf(now).slice(0, 7);
      const calls = Array.from({ length: 9_700 }, () => ({ topic: 'morning', sender: 'zhida' }));
      await rows.add(month, { day: dayOf(now).slice(8), calls });
      const checks = await examine();
      await set('budget', { monthlyCalls: null, overrides: {} });
      return checks;
    },
    'budget.level',
    { ok: false, words: '"budget"' },
  ],
  [
    'a delivery that has been due for long',
    async () => {
      const { deliveries } = wired();
      const to = { receiveIdType: 'union_id', receiveId: 'on_1', sender: 'zhida' } as const;
      const wish = { ...to, subject: 'notice:late', recipient: 'on_1', hash: 'x', eventAt: now };
      await planForDeliver(deliveries)(wish, within(-600_000));
      const checks = await examine();
      const row = await deliveries.find(wish);
      if (row) await deliveries.setAside(row, { reason: 'expired', now });
      return checks;
    },
    'deliveries.due',
    { ok: false, words: 'due_deliveries_swept' },
  ],
  [
    'a digest that was never released',
    async () => {
      const { windows } = wired();
      const day = dayOf(now);
      await windows.arm({
        digest: 'morning',
        window: day,
        state: 'armed',
        subject: `digest:morning:${day}`,
        releaseAt: within(-3_600_000).toISOString(),
        notAfter: within(-3_000_000).toISOString(),
        attempt: 0,
        versions: {},
      });
      return examine();
    },
    'windows.released',
    { ok: false, words: '"run"' },
  ],
];

describe('the doctor', () => {
  it.each([...cases, ...changes])('finds %s and the line to mend it', async (...row) => {
    const [, run, check, { words, ...expected }] = row;
    const one = found(await run(), check);
    expect(one).toMatchObject(expected);
    expect(one.fix).toContain(words);
  });

  it('finds receipts that are dead and those that wait, by their reasons', async () => {
    const receive = await loadHandler(tables);
    const header = {
      event_id: 'doctor-1',
      event_type: 'im.chat.updated_v1',
      create_time: String(Date.now()),
    };
    const text = JSON.stringify({
      schema: '2.0',
      header: { ...header, token: 'dev-token-zhida', app_id: zhida.appId, tenant_key: 't' },
      event: {},
    });
    await receive(gatewayEvent(signBody(text, 'dev-encrypt-key-zhida', new Date())));
    const { inbox } = wired();
    const id = `feishu:${zhida.appId}#doctor-1`;
    const late = await examine({}, within(600_000));
    expect(found(late, 'receipts.waiting')).toMatchObject({ ok: false });
    expect(found(late, 'receipts.waiting').detail).toContain(id);
    const taken = await inbox.take(id, new Date());
    if (!taken) throw new Error('the receipt is not there');
    await inbox.bury(taken, 'feishu_refused');
    const checks = await examine();
    expect(found(checks, 'receipts.dead')).toMatchObject({ ok: false, detail: '1: feishu feishu_refused' });
    expect(found(checks, 'receipts.dead').fix).toContain('"replay"');
  });

  it('finds cases that wait or are dead, and replays them to their own worker', async () => {
    const { inbox, putReceipt } = wired();
    const at = new Date().toISOString();
    const id = 'youzan:client#doctor-2';
    const receipt = { source: 'youzan', sender: 'client', eventType: 'x', work: 'ticket' };
    await putReceipt({ ...receipt, id, receivedAt: at, eventAt: at, body: 'sealed' });
    expect(found(await examine({}, within(600_000)), 'receipts.waiting').detail).toContain(id);
    const taken = await inbox.take(id, new Date());
    if (!taken) throw new Error('the receipt is not there');
    await inbox.bury(taken, 'invalid_json');
    expect(found(await examine(), 'receipts.dead').detail).toContain('youzan invalid_json');
    const ops = (event: object) => runCommand(opsCommands(wired()), event);
    expect(await ops({ do: 'dead', source: 'youzan' })).toMatchObject({ count: 1, receipts: [{ id }] });
    expect(await ops({ do: 'replay', source: 'youzan', confirm: true })).toMatchObject({ replayed: 1 });
    expect(await inbox.find(id)).toMatchObject({ state: 'received', dueShard: 'ticket' });
    expect(await inbox.listOverdue(within(600_000), 'ticket')).toContain(id);
    expect(await ops({ do: 'dead', source: 'youzan' })).toMatchObject({ count: 0 });
  });

  it('goes on when a whole group breaks, and says which', async () => {
    const checks = await examine({ PEOPLE_TABLE: 'zhida-nowhere-people' });
    expect(found(checks, 'directory')).toMatchObject({ ok: false });
    expect(found(checks, 'clock.feishu').ok).toBe(true);
  });
});

describe('the accounts of posts', () => {
  const [legalAccount, policies] = allAccounts;
  const examined = async (change: Partial<Account>) => {
    if (!legalAccount || !policies) throw new Error('there are two accounts');
    const accounts = [{ ...legalAccount, ...change }, policies];
    return diagnose({ ...wired(), accounts })(now, eventsUrl());
  };
  const head = { departments: ['法务'], roles: ['部门负责人'] };

  it.each<readonly [string, Partial<Account>, string, string]>([
    ['nobody who writes', { editors: [{ departments: ['不存在'] }] }, 'people', 'nobody writes for 薄荷法讯'],
    ['nobody who approves', { approvers: [{ roles: ['不存在'] }] }, 'people', 'nobody may approve'],
    ['one person who is both', { editors: [head], approvers: [head] }, 'people', 'also its only approver'],
    ['a group without the bot', { groups: ['全员群', '法务群'] }, 'groups', 'no group called 法务群'],
    ['a wiki that is not seen', { wikiSpace: '别的知识库' }, 'wiki', 'does not see the wiki 「别的知识库」'],
    ['a sender without an app', { sender: 'law' }, 'sender', 'no app to send with: law'],
  ])('have %s: said with the line to mend it', async (...[, change, check, words]) => {
    const one = found(await examined(change), `account.legal.${check}`);
    expect(one).toMatchObject({ ok: false, detail: expect.stringContaining(words) as unknown });
    expect(one.severity).toBeUndefined();
    expect(one.fix).toMatch(/^[^\n]{10,}$/u);
  });

  it('are in order with whoever is there', async () => {
    const checks = await examine();
    expect(found(checks, 'account.legal.people')).toMatchObject({
      ok: true,
      detail: '2 editor(s), 1 approver(s)',
    });
    expect(found(checks, 'account.policies.groups')).toMatchObject({ ok: true, detail: '全员群' });
    for (const pack of ['send', 'wiki', 'documents', 'document-reads'])
      expect(found(checks, `sender.legal.scope.${pack}`)).toMatchObject({ ok: true });
  });

  it('need scopes for wiki and documents, and say what fails without each', async () => {
    const scopes = quietApps[0]?.scopes.filter((scope) => !/^(?:wiki|docx|drive|docs):/u.test(scope)) ?? [];
    const checks = await withConsole({ scopes }, () => examine());
    expect(found(checks, 'sender.zhida.scope.wiki').fix).toContain('wiki:node:read');
    expect(found(checks, 'sender.zhida.scope.documents').fix).toContain('docx:document:readonly');
    expect(found(checks, 'sender.zhida.scope.document-reads')).toMatchObject({
      ok: false,
      severity: 'warning',
    });
    expect(found(checks, 'account.policies.wiki')).toMatchObject({ ok: 'unknown' });
  });
});
