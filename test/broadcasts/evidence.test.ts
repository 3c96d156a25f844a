import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { evidenceCommands, type ProofDeps } from '../../functions/broadcast/evidence.ts';
import { verifyEvidence as verifyCommand } from '../../functions/ops/verify-evidence.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { canonicalJson, hashJson } from '../../shared/broadcasts/canonical.ts';
import { collectEvidence, signEvidence } from '../../shared/broadcasts/collect-evidence.ts';
import { type Evidence, evidenceSchema } from '../../shared/broadcasts/evidence.ts';
import { evidenceKeysSchema, publicKeysOf } from '../../shared/broadcasts/evidence-keys.ts';
import { rosterCsv } from '../../shared/broadcasts/roster-csv.ts';
import { keepSnapshot } from '../../shared/broadcasts/snapshot.ts';
import { verifyEvidence } from '../../shared/broadcasts/verify-evidence.ts';
import { runCommand } from '../../shared/lambda/command.ts';
import { account, localPosts } from './post-world.ts';

const world = localPosts();
const { ledger, put, drain, confirm, now } = world;

const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
const [ours, older, foreign] = [newKey(), newKey(), newKey()];
const EVIDENCE_KEYS = JSON.stringify([ours, older]);
const keys = evidenceKeysSchema.parse(EVIDENCE_KEYS);
const known = publicKeysOf(keys);

const deps = (): ProofDeps => ({
  broadcasts: world.posts(),
  deliveries: ledger.out().deliveries,
  contents: ledger.out().contents,
  accounts: [account],
  evidenceKeys: keys,
  workbenchUrl: 'https://zhida.example/workbench',
});
const sent = async (): Promise<Broadcast> => {
  // Nobody gets more than four a day.
  await ledger.clock.advance(86_400_000);
  const post = await put(['陆鸣', '顾晓峰', '田小禾']);
  await drain();
  await confirm(post, '陆鸣');
  return post;
};
const fileOf = async (post: Broadcast): Promise<Evidence> =>
  signEvidence(keys, await collectEvidence(deps())(post.broadcast, now()));
const copyOf = (file: Evidence): Evidence => evidenceSchema.parse(JSON.parse(JSON.stringify(file)));
/** The file as a forger leaves it. */
const forged = (file: Evidence, change: (body: Evidence['body']) => Evidence['body']): Evidence => ({
  ...file,
  body: change(copyOf(file).body),
});
const codes = (file: Evidence): readonly string[] =>
  verifyEvidence(file, known).problems.map(({ code }) => code);

describe('canonical JSON', () => {
  it('is the same text for the same value, whatever the order of its keys', () => {
    expect(canonicalJson({ b: [1, { d: null, c: '直达' }], a: undefined })).toBe(
      '{"b":[1,{"c":"直达","d":null}]}',
    );
  });
});

