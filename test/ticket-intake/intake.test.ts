import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { echo, recorded, ticketEvent } from '../../events/ticket-intake/sign.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { seals } from '../../shared/seal.ts';
import { readReceipt } from '../../shared/sources/read-receipt.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { localAccounts, type PushingSource } from '../../simulator/sources/accounts.ts';
import { type Message, signPush } from '../../simulator/sources/sign.ts';
import { sealKey } from '../ingress/calls.ts';
import { localTables } from '../local.ts';
import { localParam } from '../template/definitions.ts';
import { type Answer, base64, callWith, loadIntake, type TicketCall } from './calls.ts';

const tables = localTables();
const { open } = seals([Buffer.from(sealKey, 'base64')]);
const logged: string[] = [];
let handle: (event: TicketCall) => Promise<Answer>;
beforeAll(async () => {
  handle = await loadIntake(tables);
});
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
  return () => vi.restoreAllMocks();
});

const rows = async (source: string) => {
  const { Items = [] } = await tables.documents().send(
    new ScanCommand({
      TableName: tables.name('inbox'),
      FilterExpression: '#source = :source',
      ExpressionAttributeNames: { '#source': 'source' },
      ExpressionAttributeValues: { ':source': source },
    }),
  );
  return Items;
};
const receiptOf = async (id: string) => {
  const receipt = await inbox(tables.name('inbox')).find(id);
  if (!receipt) throw new Error(`no receipt ${id}`);
  return { receipt, text: open(receipt.body ?? '') };
};
const ids = async (source: string) => (await rows(source)).map(({ id }) => String(id)).sort();

const acknowledgements: Readonly<Record<PushingSource, Answer>> = {
  youzan: { status: 200, type: 'application/json', body: '{"code":0,"msg":"success"}' },
  doudian: { status: 200, type: 'application/json', body: '{"code":0,"msg":"success"}' },
  qiyu: { status: 200, type: 'text/plain', body: '' },
  wecom: { status: 200, type: 'text/plain', body: 'success' },
  app: { status: 200, type: 'application/json', body: '{"received":true}' },
};
const refusals: Readonly<Record<PushingSource, Answer>> = {
  youzan: { status: 401, type: 'application/json', body: '{"code":0,"msg":"failed"}' },
  doudian: { status: 401, type: 'application/json', body: '{"code":40041,"message":"解析推送数据失败"}' },
  qiyu: { status: 401, type: 'application/json', body: '{"code":14002}' },
  wecom: { status: 401, type: 'text/plain', body: 'signature_invalid' },
  app: {
    status: 401,
    type: 'application/json',
    body: '{"code":"webhook_signature_invalid","message":"no v1 signature matches"}',
  },
};
const messages: readonly (readonly [PushingSource, string, string])[] = [
  ['youzan', 'youzan-refund-created', 'youzan:c0ffee0000000001#6dc15f0b-8682-4812-b635-ab66e199f330'],
  [
    'doudian',
    'doudian-refund-batch',
    'doudian:7000000000000000001#sha256:', // a batch has no id of its own
  ],
  ['qiyu', 'qiyu-customer', 'qiyu:dev-qiyu-app-key#8ca1c9fb30c40aa6cc390844e2756fac'],
  ['wecom', 'wecom-notify', 'wecom:ww0dev0corp0000001#wkdev0000000001:ENC8ahVhvLV0000dev'],
  ['app', 'app-feedback-created', 'app:mint-app#msg_app_dev_0001'],
];

it('knows the accounts of the stage local', () => {
  const params = JSON.parse(localParam('ticketSources')) as { source: PushingSource; account: string }[];
  expect(params.map(({ source, account }) => [source, account])).toEqual(
    Object.entries(localAccounts).map(([source, { account }]) => [source, account]),
  );
});

