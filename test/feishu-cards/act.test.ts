import { describe, expect, it } from 'vitest';
import { clicks } from './clicks.ts';

const board = clicks();
const [lin, zhou, gao, chen] = ['林知夏', '周以安', '高远', '程铁生'] as const;

describe('已知晓', () => {
  it('stands on everybody’s card with name and time; the clicker sees it in the answer', async () => {
    const line = await board.give(lin, zhou);
    const answer = await board.click(lin, { do: 'acknowledge', on: line });
    expect(answer).toMatchObject({ ok: true, cardUpdated: true, toast: { type: 'success' } });
    const words = `${lin} 已于 ${board.now()} 知晓`;
    expect(await board.screenOf(lin, line)).toContain(words);
    expect(await board.screenOf(zhou, line)).not.toContain(words);
    await board.drain();
    expect(await board.screenOf(zhou, line)).toContain(words);
  });
});

describe('指派跟进', () => {
  it('shows everybody who follows up since when, and only that person gets the form', async () => {
    const line = await board.give(lin, zhou, gao);
    await board.click(lin, { do: 'assign', on: line, to: zhou });
    await board.drain();
    for (const name of [lin, zhou, gao]) {
      expect(await board.screenOf(name, line)).toContain(
        `${zhou} 跟进中，自 ${board.now()} 起（${lin} 指派）`,
      );
    }
    expect(await board.screenOf(zhou, line)).toContain('"tag":"form"');
    expect(await board.screenOf(gao, line)).not.toContain('"tag":"form"');
  });

  it('tells who was asked by a card of their own, once, however often the receipt is worked off', async () => {
    const line = await board.give(lin, gao);
    const before = board.cards(gao).length;
    await board.click(lin, { do: 'assign', on: line, to: gao });
    await board.drain();
    await board.tick();
    await board.tick(121_000);
    const told = board.cards(gao).slice(before);
    expect(told.map(({ header }) => header.title.content)).toEqual(['请你跟进']);
    expect(JSON.stringify(told)).toContain(`${lin} 指派你跟进`);
  });

  it('needs no second card for somebody who takes it', async () => {
    const line = await board.give(lin, gao);
    const before = board.cards(lin).length;
    await board.click(lin, { do: 'assign', on: line, to: lin });
    await board.drain();
    expect(board.cards(lin)).toHaveLength(before);
  });

  it('is handed over by who asked or was asked, and the clock of the follow-up runs on', async () => {
    const line = await board.give(lin, zhou, gao);
    await board.click(lin, { do: 'assign', on: line, to: zhou });
    await board.drain();
    const { followedSince } = await board.rowOf(line);
    await board.click(zhou, { do: 'handOver', on: line, to: gao });
    expect(await board.rowOf(line)).toMatchObject({
      assigned: { to: { name: gao }, by: { name: zhou } },
      followedSince,
    });
  });

  it('takes nobody from outside the scope', async () => {
    const line = await board.give(lin, zhou);
    const answer = await board.click(lin, { do: 'assign', on: line, to: chen });
    expect(answer.toast).toEqual({ type: 'warning', content: '只能指派给收到这条提醒的人' });
    expect((await board.rowOf(line)).state).toBe('open');
  });
});

describe('two people at once', () => {
  it('have one winner; the other is told by whom, and both cards say the same', async () => {
    const line = await board.give(lin, zhou, gao);
    const before = (await board.rows('inbox')).length;
    const answers = await Promise.all([
      board.click(lin, { do: 'assign', on: line, to: gao }),
      board.click(zhou, { do: 'assign', on: line, to: zhou }),
    ]);
    const { assigned } = await board.rowOf(line);
    const [winner, loser] = assigned?.by.name === lin ? answers : [answers[1], answers[0]];
    expect(winner.toast?.type).toBe('success');
    const what = winner === answers[0] ? `指派 ${gao} 跟进` : '开始跟进';
    expect(loser.toast).toEqual({
      type: 'warning',
      content: `${assigned?.by.name} 已于 ${board.now().slice(6)} ${what}`,
    });
    for (const name of [lin, zhou]) {
      expect(await board.screenOf(name, line)).toContain(`${assigned?.to.name} 跟进中`);
    }
    expect(await board.rows('inbox')).toHaveLength(before + 1);
  });
});