describe('evidence', () => {
  it('says who was meant, who has read and confirmed, and holds without any table', async () => {
    const post = await sent();
    const file = copyOf(await fileOf(post));
    expect(verifyEvidence(file, known)).toEqual({ holds: true, problems: [] });
    expect(file.body.sum).toMatchObject({ target: 3, confirmed: 1, unread: 2 });
    const confirmed = file.body.people.find(({ state }) => state === 'confirmed');
    expect(confirmed).toMatchObject({ name: '陆鸣', via: 'card', confirmedVersion: 1 });
    expect(file.body.audience).toHaveLength(1);
    expect(file.body.steps[0]?.step).toBe('opened');
    expect(file.body.content.hash).toBe(post.page?.contentHash);
  });

  it('counts whoever has no row yet', async () => {
    const post = await put(['牛宏伟', '蒲海棠']);
    const file = await fileOf(post);
    expect(file.body.sum).toMatchObject({ target: 2, waiting: 2 });
    expect(verifyEvidence(file, known).holds).toBe(true);
  });

  it('names what was changed', async () => {
    const file = await fileOf(await sent());
    const [first] = file.body.people;
    const inFirst = (more: object) =>
      forged(file, (body) => ({
        ...body,
        people: body.people.map((one, index) => (index === 0 ? { ...one, ...more } : one)),
      }));
    const readAt = inFirst({ readAt: '2026-11-23T00:00:00.000Z' });
    expect(verifyEvidence(readAt, known).problems).toContainEqual({
      code: 'person_changed',
      detail: first?.person,
    });
    expect(codes(inFirst({ state: 'exempt' }))).toEqual(
      expect.arrayContaining(['person_changed', 'counts_differ']),
    );
    const fewer = forged(file, (body) => ({ ...body, people: body.people.slice(1) }));
    expect(codes(fewer)).toEqual(expect.arrayContaining(['body_changed', 'counts_differ']));
    const steps = forged(file, (body) => ({
      ...body,
      steps: body.steps.map((step) => ({ ...step, at: 'later' })),
    }));
    expect(codes(steps)).toEqual(['body_changed', 'steps_changed']);
    const audience = forged(file, (body) => ({
      ...body,
      audience: body.audience.map((part) => ({ ...part, text: part.text.replace('陆鸣', '别人') })),
    }));
    expect(codes(audience)).toEqual(['body_changed', 'audience_changed']);
    const text = forged(file, (body) => ({ ...body, content: { ...body.content, text: '另一篇' } }));
    expect(codes(text)).toEqual(['body_changed', 'content_changed']);
  });

  it('finds a change of anything at all', async () => {
    const file = await fileOf(await sent());
    const text = JSON.stringify(file.body);
    for (const [index, from] of [...text.matchAll(/[0-9](?=[0-9]{3})/gu)].entries()) {
      if (index % 7 !== 0) continue;
      const digit = String((Number(from[0]) + 1) % 10);
      const changed = `${text.slice(0, from.index)}${digit}${text.slice(from.index + 1)}`;
      const body = evidenceSchema.shape.body.parse(JSON.parse(changed));
      expect(verifyEvidence({ ...file, body }, known).holds).toBe(false);
    }
  });

  it('is nobody else’s: whoever signs it anew needs a key that is known', async () => {
    const file = await fileOf(await sent());
    const other = evidenceKeysSchema.parse(JSON.stringify([foreign]));
    expect(codes(signEvidence(other, file.body))).toEqual(['key_unknown']);
    // A key of ours over a digest that the foreign key has signed.
    const mixed = {
      ...file,
      signature: { ...file.signature, value: signEvidence(other, file.body).signature.value },
    };
    expect(codes(mixed)).toEqual(['signature_wrong']);
    const resigned = { ...file, signature: { ...file.signature, digest: hashJson('other') } };
    expect(codes(resigned)).toEqual(['body_changed', 'signature_wrong']);
    const broken = { ...file, signature: { ...file.signature, publicKey: 'AAAA' } };
    expect(codes(broken)).toEqual(['signature_wrong', 'key_unknown']);
  });

  it('of an older key is known while that key is listed', async () => {
    const body = (await fileOf(await sent())).body;
    const before = evidenceKeysSchema.parse(JSON.stringify([older]));
    expect(verifyEvidence(signEvidence(before, body), known).holds).toBe(true);
  });
});

describe('the keys', () => {
  it('are refused unless they are one or two private keys of Ed25519', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const other = rsa.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    for (const text of ['[]', '["x"]', 'x', JSON.stringify([other]), JSON.stringify([ours, older, foreign])])
      expect(evidenceKeysSchema.safeParse(text).success).toBe(false);
  });
});

