/** What is planned for later; of two at the same moment the one that was planned first comes first. */
export type Heap<T> = {
  readonly put: (at: number, item: T) => void;
  readonly nextAt: () => number | undefined;
  readonly take: () => { readonly at: number; readonly item: T } | undefined;
};

type Entry<T> = { readonly at: number; readonly order: number; readonly item: T };

const isBefore = <T>(a: Entry<T> | undefined, b: Entry<T> | undefined): boolean =>
  a !== undefined && (b === undefined || a.at < b.at || (a.at === b.at && a.order < b.order));

const swap = <T>(entries: Entry<T>[], a: number, b: number): void => {
  const [one, other] = [entries[a], entries[b]];
  if (one && other) [entries[a], entries[b]] = [other, one];
};

const rise = <T>(entries: Entry<T>[]): void => {
  let at = entries.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(entries[at], entries[parent])) return;
    swap(entries, at, parent);
    at = parent;
  }
};

const sink = <T>(entries: Entry<T>[]): void => {
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    const child = isBefore(entries[right], entries[left]) ? right : left;
    if (!isBefore(entries[child], entries[at])) return;
    swap(entries, at, child);
    at = child;
  }
};

/** A binary heap: a day of 10,000 people is planned and played in n log n. */
export const createHeap = <T>(): Heap<T> => {
  const entries: Entry<T>[] = [];
  let order = 0;
  return {
    put: (at, item) => {
      entries.push({ at, order: order++, item });
      rise(entries);
    },
    nextAt: () => entries[0]?.at,
    take: () => {
      const [first] = entries;
      const last = entries.pop();
      if (last && entries.length > 0) {
        entries[0] = last;
        sink(entries);
      }
      return first;
    },
  };
};
