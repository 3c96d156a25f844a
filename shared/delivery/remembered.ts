/** A stop or a person's 免打扰 must count within 2 s: what was read is used for one. */
const usedMs = 1_000;
/** A broadcast asks about everybody once; who was asked about long ago is of no use. */
const most = 1_000;

/** Reads each key at most once a second. */
export const remembered = <T>(
  read: (key: string) => Promise<T>,
): ((key: string, now: number) => Promise<T>) => {
  const cache = new Map<string, { readonly at: number; readonly value: Promise<T> }>();
  return (key, now) => {
    const hit = cache.get(key);
    if (hit && Math.abs(now - hit.at) < usedMs) return hit.value;
    if (cache.size >= most) cache.clear();
    const value = read(key);
    cache.set(key, { at: now, value });
    return value;
  };
};