describe('commands', () => {
  const run = (name: string, post: string) => evidenceCommands(deps())[name]?.run({ do: name, post }, now());
  const verify = (evidence: unknown) =>
    verifyCommand({ secrets: { EVIDENCE_KEYS } }).run({ do: 'verify', evidence }, now());

  it('write the file, and check it by its path, its text and its content', async () => {
    const post = await sent();
    const reply = await run('evidence', post.broadcast);
    const path = join(await mkdtemp(join(tmpdir(), 'zhida-')), 'evidence.json');
    await writeFile(path, JSON.stringify(reply));
    for (const given of [path, JSON.stringify(reply?.['evidence']), reply?.['evidence']])
      expect(await verify(given)).toMatchObject({ holds: true, post: post.broadcast, people: 3 });
  });

  it('say what is wrong with what is no evidence', async () => {
    await expect(verify('/nowhere/evidence.json')).rejects.toMatchObject({ code: 'file_unreadable' });
    await expect(verify('{')).rejects.toMatchObject({ code: 'not_json' });
    await expect(verify({ format: 'zhida-evidence/1' })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(run('evidence', 'policies-999')).rejects.toMatchObject({ code: 'unknown_broadcast' });
  });

  it('report what the card says', async () => {
    const reply = await run('report', (await sent()).broadcast);
    expect(reply?.['lines']).toEqual([
      '应触达 3 = 已确认 1 + 已读未确认 0 + 未读 2 + 不可触达 0 + 已豁免 0',
      '触达率 1/3 = 33.3%',
      expect.stringContaining('已读用时：50% 未达到'),
      expect.stringContaining('确认用时：50% 未达到'),
    ]);
  });

  it('list the names for a spreadsheet', async () => {
    const reply = await run('export', (await sent()).broadcast);
    const csv = z.string().parse(reply?.['csv']);
    expect(csv.startsWith('\ufeff姓名,部门,状态,')).toBe(true);
    expect(csv.split('\r\n')).toHaveLength(5);
    expect(csv).toMatch(
      /陆鸣,华东大区,已确认,2026-1\d-\d\d \d\d:\d\d,,,2026-1\d-\d\d \d\d:\d\d,v1,卡片,,on_/u,
    );
  });
});

describe('the roster', () => {
  it('keeps a name that begins like a formula from running', async () => {
    const { body } = await fileOf(await sent());
    const named = (name: string) =>
      rosterCsv({ people: body.people.slice(0, 1).map((one) => ({ ...one, name })) }).split('\r\n')[1] ?? '';
    expect(named('=HYPERLINK("x","y")').startsWith(`"'=HYPERLINK(""x"",""y"")"`)).toBe(true);
    for (const start of ['+1', '-1', '@x', '\t=1'])
      expect(named(start).replace('"', '').startsWith(`'${start}`)).toBe(true);
    expect(named('张三, 李四').startsWith('"张三, 李四",')).toBe(true);
  });
});

describe('evidence that is larger than what a command can answer with', () => {
  it('is refused with a stable code and where its file is', async () => {
    const crowd = Array.from({ length: 4_000 }, (_, at) => ({
      person: `on_${String(at).padStart(32, '0')}`,
      name: `同事${at}`,
      departments: ['直播运营部'.repeat(60)],
    }));
    const of = { broadcast: 'policies-900', version: 1 };
    const snapshots = await keepSnapshot(ledger.out().contents)(of, crowd, now());
    await put([], { ...of, snapshots: [...snapshots], target: crowd.length });
    const commands = evidenceCommands(deps());
    expect(await runCommand(commands, { do: 'evidence', post: of.broadcast })).toMatchObject({
      ok: false,
      code: 'evidence_too_large',
      message: expect.stringMatching(
        /^文件 \d+\.\d MB，命令最多返回 5\.9 MB：请在浏览器登录工作台后下载 https:\/\/zhida\.example\/workbench\/reports\/policies-900\/evidence$/u,
      ) as unknown,
      page: 'https://zhida.example/workbench/reports/policies-900/evidence',
    });
    expect(await runCommand(commands, { do: 'export', post: of.broadcast })).toMatchObject({ ok: true });
  });
});