describe.each(messages)('a message of %s', (source, name, id) => {
  it('is answered as it wants to be and kept sealed, for the worker', async () => {
    expect(await handle(callWith(recorded(name)))).toEqual(acknowledgements[source]);
    const [row, ...others] = await rows(source);
    expect(others).toEqual([]);
    expect(String(row?.['id'])).toMatch(new RegExp(`^${id}`));
    expect(row).toMatchObject({
      source,
      sender: localAccounts[source].account,
      state: 'received',
      work: 'ticket',
      dueShard: 'ticket',
    });
    const keptDays = (Number(row?.['expiresAt']) - Date.parse(String(row?.['receivedAt'])) / 1000) / 86_400;
    expect(Math.round(keptDays)).toBe(14);
    const { text } = await receiptOf(String(row?.['id']));
    expect(text).toBe(recorded(name).body);
  });

  it('is kept once, however often and at the same time it comes', async () => {
    const calls = Array.from({ length: 10 }, (_, index) =>
      callWith(recorded(name), new Date(Date.now() - index * 1_000)),
    );
    const answers = await Promise.all(calls.map((call, index) => handle(index % 2 ? base64(call) : call)));
    for (const answer of answers) expect(answer).toEqual(acknowledgements[source]);
    expect(await ids(source)).toHaveLength(1);
  });

  it.each([
    ['a changed byte', (call: TicketCall) => ({ ...call, body: call.body.replace(/\d(?!.*\d)/s, 'x') })],
    ['nothing in its body', (call: TicketCall) => ({ ...call, body: '' })],
  ])('with %s is refused in its own form and leaves no row', async (_what, change) => {
    const before = await ids(source);
    const answer = await handle(change(callWith(recorded(name))));
    // WeCom signs what it encrypts: without that there is nothing to compare.
    if (source === 'wecom') expect(answer).toMatchObject({ status: 401, type: 'text/plain' });
    else expect(answer).toEqual(refusals[source]);
    expect(answer.body).not.toContain('success');
    expect(await ids(source)).toEqual(before);
  });

  it('without a signature is refused and leaves no row', async () => {
    const before = await ids(source);
    const bare = { ...callWith(recorded(name)), headers: {}, rawQueryString: '' };
    const answer = await handle(bare);
    expect(answer.status).toBe(401);
    expect(answer.body).not.toBe('');
    expect(answer.body).not.toContain('success');
    expect(await ids(source)).toEqual(before);
  });
});

describe('what is signed but nonsense', () => {
  const nonsense = ['', '这不是 JSON', '[]', '{}', 'null', '[{"tag":200}]', '{"msg_id":5,"msgId":[]}'];

  it.each(
    (['youzan', 'doudian', 'qiyu', 'app'] as const).flatMap((source) =>
      nonsense.map((body) => [source, body] as const),
    ),
  )('is acknowledged to %s and kept to be buried: %j', async (source, body) => {
    const before = await ids(source);
    expect(await handle(callWith({ source, body }))).toEqual(acknowledgements[source]);
    const [added] = (await ids(source)).filter((id) => !before.includes(id));
    const { receipt, text } = await receiptOf(added ?? '');
    expect(() => readReceipt(receipt, text)).toThrow(InvalidInputError);
  });

  it('of WeCom has nothing to pull', async () => {
    expect(await handle(callWith({ source: 'wecom', body: '<xml/>' }))).toEqual(acknowledgements.wecom);
    const [added] = (await ids('wecom')).filter((id) => id.includes('sha256'));
    const { receipt, text } = await receiptOf(added ?? '');
    expect(readReceipt(receipt, text)).toEqual({ kind: 'events', events: [] });
  });
});

describe('a repeat that looks different', () => {
  it('of Youzan has another sendCount and so other bytes', async () => {
    const body = (sendCount: number) => JSON.stringify({ type: 'x', msg_id: 'repeat-1', sendCount });
    await handle(callWith({ source: 'youzan', body: body(0) }));
    await handle(callWith({ source: 'youzan', body: body(1) }));
    expect((await ids('youzan')).filter((id) => id.endsWith('#repeat-1'))).toHaveLength(1);
  });

  it('of Qiyu comes under another type, which is not signed, and is no second receipt', async () => {
    const body = JSON.stringify({ uid: 'u', sessionId: 1, closeReason: 2 });
    await handle(callWith({ source: 'qiyu', body, eventType: 'SESSION_END' }));
    const before = await ids('qiyu');
    await handle(callWith({ source: 'qiyu', body, eventType: 'MSG' }));
    expect(await ids('qiyu')).toEqual(before);
  });

  it('of Doudian is the same batch; another order of ids is another one', async () => {
    const batch = (...names: string[]) => JSON.stringify(names.map((msg_id) => ({ tag: '100', msg_id })));
    const before = (await ids('doudian')).length;
    for (const body of [batch('a', 'b'), batch('a', 'b'), batch('b', 'a'), batch('a')]) {
      await handle(callWith({ source: 'doudian', body }));
    }
    expect((await ids('doudian')).length - before).toBe(3);
  });
});

