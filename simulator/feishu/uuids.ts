const HOUR_MS = 60 * 60 * 1000;

/** The same uuid succeeds at most once in 1 h: open.feishu.cn/document/server-docs/im-v1/message/create. */
export type Uuids = {
  /** The message that this app's uuid made within the last hour. */
  readonly find: (appId: string, uuid: string) => string | undefined;
  readonly put: (appId: string, uuid: string, messageId: string) => void;
};

export const createUuids = (now: () => number): Uuids => {
  const seen = new Map<string, { readonly messageId: string; readonly at: number }>();
  const forgetOld = (): void => {
    // A Map keeps insertion order, so the first young one ends the sweep.
    for (const [key, { at }] of seen) {
      if (now() - at < HOUR_MS) return;
      seen.delete(key);
    }
  };
  return {
    find: (appId, uuid) => {
      forgetOld();
      return seen.get(`${appId} ${uuid}`)?.messageId;
    },
    put: (appId, uuid, messageId) => {
      seen.set(`${appId} ${uuid}`, { messageId, at: now() });
    },
  };
};
