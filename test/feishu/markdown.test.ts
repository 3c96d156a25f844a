import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, escapeMarkdown, plainText } from '../../shared/feishu/markdown.ts';

const decode = (escaped: string): string =>
  escaped.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

describe('text in markdown', () => {
  it.each([
    ['<at id=all></at>', '&#60;at id=all&#62;&#60;/at&#62;'],
    ['[中奖](https://evil.example)', '&#91;中奖&#93;(https&#58;//evil.example)'],
    ['**重要**', '&#42;&#42;重要&#42;&#42;'],
    ['&#60;font&#62;', '&#38;#60;font&#38;#62;'],
    ['# 标题', '&#35; 标题'],
    ['- 条目', '&#45; 条目'],
    ['1. 第一', '1&#46; 第一'],
    [':OK:', '&#58;OK:'],
    ['a\n\n    代码', 'a     代码'],
  ])('%j shows as it was written', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('leaves figures, times and Chinese as they are', () => {
    const line = '较昨日 ▲6.2%　支付 186.4万（06:10）-3.1pt';
    expect(escapeMarkdown(line)).toBe(line);
  });

  it('drops marks that turn the reading direction', () => {
    expect(escapeMarkdown('发\u202e票\u2066据')).toBe('发票据');
  });

  it('keeps no character with a meaning and loses no other, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = escapeMarkdown(text);
        expect(escaped).not.toMatch(/[<>*_~[\]\\`|]/);
        expect(decode(escaped)).toBe(
          text
            .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
            .replaceAll(/[\u202a-\u202e\u2066-\u2069]/gu, '')
            .trim(),
        );
      }),
    );
  });

  it('comes back as its words', () => {
    expect(plainText("### **支付** <font color='red'>▲6.2%</font> [明细](https://applink.feishu.cn/x)")).toBe(
      '支付 ▲6.2% 明细',
    );
    expect(plainText(escapeMarkdown('<b>100*2</b>'))).toBe('<b>100*2</b>');
  });

  it('is cut between characters as people see them', () => {
    expect(clip('家庭👨‍👩‍👧套装', 4)).toBe('家庭👨‍👩‍👧…');
    expect(clip('三个字', 3)).toBe('三个字');
  });
});
