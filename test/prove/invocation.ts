import { AsyncLocalStorage } from 'node:async_hooks';

/** One run of one function in one container. When it is dead, nothing of it happens any more. */
export type Invocation = {
  readonly id: number;
  readonly name: string;
  /** How far its container's clock is off. */
  readonly skewMs: number;
  /** What chance gives it: from 0 to 1, by the seed and its id. */
  readonly chance: () => number;
  isDead: boolean;
  /** Ends it without an answer. */
  readonly die: (why: string) => void;
};

/** Which invocation a call belongs to, however deep in a library it is made. */
const current = new AsyncLocalStorage<Invocation>();

export const currentInvocation = (): Invocation | undefined => current.getStore();
export const runWithin = <T>(invocation: Invocation, run: () => T): T => current.run(invocation, run);

/** What a dead process waits for. */
export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
