import { describe, expect, it } from 'vitest';
import { clicks } from './clicks.ts';

const board = clicks();
const [lin, zhou] = ['林知夏', '周以安'] as const;
const titles = (name: string): readonly string[] =>
  board.cards(name).map(({ header }) => header.title.content);
const hours = (n: number): number => n * 3_600_000;

describe('稍后 2 小时', () => {
  it('reminds whoever asked by a new card two hours later, and nobody else', async () => {
    const line = await board.give(lin, zhou);
    const before = [titles(lin).length, titles(zhou).length];
    const answer = await board.click(lin, { do: 'later', on: line });
    expect(answer.toast?.content).toMatch(/^将于 \d\d:\d\d 提醒你$/u);
    expect(await board.screenOf(lin, line)).toContain(answer.toast?.content ?? '?');
    await board.drain();
    expect(await board.screenOf(zhou, line)).not.toContain('提醒你');

    await board.tick(hours(2) - 120_000);
    expect(titles(lin)).toHaveLength(before[0] ?? 0);
    // 12:41 is lunch: the quiet hours hold it until 13:30.
    await board.tick(hours(1));
    await board.tick();
    expect(titles(lin).slice(before[0])).toEqual(['稍后提醒']);
    expect(titles(zhou)).toHaveLength(before[1] ?? 0);
    expect(await board.screenOf(lin, line)).not.toContain('将于');
    expect(await board.screenOf(lin, line)).toContain('稍后 2 小时');
  });

  it('is the same line on the new card: what is done there shows on the first one', async () => {
    const line = await board.give(lin, zhou);
    await board.click(lin, { do: 'later', on: line });
    await board.tick(hours(2) + 60_000);
    const { subjects } = await board.rowOf(line);
    const reminder = subjects.find((subject) => subject.startsWith('follow-up:')) ?? '';
    await board.click(lin, { do: 'acknowledge', on: line, subject: reminder });
    const at = board.now();
    await board.drain();
    for (const name of [lin, zhou]) {
      expect(await board.screenOf(name, line)).toContain(`${lin} 已于 ${at} 知晓`);
    }
  });

  it('leaves no card when the thing is closed by then, and the ledger says why', async () => {
    const line = await board.give(lin, zhou);
    await board.click(zhou, { do: 'later', on: line });
    await board.click(lin, { do: 'assign', on: line, to: lin });
    await board.click(lin, { do: 'close', on: line, cause: '已到货', measure: '无' });
    await board.drain();
    const before = titles(zhou).length;
    await board.tick(hours(2) + 60_000);
    expect(titles(zhou)).toHaveLength(before);
    const rows = await board.rows('deliveries');
    const kept = rows.filter(({ reason }) => reason === 'follow_up_closed');
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatchObject({ recipient: board.who(zhou).person, state: 'suppressed' });
  });
});
