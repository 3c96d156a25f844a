import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { safeNext } from '../../functions/workbench/sign-in.ts';
import { people } from '../../shared/store/people.ts';
import { ZHIDA } from '../feishu-simulator/world.ts';
import { localTables } from '../local.ts';
import { localParam } from '../template/definitions.ts';
import {
  authorizeLink,
  consent,
  enter,
  fieldIn,
  startWorkbench,
  type Visitor,
  visitor,
  type Workbench,
} from './world.ts';

const tables = localTables();
const reader = '林知夏';
let workbench: Workbench;
let lines: string[] = [];
beforeAll(async () => {
  workbench = await startWorkbench(tables);
}, 60_000);
afterAll(() => workbench.close());
beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await workbench.reload();
});

const sessionName = 'zhida_session';
/** Whether the pages know who looks. */
const isIn = async (who: Visitor): Promise<boolean> => (await who.get('/workbench')).status === 200;
const begun = async (who: Visitor, next = '/workbench') => {
  const { html, headers } = await who.get(`/workbench/login?${new URLSearchParams({ next }).toString()}`);
  return { link: authorizeLink(html), state: fieldIn(html, 'state'), headers };
};
/** A code as a page gets it inside the client. */
const codeInClient = async (name: string, page = `${workbench.url}/login`): Promise<string> => {
  const { url } = workbench.feishu.feishu;
  const answer = await fetch(`${url}/sim/people/${workbench.person(name).unionId}/apps/${ZHIDA}/code`, {
    method: 'POST',
    body: JSON.stringify({ api: 'requestAccess', page }),
  });
  return ((await answer.json()) as { code: string }).code;
};

describe('whoever is not signed in', () => {
  it('is asked who they are, and comes back to where they wanted to go', async () => {
    const who = visitor(workbench);
    const first = await who.get('/workbench/past?page=2');
    expect(first).toMatchObject({
      status: 302,
      location: '/workbench/login?next=%2Fworkbench%2Fpast%3Fpage%3D2',
    });
    const { html } = await who.get(first.location);
    const back = await consent(workbench, reader, authorizeLink(html));
    expect(await who.get(back)).toMatchObject({ status: 303, location: '/workbench/past?page=2' });
    expect((await who.get('/workbench/past?page=2')).html).toContain(reader);
  });

  it('sends no form', async () => {
    const answer = await visitor(workbench).post('/workbench/posts/legal-1/confirm', { version: '1' });
    expect(answer.status).toBe(401);
    expect(answer.html).toContain('登录已过期');
  });

  it('reads why when they say no', async () => {
    const answer = await visitor(workbench).get('/workbench/login?error=access_denied&state=x');
    expect(answer.html).toContain('你没有同意登录');
  });
});

