/**
 * Personal information in words that customers and agents write: what is left can stand on a card. Phones keep the first
 * three and last four digits, identity cards the first four and last four, as Chinese shops show them.
 */

const digitsOf = (text: string): string => text.replaceAll(/\D/g, '');

/** ０-９ and ＋ as people type them on a phone keyboard. */
const toHalfWidth = (text: string): string =>
  text.replaceAll(/[０-９＋]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));

/** GB 11643-1999: weights and the check digit of an identity card of 18. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkDigits = '10X98765432';
/** GB/T 2260: the first two digits of every province. */
const provinces = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;

const isRealDay = (text: string): boolean => {
  const iso = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
  const at = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(iso);
};

/** An order number of 18 digits passes this once in some ten thousand. */
const isIdentityCard = (text: string): boolean => {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(text[index]), 0);
  return (
    provinces.test(text) &&
    isRealDay(text.slice(6, 14)) &&
    checkDigits[sum % 11] === text.slice(-1).toUpperCase()
  );
};

/** Luhn, ISO/IEC 7812-1. */
const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const value = Number(digits.at(-1 - index)) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
};

const ends = (digits: string, first: number, last: number): string =>
  digits.slice(0, first) + '*'.repeat(Math.max(0, digits.length - first - last)) + digits.slice(-last);

type Rule = { readonly find: RegExp; readonly show: (found: string, ...groups: string[]) => string };

const tokens = '路|街|道|巷|弄|胡同|大道|小区|花园|公寓|大厦|广场|村|镇|乡|苑|里|园';
const numbered = '\\d{1,5}(?:-\\d{1,5})?(?:号楼|号院|号|栋|幢|座|单元|室|楼|层|弄|组)';

/** In this order: what is longer first, so that no rule takes a part of another's. */
const rules: readonly Rule[] = [
  {
    find: /(?<![\w])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,24}){1,3}/g,
    show: (found) => `${found.slice(0, 1)}***@***`,
  },
  {
    find: /(?<!\d)\d{17}[\dXx](?!\d)/g,
    show: (found) => (isIdentityCard(found) ? ends(found, 4, 4) : found),
  },
  // UnionPay's range only: other order numbers of this length pass Luhn one time in ten.
  {
    find: /(?<!\d)62\d{2}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,4})?(?!\d)/g,
    show: (found) => {
      const digits = digitsOf(found);
      return digits.length >= 16 && digits.length <= 19 && passesLuhn(digits) ? ends(digits, 4, 4) : found;
    },
  },
  {
    find: /(?<=(?:银行卡|卡号|账号)[号是为:：\s]{0,4})\d{4}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,3})?(?!\d)/g,
    show: (found) => ends(digitsOf(found), 4, 4),
  },
  {
    find: /(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?:\s?(?:转|-)\s?\d{1,6})?(?!\d)/g,
    show: (found) => ends(digitsOf(found.replace(/^\+?86[- ]?(?=1)/, '')).slice(0, 11), 3, 4),
  },
  {
    find: /(?<!\d)(?:\(0\d{2,3}\)|0\d{2,3})[- ]?\d{7,8}(?!\d)/g,
    show: (found) => `${/0\d{2}/.exec(found)?.[0] ?? ''}-****${digitsOf(found).slice(-4)}`,
  },
  {
    find: /(?<=(?:微信号?|VX|vx|V信|v信|wx|WX|QQ|qq)[号是为:：\s]{0,4})[a-zA-Z0-9][-\w]{4,19}/g,
    show: (found) => `${found.slice(0, 1)}***`,
  },
  {
    find: /(?<=(?:收件人|收货人|联系人|姓名|本人叫|我叫)[是为:：\s]{0,3})[\u4E00-\u9FA5]{2,4}(?=[\s,，。;；、:：\d]|$)/g,
    show: (found) => `${found.slice(0, 1)}**`,
  },
  // Two parts of an address at least: 「路上」 or 「1号」 alone say nothing about anybody.
  {
    find: new RegExp(
      `[\\u4E00-\\u9FA5A-Za-z0-9]{1,10}(?:${tokens})[\\u4E00-\\u9FA5A-Za-z]{0,8}(?:${numbered}[\\u4E00-\\u9FA5A-Za-z]{0,6}){1,6}`,
      'g',
    ),
    show: (found) => `${/^.*?[省市区县]/.exec(found)?.[0] ?? ''}[地址]`,
  },
  {
    find: /(?<![A-Z\d])[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z\d]{5,6}(?![A-Z\d])/g,
    show: (found) => `${found.slice(0, 2)}·*****`,
  },
];

/** The same words without what tells who somebody is. Masking twice changes nothing. */
export const maskText = (text: string): string =>
  rules.reduce((masked, { find, show }) => masked.replaceAll(find, show), toHalfWidth(text));
