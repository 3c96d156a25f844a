import { describe, expect, it } from 'vitest';
import { gatewayEvent, signBody } from '../../events/sign.ts';
import { clicks } from './clicks.ts';

const board = clicks();
const [lin, zhou] = ['林知夏', '周以安'] as const;

describe('a crash', () => {
  it('after the write and before the answer still refreshes every copy, the clicker’s too', async () => {
    const line = await board.give(lin, zhou);
    const by = board.who(lin);
    const at = new Date();
    const words = `${lin} 已于 ${board.now()} 知晓`;
    // What the transaction of feishu-cards leaves behind when nothing comes after it.
    const answered = await board.click(lin, { do: 'acknowledge', on: line });
    expect(answered.ok).toBe(true);
    const { acknowledged } = await board.rowOf(line);
    expect(acknowledged?.by).toEqual(by);
    expect(Date.parse(acknowledged?.at ?? '')).toBeGreaterThanOrEqual(at.getTime());
    await board.forgetAnswer(lin, line);
    expect(await board.screenOf(lin, line)).not.toContain(words);
    await board.drain();
    expect(await board.screenOf(zhou, line)).toContain(words);
    await board.tick();
    await board.tick(121_000);
    expect(await board.screenOf(lin, line)).toContain(words);
  });

  it('of event-worker before it has refreshed anything loses nothing: the sweep finds the receipt', async () => {
    const line = await board.give(lin, zhou);
    await board.click(lin, { do: 'assign', on: line, to: lin });
    const words = `${lin} 跟进中，自 ${board.now()} 起`;
    await board.loseStream();
    await board.drain();
    expect(await board.screenOf(zhou, line)).not.toContain(words);
    await board.tick();
    expect(await board.screenOf(zhou, line)).toContain(words);
  });
});

describe('a callback', () => {
  const text = (event: object): string => JSON.stringify(event);
  const header = { event_id: 'e1', token: 'dev-token-zhida', app_id: 'cli_a1zhida00000001' };

  it('that is the address check is answered with its challenge', async () => {
    const check = { challenge: 'c-1', token: 'dev-token-zhida', type: 'url_verification' };
    const part = signBody(text(check), 'dev-encrypt-key-zhida', new Date());
    const reply = await board.post(gatewayEvent({ ...part, headers: {} }));
    expect(reply).toEqual({ status: 200, text: '{"challenge":"c-1"}' });
  });

  it('that Feishu did not sign is refused, and nothing is read for it', async () => {
    const forged = { schema: '2.0', header: { ...header, event_type: 'card.action.trigger' }, event: {} };
    const part = signBody(text(forged), 'another-key', new Date());
    expect(await board.post(gatewayEvent(part))).toMatchObject({ status: 401 });
  });

  it('of another type is accepted and does nothing', async () => {
    const other = { schema: '2.0', header: { ...header, event_type: 'url.preview.get' }, event: {} };
    const part = signBody(text(other), 'dev-encrypt-key-zhida', new Date());
    expect(await board.post(gatewayEvent(part))).toEqual({ status: 200, text: '{}' });
  });
});