describe('an address check', () => {
  it('of WeCom brings its text back', async () => {
    const before = await ids('wecom');
    expect(await handle(echo('1616140317555161061'))).toEqual({
      status: 200,
      type: 'text/plain',
      body: '1616140317555161061',
    });
    const forged = echo('1616140317555161061');
    const query = forged.rawQueryString.replace(/nonce=\d+/, 'nonce=1');
    expect(await handle({ ...forged, rawQueryString: query })).toEqual(refusals.wecom);
    expect(await ids('wecom')).toEqual(before);
  });

  it('of Doudian leaves no row', async () => {
    const before = await ids('doudian');
    expect(await handle(callWith(recorded('doudian-probe')))).toEqual(acknowledgements.doudian);
    expect(await ids('doudian')).toEqual(before);
  });
});

describe('ticket-intake', () => {
  it.each(['tmall', 'import', 'chat', '', '__proto__'])('has no source %j', async (source) => {
    const call = ticketEvent(source, { query: '', headers: {}, body: '{}' });
    expect(await handle(call)).toMatchObject({ status: 404 });
  });

  it('knows only sources that have an account', async () => {
    const onlyApp = await loadIntake(tables, {
      TICKET_SOURCES: JSON.stringify([
        { source: 'app', account: 'mint-app', secrets: [localAccounts.app.secret] },
      ]),
    });
    expect(await onlyApp(callWith(recorded('youzan-refund-created')))).toMatchObject({ status: 404 });
    expect(await onlyApp(callWith(recorded('app-feedback-created')))).toEqual(acknowledgements.app);
  });

  it('takes both secrets while one is being replaced, and the old one no longer', async () => {
    const youzan = (...secrets: string[]) => ({
      TICKET_SOURCES: JSON.stringify([{ source: 'youzan', account: localAccounts.youzan.account, secrets }]),
    });
    const call = callWith(recorded('youzan-refund-created'));
    const both = await loadIntake(tables, youzan('the-next-secret', localAccounts.youzan.secret));
    expect(await both(call)).toEqual(acknowledgements.youzan);
    const next = await loadIntake(tables, youzan('the-next-secret'));
    expect(await next(call)).toEqual(refusals.youzan);
  });

  it('refuses what is too large to keep', async () => {
    const message = (length: number): Message => ({
      source: 'youzan',
      body: JSON.stringify({ type: 'x', msg_id: `large-${length}`, msg: 'x'.repeat(length) }),
    });
    expect(await handle(callWith(message(200_000)))).toEqual(acknowledgements.youzan);
    const before = await ids('youzan');
    for (const length of [240_000, 1_100_000]) {
      expect(await handle(callWith(message(length)))).toMatchObject({ status: 413 });
    }
    expect(await ids('youzan')).toEqual(before);
  });

  it('keeps an id that no key could hold by the hash of its body', async () => {
    for (const msg_id of ['x'.repeat(3_000), '有 空格', '']) {
      const body = JSON.stringify({ type: 'y'.repeat(200), msg_id });
      expect(await handle(callWith({ source: 'youzan', body }))).toEqual(acknowledgements.youzan);
    }
    expect((await ids('youzan')).every((id) => id.length < 300)).toBe(true);
  });

  it('acknowledges nothing that it could not store, in nobody’s words for a success', async () => {
    const lost = await loadIntake(tables, { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' });
    for (const [, name] of messages) {
      const { status, body } = await lost(callWith(recorded(name)));
      expect(status).toBe(500);
      expect(body).toBe('{"code":"internal"}');
    }
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = tables.endpoint();
  });

  it('refuses a Qiyu checksum that is older than five minutes as Qiyu does', async () => {
    const old = new Date(Date.now() - 301_000);
    expect(await handle(callWith(recorded('qiyu-agent'), old))).toMatchObject({
      status: 401,
      body: '{"code":14003}',
    });
    const push = signPush(recorded('qiyu-agent'), new Date());
    const query = push.query.replace(/time=\d+/, 'time=now');
    expect(await handle(ticketEvent('qiyu', { ...push, query }))).toMatchObject({ status: 401 });
  });

  it('logs no phone, no words of a customer and no secret', () => {
    const text = logged.join('');
    expect(text).toContain('ticket_received');
    const secrets = JSON.stringify(localAccounts).match(/(?:dev-\w+-(?:api-)?secret|whsec_[^"]+)/g) ?? [];
    expect(secrets.length).toBeGreaterThan(4);
    for (const each of ['13800138000', '疹子', '少发', ...secrets]) expect(text).not.toContain(each);
  });
});
