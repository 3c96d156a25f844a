const cacheMs = 60_000;

/** Reads once a minute, whoever asks how often. */
export const rememberFor = <T>(now: () => Date, read: (at: Date) => Promise<T>): (() => Promise<T>) => {
  let known: { readonly value: T; readonly until: number } | undefined;
  return async () => {
    const at = now();
    if (known && at.getTime() < known.until) return known.value;
    known = { value: await read(at), until: at.getTime() + cacheMs };
    return known.value;
  };
};
