import { beforeAll, describe, expect, it } from 'vitest';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { seals } from '../../shared/seal.ts';
import { putReceiptTo } from '../../shared/store/put-receipt.ts';
import { sealKey } from '../ingress/calls.ts';
import { must, worker, ZHIDA } from './worker.ts';

const w = worker();
const seconds = (n: number) => n * 1000;
const minutes = (n: number) => n * 60_000;
const SEND = 'POST /open-apis/im/v1/messages';
let ops: (event: unknown) => Promise<Readonly<Record<string, unknown>>>;

beforeAll(async () => {
  await syncPeople({ people: w.people, readDirectory: () => listDirectory(w.client()) })(new Date());
  await w.setMode('live');
  ({ handler: ops } = await import('../../functions/ops/handler.ts'));
});

const rowOf = async (id: string) => must((await w.rows()).find((row) => String(row['id']).endsWith(id)));
/** The receipt of a question, waiting for the stream. */
const asked = async (called: string, text = '帮助'): Promise<string> => {
  const messageId = w.speak(called, text);
  await w.arrived();
  return `feishu:${ZHIDA}#${messageId}`;
};
const put = async (id: string, body: string): Promise<string> => {
  await putReceiptTo(w.table('inbox'))({
    id,
    source: 'feishu',
    sender: 'zhida',
    eventType: 'im.message.receive_v1',
    work: 'event',
    receivedAt: new Date().toISOString(),
    eventAt: new Date().toISOString(),
    body,
  });
  return id;
};
const { seal } = seals([Buffer.from(sealKey, 'base64')]);

describe('a receipt', () => {
  it('that the stream brings twice, one after the other, is answered once', async () => {
    const id = await asked('林知夏');
    await w.workOff(id);
    await w.workOff(id);
    expect(w.cards('林知夏')).toHaveLength(1);
    expect(await w.inbox.find(id)).toMatchObject({ state: 'done', attempts: 1 });
  });

  it('that two workers take at the same time is answered once', async () => {
    const id = await asked('周以安');
    await Promise.all([w.workOff(id), w.workOff(id), w.workOff(id)]);
    expect(w.cards('周以安')).toHaveLength(1);
  });

  it('whose worker died after the answer had left is answered once', async () => {
    const id = await asked('沈南乔', '退订 经营日报');
    const before = await rowOf(id);
    await w.workOff(id);
    await w.restore(before);
    await w.workOff(id);
    expect(w.cards('沈南乔')).toHaveLength(1);
    expect(await w.inbox.find(id)).toMatchObject({ state: 'done', reason: 'answered:unsubscribe:taken' });
  });

  it('loses what was written in it when it is done', async () => {
    const id = await asked('梁佩珊');
    expect(await rowOf(id)).toHaveProperty('body');
    await w.workOff(id);
    const row = await rowOf(id);
    for (const gone of ['body', 'work', 'dueAt', 'dueShard']) expect(row).not.toHaveProperty(gone);
  });

  it('that the stream lost is found by the sweep after a minute, not before', async () => {
    const id = await asked('石敬川');
    expect(await w.sweep()).toEqual({ overdue: 0 });
    w.later(minutes(1) + 1);
    expect(await w.sweep()).toEqual({ overdue: 1 });
    expect(w.cards('石敬川')).toHaveLength(1);
    expect(await w.inbox.find(id)).toMatchObject({ state: 'done' });
  });

  it('that somebody holds is left to them until their lease has run out', async () => {
    const id = await asked('蒲海棠');
    await w.inbox.take(id, new Date());
    await w.workOff(id);
    w.later(seconds(59));
    await w.sweep();
    expect(w.cards('蒲海棠')).toEqual([]);
    w.later(seconds(2));
    await w.sweep();
    expect(w.cards('蒲海棠')).toHaveLength(1);
    expect(await w.inbox.find(id)).toMatchObject({ attempts: 2 });
  });

  it('for which a sweep has no time left waits for the next one', async () => {
    await asked('霍大川');
    w.later(minutes(1) + 1);
    const sweeping = w.sweep();
    w.later(seconds(41));
    await sweeping;
    expect(w.cards('霍大川')).toEqual([]);
    await w.sweep();
    expect(w.cards('霍大川')).toHaveLength(1);
  });

  it('that ends every worker that takes it is dead after six tries', async () => {
    const id = await asked('高远');
    for (let tries = 0; tries < 6; tries += 1) {
      await w.inbox.take(id, new Date());
      w.later(minutes(1) + 1);
    }
    await w.sweep();
    expect(await w.inbox.find(id)).toMatchObject({ state: 'dead', reason: 'never_finished' });
    expect(w.cards('高远')).toEqual([]);
  });
});

