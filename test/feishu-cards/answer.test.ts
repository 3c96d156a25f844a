import { describe, expect, it } from 'vitest';
import { clicks } from './clicks.ts';

const [lin, zhou] = ['林知夏', '周以安'] as const;

describe('where a tenant’s client refuses a card in the answer', () => {
  const board = clicks({ cardAnswer: 'toastThenPatch' });

  it('a click is answered by a toast, and every copy, the clicker’s too, changes by PATCH', async () => {
    board.tenant().setSwitches({ callbackCard: 'refuse' });
    const line = await board.give(lin, zhou);
    const answer = await board.click(lin, { do: 'acknowledge', on: line });
    const words = `${lin} 已于 ${board.now()} 知晓`;
    expect(answer).toEqual({
      ok: true,
      cardUpdated: false,
      toast: { type: 'success', content: '已记录：已知晓' },
    });
    await board.drain();
    for (const name of [lin, zhou]) expect(await board.screenOf(name, line)).toContain(words);
  });
});
