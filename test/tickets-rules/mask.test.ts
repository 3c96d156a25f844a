import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchNoIn } from '../../shared/tickets/batch-no.ts';
import { healthIn } from '../../shared/tickets/health.ts';
import { maskText } from '../../shared/tickets/mask.ts';

describe('masking', () => {
  it.each([
    ['电话13800138000，麻烦回电', '电话138****8000，麻烦回电'],
    ['+86 138 0013 8000', '138****8000'],
    ['手机 138-0013-8000', '手机 138****8000'],
    ['１３８００１３８０００', '138****8000'],
    ['我的号17612345678转1234', '我的号176****5678'],
    ['座机021-62345678', '座机021-****5678'],
    ['身份证11010519491231002X', '身份证1101**********002X'],
    ['440524188001010014', '4405**********0014'],
    ['卡号6222021234567890128', '卡号6222***********0128'],
    ['邮箱zhang.san@qq.com', '邮箱z***@***'],
    ['加我微信：zhangsan_88', '加我微信：z***'],
    ['收件人张小三，电话13912345678', '收件人张**，电话139****5678'],
    ['地址是浙江省杭州市西湖区文三路188号3幢2单元501室', '地址是浙江省[地址]'],
    ['车牌沪A12345堵着', '车牌沪A·*****堵着'],
  ])('of %s leaves %s', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  it.each([
    // An order of 19 digits, one of 18 that is no identity card, a batch, a company's hot line, what is masked already.
    ['订单4705288465508532862', '订单4705288465508532862'],
    ['订单202211301234567890', '订单202211301234567890'],
    ['批次20261012，1号仓', '批次20261012，1号仓'],
    ['打400-820-8820没人接', '打400-820-8820没人接'],
    ['138****8000', '138****8000'],
    ['路上碎了，1号收到', '路上碎了，1号收到'],
    ['少了1包，3天没更新', '少了1包，3天没更新'],
    ['退款132.00元', '退款132.00元'],
  ])('leaves %s alone', (text, same) => {
    expect(maskText(text)).toBe(same);
  });

  it('hides every mobile number wherever it stands, and is done after once', () => {
    const mobile = fc.tuple(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 0, max: 999_999_999 }));
    const words = fc.stringMatching(/^[一-龥，。！]{0,12}$/);
    fc.assert(
      fc.property(mobile, words, words, ([second, rest], before, after) => {
        const number = `1${second}${String(rest).padStart(9, '0')}`;
        const masked = maskText(`${before}${number}${after}`);
        expect(masked).not.toContain(number);
        expect(maskText(masked)).toBe(masked);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a health statement', () => {
  it.each([
    ['喝完过敏了，去医院看了', ['过敏', '就医']],
    ['孕妇可以喝吗', ['孕期']],
    ['我有糖尿病，在吃二甲双胍', ['疾病', '用药']],
    ['一直拉肚子', ['身体不适']],
    ['哺乳期能喝吗', ['哺乳期']],
    ['少发了一袋', []],
  ])('%s is %j', (text, tags) => {
    expect(healthIn(text)).toEqual(tags);
  });
});

describe('a batch number', () => {
  it.each([
    ['批次20261012，结块', '20261012'],
    ['批号：20261012a03', '20261012A03'],
    ['生产批号 20261012-B', '20261012-B'],
    ['喷码20261012', '20261012'],
    ['生产日期2026年10月2日', '20261002'],
    ['生产日期是2026.10.12', '20261012'],
  ])('in %s is %s', (text, batch) => {
    expect(batchNoIn(text)).toBe(batch);
  });

  it.each(['有效期至2027-10-12', '订单20261012345678', '2026年10月12日下的单', '一批货都这样'])(
    'is not in %s',
    (text) => {
      expect(batchNoIn(text)).toBeUndefined();
    },
  );
});
