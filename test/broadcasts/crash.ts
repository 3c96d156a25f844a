import type { BroadcastDeps } from '../../functions/broadcast/turn.ts';

type Verbs = Readonly<Record<string, unknown>>;
type Verb = (...args: readonly unknown[]) => Promise<unknown>;

export class Killed extends Error {
  override readonly name = 'Killed';
}

export type Kill = {
  /** The call of a store at which the process ends; 1 is the first. */
  readonly at: number;
  readonly when: 'before' | 'after';
};

/** After a process has ended it does nothing any more: no lease is given back, nothing is told. */
export const dying = (
  deps: BroadcastDeps,
  { at, when }: Kill,
  onCall: () => Promise<void> = () => Promise.resolve(),
): { readonly deps: BroadcastDeps; readonly calls: () => number } => {
  let calls = 0;
  const wrap =
    (verb: Verb): Verb =>
    async (...args) => {
      calls += 1;
      if (calls > at || (calls === at && when === 'before')) throw new Killed('before');
      const answer = await verb(...args);
      await onCall();
      if (calls === at) throw new Killed('after');
      return answer;
    };
  const dyingOf = <T extends object>(store: T): T =>
    Object.fromEntries(
      Object.entries(store as Verbs).map(([name, verb]) => [
        name,
        typeof verb === 'function' ? wrap(verb as Verb) : verb,
      ]),
    ) as T;
  return {
    deps: {
      ...deps,
      broadcasts: dyingOf(deps.broadcasts),
      deliveries: dyingOf(deps.deliveries),
      contents: dyingOf(deps.contents),
      leases: dyingOf(deps.leases),
      sendNow: wrap(deps.sendNow as Verb) as BroadcastDeps['sendNow'],
    },
    calls: () => calls,
  };
};
