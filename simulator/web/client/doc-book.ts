import { type DocEntry, type DocScreen, listDocs, openDoc, readDoc } from './doc-api.ts';
import { run } from './dom.ts';
import { inOrder } from './refresh.ts';
import type { State, Store } from './store.ts';

/** What is on the screen. `isClosed`: the person may not read it, or it isn't there. */
export type OpenDoc = {
  readonly entries: readonly DocEntry[];
  readonly token: string | undefined;
  readonly doc: DocScreen | undefined;
  readonly isClosed: boolean;
};

export const NO_DOC: OpenDoc = { entries: [], token: undefined, doc: undefined, isClosed: false };

/** Reads a document; for the first time it is opened, which its owner can see. */
const read = async (unionId: string, token: string, isNew: boolean): Promise<DocScreen | undefined> => {
  try {
    if (isNew) await openDoc(unionId, token);
    return await readDoc(unionId, token);
  } catch (error) {
    console.warn(error);
    return undefined;
  }
};

type Asked = { readonly who: string; readonly token: string | undefined };

/** Keeps the open document as it is now; an answer that was overtaken is dropped. */
export const followDoc = (store: Store, show: (open: OpenDoc) => void): void => {
  const ask = inOrder();
  let opened = '';
  let shown = '';
  const load = async ({ who, token }: Asked): Promise<void> => {
    const isNews = ask();
    const own = `${who} ${token ?? ''}`;
    const isNew = own !== opened;
    opened = own;
    const doc = token === undefined ? undefined : await read(who, token, isNew);
    const entries = await listDocs();
    if (isNews()) show({ entries, token, doc, isClosed: token !== undefined && doc === undefined });
  };
  store.watch(({ view, me, docToken, docTurn }: State) => {
    const next = view === 'docs' && me ? JSON.stringify([me.unionId, docToken, docTurn]) : '';
    if (next === shown) return;
    shown = next;
    if (!me || next === '') opened = '';
    else run(load({ who: me.unionId, token: docToken }));
  });
};
