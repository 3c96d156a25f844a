import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../shared/config.ts';
import { sealKeysSchema, seals } from '../../shared/seal.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];
const invalid = expect.objectContaining({ code: 'seal_invalid' }) as Error;

describe('seals', () => {
  it('opens what it sealed, Chinese and empty text included', () => {
    const { seal, open } = seals([first]);
    for (const text of ['', 'a', '张三 13800138000 过敏', '𠮷'.repeat(5000)])
      expect(open(seal(text))).toBe(text);
  });

  it('shows nothing of the text and seals it differently each time', () => {
    const { seal } = seals([first]);
    expect(seal('13800138000')).not.toBe(seal('13800138000'));
    expect(Buffer.from(seal('13800138000').split('.')[1] ?? '', 'base64').toString('latin1')).not.toContain(
      '1380',
    );
  });

  it('opens with the old key what was sealed before the rotation', () => {
    const before = seals([first]).seal('旧');
    const rotated = seals([second, first]);
    expect(rotated.open(before)).toBe('旧');
    expect(() => seals([first]).open(rotated.seal('新'))).toThrow(invalid);
  });

  it('refuses a changed byte anywhere, a truncated seal and foreign text', () => {
    const { seal, open } = seals([first]);
    const [id = '', data = ''] = seal('文本').split('.');
    const bytes = Buffer.from(data, 'base64');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => open(`${id}.${changed.toString('base64')}`)).toThrow(invalid);
    }
    for (const text of [
      '',
      'x',
      `${id}.`,
      `${id}.AAAA`,
      `${id}.${bytes.subarray(0, 27).toString('base64')}`,
    ]) {
      expect(() => open(text)).toThrow(invalid);
    }
  });

  it.each(['', '[]', '["short"]', `["${randomBytes(16).toString('base64')}"]`, '{'])(
    'does not start with SEAL_KEYS=%j and names the variable, not the value',
    (value) => {
      const read = () => readEnv({ SEAL_KEYS: sealKeysSchema }, { SEAL_KEYS: value });
      expect(read).toThrow(expect.objectContaining({ code: 'invalid_config' }));
      expect(read).toThrow(/^environment: SEAL_KEYS/);
    },
  );
});