describe('a click that is repeated', () => {
  it('does nothing more and says so without alarm', async () => {
    const line = await board.give(lin, zhou);
    const message = await board.messageOf(lin, line.subjects[0] ?? '');
    const value = { do: 'acknowledge', item: line.item, since: line.since, subject: line.subjects[0] };
    const first = await board.send(lin, message.id, { value });
    const { version } = await board.rowOf(line);
    const second = await board.send(lin, message.id, { value });
    expect([first.toast?.type, second.toast?.type]).toEqual(['success', 'info']);
    expect(await board.rowOf(line)).toMatchObject({ version });
  });
});

describe('办结', () => {
  const closing = { cause: '供应商延期', measure: '加急空运 2,000 件' };

  it('closes with cause and measure on every card, and no button is left', async () => {
    const line = await board.give(lin, zhou);
    await board.click(lin, { do: 'assign', on: line, to: lin });
    await board.tick(204 * 60_000);
    const closedAt = board.now();
    const answer = await board.click(lin, { do: 'close', on: line, ...closing });
    expect(answer.toast).toEqual({ type: 'success', content: '已办结' });
    await board.drain();
    for (const name of [lin, zhou]) {
      const screen = await board.screenOf(name, line);
      expect(screen).toContain(`✔ 已办结 · ${lin} · ${closedAt} · 用时 3小时24分`);
      expect(screen).toContain('原因：供应商延期\\n措施：加急空运 2,000 件');
      expect(screen).not.toContain('"tag":"button"');
    }
  });

  it('is refused without words, and to anybody who doesn’t follow it up', async () => {
    const line = await board.give(lin, zhou);
    await board.click(lin, { do: 'assign', on: line, to: lin });
    const empty = await board.click(lin, { do: 'close', on: line, cause: '  ', measure: '空运' });
    expect(empty).toMatchObject({ toast: { type: 'warning' }, cardUpdated: false });
    const value = { do: 'close', item: line.item, since: line.since, subject: line.subjects[0] };
    const own = await board.screenOf(lin, line);
    const block = /(f[0-9a-f]{14})_cause/u.exec(own)?.[1] ?? '';
    const formValue = { [`${block}_cause`]: '不知道', [`${block}_measure`]: '没有' };
    const message = await board.messageOf(zhou, line.subjects[0] ?? '');
    const foreign = await board.send(zhou, message.id, { value, formValue });
    expect(foreign.toast?.content).toBe('无权限：仅跟进人可以办结');
    expect((await board.rowOf(line)).state).toBe('assigned');
  });
});

describe('the right to act', () => {
  it('ends at the people of the scope and at one’s own cards', async () => {
    const mine = await board.give(lin);
    const theirs = await board.give(zhou);
    const message = await board.messageOf(lin, mine.subjects[0] ?? '');
    const about = { item: theirs.item, since: theirs.since };
    const noCard = await board.send(lin, message.id, {
      value: { do: 'acknowledge', ...about, subject: theirs.subjects[0] },
    });
    expect(noCard.toast?.content).toContain('不在你的卡片上');
    const notMine = await board.send(lin, message.id, {
      value: { do: 'acknowledge', ...about, subject: mine.subjects[0] },
    });
    expect(notMine.toast?.content).toContain('无权限');
    expect((await board.rowOf(theirs)).state).toBe('open');
  });
});

describe('two lines of one card', () => {
  it('never lose each other, however their refreshes meet', async () => {
    const line = await board.give(lin, zhou, gao);
    const other = { ...line, item: `${line.item}x`, line: '🟠 毛利率 27.0%' };
    await board.store().open(other);
    const subject = `${line.subjects[0]}:both`;
    const both = [line, other].map((one) => ({ ...one, subjects: [...one.subjects, subject] }));
    for (const one of [lin, zhou, gao]) await board.put(one, subject, both);
    const at = board.now();
    await Promise.all([
      board.click(lin, { do: 'acknowledge', on: line, subject }),
      board.click(zhou, { do: 'acknowledge', on: other, subject }),
    ]);
    await board.drain();
    await board.tick();
    await board.tick(121_000);
    for (const one of [lin, zhou, gao]) {
      const screen = await board.screenOf(one, line, subject);
      expect(screen).toContain(`${lin} 已于 ${at} 知晓`);
      expect(screen).toContain(`${zhou} 已于 ${at} 知晓`);
    }
  });
});