describe('a body that cannot be read', () => {
  const sealed = seal('{"event":{"sender":{"name":"绝密"}}}');
  it.each([
    ['no seal at all', 'not sealed', 'seal_invalid'],
    ['a seal with a changed byte', `${sealed.slice(0, -4)}AAA=`, 'seal_invalid'],
    ['no JSON under the seal', seal('{"event":'), 'invalid_json'],
    ['another shape under the seal', sealed, 'invalid_input'],
    ['nothing under the seal', seal('null'), 'invalid_input'],
  ])('with %s is dead at once', async (what, body, reason) => {
    const id = await put(what, body);
    await w.workOff(id);
    expect(await w.inbox.find(id)).toMatchObject({ state: 'dead', reason, attempts: 1 });
    expect(w.logged()).not.toContain('绝密');
    w.later(minutes(60));
    await w.sweep();
    expect(await w.inbox.find(id)).toMatchObject({ attempts: 1 });
  });
});

describe('the dead', () => {
  it('are listed with their reason and without their content', async () => {
    const reply = await ops({ do: 'dead' });
    const receipts = reply['receipts'] as readonly Readonly<Record<string, unknown>>[];
    expect(reply['count']).toBe(receipts.length);
    expect(receipts.map(({ id, reason }) => [id, reason])).toEqual(
      expect.arrayContaining([
        ['no seal at all', 'seal_invalid'],
        ['no JSON under the seal', 'invalid_json'],
      ]),
    );
    expect(JSON.stringify(reply)).not.toContain('body');
  });

  it('stay dead in a dry run and are worked off again when it is confirmed', async () => {
    const id = await asked('秦越');
    const receipt = must(await w.inbox.take(id, new Date()));
    await w.inbox.bury(receipt, 'feishu_refused');
    expect(await ops({ do: 'replay', id })).toMatchObject({ ok: true, dryRun: true, ids: [id] });
    expect(await w.waiting()).not.toContain(id);
    expect(await w.inbox.find(id)).toMatchObject({ state: 'dead' });

    expect(await ops({ do: 'replay', id, confirm: true })).toMatchObject({ ok: true, replayed: 1 });
    expect(await w.waiting()).toContain(id);
    await w.drain();
    expect(w.cards('秦越')).toHaveLength(1);
    expect(await w.inbox.find(id)).toMatchObject({ state: 'done', attempts: 1 });
    expect(await ops({ do: 'replay', id, confirm: true })).toMatchObject({ code: 'unknown_receipt' });
  });

  it('that are replayed and lost by the stream are found by the sweep', async () => {
    const id = await asked('苏沐晴');
    await w.inbox.bury(must(await w.inbox.take(id, new Date())), 'feishu_refused');
    await ops({ do: 'replay', id, confirm: true });
    w.later(minutes(1) + 1);
    await w.sweep();
    expect(w.cards('苏沐晴')).toHaveLength(1);
  });
});

describe('while Feishu fails', () => {
  it('an answer is put off and sent once when it is back', async () => {
    w.tenant().faults.set([{ api: SEND, kind: '503' }]);
    const id = await asked('江予川');
    await w.workOff(id);
    expect(w.cards('江予川')).toEqual([]);
    expect(await w.inbox.find(id)).toMatchObject({ state: 'done', reason: 'answered:help:retry' });
    w.tenant().faults.set([]);
    expect(await w.deliverDue()).toMatchObject({ due: 0, accepted: 0 });
    w.later(seconds(16));
    expect(await w.deliverDue()).toMatchObject({ due: 1, accepted: 1 });
    expect(await w.deliverDue()).toMatchObject({ due: 0, accepted: 0 });
    expect(w.cards('江予川')).toHaveLength(1);
  });

  it('an answer whose acknowledgement got lost is on the screen once', async () => {
    w.tenant().faults.set([{ api: SEND, kind: 'lost_reply' }]);
    const id = await asked('尹书言');
    await w.workOff(id);
    w.tenant().faults.set([]);
    w.later(seconds(16));
    await w.deliverDue();
    expect(w.cards('尹书言')).toHaveLength(1);
    const [delivery] = await w.deliveries.listOfPerson(w.person('尹书言').unionId, '2026-11-23');
    expect(delivery).toMatchObject({ state: 'accepted', messageId: w.cards('尹书言')[0]?.id });
  });

  it('a short limit is waited for in place', async () => {
    w.tenant().faults.set([{ api: SEND, kind: '429', count: 1 }]);
    const id = await asked('程铁生');
    await w.workOff(id);
    expect(await w.inbox.find(id)).toMatchObject({ reason: 'answered:help:accepted' });
    expect(w.cards('程铁生')).toHaveLength(1);
  });

  it('a person who may not get messages ends as failed with the code, and nobody tries again', async () => {
    w.staff().mute(w.person('孟繁星').unionId, ZHIDA, true);
    const id = await asked('孟繁星');
    await w.workOff(id);
    w.later(minutes(60));
    await w.deliverDue();
    expect(await w.inbox.find(id)).toMatchObject({ state: 'done', reason: 'answered:help:failed' });
    const [delivery] = await w.deliveries.listOfPerson(w.person('孟繁星').unionId, '2026-11-23');
    expect(delivery).toMatchObject({ state: 'failed', code: '230053', attempt: 1 });
  });
});
