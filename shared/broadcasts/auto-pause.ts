import { reasonInWords } from '../digests/reason-words.ts';
import type { Delivery } from '../store/delivery.ts';
import type { Broadcast } from './broadcast.ts';

/** Sending stops when as many, and this share, of the last ones failed for good: the rest would fail, too. */
export const failureLimit = { least: 10, share: 0.2, ofLast: 100 } as const;

type Row = Pick<Delivery, 'state' | 'dueAt' | 'code' | 'plannedAt' | 'messageId'>;

const hasFailed = ({ state, dueAt }: Row): boolean => state === 'failed' && dueAt === undefined;
const isFinished = (row: Row): boolean => hasFailed(row) || row.messageId !== undefined;

/** Who had failed when somebody said 继续 is known to them: `failed-12`. */
const knownFailures = ({ done }: Pick<Broadcast, 'done'>): number =>
  Math.max(0, ...done.map((mark) => Number(/^failed-(\d+)$/u.exec(mark)?.[1] ?? 0)));

const mostOften = (codes: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a).at(0)?.[0] ?? '';
};

const wordsFor = (failed: readonly Row[], of: number): string => {
  const code = mostOften(failed.map((row) => row.code ?? 'no_reply'));
  return `最近 ${of} 人中有 ${failed.length} 人发送失败，主要原因：${reasonInWords(code)}（${code}）`;
};

export type Halt = { readonly reason: string /** Its mark in `done`. */; readonly mark: string };

/** Why sending has to stop by itself, in words with Feishu's code; `undefined`: it goes on. Rows leave in the order of their plan. */
export const haltOf = (post: Pick<Broadcast, 'done'>, rows: readonly Row[]): Halt | undefined => {
  const finished = rows.filter(isFinished).toSorted((a, b) => (a.plannedAt < b.plannedAt ? -1 : 1));
  const last = finished.slice(-failureLimit.ofLast);
  const failed = last.filter(hasFailed);
  const all = finished.filter(hasFailed).length;
  const fresh = Math.min(failed.length, all - knownFailures(post));
  if (fresh < failureLimit.least || fresh <= failureLimit.share * last.length) return undefined;
  return { reason: wordsFor(failed, last.length), mark: `failed-${all}` };
};

/** The post with its sending stopped. */
export const haltedBy = (broadcast: Broadcast, { reason, mark }: Halt, now: Date): Broadcast => ({
  ...broadcast,
  state: 'paused',
  paused: { at: now.toISOString(), from: broadcast.state === 'sending' ? 'sending' : 'open', reason },
  done: [...broadcast.done, mark],
});
