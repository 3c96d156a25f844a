import { beforeAll, describe, expect, it } from 'vitest';
import { modeSetting, trialSetting } from '../../shared/delivery/modes.ts';
import { conversation, must } from './conversation-world.ts';

const w = conversation();
const [editor, approver, reader] = ['裴律安', '闻人杰', '崔雅宁'] as const;

const set = async (setting: string, value: unknown): Promise<void> => {
  await w.out().settings.append(setting, { value, changedBy: 'test', now: new Date() });
  // What was read is used for a second.
  w.later(1_100);
};
const trial = (...called: readonly string[]): Promise<void> =>
  set(trialSetting, { people: called.map((one) => w.person(one).unionId) });
const titles = (called: string): readonly string[] =>
  w.cardsOf(called).map(({ card }) => card.header.title.content);

beforeAll(() => set(modeSetting('sender', 'legal'), 'rehearsal'));

describe('in a rehearsal, an editor who is not on the trial list', () => {
  it('gets the form, the preview, and why the approver has heard nothing', async () => {
    await trial(reader);
    await w.say(editor, w.link(w.write(editor, '试运行里的文章')));
    const form = w.cardOf(editor, '草稿');
    await w.click(editor, form, { act: 'previewPost' });
    await w.settle();
    expect(w.cardsOf(editor).at(-1)?.text).toContain('预览：只有你能看到');

    await w.click(editor, w.cardOf(editor, '草稿'), { act: 'submitPost' });
    await w.settle();
    expect(titles(approver)).toEqual([]);
    const told = w.cardOf(editor, '审批没有送达').text;
    expect(told).toContain('试运行中，审批人闻人杰不在试用名单，没有收到审批卡片');
  });

  it('is told nothing of the kind when the approver is on it', async () => {
    await trial(reader, approver);
    await w.say(editor, w.link(w.write(editor, '审批人在名单上')));
    await w.click(editor, w.cardOf(editor, '草稿'), { act: 'submitPost' });
    await w.settle();
    expect(w.cardOf(approver, '待审批').text).toContain('审批人在名单上');
    expect(titles(editor).filter((title) => title.includes('审批没有送达'))).toHaveLength(1);
  });

  it('gets an answer to a wrong link, too', async () => {
    await w.say(editor, 'https://bohe.feishu.cn/docx/doxcnNothingStandsHere00000');
    const answer = must(w.cardsOf(editor).at(-1), 'answer');
    expect(answer.text).toMatch(/文档|链接/u);
  });
});