describe('a sign-in', () => {
  it('by redirect carries PKCE and a state, and asks for no scope', async () => {
    const { link } = await begun(visitor(workbench));
    const query = Object.fromEntries(new URL(link).searchParams);
    expect(query).toEqual({
      client_id: ZHIDA,
      response_type: 'code',
      redirect_uri: `${workbench.url}/login`,
      state: expect.any(String) as string,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/u) as string,
      code_challenge_method: 'S256',
    });
  });

  it('inside the client needs no redirect', async () => {
    const who = visitor(workbench);
    const { state } = await begun(who, '/workbench/past');
    const answer = await who.post('/workbench/login', { code: await codeInClient(reader), state });
    expect(answer).toMatchObject({ status: 303, location: '/workbench/past' });
    expect(await isIn(who)).toBe(true);
  });

  it('is good once', async () => {
    const who = visitor(workbench);
    const back = await consent(workbench, reader, (await begun(who)).link);
    await who.get(back);
    who.cookies.delete(sessionName);
    const again = await who.get(back);
    expect(again.status).toBe(400);
    expect(again.html).toContain('已经过期、用过');
    expect(await isIn(who)).toBe(false);
  });

  it('takes no code twice, whatever the state', async () => {
    const who = visitor(workbench);
    const code = await codeInClient(reader);
    await who.post('/workbench/login', { code, state: (await begun(who)).state });
    who.cookies.delete(sessionName);
    const again = await who.post('/workbench/login', { code, state: (await begun(who)).state });
    expect(again.status).toBe(400);
    expect(again.html).toContain('授权码已失效或用过');
    expect(await isIn(who)).toBe(false);
  });

  it('ends in the browser in which it began, and in no other', async () => {
    const victim = visitor(workbench);
    const back = await consent(workbench, reader, (await begun(visitor(workbench))).link);
    expect(await victim.get(back)).toMatchObject({ status: 400 });
    await begun(victim);
    expect(await victim.get(back)).toMatchObject({ status: 400 });
    expect(await isIn(victim)).toBe(false);
  });

  it('may begin in two windows and end in both', async () => {
    const who = visitor(workbench);
    const links = [(await begun(who)).link, (await begun(who)).link];
    for (const link of links)
      expect(await who.get(await consent(workbench, reader, link))).toMatchObject({ status: 303 });
  });

  it('that took longer than ten minutes begins again', async () => {
    const who = visitor(workbench);
    const { state } = await begun(who);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 + 1 });
    const answer = await who.post('/workbench/login', { code: await codeInClient(reader), state });
    expect(answer.status).toBe(400);
  });

  it.each(['', 'x', 'a.b', `${'é'.repeat(9)}.e30`, `${'x'.repeat(5_000)}.y`])(
    'refuses the state %j',
    async (state) => {
      const who = visitor(workbench);
      await begun(who);
      const code = await codeInClient(reader);
      expect((await who.post('/workbench/login', { code, state })).status).toBe(400);
      expect(await isIn(who)).toBe(false);
    },
  );

  it('is not begun by another site in its own name', async () => {
    const who = visitor(workbench);
    const { state } = await begun(who);
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }] as const) {
      const answer = await who.post(
        '/workbench/login',
        { code: await codeInClient(reader), state },
        { ...headers },
      );
      expect(answer.status).toBe(400);
    }
  });

  it('says that Feishu is out of reach, and lets nobody in', async () => {
    await workbench.reload({ FEISHU_DOMAIN: 'http://127.0.0.1:9' });
    const who = visitor(workbench);
    const { state } = await begun(who);
    const answer = await who.post('/workbench/login', { code: 'a-code', state });
    expect(answer.status).toBe(502);
    expect(answer.html).toContain('暂时连不上飞书');
  });

  it('says that an administrator has to look when Feishu knows no such app', async () => {
    const apps = JSON.stringify([{ sender: 'zhida', appId: 'cli_unknown', appSecret: 'x' }]);
    await workbench.reload({ FEISHU_APPS: apps });
    const who = visitor(workbench);
    const { state } = await begun(who);
    const answer = await who.post('/workbench/login', { code: await codeInClient(reader), state });
    expect(answer.html).toContain('请联系管理员检查应用的密钥');
  });

  it('lets in nobody whom the directory does not know', async () => {
    const name = '周以安';
    const directory = people(tables.name('people'));
    const at = new Date('2026-11-24T00:00:00Z');
    await directory.recordLeft(workbench.person(name).unionId, { at, reason: 'out_of_scope' });
    const { landed, ...who } = await enter(workbench, name);
    expect(landed.status).toBe(403);
    expect(landed.html).toContain('没有你的账号');
    expect(await isIn(who)).toBe(false);
  });

  it('leaves no code, state or cookie in a log', async () => {
    const who = await enter(workbench, reader);
    const said = lines.join('');
    expect(said).toContain('signed_in');
    for (const secret of [who.cookies.get(sessionName) ?? '', workbench.person(reader).unionId]) {
      expect(said).not.toContain(secret);
    }
  });
});

