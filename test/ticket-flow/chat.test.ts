import { describe, expect, it } from 'vitest';
import { sealKeysSchema, seals } from '../../shared/seal.ts';
import { sealKey } from '../ingress/calls.ts';
import { desk, must } from './desk.ts';

const d = desk();
const [sun, wang, lin] = ['孙佳禾', '汪晓棠', '林知夏'] as const;
/** The smallest PNG. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const last = (called: string) => must(d.cards(called).at(-1), `card of ${called}`);
const say = async (called: string, text: string) => {
  const id = d.speak(called, text);
  await d.drain();
  return `reply:${id}`;
};

describe('提交客诉', () => {
  const form = { content: '蛋白棒里有根头发，手机 13812345678', channel: '微信', batchNo: '20261012' };

  it('is a form on the person’s own card, and becomes a sealed receipt for ticket-worker, once', async () => {
    const subject = await say(wang, '提交客诉');
    expect(last(wang).header.title.content).toBe('提交客诉');
    expect(await d.click(wang, { subject, text: '提交', form })).toMatchObject({
      toast: { type: 'success', content: '已提交，正在建单' },
    });
    const [receipt, ...more] = (await d.rows('inbox')).filter((row) => row['source'] === 'chat');
    expect(more).toEqual([]);
    expect(receipt).toMatchObject({ id: `chat:zhida#${subject}`, work: 'ticket', state: 'received' });
    const body = String(receipt?.['body']);
    expect(body).not.toContain('头发');
    expect(JSON.parse(seals(sealKeysSchema.parse(JSON.stringify([sealKey]))).open(body))).toMatchObject({
      content: form.content,
      channel: '微信',
      batchNo: '20261012',
      submittedBy: d.person(wang).unionId,
    });
    const shown = JSON.stringify(await d.cardOf(wang, subject));
    expect(shown).toContain('已提交，正在建单');
    expect(shown).not.toContain('13812345678');
  });

  it('is not sent without words, and says so', async () => {
    const subject = await say(wang, '提交客诉');
    expect(
      await d.click(wang, { subject, text: '提交', form: { channel: '微信', content: ' ' } }),
    ).toMatchObject({
      toast: { type: 'warning', content: '请写下客户反馈的内容，并选择渠道' },
    });
  });
});

describe('我的工单', () => {
  it('lists what is open and theirs, the most urgent first, and opens each as its card', async () => {
    const normal = await d.open({ priority: 'P2' }, sun);
    const urgent = await d.open({ priority: 'P0' }, sun);
    await d.drain();
    const subject = await say(sun, '我的工单');
    const card = last(sun);
    expect(card.header.title.content).toBe('我的待办 2 单');
    const text = JSON.stringify(card);
    expect(text.indexOf(urgent.ticket.slice(-4))).toBeLessThan(text.indexOf(normal.ticket.slice(-4)));
    expect(await d.click(sun, { subject, text: '打开', nth: 1 })).toMatchObject({
      toast: { content: '工单卡已发到你的私聊' },
    });
    await d.drain();
    expect(await d.buttonsOf(sun, `ticket:${normal.ticket}`)).toContain('标记已解决');
  });

  it('says that there is nothing to do', async () => {
    await say(lin, '我的工单');
    expect(JSON.stringify(last(lin))).toContain('没有待处理的工单');
  });
});

describe('a reply to a ticket’s card', () => {
  it('becomes a note, masked, whatever it says, and is confirmed', async () => {
    const { ticket } = await d.open({}, sun);
    await d.drain();
    const { id } = await d.messageOf(sun, `ticket:${ticket}`);
    d.reply(sun, id, '今日 客户电话 13812345678，同意补发');
    await d.drain();
    const { messages, attachments } = await d.ticket(ticket);
    expect(messages.at(-1)).toMatchObject({ speaker: 'colleague' });
    expect(messages.at(-1)?.text).toContain('同意补发');
    expect(messages.at(-1)?.text).not.toContain('13812345678');
    expect(attachments).toMatchObject([{ kind: 'text', by: { name: sun } }]);
    expect(last(sun).header.title.content).toBe(`已加入 …${ticket.slice(-4)}`);
  });

  it('a picture becomes an attachment by its key, once, however often the receipt is worked off', async () => {
    const { ticket } = await d.open({}, sun);
    await d.drain();
    const { id } = await d.messageOf(sun, `ticket:${ticket}`);
    const picked = d.reply(sun, id, picture);
    await d.drain();
    const row = (await d.rows('inbox')).find((one) => String(one['id']).endsWith(`#${picked}`));
    expect(row).toMatchObject({ state: 'done' });
    const [attachment, ...more] = (await d.ticket(ticket)).attachments;
    expect(more).toEqual([]);
    expect(attachment).toMatchObject({ kind: 'image', messageId: picked, by: { name: sun } });
    expect(attachment?.key).toMatch(/^img_/u);
    await d.tick();
    expect(JSON.stringify(await d.cardOf(sun, `ticket:${ticket}`))).toContain('附件 1');
  });
});

describe('what answers nothing', () => {
  it('is asked for with the person’s open tickets; the choice puts it there', async () => {
    const { ticket } = await d.open({}, wang);
    await d.drain();
    const id = d.sendPicture(wang, picture);
    await d.drain();
    expect(last(wang).header.title.content).toBe('这是哪一单的？');
    const subject = `reply:${id}`;
    expect(await d.click(wang, { subject, text: '加入' })).toMatchObject({
      toast: { type: 'success', content: `已加入 …${ticket.slice(-4)}` },
    });
    expect((await d.ticket(ticket)).attachments).toMatchObject([{ kind: 'image', messageId: id }]);
    expect(await d.buttonsOf(wang, subject)).toEqual([]);
  });

  it('from somebody without tickets is answered as before, and commands keep working for everybody', async () => {
    await say(lin, '随便说说');
    expect(last(lin).header.title.content).toBe('没听懂');
    await say(wang, '帮助');
    expect(JSON.stringify(last(wang))).toContain('提交客诉');
  });
});
