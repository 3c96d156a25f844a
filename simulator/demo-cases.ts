import { appMessage, doudianMessage, type Story } from './sources/case-messages.ts';
import type { Message } from './sources/sign.ts';

const minuteMs = 60_000;

/** Beyond every number of a day. */
const story = (number: number, words: Partial<Story>): Story => ({
  number,
  product: { sku: 'NX-101', name: '代餐奶昔·香草' },
  orderId: `47052884655${String(number).padStart(8, '0')}`,
  buyer: `buyer-${number}`,
  phone: '13900009999',
  kind: 'refund',
  reason: '少件/漏发',
  text: '买了两盒代餐奶昔，箱子里只有一盒，漏发了',
  amountFen: 13_200,
  ...words,
});

/** An after-sales order of Doudian, and how long its platform leaves. */
const onDoudian = (told: Story, minutesLeft: number): readonly Message[] => {
  const at = new Date();
  const deadline = new Date(at.getTime() + minutesLeft * minuteMs);
  return [doudianMessage(told, 'created', { at }), doudianMessage(told, 'deadline', { at, deadline })];
};

/** Of a platform that pays out by itself when its time is over. */
const countdownStory = story(900_007, { text: '不想要了，申请退款', reason: '多拍/错拍/不想要' });

/** How the systems call what the people of the demo work on. */
export const caseIds = {
  missing: '7312345678000900001',
  late: '7312345678000900003',
  lawyer: 'fb-900005',
  countdown: '7312345678000900007',
} as const;

const countdownMinutes = 0.25;

/** Three hours are left, ten minutes are left, 15 seconds are left, and one whose team has nobody at work. */
export const playedCases = (): readonly Message[] => [
  ...onDoudian(story(900_001, {}), 180),
  ...onDoudian(story(900_003, { text: '错发了，要香草味，来的是可可味', reason: '发错货' }), 10),
  ...onDoudian(countdownStory, countdownMinutes),
  appMessage(story(900_005, { kind: 'complaint', reason: '其他' }), 'created', {
    at: new Date(),
    text: '页面说能降血糖，我已经委托律师，明天就发律师函',
  }),
];

/** The countdown is over: the platform has paid. */
export const paidOut = (): Message => doudianMessage(countdownStory, 'success', { at: new Date() });