describe('a session', () => {
  it('is a first-party cookie that scripts and other sites do not get', async () => {
    const { landed } = await enter(workbench, reader);
    const cookie = landed.headers.getSetCookie().find((one) => one.startsWith(sessionName)) ?? '';
    expect(cookie.split('; ').slice(1).sort()).toEqual([
      'HttpOnly',
      'Max-Age=43200',
      'Path=/',
      'SameSite=Lax',
    ]);
  });

  it('is bound to https and to the host where there is https', async () => {
    const page = 'https://zhida.example.com/workbench';
    await workbench.reload({ WORKBENCH_URL: page });
    const who = visitor(workbench);
    const { state, headers } = await begun(who);
    expect(headers.getSetCookie().join()).toContain('; Secure');
    const code = await codeInClient(reader);
    const answer = await who.post('/workbench/login', { code, state }, { origin: new URL(page).origin });
    const cookie = answer.headers.getSetCookie().join('\n');
    expect(cookie).toContain('__Host-zhida_session=');
    expect(cookie).toContain('; Secure');
    expect(await isIn(who)).toBe(true);
  });

  it('ends after twelve hours', async () => {
    const who = await enter(workbench, reader);
    const start = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: start + 12 * 3_600_000 - 60_000 });
    expect(await isIn(who)).toBe(true);
    vi.setSystemTime(start + 12 * 3_600_000 + 60_000);
    expect(await isIn(who)).toBe(false);
  });

  it('ends when its person leaves, at once', async () => {
    const name = '高远';
    const who = await enter(workbench, name);
    expect(await isIn(who)).toBe(true);
    const left = { at: new Date('2026-11-24T00:00:00Z'), reason: 'left_company' };
    await people(tables.name('people')).recordLeft(workbench.person(name).unionId, left);
    expect(await isIn(who)).toBe(false);
  });

  it('that was altered in any character is none', async () => {
    const who = await enter(workbench, reader);
    const cookie = who.cookies.get(sessionName) ?? '';
    const [body = '', mac = ''] = cookie.split('.');
    const payload = JSON.parse(Buffer.from(body, 'base64url').toString()) as { for: Record<string, string> };
    payload.for['person'] = workbench.person('许念').unionId;
    const forged = Buffer.from(JSON.stringify(payload)).toString('base64url');
    const flipped = `${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`;
    for (const bad of [`${forged}.${mac}`, `${body}.${flipped}`, `${body}.`, body, '', 'null.null']) {
      who.cookies.set(sessionName, bad);
      expect({ bad, isIn: await isIn(who) }).toEqual({ bad, isIn: false });
    }
    who.cookies.set(sessionName, cookie);
    expect(await isIn(who)).toBe(true);
  });

  it('is not what a state or a form is', async () => {
    const who = await enter(workbench, reader);
    const { state } = await begun(who);
    who.cookies.set(sessionName, state);
    expect(await isIn(who)).toBe(false);
  });

  it('outlives a change of keys while both are there, and no longer', async () => {
    const [old] = JSON.parse(localParam('workbenchKeys')) as [string];
    const fresh = Buffer.from('another-workbench-key-32-bytes!!').toString('base64');
    const before = await enter(workbench, reader);
    await workbench.reload({ WORKBENCH_KEYS: JSON.stringify([fresh, old]) });
    expect(await isIn(before)).toBe(true);
    const between = await enter(workbench, reader);
    await workbench.reload({ WORKBENCH_KEYS: JSON.stringify([fresh]) });
    expect([await isIn(before), await isIn(between)]).toEqual([false, true]);
  });

  it('ends by 退出', async () => {
    const who = await enter(workbench, reader);
    const form = fieldIn((await who.get('/workbench/me')).html, 'form');
    expect((await who.post('/workbench/logout', { form })).html).toContain('已退出');
    expect(await isIn(who)).toBe(false);
  });
});

describe('the way back after a sign-in', () => {
  const home = new URL('https://zhida.example.com/workbench');
  it.each([
    ['/workbench/posts/legal-42?version=1', '/workbench/posts/legal-42?version=1'],
    ['/workbench', '/workbench'],
    ['/workbench?x=1', '/workbench?x=1'],
    ['', '/workbench'],
    ['https://evil.example/workbench', '/workbench'],
    ['//evil.example/workbench', '/workbench'],
    ['/\\evil.example/workbench', '/workbench'],
    ['/workbench/../feishu/events', '/workbench'],
    ['/workbench/%2e%2e/feishu', '/workbench'],
    ['/workbenches', '/workbench'],
    ['/workbench/login?next=/workbench/login', '/workbench'],
    ['javascript:alert(1)', '/workbench'],
    ['https://zhida.example.com@evil.example/workbench', '/workbench'],
    ['/workbench/posts\r\nx: y', '/workbench/postsx:%20y'],
  ])('from %j is %j', (next, expected) => {
    expect(safeNext(next, home)).toBe(expected);
  });
});

describe('every answer', () => {
  it.each(['/workbench/login', '/workbench', '/workbench/nowhere'])(
    'of %s is kept by no cache and framed by Feishu alone',
    async (path) => {
      const who = await enter(workbench, reader);
      const { headers } = await who.get(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'content-type': 'text/html; charset=UTF-8',
      });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain(`frame-ancestors ${workbench.feishu.feishu.url}`);
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      const nonce = /'nonce-([^']+)'/u.exec(policy)?.[1] ?? '';
      const again = (await who.get(path)).headers.get('content-security-policy') ?? '';
      expect(again).not.toContain(nonce);
    },
  );
});
