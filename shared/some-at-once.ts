/** Enough to keep a table busy, few enough for a small memory. */
const atOnce = 16;

/** At most 16 at the same time; the answers in the order of the items. After one that throws, no further ones begin. */
export const someAtOnce = async <T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> => {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += atOnce)
    results.push(...(await Promise.all(items.slice(from, from + atOnce).map(work))));
  return results;
};
