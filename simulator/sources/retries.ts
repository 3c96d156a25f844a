import type { Posted } from '../feishu/post.ts';
import type { PushingSource } from './accounts.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

type Habit = {
  /** Hangs up after this long, and counts it as a failure. */
  readonly timeoutMs: number;
  /** What it takes for a success. */
  readonly isAccepted: (answer: Posted) => boolean;
  /** Milliseconds before each further try. */
  readonly pausesMs: readonly number[];
};

const hasCodeZero = ({ text }: Posted): boolean => /"code"\s*:\s*0\b/.test(text) && text.includes('success');

/** How each source takes an answer and how it repeats. */
export const habits: Readonly<Record<PushingSource, Habit>> = {
  // doc.youzanyun.com, 消息推送: 16 tries.
  youzan: {
    timeoutMs: 5 * second,
    isAccepted: ({ status, text }) => status === 200 && text.includes('success'),
    pausesMs: [
      ...[10, 30].map((each) => each * second),
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30].map((each) => each * minute),
      ...[1, 2].map((each) => each * hour),
    ],
  },
  // op.jinritemai.com says that it repeats, not when: this schedule is our assumption.
  doudian: {
    timeoutMs: 5 * second,
    isAccepted: (answer) => answer.status === 200 && hasCodeZero(answer),
    pausesMs: [10 * second, minute, 5 * minute, 30 * minute, 2 * hour],
  },
  // qiyukf.com, 消息接口文档: until an empty answer comes within 10 s; how often is our assumption.
  qiyu: {
    timeoutMs: 10 * second,
    isAccepted: ({ status, text }) => status === 200 && text === '',
    pausesMs: [minute, minute, 5 * minute, 5 * minute, 30 * minute, hour],
  },
  // developer.work.weixin.qq.com/document/path/90930: 5 s, three tries in all.
  wecom: {
    timeoutMs: 5 * second,
    isAccepted: ({ status, text }) => status === 200 && (text === '' || text === 'success'),
    pausesMs: [second, second],
  },
  // The example schedule of github.com/standard-webhooks/standard-webhooks.
  app: {
    timeoutMs: 15 * second,
    isAccepted: ({ status }) => status >= 200 && status < 300,
    pausesMs: [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour],
  },
};
