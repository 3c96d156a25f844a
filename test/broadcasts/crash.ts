import type { BroadcastDeps } from '../../functions/broadcast/turn.ts';

type Verbs = Readonly<Record<string, unknown>>;
type Verb = (...args: readonly unknown[]) => Promise<unknown>;

export class Killed extends Error {
  override readonly name = 'Killed';
}

export type Kill = {
  /** The call outside at which the process ends; 1 is the first. */
  readonly at: number;
  readonly when: 'before' | 'after';
};

export type Mortal = {
  readonly verb: <T>(verb: T) => T;
  /** Every verb of a store. */
  readonly all: <T extends object>(store: T) => T;
  readonly calls: () => number;
  /** Calls that others were made beside. After any other, nothing has happened outside when the next one begins. */
  readonly besides: ReadonlySet<number>;
};

/** What a process calls outside, counted. After it has ended it does nothing any more: no lease is given back, nothing is told. */
export const mortal = ({ at, when }: Kill, onCall: () => Promise<void> = () => Promise.resolve()): Mortal => {
  let calls = 0;
  const besides = new Set<number>();
  const open = new Set<number>();
  const wrap =
    (verb: Verb): Verb =>
    async (...args) => {
      calls += 1;
      const call = calls;
      if (call > at || (call === at && when === 'before')) throw new Killed('before');
      open.add(call);
      if (open.size > 1) for (const each of open) besides.add(each);
      const answer = await verb(...args).finally(() => open.delete(call));
      await onCall();
      if (call === at) throw new Killed('after');
      return answer;
    };
  return {
    verb: <T>(verb: T) => wrap(verb as Verb) as T,
    all: <T extends object>(store: T) =>
      Object.fromEntries(
        Object.entries(store as Verbs).map(([name, verb]) => [
          name,
          typeof verb === 'function' ? wrap(verb as Verb) : verb,
        ]),
      ) as T,
    calls: () => calls,
    besides,
  };
};

/** Stores and the sending of cards. */
export const dying = (
  deps: BroadcastDeps,
  kill: Kill,
  onCall?: () => Promise<void>,
): { readonly deps: BroadcastDeps; readonly calls: () => number } => {
  const { all, verb, calls } = mortal(kill, onCall);
  return {
    deps: {
      ...deps,
      broadcasts: all(deps.broadcasts),
      deliveries: all(deps.deliveries),
      contents: all(deps.contents),
      leases: all(deps.leases),
      sendNow: verb(deps.sendNow),
    },
    calls,
  };
};
