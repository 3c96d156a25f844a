/** A log that forgets its oldest entries; `seq` grows by one and never repeats. */
export type Ring<T> = {
  readonly add: (entry: T) => T & { readonly seq: number };
  /** Entries after `seq`, oldest first. */
  readonly since: (seq: number) => readonly (T & { readonly seq: number })[];
  readonly size: () => number;
};

export const ring = <T extends object>(limit: number): Ring<T> => {
  let entries: (T & { readonly seq: number })[] = [];
  let next = 1;
  return {
    add: (entry) => {
      // The entry object itself is kept: a push goes on to record its attempts in it.
      const kept = Object.assign(entry, { seq: next++ });
      entries.push(kept);
      if (entries.length > 2 * limit) entries = entries.slice(-limit);
      return kept;
    },
    since: (seq) => entries.slice(-limit).filter((entry) => entry.seq > seq),
    size: () => Math.min(limit, entries.length),
  };
};
